import t from 'tap';
import { ProcessTable } from '../../../src/vrrp/tracking/process-table.ts';
import { ProcessLab, until } from './process-lab.ts';

function counting(name: string) {
  const told: string[] = [];
  return {
    told,
    counter: {
      match: { byCommandLine: false, matches: (shortName: string) => shortName === name },
      onCount: (count: number, change: string) => told.push(`${count} ${change}`),
    },
  };
}

t.test('when events were lost, all processes are read anew, a few at a time', async (t) => {
  const lab = new ProcessLab(t);
  const child = lab.run('60');
  await until(() => child.pid !== undefined, 'it runs');
  const table = new ProcessTable(lab.lab.reactor, (text) => lab.lab.log.push(text));
  const { counter, told } = counting(lab.name);
  await until(() => {
    const count = table.attach(counter);
    if (count === 0) table.detach(counter);
    return count === 1;
  }, 'it is found');
  t.teardown(() => table.detach(counter));
  table.onExit(child.pid as number); // as if its beginning had never been told
  t.same(told, ['0 exit']);
  table.onLost();
  await until(() => told.length === 2, 'it is found again');
  t.same(told, ['0 exit', '1 exec']);
  t.match(lab.lab.log.at(-1), /process events were lost/);
});

t.test('a fork counts with its parent, a new name counts or not, an end is told once', async (t) => {
  const lab = new ProcessLab(t);
  const table = new ProcessTable(lab.lab.reactor, () => {});
  const { counter, told } = counting('no-such-name');
  t.equal(table.attach(counter), 0);
  t.teardown(() => table.detach(counter));
  // Numbers beyond the largest that Linux gives.
  table.onName(5_000_001, 'no-such-name');
  table.onName(5_000_001, 'no-such-name');
  table.onFork(5_000_002, 5_000_001);
  table.onFork(5_000_004, 5_000_003);
  table.onName(5_000_001, 'another');
  table.onExit(5_000_002);
  table.onExit(5_000_002);
  t.same(told, ['1 exec', '2 fork', '1 exec', '0 exit']);
});
