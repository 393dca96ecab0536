/**
 * Two emulated units and one address: one is killed, the other goes on, and the first one comes back. For how long the
 * address was dark is told and decides nothing.
 */
import t from 'tap';
import { SharedAddress } from '../../firmware/emulator/run/shared-address.ts';
import { Traffic } from '../../firmware/emulator/run/traffic.ts';
import type { EmulatedUnit } from '../../firmware/emulator/run/unit.ts';
import { emulatorMissing, FILE_MS } from './firmware-lab.ts';
import { takesOver } from './takes-over.ts';

const missing = emulatorMissing();
if (missing === false) await pairs();
else t.plan(0, missing);

async function pairs(): Promise<void> {
  t.setTimeout(FILE_MS);
  const pair = await SharedAddress.open(2);
  const [a, b] = pair.units as readonly [EmulatedUnit, EmulatedUnit];
  t.teardown(async () => {
    if (!t.passing()) for (const { machine } of pair.units) t.comment(`a console:\n${machine.console.tail()}`);
    await pair.close();
  });
  await pair.configure();
  const traffic = new Traffic(pair.url);
  t.teardown(() => traffic.stop());

  await t.test('one unit is killed, the other one goes on, and the first one comes back', async (t) => {
    await traffic.answeredAfter(0, { by: a.plan.name });
    await takesOver(t, traffic, { who: b.plan.name, when: 'the master is killed' }, () => a.cutPower());
    await takesOver(t, traffic, { who: a.plan.name, when: 'it is switched on again' }, () => a.powerOnAgain());
  });
}
