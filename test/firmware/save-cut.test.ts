/**
 * Every moment of a change of the configuration at which the power may go, and several ways in which the card then loses
 * what was not flushed (`everyCut`): the file system on the data partition is sound each time, and the configuration that
 * would boot is the one before or the one after, whole; the one after, once it was confirmed. The writes are those of a
 * real unit. What follows from there is test/firmware/power-cut.test.ts's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Told } from '../../firmware/emulator/run/card.ts';
import { type Partition, partition } from '../../firmware/emulator/run/disk.ts';
import { Chance } from '../proxy/chaos-random.ts';
import { untilDevice } from './device.ts';
import { everyCut, extractPartition, readInside } from './every-cut.ts';
import { emulatorMissing, FirmwareLab } from './firmware-lab.ts';

const SEED = 20261122;
/** Of each moment: all kept, all lost, and by chance. */
const WAYS = 5;
const STATE = '/mahalo/admin';

const missing = emulatorMissing();
if (missing === false) await saves();
else t.plan(0, missing);

/** What would boot; an error says what is not whole. */
function textInForce(file: string): string {
  const { confirmed } = JSON.parse(readInside(file, `${STATE}/configuration.json`)) as { confirmed: number };
  return (JSON.parse(readInside(file, `${STATE}/revisions/${confirmed}.json`)) as { text: string }).text;
}

function writesTo({ start, length }: Partition, told: readonly Told[]): number {
  return told.filter((one) => one !== 'flush' && one.position >= start && one.position < start + length).length;
}

async function saves(): Promise<void> {
  const lab = await FirmwareLab.open(t, { inCard: true });
  const { unit, card } = lab;
  const { disk } = unit.plan;
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-save-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  await unit.claim();
  const texts = [await lab.configure('text 0')];
  await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);

  // QEMU flushes when it stands still.
  await unit.machine.monitor.command('stop');
  const data = partition(disk, 'data');
  const before = join(directory, 'before.img');
  extractPartition(disk, data, before);
  const told = card.record();
  await unit.machine.monitor.command('cont');
  /** How many writes had been made when a text was known to be confirmed. */
  const confirmedAt = [0];
  for (const mark of ['text 1', 'text 2']) {
    texts.push(await lab.configure(mark));
    confirmedAt.push(writesTo(data, told));
  }
  await unit.cutPower();

  const chance = new Chance(SEED, 'every cut');
  const found = texts.map(() => 0);
  const wrong: string[] = [];
  const moments = everyCut(told, data, { before, directory, ways: WAYS, chance: () => chance.next() });
  for (const { writes, file, damage } of moments) {
    let which = -1;
    let why = damage ?? '';
    try {
      if (damage === undefined) which = texts.indexOf(textInForce(file));
    } catch (error) {
      why = String(error);
    }
    const least = confirmedAt.findLastIndex((confirmed) => writes > confirmed);
    if (which < least) wrong.push(`after ${writes} writes: text ${which}, expected ${least} or later; ${why}`);
    else found[which] = (found[which] ?? 0) + 1;
  }
  const flushes = told.filter((one) => one === 'flush').length;
  t.comment(
    `${writesTo(data, told)} writes and ${flushes} flushes for two changes; ${WAYS} ways to lose at each moment`,
  );
  t.comment(
    `confirmed after ${confirmedAt.slice(1).join(' and ')} writes; found: ${found.join(', ')} times text 0, 1, 2`,
  );
  t.same(wrong, []);
  t.ok(
    found.every((count) => count > 0),
    'each of the texts was found',
  );
}
