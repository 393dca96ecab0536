/**
 * Every moment of an update (upload, switch, trial) at which the power may go, and several ways in which the card then loses
 * what was not flushed (`everyDisk`): the boot environment can be read each time, what it would start is whole, and
 * nothing but the old slot is started before that was asked for. The writes are those of a real unit. That it does boot
 * is test/firmware/power-cut.test.ts's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { privateDisk } from '../../firmware/emulator/run/disk.ts';
import { UPDATE } from '../../firmware/emulator/run/image.ts';
import { Chance } from '../proxy/chaos-random.ts';
import { untilDevice } from './device.ts';
import { everyDisk } from './every-cut.ts';
import { emulatorMissing, FirmwareLab } from './firmware-lab.ts';
import { slotOn, slotsOnDisk } from './slots-on-disk.ts';

const SEED = 20261122;
/** Of each moment: all kept, all lost, and by chance. */
const WAYS = 4;

const missing = emulatorMissing();
if (missing === false) await updates();
else t.plan(0, missing);

async function updates(): Promise<void> {
  const lab = await FirmwareLab.open(t, { inCard: true });
  const { unit, client, card } = lab;
  const { disk } = unit.plan;
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-update-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  // The update is of the version that runs: a slot has these bytes, or is not whole.
  const whole = slotOn(disk, 'A');
  await unit.claim();
  await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);

  // QEMU flushes when it stands still.
  await unit.machine.monitor.command('stop');
  const before = privateDisk(disk, join(directory, 'before.img'));
  const told = card.record();
  const first = card.writes;
  await unit.machine.monitor.command('cont');
  const { status, json } = await client.update(UPDATE);
  if (status !== 200) throw new Error(JSON.stringify(json));
  const uploaded = card.writes - first;
  await client.order('POST', '/api/device/update/start', {});
  await untilDevice(unit, 'the update is good', ({ slot, boot }) => slot?.running === 'B' && boot.good);
  await unit.cutPower();

  const chance = new Chance(SEED, 'every disk');
  const found = { A: 0, B: 0 };
  const problems: string[] = [];
  for (const writes of everyDisk(told, { disk: before, ways: WAYS, chance: () => chance.next() })) {
    const { next, wrong, words } = slotsOnDisk(before, whole);
    problems.push(...wrong.map((one) => `after ${writes} writes: ${one} (${words})`));
    if (next === undefined) continue;
    found[next]++;
    if (next === 'B' && writes <= uploaded) problems.push(`after ${writes} writes: slot B was not asked for`);
  }
  const flushes = told.filter((one) => one === 'flush').length;
  t.comment(`${told.length - flushes} writes and ${flushes} flushes, ${uploaded} writes until all was uploaded`);
  t.comment(`${WAYS} ways to lose at each moment; it would start slot A ${found.A} times, slot B ${found.B} times`);
  t.same(problems, []);
  t.ok(found.A > 0 && found.B > 0, 'both are found');
}
