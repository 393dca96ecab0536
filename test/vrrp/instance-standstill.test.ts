/** A process, or its machine, stands still for a while: who must give way afterwards, and who waits for whom. */
import t from 'tap';
import { BACKUP, MASTER } from '../../src/vrrp/states.ts';
import { Bench, HIGH_ADDRESS, LOW_ADDRESS, T0 } from './instance-bench.ts';

t.test('S10: a master that slept longer than the others wait gives way to whoever took over', async (t) => {
  const bench = new Bench({ version: 3, advertIntervalMs: 100, priority: 200 }).master();
  const sleptMs = bench.sinceMs + 2000;
  bench.hear(100, sleptMs, LOW_ADDRESS);
  t.equal(bench.instance.state, BACKUP);
  t.strictSame(
    bench.port.taken().filter((line) => line.startsWith('advert')),
    [],
  );
});

t.test('S10: a master that slept is BACKUP before it says anything, when another has taken over', async (t) => {
  const bench = new Bench({ version: 3, advertIntervalMs: 100, priority: 200 }).master();
  const nowMs = bench.instance.deadlineMs + 2000;
  t.equal(bench.instance.sleptTooLong(nowMs), true);
  t.strictSame(bench.hear(100, nowMs - T0, HIGH_ADDRESS, 100), ['drop', 'MASTER -> BACKUP']);
  t.equal(bench.instance.state, BACKUP);
});

t.test('S10: a master that slept beside nobody goes on', async (t) => {
  const bench = new Bench({ version: 3, advertIntervalMs: 100, priority: 200 }).master();
  bench.instance.onTimer(bench.instance.deadlineMs + 2000);
  t.equal(bench.instance.state, MASTER);
  t.strictSame(bench.port.taken(), ['advert 200']);
  t.equal(bench.instance.sleptTooLong(bench.instance.lastSentMs + 100), false);
});

t.test('a backup that stood still waits as much longer, at most twice in all', async (t) => {
  const bench = new Bench({ version: 3, advertIntervalMs: 10, priority: 100 });
  const { instance } = bench;
  bench.hear(200, 100, HIGH_ADDRESS, 10);
  const dueMs = instance.deadlineMs;
  instance.overslept(20, dueMs - 10);
  t.equal(instance.deadlineMs, dueMs + 20);
  instance.overslept(3, dueMs + 21);
  t.equal(instance.deadlineMs, dueMs + 31);
  instance.overslept(100, dueMs + 100);
  t.equal(instance.deadlineMs, T0 + 100 + 2 * instance.masterDownMs);
  instance.onTimer(dueMs + 100);
  t.equal(instance.state, MASTER);
});

t.test(
  'one that stood still waits no longer for nobody, for a lower priority, or for one that said that it stops',
  async (t) => {
    const waits = (before: (bench: Bench) => void): boolean => {
      const bench = new Bench({ version: 3, advertIntervalMs: 10, priority: 100 });
      before(bench);
      const dueMs = bench.instance.deadlineMs;
      bench.instance.overslept(20, dueMs + 20);
      return bench.instance.deadlineMs > dueMs;
    };
    t.equal(
      waits((bench) => bench.hear(200, 10, HIGH_ADDRESS, 10)),
      true,
    );
    t.equal(
      waits(() => {}),
      false,
    );
    t.equal(
      waits((bench) => bench.hear(50, 10, LOW_ADDRESS, 10)),
      false,
    );
    t.equal(
      waits((bench) => {
        bench.hear(200, 10, HIGH_ADDRESS, 10);
        bench.hear(0, 15, HIGH_ADDRESS, 10);
      }),
      false,
    );
  },
);
