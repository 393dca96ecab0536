/**
 * What the boot environment goes through in the life of a unit. U-Boot's part is played by `start`, which does what the
 * boot script does: it takes the first slot with tries left, takes a try, stores, starts.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { BootControl } from '../../../src/appliance/boot/boot-control.ts';
import { type BootMedium, deviceNumber, findBootMedium } from '../../../src/appliance/boot/boot-medium.ts';
import { bootVariables, readBootState, type SlotName } from '../../../src/appliance/boot/boot-state.ts';
import { readEnvironment, writeEnvironment } from '../../../src/appliance/boot/environment-store.ts';
import { writeRegion } from '../../../src/appliance/boot/region.ts';
import { fillRegion, makeDiskImage } from '../disk-image.ts';

t.setTimeout(300_000);
const directory = mkdtempSync(join(tmpdir(), 'mahalo-boot-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const image = makeDiskImage(directory);
if (image === undefined) {
  t.pass('boot control', { skip: 'fdisk is not installed' });
  process.exit(0);
}
const { medium } = image;
fillRegion(medium.slots.A, Buffer.from('hsqs, as it was flashed'));
const OLD = { version: '0.1.0', build: 'old' };
const NEW = { version: '0.2.0', build: 'new' };
let boots = 0;

/** @returns the slot that the boot script starts, and what its system finds */
function start(): { slot: SlotName; control: BootControl } {
  const read = readBootState(readEnvironment(medium.environment).variables);
  // When neither has a try left, both have all of them again.
  const state = read.left.A + read.left.B > 0 ? read : { ...read, left: { A: 3, B: 3 }, order: ['A', 'B'] as const };
  const slot = state.order.find((one) => state.left[one] > 0) as SlotName;
  writeEnvironment(
    medium.environment,
    bootVariables({ ...state, left: { ...state.left, [slot]: state.left[slot] - 1 } }),
  );
  const runDirectory = join(directory, `run-${++boots}`);
  mkdirSync(runDirectory);
  const release = slot === 'A' ? OLD : NEW;
  return { slot, control: new BootControl({ medium: { ...medium, running: slot }, release, runDirectory }) };
}

t.test('a new unit: both copies empty, slot A on trial until it is marked good', (t) => {
  const { slot, control } = start();
  t.equal(slot, 'A');
  t.equal(control.facts.reason, undefined);
  t.equal(control.view().A.state, 'on trial');
  t.match(control.view().A.words, /2 more tries/);
  t.equal(control.view().B.state, 'empty');
  control.markGood();
  t.equal(control.view().A.state, 'good');
  t.same(control.view().left, { A: 3, B: 3 });
  t.equal(control.view().A.version, '0.1.0');
  t.throws(() => control.askTrial(), { code: 'slot' }, 'nothing to switch to');
  t.end();
});

t.test('an update: unbootable while it is written, then ready, then on trial, then good', (t) => {
  const before = start();
  before.control.markGood();
  t.equal(before.control.target.slot, 'B');
  before.control.updateBegun();
  fillRegion(medium.slots.B, Buffer.from('hsqs and so on'));
  t.equal(before.control.view().left.B, 0);
  t.match(before.control.view().B.words, /begun and not finished/);
  t.throws(() => before.control.askTrial(), { code: 'slot' }, 'half an update is never started');
  t.equal(start().slot, 'A', 'a power cut in the middle starts the old one');

  const { control } = start();
  control.markGood();
  control.updateBegun();
  control.updateWritten(NEW);
  t.equal(control.view().B.state, 'standby');
  t.equal(control.view().B.version, '0.2.0');
  t.same(control.view().order, ['A', 'B']);
  t.same(control.askTrial(), NEW);
  control.noteReboot('an update to 0.2.0');
  control.markGood();
  t.same(control.view().order, ['B', 'A'], 'being healthy does not call it back');

  const after = start();
  t.equal(after.slot, 'B');
  t.equal(after.control.facts.reason, 'an update to 0.2.0');
  t.ok(after.control.facts.onTrial);
  t.equal(after.control.view().B.state, 'on trial');
  after.control.markGood();
  t.same(after.control.view().left, { A: 3, B: 3 });
  t.equal(after.control.view().A.state, 'standby');
  t.equal(after.control.view().A.version, '0.1.0');
  const again = start();
  t.equal(again.slot, 'B', 'it stays');
  t.equal(again.control.facts.reason, undefined, 'a reason is told once');
  t.notOk(again.control.facts.onTrial);
  t.notOk(again.control.facts.fellBack);
  again.control.markGood();
  t.same(again.control.askTrial(), OLD, 'and back, at will');
  const back = start();
  t.equal(back.slot, 'A');
  back.control.markGood();
  t.equal(back.control.view().B.state, 'standby');
  t.end();
});

