import t from 'tap';
import { unshareNetwork } from '../../../src/sys/netns.ts';
import { ProcessLab, until } from './process-lab.ts';

// The kernel tells of processes in the first network namespace only.
const moved = unshareNetwork();
const skip = moved < 0 && 'needs a network namespace of its own';

t.test('where the kernel tells nothing, /proc is read once a second, and this is said', { skip }, async (t) => {
  const lab = new ProcessLab(t);
  const tracker = lab.track(t);
  tracker.start();
  t.match(lab.lab.log, [/^the kernel does not tell us of processes \(.*\): \/proc is read once a second/]);
  t.equal(tracker.state, 'down');
  const child = lab.run('60');
  await until(() => lab.states.length === 1, 'it is found');
  child.kill('SIGKILL');
  await until(() => lab.states.length === 2, 'its end is found');
  t.same(lab.states, ['up', 'down']);
});
