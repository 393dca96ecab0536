/** What the appliance role answers about the device, for /api/docs (admin/answers/device.ts has it as types). */

import { BOOLEAN, list, NULLABLE, NUMBER, object, type Schema, TIME, text } from './schemas.ts';

const SLOT_NAME: Schema = { type: 'string', enum: ['A', 'B'] };
const SLOT = object({
  version: NULLABLE(text(64, 'null: not known, or nothing stands there')),
  build: NULLABLE(text(64)),
  state: text(32, 'good, on trial, standby, given up, empty'),
  words: text(500),
});
const TEXT = text(500, "'' when there is nothing to say");
const NULLABLE_NUMBER = NULLABLE(NUMBER);
const ISO_TIME = text(32, 'ISO 8601');

export const DEVICE_STATUS = object({
  version: text(64),
  board: object({ id: text(64), name: text(200) }),
  unitId: text(64),
  hostname: text(64),
  slot: NULLABLE(
    object({
      running: SLOT_NAME,
      order: { ...list(SLOT_NAME), description: 'which is tried first' },
      left: object({ A: NUMBER, B: NUMBER }),
      A: SLOT,
      B: SLOT,
    }),
  ),
  boot: object({ reason: TEXT, seconds: NULLABLE_NUMBER, good: BOOLEAN, whyNotGood: TEXT }),
  roles: list(
    object({
      name: text(32),
      pid: NULLABLE_NUMBER,
      state: text(32, 'starting, running, silent, waiting, stopped, stopping'),
      startedAt: NULLABLE(TIME),
      restarts: NUMBER,
      why: TEXT,
    }),
  ),
  configuration: NULLABLE(object({ source: text(16, 'startup, factory, failure'), why: TEXT })),
  data: object({ state: text(16, 'good, damaged'), why: TEXT }),
  ports: NULLABLE(
    list(
      object({
        name: text(64),
        label: text(64, 'on the case'),
        role: text(16, 'what it is used for: arm, bridge, uplink, inner, off'),
        link: BOOLEAN,
        mbit: NULLABLE_NUMBER,
        mac: text(64),
        addresses: list(text(64)),
      }),
    ),
  ),
  power: object({ profile: NULLABLE(text(16, 'eco, performance')), estimatedWatts: NULLABLE_NUMBER }),
  update: NULLABLE(
    object({
      state: text(32, 'none, receiving, checking, ready, failed'),
      version: NULLABLE(text(64)),
      bytes: { ...NUMBER, description: 'written so far' },
      size: NULLABLE_NUMBER,
      error: NULLABLE(text(500)),
    }),
  ),
  watchdog: object({ device: NULLABLE(text(64)), timeoutSeconds: NULLABLE_NUMBER, why: TEXT }),
  time: object({ synchronized: BOOLEAN, servers: list(text(253)) }),
});

/** In a list, oldest first. */
export const LAST_WORDS = list(
  object({ role: text(32), pid: NUMBER, startedAt: ISO_TIME, endedAt: ISO_TIME, how: text(200), text: text(70_000) }),
);

/** As the appliance role checks it, part by part; here only that it is no more than it can be. */
export const NETWORK_SETTINGS: Schema = {
  type: 'object',
  additionalProperties: true,
  maxProperties: 8,
  required: ['mode'],
  properties: { mode: { type: 'string', enum: ['two-arm', 'one-arm', 'bridge', 'router'] } },
  description:
    '"nameServers"; two-arm and one-arm: "ports" by name; bridge: "bridge"; router: "ports", "uplink", "leases". A port ' +
    'or bridge has "ipv4" ("dhcp", "off", {"address": "192.0.2.7/24", "gateway"}), "ipv6" ("automatic", "link-local", ' +
    '"off", {"address", "gateway"}), "vlan"',
};
export const ISSUES = list(object({ path: text(200, 'network.ports.eth0.ipv4.address'), message: text(500) }));
