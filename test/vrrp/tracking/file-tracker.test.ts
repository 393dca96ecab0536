import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import t, { type Test } from 'tap';
import type { TrackFileModel } from '../../../src/vrrp/model.ts';
import type { Tracker } from '../../../src/vrrp/tracking/tracker.ts';
import { createTrackers, trackerKey } from '../../../src/vrrp/tracking/trackers.ts';
import { PLACE } from '../models.ts';
import { ScriptLab, until } from '../notification/script-lab.ts';

function file(path: string, more: Partial<TrackFileModel> = {}): TrackFileModel {
  return {
    place: PLACE,
    name: 'number',
    path,
    weight: 1,
    reverse: false,
    initValue: undefined,
    initOverwrite: false,
    ...more,
  };
}

function watch(t: Test, lab: ScriptLab, model: TrackFileModel, reloading = false) {
  const values: number[] = [];
  const trackers = createTrackers({ scripts: [], files: [model], processes: [], proxies: [] }, lab.reactor, {
    listener: { onTrack: (tracker) => values.push(tracker.value) },
    runner: lab.runner,
    log: (text) => lab.log.push(text),
    keep: reloading ? new Map() : undefined,
  });
  const tracker = trackers.get(trackerKey('file', model.name)) as Tracker;
  tracker.start();
  t.teardown(() => tracker.stop());
  return { values, tracker };
}

t.test('the value is there after start, and every change is told', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.path('value');
  writeFileSync(path, '5\n');
  const { values, tracker } = watch(t, lab, file(path));
  t.equal(tracker.value, 5);
  writeFileSync(path, '-3\n');
  await until(() => values.length === 1, 'the change');
  writeFileSync(path, '-3 \n');
  writeFileSync(path, '9\n');
  await until(() => values.includes(9), 'another');
  t.same(values, [-3, 9], 'the same value is not told');
});

t.test('a file is read when it is closed, never half-written', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.path('value');
  writeFileSync(path, '7');
  const { values, tracker } = watch(t, lab, file(path));
  const fd = openSync(path, 'w');
  writeSync(fd, '1');
  writeFileSync(lab.path('other'), '1');
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(tracker.value, 7);
  writeSync(fd, '2');
  closeSync(fd);
  await until(() => values.length === 1, 'the change');
  t.same(values, [12]);
});

t.test('a file that is replaced, removed and made anew is followed', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.path('value');
  const { values, tracker } = watch(t, lab, file(path));
  t.equal(tracker.value, 0, 'no file is 0');
  writeFileSync(lab.path('new'), '4');
  renameSync(lab.path('new'), path);
  await until(() => values.length === 1, 'moved in');
  unlinkSync(path);
  await until(() => values.length === 2, 'removed');
  writeFileSync(path, '6');
  await until(() => values.length === 3, 'made');
  renameSync(path, lab.path('away'));
  await until(() => values.length === 4, 'moved out');
  t.same(values, [4, 0, 6, 0]);
});

t.test('a directory that goes and comes back is found again', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.path('sub/value');
  mkdirSync(lab.path('sub'));
  writeFileSync(path, '4');
  const { values, tracker } = watch(t, lab, file(path));
  t.equal(tracker.value, 4);
  rmSync(lab.path('sub'), { recursive: true });
  await until(() => tracker.value === 0, 'gone');
  mkdirSync(lab.path('sub'));
  writeFileSync(path, '8');
  await until(() => tracker.value === 8, 'back');
  writeFileSync(path, '9');
  await until(() => tracker.value === 9, 'watched again');
  t.same(values, [0, 8, 9]);
  renameSync(lab.path('sub'), lab.path('moved'));
  await until(() => tracker.value === 0, 'moved away');
  writeFileSync(lab.path('moved/value'), '3');
  mkdirSync(lab.path('sub'));
  writeFileSync(path, '2');
  await until(() => tracker.value === 2, 'another one of that name');
});

t.test('a directory that is not there yet is waited for', async (t) => {
  const lab = new ScriptLab(t);
  const { tracker } = watch(t, lab, file(lab.path('later/value')));
  t.equal(tracker.value, 0);
  mkdirSync(lab.path('later'));
  writeFileSync(lab.path('later/value'), '11');
  await until(() => tracker.value === 11, 'found');
});

t.test('a symbolic link is followed to the file', async (t) => {
  const lab = new ScriptLab(t);
  mkdirSync(lab.path('real'));
  writeFileSync(lab.path('real/value'), '1');
  symlinkSync(lab.path('real/value'), lab.path('link'));
  const { values, tracker } = watch(t, lab, file(lab.path('link')));
  t.equal(tracker.value, 1);
  writeFileSync(lab.path('real/value'), '2');
  await until(() => values.length === 1, 'the change');
});

t.test('a number beyond 32 bits is not taken', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.path('value');
  writeFileSync(path, '5');
  const { values, tracker } = watch(t, lab, file(path));
  writeFileSync(path, '99999999999');
  await until(() => lab.log.some((line) => line.includes('Invalid number 99999999999 read from')), 'the log');
  t.equal(tracker.value, 5);
  t.same(values, []);
});

t.test('two files of one directory do not meet', async (t) => {
  const lab = new ScriptLab(t);
  const one = watch(t, lab, file(lab.path('one')));
  const two = watch(t, lab, file(lab.path('two')));
  writeFileSync(lab.path('one'), '1');
  await until(() => one.values.length === 1, 'one');
  one.tracker.stop();
  writeFileSync(lab.path('one'), '3');
  writeFileSync(lab.path('two'), '2');
  await until(() => two.values.length === 1, 'two');
  t.same([one.values, two.values], [[1], [2]]);
});

t.test('init_file makes a file that is missing, and overwrites only when told, never at a reload', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.path('value');
  const text = () => readFileSync(path, 'utf8');
  t.equal(watch(t, lab, file(path, { initValue: 3 })).tracker.value, 3);
  t.equal(text(), '3\n');
  t.equal(watch(t, lab, file(path, { initValue: 8 })).tracker.value, 3);
  t.equal(watch(t, lab, file(path, { initValue: 8, initOverwrite: true })).tracker.value, 8);
  t.equal(watch(t, lab, file(path, { initValue: 1, initOverwrite: true }), true).tracker.value, 8);
  mkdirSync(lab.path('folder'));
  watch(t, lab, file(lab.path('folder'), { initValue: 1, initOverwrite: true }));
  t.match(lab.log, [/not a regular file/]);
});
