import fc from 'fast-check';
import t from 'tap';
import { Timer, type TimerOwner, TimerWheel } from '../../src/loop/timer-wheel.ts';

/** Keeps what fired, as [name, at]. */
function recorder(): { fired: [string, number][]; owner: (name: string) => TimerOwner } {
  const fired: [string, number][] = [];
  return { fired, owner: (name) => ({ onTimer: (_timer, nowMs) => void fired.push([name, nowMs]) }) };
}

t.test('a timer fires at its deadline and not a millisecond before', (t) => {
  for (const start of [0, 63, 64, 4095, 123_456_789, 2 ** 31 - 3, 2 ** 32 - 5, 2 ** 40 + 17]) {
    for (const delay of [1, 63, 64, 65, 4096, 262_144, 50_000, 3_600_000, 86_400_000, 2 ** 30, 2 ** 30 + 77, 2 ** 33]) {
      const { fired, owner } = recorder();
      const wheel = new TimerWheel(start);
      const timer = new Timer(owner('a'));
      wheel.arm(timer, start + delay);
      for (let next = wheel.nextDeadline(); next < start + delay; next = wheel.nextDeadline()) wheel.advance(next);
      wheel.advance(start + delay - 1);
      t.same(fired, [], `start ${start}, delay ${delay}: nothing before`);
      t.equal(wheel.nextDeadline(), start + delay, 'and the wheel says when');
      wheel.advance(start + delay);
      t.same(fired, [['a', start + delay]]);
      t.equal(timer.armed, false);
      t.equal(wheel.nextDeadline(), Number.POSITIVE_INFINITY);
    }
  }
  t.end();
});

t.test('one big step fires everything due, in order of deadlines', (t) => {
  const { fired, owner } = recorder();
  const wheel = new TimerWheel(1000);
  for (const delay of [70_000, 5, 300, 5, 64, 4096, 4100, 1]) wheel.arm(new Timer(owner(`${delay}`)), 1000 + delay);
  wheel.advance(1000 + 70_000);
  t.same(
    fired.map(([name]) => name),
    ['1', '5', '5', '64', '300', '4096', '4100', '70000'],
  );
  t.end();
});

t.test('a cancelled timer does not fire, and cancelling twice is harmless', (t) => {
  const { fired, owner } = recorder();
  const wheel = new TimerWheel(0);
  const timer = new Timer(owner('a'));
  wheel.cancel(timer);
  wheel.arm(timer, 10);
  wheel.cancel(timer);
  wheel.cancel(timer);
  t.equal(wheel.nextDeadline(), Number.POSITIVE_INFINITY, 'and leaves nothing to wait for');
  wheel.advance(20);
  t.same(fired, []);
  t.end();
});

t.test('pushing a timer back costs at most one early look, pulling it forward takes effect', (t) => {
  const { fired, owner } = recorder();
  const wheel = new TimerWheel(0);
  const timer = new Timer(owner('a'));
  wheel.arm(timer, 10);
  wheel.arm(timer, 100);
  wheel.advance(99);
  t.same(fired, []);
  wheel.arm(timer, 200);
  wheel.arm(timer, 101);
  wheel.advance(101);
  t.same(fired, [['a', 101]]);
  t.end();
});

t.test('a callback may arm itself again and cancel a timer of the same tick', (t) => {
  const wheel = new TimerWheel(0);
  const log: string[] = [];
  const victim = new Timer({ onTimer: () => void log.push('victim') });
  const repeating: Timer = new Timer({
    onTimer: (timer, nowMs) => {
      log.push(`at ${nowMs}`);
      wheel.cancel(victim);
      if (nowMs < 30) wheel.arm(timer, nowMs + 10);
    },
  });
  wheel.arm(repeating, 10);
  wheel.arm(victim, 10);
  for (let now = 0; now <= 50; now++) wheel.advance(now);
  t.same(log, ['at 10', 'at 20', 'at 30']);
  t.end();
});

t.test('a callback that throws does not lose the timers behind it', (t) => {
  const { fired, owner } = recorder();
  const wheel = new TimerWheel(0);
  wheel.arm(new Timer({ onTimer: () => { throw new Error('bug'); } }), 5); // biome-ignore format: one line says it
  wheel.arm(new Timer(owner('after')), 5);
  t.throws(() => wheel.advance(5));
  t.ok(wheel.nextDeadline() <= 5);
  wheel.advance(5);
  t.same(fired, [['after', 5]]);
  t.end();
});

t.test('arming something earlier than the announced rest is reported', (t) => {
  let calls = 0;
  const wheel = new TimerWheel(0, () => void calls++);
  const timer = new Timer({ onTimer: () => {} });
  wheel.arm(timer, 1000);
  wheel.restingUntilMs = 1000;
  wheel.arm(new Timer({ onTimer: () => {} }), 2000);
  wheel.arm(timer, 3000);
  t.equal(calls, 0);
  wheel.arm(new Timer({ onTimer: () => {} }), 500);
  t.equal(calls, 1);
  t.end();
});

t.test('any sequence of arm, cancel and advance agrees with a sorted list', (t) => {
  const operation = fc.oneof(
    fc.record({
      kind: fc.constant('arm' as const),
      which: fc.nat(7),
      delay: fc.oneof(fc.nat(200), fc.nat(10_000_000)),
    }),
    fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(7), delay: fc.constant(0) }),
    fc.record({
      kind: fc.constant('advance' as const),
      which: fc.constant(0),
      delay: fc.oneof(fc.nat(100), fc.nat(5_000_000)),
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 33 }), fc.array(operation, { maxLength: 60 }), (start, operations) => {
      let now = start;
      const wheel = new TimerWheel(start);
      const fired: string[] = [];
      const deadlines = new Map<number, number>();
      const timers = Array.from({ length: 8 }, (_, which) => new Timer({ onTimer: () => void fired.push(`${which}`) }));
      wheel.advance(now);
      for (const { kind, which, delay } of operations) {
        if (kind === 'arm') {
          wheel.arm(timers[which] as Timer, now + 1 + delay);
          deadlines.set(which, now + 1 + delay);
        } else if (kind === 'cancel') {
          wheel.cancel(timers[which] as Timer);
          deadlines.delete(which);
        } else {
          now += delay;
          if (wheel.nextDeadline() > Math.min(...deadlines.values())) throw new Error('nextDeadline is too late');
          wheel.advance(now);
          const due = [...deadlines].filter(([, at]) => at <= now).sort((a, b) => a[1] - b[1]);
          for (const [name] of due) deadlines.delete(name);
          // Among equal deadlines the order is free.
          if (fired.length !== due.length) return false;
          const at = new Map(due);
          for (let index = 1; index < fired.length; index++) {
            const previous = at.get(Number(fired[index - 1])) ?? Number.NaN;
            if (!(previous <= (at.get(Number(fired[index])) ?? Number.NaN))) return false;
          }
          fired.length = 0;
        }
      }
      return timers.every((timer, which) => timer.armed === deadlines.has(which));
    }),
    { numRuns: 400 },
  );
  t.end();
});
