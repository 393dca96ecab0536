import { existsSync, rmSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { TrackScriptModel } from '../../../src/vrrp/model.ts';
import type { Tracker, TrackerMap } from '../../../src/vrrp/tracking/tracker.ts';
import { createTrackers, trackerKey } from '../../../src/vrrp/tracking/trackers.ts';
import { PLACE } from '../models.ts';
import { command, ScriptLab, until } from '../notification/script-lab.ts';

function script(words: readonly string[], more: Partial<TrackScriptModel> = {}): TrackScriptModel {
  return {
    place: PLACE,
    name: 'check',
    command: command(words),
    intervalMs: 50,
    timeoutMs: 3000,
    weight: 0,
    reverse: false,
    rise: 1,
    fall: 1,
    initFail: false,
    ...more,
  };
}

class Watching {
  readonly states: string[] = [];
  tracker: Tracker;
  trackers: TrackerMap;
  readonly lab: ScriptLab;

  constructor(t: Test, lab: ScriptLab, model: TrackScriptModel, keep?: TrackerMap) {
    this.lab = lab;
    this.trackers = createTrackers({ scripts: [model], files: [], processes: [], proxies: [] }, lab.reactor, {
      listener: { onTrack: (tracker) => this.states.push(`${tracker.state} ${tracker.reason}`.trim()) },
      runner: lab.runner,
      log: (text) => lab.log.push(text),
      keep,
    });
    this.tracker = this.trackers.get(trackerKey('script', model.name)) as Tracker;
    t.teardown(() => this.tracker.stop());
  }
}

t.test('a script is asked at once', async (t) => {
  const lab = new ScriptLab(t);
  const watching = new Watching(t, lab, script(['/bin/true'], { intervalMs: 3_600_000 }));
  watching.tracker.start();
  await until(() => watching.states.length > 0, 'the first answer, long before the interval is over');
  t.same(watching.states, ['up']);
});

t.test('and every interval', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.script('check', `echo x >> ${lab.path('out')}`);
  const watching = new Watching(t, lab, script([path], { intervalMs: 300 }));
  t.equal(watching.tracker.state, 'init');
  t.equal(watching.tracker.holds, true);
  const before = Date.now();
  watching.tracker.start();
  await until(() => watching.states.length > 0, 'the first answer');
  t.same(watching.states, ['up']);
  await until(() => lab.text('out').length >= 6, 'two more turns');
  t.ok(Date.now() - before >= 590);
  t.same(watching.states, ['up'], 'told once');
});

t.test('exit codes other than 0 are failures; fall and rise are waited for', async (t) => {
  const lab = new ScriptLab(t);
  const flag = lab.path('flag');
  const path = lab.script('check', `echo x >> ${lab.path('out')}; test ! -e ${flag} || exit 7`);
  const watching = new Watching(t, lab, script([path], { fall: 3, rise: 2 }));
  watching.tracker.start();
  await until(() => watching.states.length === 1, 'up');
  writeFileSync(flag, '');
  const before = lab.text('out').length;
  await until(() => watching.states.length === 2, 'down');
  t.ok(lab.text('out').length - before >= 4, 'three runs, one of which may have begun');
  t.equal(watching.tracker.value, 7);
  rmSync(flag);
  await until(() => watching.states.length === 3, 'up again');
  t.same(watching.states, ['up', 'down exited with status 7', 'up']);
  t.match(
    lab.log.join('\n'),
    /Script `check` now returning 7\n(.*\n)*VRRP_Script\(check\) failed \(exited with status 7\)/,
  );
});

t.test('a script ended by a signal failed', async (t) => {
  const lab = new ScriptLab(t);
  const watching = new Watching(t, lab, script([lab.script('check', 'kill -USR1 $$')]));
  watching.tracker.start();
  await until(() => watching.states.length === 1, 'an answer');
  t.same(watching.states, ['down due to signal 10']);
});

t.test('a hung script fails when its timeout is over, and never runs twice at a time', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.script('check', `echo x >> ${lab.path('out')}; trap '' TERM; while :; do sleep 1; done`);
  const watching = new Watching(t, lab, script([path], { timeoutMs: 1500 }));
  const before = Date.now();
  watching.tracker.start();
  await until(() => watching.states.length === 1, 'an answer');
  const took = Date.now() - before;
  t.ok(took >= 1495, `after ${took} ms`);
  t.same(watching.states, ['down still running after 1500 ms']);
  t.equal(lab.text('out'), 'x\n');
  t.match(lab.log.join('\n'), /already running, expect idle - skipping run/);
});

t.test('an exit code of 0 after the timeout does not make it good', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.script('check', "trap 'exit 0' TERM; while :; do sleep 0.05; done");
  const watching = new Watching(t, lab, script([path], { intervalMs: 60_000, timeoutMs: 100 }));
  watching.tracker.start();
  await until(() => watching.states.length === 1 && lab.runner.running === 0, 'it has ended');
  t.same(watching.states, ['down still running after 100 ms']);
});

t.test('init_fail begins down and needs rise successes', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.script('check', `echo x >> ${lab.path('out')}`);
  const watching = new Watching(t, lab, script([path], { initFail: true, rise: 3 }));
  t.equal(watching.tracker.state, 'down');
  watching.tracker.start();
  await until(() => watching.states.length === 1, 'up');
  t.ok(lab.text('out').length >= 6);
});

t.test('a script that cannot be started failed', async (t) => {
  const lab = new ScriptLab(t);
  const watching = new Watching(t, lab, script(['/nonexistent/check']));
  watching.tracker.start();
  t.same(watching.states, ['down could not be started']);
});

t.test('stop ends a run in hand, and nothing is told after it', async (t) => {
  const lab = new ScriptLab(t);
  const watching = new Watching(t, lab, script(['/bin/sleep', '60']));
  watching.tracker.start();
  t.equal(lab.runner.running, 1);
  await until(() => lab.runner.started === 1, 'it runs');
  watching.tracker.stop();
  watching.tracker.stop();
  await lab.runner.idle();
  t.same(watching.states, []);
});

t.test('a reload keeps an unchanged tracker, and the state of a changed one', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.script('check', `test ! -e ${lab.path('flag')}`);
  const first = new Watching(t, lab, script([path]));
  first.tracker.start();
  await until(() => first.states.length === 1, 'up');
  const moved = { ...script([path]), place: { ...PLACE, line: 99 } };
  t.equal(new Watching(t, lab, moved, first.trackers).tracker, first.tracker, 'the same object');
  const changed = new Watching(t, lab, script([path], { intervalMs: 70 }), first.trackers);
  t.not(changed.tracker, first.tracker);
  t.equal(changed.tracker.state, 'up');
  t.ok(lab.log.includes('VRRP_Script(check) considered successful on reload'));
  const other = new Watching(t, lab, script([path], { name: 'other' }), first.trackers);
  t.equal(other.tracker.state, 'init');
  t.equal(other.tracker.holds, false, 'nobody waits for it');
  t.notOk(existsSync(lab.path('flag')));
});
