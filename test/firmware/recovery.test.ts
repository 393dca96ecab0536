/** What goes wrong on a unit, and how it comes back: it hangs, its data are damaged, its owner wants it new. */
import { randomBytes } from 'node:crypto';
import t from 'tap';
import { overwriteDisk, partition } from '../../firmware/emulator/run/disk.ts';
import { PASSWORD } from '../../firmware/emulator/run/unit-client.ts';
import { openShell, untilDevice } from './device.ts';
import { emulatorMissing, FirmwareLab } from './firmware-lab.ts';

/** As much as a file system keeps at its beginning, and more. */
const DAMAGED_BYTES = 4 * 1024 * 1024;
/** Of ext4, from the beginning of its partition: two sectors. */
const SUPERBLOCK_AT = 1024;
const SECTOR_BYTES = 512;
const LIMIT_MS = 600_000;

const missing = emulatorMissing();
if (missing === false) await recoveries();
else t.plan(0, missing);

async function recoveries(): Promise<void> {
  const lab = await FirmwareLab.open(t);
  const { unit, client } = lab;
  await unit.claim();
  const text = await lab.configure('kept');
  await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);

  await t.test('the appliance role hangs: the watchdog resets, and the unit boots', async (t) => {
    const { monitor, console } = unit.machine;
    await openShell(unit);
    const stop = await console.shell("kill -STOP $(ps | awk '/[m]ahalo appliance$/ { print $1 }')");
    t.equal(stop.status, 0, stop.output);
    const from = console.position;
    await console.waitFor(/mahalo: slot A/, { from, limitMs: LIMIT_MS });
    t.equal(monitor.count('WATCHDOG'), 1, 'it was the watchdog');
    const { boot, slot } = await untilDevice(unit, 'the boot is good', (device) => device.boot.good);
    t.match({ boot, slot }, { boot: { reason: /watchdog/ }, slot: { running: 'A', left: { A: 3 } } });
    t.equal((await client.order('GET', '/api/configuration')).text, text);
  });

  await t.test("factory reset: it is nobody's, and knows nothing", async (t) => {
    const from = unit.machine.console.position;
    const owner = await client.logIn();
    await owner.order('POST', '/api/device/factory-reset', { unit: unit.plan.name, password: PASSWORD });
    const { end } = await unit.machine.console.waitFor(/mahalo: slot A/, { from, limitMs: LIMIT_MS });
    await client.untilUp();
    t.equal((await client.call('GET', '/api/configuration')).status, 403, 'it is to be claimed first');
    await unit.claim(end);
    t.notMatch(await client.order('GET', '/api/configuration'), { text });
    await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);
  });

  await t.test('a superblock of which one sector was lost in a power cut: nothing is forgotten', async (t) => {
    await unit.cutPower();
    const data = partition(unit.plan.disk, 'data');
    overwriteDisk(unit.plan.disk, data.start + SUPERBLOCK_AT + SECTOR_BYTES, randomBytes(SECTOR_BYTES));
    await unit.powerOnAgain();
    const { data: state } = await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);
    t.match(state, { state: 'good' });
  });

  await t.test('a damaged data partition: it boots, is reached, and says so', async (t) => {
    await unit.cutPower();
    const data = partition(unit.plan.disk, 'data');
    overwriteDisk(unit.plan.disk, data.start, randomBytes(DAMAGED_BYTES));
    await unit.powerOnAgain();
    // On memory it is a fresh unit: somebody at its console can find out why, and reset it.
    await unit.claim();
    const { data: state, configuration } = await untilDevice(unit, 'an answer', () => true);
    t.match({ state, configuration }, { state: { state: 'damaged' }, configuration: { source: 'failure' } });
    t.not(state.why, '', state.why);
  });
}