t.test('a build that never becomes healthy: three tries, then the old one is back and says why', (t) => {
  start().control.markGood();
  const { control } = start();
  control.markGood();
  control.askTrial();
  for (const left of [2, 1, 0]) {
    const { slot, control } = start();
    t.equal(slot, 'B');
    t.equal(control.view().left.B, left);
    control.noteWhyNotGood('admin does not answer');
    control.noteReboot('not healthy');
  }
  const back = start();
  t.equal(back.slot, 'A');
  t.same(back.control.facts.fellBack, { slot: 'B', version: '0.2.0', why: 'admin does not answer' });
  t.equal(back.control.view().B.state, 'given up');
  t.match(back.control.view().B.words, /admin does not answer/);
  back.control.markGood();
  t.same(back.control.view().order, ['A', 'B']);
  t.throws(() => back.control.askTrial(), { code: 'slot', message: /admin does not answer/ });
  const later = start();
  t.notOk(later.control.facts.fellBack, 'news once');
  t.match(later.control.view().B.words, /admin does not answer/, 'but kept with the slot');
  later.control.updateBegun();
  t.match(later.control.view().B.words, /not finished/);
  t.end();
});

t.test('a system that hangs without a word is told about all the same', (t) => {
  const { control } = start();
  control.updateBegun();
  control.updateWritten(NEW);
  control.askTrial();
  for (let round = 0; round < 3; round++) t.equal(start().slot, 'B');
  const back = start();
  t.match(back.control.facts.fellBack?.why, /never said that it is healthy/);
  back.control.markGood();
  t.end();
});

t.test('a restarted role knows what the first one found', (t) => {
  const { control } = start();
  control.noteReboot('somebody asked');
  const { control: first } = start();
  first.markGood();
  const runDirectory = join(directory, `run-${boots}`);
  const second = new BootControl({ medium, release: OLD, runDirectory });
  t.equal(second.facts.reason, 'somebody asked');
  t.ok(second.good);
  t.end();
});

t.test('one copy of the environment destroyed: nothing is lost; both: the unit starts A', (t) => {
  start().control.markGood();
  const { control } = start();
  control.markGood();
  control.updateBegun();
  control.updateWritten(NEW);
  control.askTrial();
  const { copy } = readEnvironment(medium.environment);
  const older = medium.environment[copy === 0 ? 1 : 0];
  writeRegion(older, Buffer.alloc(older.size, 0x5a));
  const started = start();
  t.equal(started.slot, 'B');
  started.control.markGood();
  for (const region of medium.environment) writeRegion(region, Buffer.alloc(region.size, 0xff));
  const anew = start();
  t.equal(anew.slot, 'A');
  t.same(anew.control.view().order, ['A', 'B']);
  t.end();
});

t.test('the disk that booted is found from the root file system, not by names', (t) => {
  const root = join(directory, 'root');
  const sys = join(root, 'sys');
  const disk = (name: string, parts: Readonly<Record<string, string>>): string => {
    const path = join(sys, 'devices/virtual', name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'uevent'), `MAJOR=254\nDEVNAME=${name}\nDEVTYPE=disk\n`);
    for (const [part, label] of Object.entries(parts)) {
      mkdirSync(join(path, part));
      writeFileSync(join(path, part, 'uevent'), `DEVNAME=${part}\nDEVTYPE=partition\nPARTNAME=${label}\n`);
      writeFileSync(join(path, part, 'size'), '262144\n');
    }
    return path;
  };
  // An old card with the same names comes first.
  disk('mmcblk0', { mmcblk0p1: 'slotA', mmcblk0p2: 'slotB', mmcblk0p3: 'data' });
  const ours = disk('mmcblk1', { mmcblk1p1: 'slotA', mmcblk1p2: 'slotB', mmcblk1p3: 'data' });
  mkdirSync(join(sys, 'dev/block'), { recursive: true });
  symlinkSync(join(ours, 'mmcblk1p2'), join(sys, 'dev/block', deviceNumber(statSync(root).dev)));
  mkdirSync(join(root, 'proc'));
  const find = (commandLine: string): BootMedium | undefined => {
    writeFileSync(join(root, 'proc/cmdline'), `${commandLine}\n`);
    return findBootMedium({ root, sys, dev: '/dev' });
  };
  const found = find('root=PARTUUID=x mahalo.slot=B quiet');
  t.equal(found?.running, 'B');
  t.same(found?.slots.A, { path: '/dev/mmcblk1p1', offset: 0, size: 128 * 1024 * 1024 });
  t.equal(found?.slots.B.path, '/dev/mmcblk1p2');
  t.same(found?.environment[1], { path: '/dev/mmcblk1', offset: 12.5 * 1024 * 1024, size: 16384 });
  t.throws(() => find('mahalo.slot=A'), /slot A was started, but .* slotB/);
  t.equal(find('quiet'), undefined, 'another boot loader');
  rmSync(join(ours, 'mmcblk1p1'), { recursive: true });
  t.throws(() => find('mahalo.slot=B'), /mmcblk1 has no partition slotA/);
  // As the C library takes numbers apart: a minor number past 255 is split.
  t.equal(deviceNumber(179 * 256 + 34), '179:34');
  t.equal(deviceNumber(0x10_0000 + 259 * 256 + 4), '259:260');
  t.end();
});
