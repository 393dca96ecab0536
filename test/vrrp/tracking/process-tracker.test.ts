import { spawn } from 'node:child_process';
import t from 'tap';
import { ProcessEvents } from '../../../src/sys/process-events.ts';
import { ProcessLab, until } from './process-lab.ts';

const events = ProcessEvents.open();
const skip = typeof events === 'number' && 'the kernel does not tell this process of others';
if (typeof events !== 'number') events.close();

t.test('what runs already counts at start, and ends are seen', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  const child = lab.run('60');
  const tracker = lab.track(t);
  await until(() => child.pid !== undefined, 'it runs');
  tracker.start();
  t.equal(tracker.state, 'up');
  t.equal(tracker.value, 1);
  child.kill('SIGKILL');
  await until(() => lab.states.length === 1, 'it has ended');
  t.same(lab.states, ['down']);
  t.equal(tracker.reason, '0 of at least 1 processes');
});

t.test('quorum and quorum_max', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  const tracker = lab.track(t, { quorum: 2, quorumMax: 3 });
  tracker.start();
  t.equal(tracker.state, 'down');
  const children = [lab.run('60')];
  await until(() => tracker.value === 1, 'one');
  t.same(lab.states, []);
  children.push(lab.run('60'), lab.run('60'));
  await until(() => tracker.value === 3, 'three');
  children.push(lab.run('60'));
  await until(() => tracker.value === 4, 'four');
  t.same(lab.states, ['up', 'down']);
  children[0]?.kill('SIGKILL');
  await until(() => tracker.value === 3, 'three again');
  t.same(lab.states, ['up', 'down', 'up']);
  t.match(lab.lab.log, ['Quorum gained for tracked process p', 'Quorum lost for tracked process p']);
});

t.test('quorum_max 0: there must be none', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  const tracker = lab.track(t, { quorum: 0, quorumMax: 0 });
  tracker.start();
  t.equal(tracker.state, 'up');
  lab.run('60');
  await until(() => lab.states.length === 1, 'there is one');
  t.same(lab.states, ['down']);
});

t.test('by the full command with its parameters', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  const tracker = lab.track(t, {
    process: lab.program,
    parameters: ['61'],
    parameterMatch: 'exact',
    fullCommand: true,
  });
  tracker.start();
  lab.run('60');
  const child = lab.run('61');
  await until(() => lab.states.length === 1, 'the one');
  t.equal(tracker.value, 1);
  child.kill('SIGKILL');
  await until(() => lab.states.length === 2, 'it has ended');
  t.same(lab.states, ['up', 'down']);
});

t.test('terminate_delay bridges a restart, and no more', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  const child = lab.run('60');
  const tracker = lab.track(t, { terminateDelayMs: 400 });
  await until(() => child.pid !== undefined, 'it runs');
  tracker.start();
  child.kill('SIGKILL');
  await until(() => tracker.value === 0, 'it has ended');
  const again = lab.run('60');
  await until(() => tracker.value === 1, 'another one');
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.same(lab.states, []);
  again.kill('SIGKILL');
  await until(() => tracker.value === 0, 'it has ended, too');
  const before = Date.now();
  await until(() => lab.states.length === 1, 'down');
  t.ok(Date.now() - before > 300);
});

t.test('children of one that counts count, after fork_delay for a quorum', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  // A shell under another name: its forks bear that name until they execute something.
  const shell = lab.lab.path(`${lab.name}s`);
  const pipe = lab.lab.path('pipe');
  const script = `cp /bin/sh ${shell} && mkfifo ${pipe}`;
  await new Promise((resolve) => spawn('/bin/sh', ['-c', script]).on('exit', resolve));
  const tracker = lab.track(t, { process: `${lab.name}s`, quorum: 2, forkDelayMs: 300 });
  tracker.start();
  const child = spawn(shell, ['-c', `(read never < ${pipe}) & wait`], { stdio: 'ignore', detached: true });
  t.teardown(() => process.kill(-(child.pid as number), 'SIGKILL'));
  await until(() => tracker.value === 2, 'two');
  const before = Date.now();
  t.same(lab.states, []);
  await until(() => lab.states.length === 1, 'up');
  t.ok(Date.now() - before >= 250);
});

t.test('nothing is told after stop', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  const tracker = lab.track(t);
  tracker.start();
  tracker.stop();
  const child = lab.run('60');
  await until(() => child.pid !== undefined, 'it runs');
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.same(lab.states, []);
});
