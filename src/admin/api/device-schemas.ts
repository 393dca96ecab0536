/** What the appliance role answers about the device, for /api/docs (admin/answers/device.ts has it as types). */

import { BOOLEAN, list, NULLABLE, NUMBER, object, type Schema, TIME, text } from './schemas.ts';

const SLOT_NAME: Schema = { type: 'string', enum: ['A', 'B'] };
const SLOT = object({ version: text(64, "'' when nothing that boots stands there"), state: text(32) });

export const UPDATE = object({
  state: text(32, 'none, receiving, checking, ready, failed'),
  version: text(64),
  bytes: { ...NUMBER, description: 'of them are there' },
  size: NUMBER,
  error: text(500),
});

export const DEVICE_STATUS = object({
  version: text(64),
  board: object({ id: text(64), name: text(200) }),
  unitId: text(64),
  hostname: text(64),
  slot: object({
    running: SLOT_NAME,
    order: { ...list(SLOT_NAME), description: 'which is tried first' },
    left: object({ A: NUMBER, B: NUMBER }),
    A: SLOT,
    B: SLOT,
  }),
  boot: object({ reason: text(200), seconds: NULLABLE(NUMBER), good: BOOLEAN, whyNotGood: text(500) }),
  roles: list(
    object({ name: text(32), pid: NULLABLE(NUMBER), state: text(32), startedAt: NULLABLE(TIME), restarts: NUMBER }),
  ),
  configuration: object({ source: text(16, 'startup, factory, failure'), why: text(500) }),
  data: object({ state: text(16, 'good, damaged'), why: text(500) }),
  ports: list(
    object({
      name: text(64),
      label: text(64, 'on the case'),
      link: BOOLEAN,
      mbit: NULLABLE(NUMBER),
      mac: text(64),
      addresses: list(text(64)),
    }),
  ),
  power: object({ profile: text(16, 'eco, performance'), estimatedWatts: NULLABLE(NUMBER) }),
  update: UPDATE,
  watchdog: object({ device: NULLABLE(text(64)), timeoutSeconds: NULLABLE(NUMBER) }),
  time: object({ synchronized: BOOLEAN }),
});

export const WORDS = list(object({ role: text(32), time: TIME, text: text(20_000) }));
