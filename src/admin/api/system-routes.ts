/** The machine itself: load, memory, ports, clock, versions. */

import type { FastifyInstance } from 'fastify';
import type { SystemReader } from '../system/system-reader.ts';
import { about, BOOLEAN, list, NUMBER, object, type Schema, TIME, text } from './schemas.ts';

const UNKNOWN = (type: string): Schema => ({ type: [type, 'null'], description: 'null: not known on this machine' });
const COUNTERS = (
  'receivedBytes sentBytes receivedPackets sentPackets receiveErrors sendErrors receiveDrops sendDrops' as const
).split(' ');
const PORT = object({
  name: text(64),
  physical: BOOLEAN,
  state: text(32, 'operstate of the kernel'),
  carrier: UNKNOWN('boolean'),
  megabitsPerSecond: UNKNOWN('number'),
  duplex: UNKNOWN('string'),
  mac: text(64),
  mtu: NUMBER,
  addresses: list(text(64)),
  ...Object.fromEntries(COUNTERS.map((name) => [name, NUMBER])),
});
const POWER = object({ watts: NUMBER, parts: list(object({ what: text(100), watts: NUMBER })) });
const SYSTEM = object({
  timeMs: TIME,
  uptimeSeconds: NUMBER,
  host: text(255),
  board: UNKNOWN('string'),
  versions: object({ mahalo: text(64), kernel: text(200), node: text(64), distribution: UNKNOWN('string') }),
  processor: object({
    architecture: text(32),
    model: text(200),
    percent: NUMBER,
    coresPercent: list(NUMBER),
    loadAverages: list(NUMBER),
    megahertz: UNKNOWN('number'),
  }),
  memory: object({
    totalBytes: NUMBER,
    availableBytes: NUMBER,
    swapTotalBytes: NUMBER,
    swapUsedBytes: NUMBER,
    adminBytes: NUMBER,
  }),
  storage: object({ totalBytes: NUMBER, freeBytes: NUMBER }),
  temperatureCelsius: UNKNOWN('number'),
  clock: object({ synchronized: UNKNOWN('boolean'), estimatedErrorMs: UNKNOWN('number') }),
  ports: list(PORT),
  power: { anyOf: [POWER, { type: 'null' }], description: 'an estimate (docs/admin.md, "Power"); null: unknown board' },
});

export function systemRoutes(app: FastifyInstance, reader: SystemReader): void {
  app.get(
    '/api/system',
    {
      config: { access: 'viewer' },
      schema: about('system', 'The machine as it is now, at most 2 s old', { answer: SYSTEM }),
    },
    () => reader.read(),
  );
}
