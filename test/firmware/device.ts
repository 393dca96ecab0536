/** What tests ask an emulated unit about itself, and wait for. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EmulatedUnit } from '../../firmware/emulator/run/unit.ts';
import type { DeviceStatus } from '../../src/admin/answers/device.ts';

const LIMIT_MS = 600_000;
const ASK_EVERY_MS = 250;

/**
 * Asks for the status until the condition holds, through restarts as well. Gives that status.
 * @param what for the message when it does not happen
 */
export async function untilDevice(
  unit: EmulatedUnit,
  what: string,
  condition: (status: DeviceStatus) => boolean,
  limitMs = LIMIT_MS,
): Promise<DeviceStatus> {
  const deadline = performance.now() + limitMs;
  let last = 'no answer';
  while (performance.now() < deadline) {
    try {
      const { status, json } = await unit.client.call('GET', '/api/device');
      if (status === 200 && condition(json)) return json;
      last = JSON.stringify(json);
    } catch (error) {
      last = String(error);
    }
    await delay(ASK_EVERY_MS);
  }
  throw new Error(`not within ${limitMs} ms: ${what}; ${last}\n${unit.machine.console.tail()}`);
}

/** A shell on the console of the unit (a development build), ready for `console.shell`. */
export async function openShell(unit: EmulatedUnit): Promise<void> {
  const { console } = unit.machine;
  const from = console.position;
  // Init waits for Enter, then the prompt comes up.
  console.type('\n');
  const { end } = await console.waitFor(/mahalo> /, { from });
  console.type('shell\n');
  await console.waitFor(/# $/, { from: end });
}
