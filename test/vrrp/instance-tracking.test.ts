/** What is tracked moves the machine: faults, weights, addresses taken away. RFC 5798 section 6.4, keepalived. */
import t from 'tap';
import { BACKUP, INIT, MASTER } from '../../src/vrrp/states.ts';
import { Bench, T0 } from './instance-bench.ts';

t.test('S6: leaving MASTER by a fault or a stop says priority 0', async (t) => {
  const stopped = new Bench().master();
  stopped.instance.stop();
  t.strictSame(stopped.port.taken(), ['advert 0', 'drop']);
  t.equal(stopped.instance.deadlineMs, Number.POSITIVE_INFINITY);
  t.equal(stopped.instance.counters.priorityZeroSent, 1);
  stopped.instance.stop();
  t.strictSame(stopped.port.taken(), [], 'once');
  const faulty = new Bench().master();
  faulty.instance.setTracking(['interface eth0 is down'], 0, false, T0 + 5000);
  t.strictSame(faulty.port.taken(), ['advert 0', 'drop', 'MASTER -> FAULT']);
  t.equal(faulty.instance.deadlineMs, Number.POSITIVE_INFINITY);
  faulty.instance.setTracking([], 0, false, T0 + 9000);
  t.equal(faulty.instance.state, BACKUP);
  t.equal(faulty.sinceMs, 9000 + 3609.375);
  const backup = new Bench();
  backup.instance.setTracking(['x'], 0, false, T0 + 100);
  t.strictSame(backup.port.taken(), ['BACKUP -> FAULT'], 'a BACKUP has nothing to say');
  backup.instance.stop();
  t.strictSame(backup.port.taken(), []);
});

t.test('S8: weights move the effective priority within 1..254, and a BACKUP timer at once', async (t) => {
  const bench = new Bench();
  bench.instance.setTracking([], -50, false, T0 + 10);
  t.equal(bench.instance.effectivePriority, 50);
  t.equal(bench.sinceMs, 3000 + (206 / 256) * 1000, 'the timer moves by the difference of the skews');
  bench.instance.setTracking([], 20, false, T0 + 20);
  t.equal(bench.sinceMs, 3000 + (136 / 256) * 1000);
  t.strictSame(
    bench.port.taken().filter((line) => line.startsWith('priority')),
    ['priority 100 -> 50', 'priority 50 -> 120'],
  );
  bench.instance.setTracking([], -500, false, T0 + 30);
  t.equal(bench.instance.effectivePriority, 1);
  bench.instance.setTracking([], 500, false, T0 + 30);
  t.equal(bench.instance.effectivePriority, 254);
  bench.instance.setTracking([], 0, false, T0 + 30);
  t.equal(bench.sinceMs, 3609.375, 'there and back is where it was');
  const master = new Bench().master();
  const { deadlineMs } = master.instance;
  master.instance.setTracking([], -50, false, T0 + 4000);
  t.equal(master.instance.deadlineMs, deadlineMs, 'a master keeps its cadence');
  master.port.taken();
  master.instance.onTimer(deadlineMs);
  t.strictSame(master.port.taken(), ['advert 50']);
  const owner = new Bench({ priority: 255 });
  owner.instance.setTracking([], -50, false, T0 + 10);
  t.equal(owner.instance.effectivePriority, 255, 'an owner never changes');
});

t.test('S8: the timer shift holds after priority 0, too', async (t) => {
  const bench = new Bench();
  bench.hear(200, 0);
  bench.hear(0, 100);
  bench.instance.setTracking([], 100, false, T0 + 200);
  t.equal(bench.sinceMs, 100 + (56 / 256) * 1000);
});

t.test('trackers that have not spoken hold the start, and only the start', async (t) => {
  const bench = new Bench({}, false);
  bench.instance.setTracking([], 0, true, T0);
  bench.instance.start(T0);
  t.equal(bench.instance.state, INIT);
  bench.instance.setTracking([], 0, false, T0 + 500);
  t.equal(bench.instance.state, BACKUP);
  t.equal(bench.sinceMs, 500 + 3609.375);
  bench.master();
  bench.instance.setTracking([], 0, true, T0 + 9000);
  t.equal(bench.instance.state, MASTER, 'a reload that adds a tracker does not stop a master');
});

t.test('I3: an address taken away makes a BACKUP that waits', async (t) => {
  const bench = new Bench().master();
  bench.instance.loseAddress(T0 + 5000, '10.77.0.100');
  t.equal(bench.instance.state, BACKUP);
  t.equal(bench.sinceMs, 5000 + 3609.375);
  t.strictSame(bench.port.taken(), ['advert 0', 'drop', 'MASTER -> BACKUP'], 'the others need only their skew');
  bench.instance.loseAddress(T0 + 5001, '10.77.0.100');
  t.strictSame(bench.port.taken(), []);
});
