/** The state machine row by row: exact deadlines, and what is done in which order. RFC 5798 section 6.4, keepalived. */
import t from 'tap';
import type { InstanceModel } from '../../src/vrrp/model.ts';
import { BACKUP, FAULT, INIT, MASTER } from '../../src/vrrp/states.ts';
import { Bench, HIGH_ADDRESS, LOW_ADDRESS, OWN, T0 } from './instance-bench.ts';

t.test('the skew and the master down interval follow version, priority and interval', async (t) => {
  const cases: readonly (readonly [Partial<InstanceModel>, number, number])[] = [
    [{ version: 2, priority: 100 }, 609.375, 3609.375],
    [{ version: 2, priority: 150 }, 414.0625, 3414.0625],
    [{ version: 2, priority: 254 }, 7.8125, 3007.8125],
    [{ version: 2, priority: 1 }, 996.09375, 3996.09375],
    [{ version: 2, priority: 100, advertIntervalMs: 10_000 }, 609.375, 30_609.375],
    [{ version: 3, priority: 100 }, 609.375, 3609.375],
    [{ version: 3, priority: 100, advertIntervalMs: 100 }, 60.9375, 360.9375],
    [{ version: 3, priority: 100, advertIntervalMs: 10 }, 6.09375, 36.09375],
    [{ version: 3, priority: 150, advertIntervalMs: 10 }, 4.140625, 34.140625],
    [{ version: 3, priority: 100, advertIntervalMs: 40_950 }, 24_953.90625, 147_803.90625],
    [{ version: 2, priority: 100, downTimerAdverts: 1 }, 609.375, 1609.375],
    [{ version: 3, priority: 100, advertIntervalMs: 100, downTimerAdverts: 100 }, 60.9375, 10_060.9375],
  ];
  for (const [change, skewMs, downMs] of cases) {
    const bench = new Bench(change);
    t.equal(bench.instance.skewMs, skewMs, `skew of ${JSON.stringify(change)}`);
    t.equal(bench.sinceMs, downMs, `master down interval of ${JSON.stringify(change)}`);
  }
});

t.test('S1: everybody but the owner begins as BACKUP', async (t) => {
  t.equal(new Bench({}, false).instance.state, INIT);
  const backup = new Bench();
  t.equal(backup.instance.state, BACKUP);
  const eager = new Bench({ initialState: 'MASTER' });
  t.equal(eager.instance.state, BACKUP, '`state MASTER` changes nothing');
  t.equal(eager.sinceMs, backup.sinceMs);
  const owner = new Bench({ priority: 255 }, false);
  owner.instance.start(T0);
  t.equal(owner.instance.state, MASTER, 'the owner is master at once');
  t.strictSame(owner.port.taken(), ['advert 255', 'take', 'INIT -> MASTER']);
  t.equal(owner.sinceMs, 1000);
});

t.test('S2: what a BACKUP hears', async (t) => {
  t.test('priority 0 leaves the skew', async (t) => {
    const bench = new Bench();
    bench.hear(200, 0);
    t.strictSame(bench.hear(0, 500), []);
    t.equal(bench.sinceMs, 500 + 609.375);
  });
  t.test('priority 0 of a v3 master leaves the skew of its interval', async (t) => {
    const bench = new Bench({ version: 3, advertIntervalMs: 100 });
    bench.hear(200, 0, HIGH_ADDRESS, 1000);
    bench.hear(0, 500);
    t.equal(bench.sinceMs, 500 + 609.375);
  });
  for (const priority of [100, 101, 255]) {
    t.test(`priority ${priority} is the master: the timer starts anew`, async (t) => {
      const bench = new Bench();
      t.strictSame(bench.hear(priority, 2000), []);
      t.equal(bench.sinceMs, 2000 + 3609.375);
      t.equal(bench.instance.masterPriority, priority);
      t.strictSame([...bench.instance.masterAddress], [...HIGH_ADDRESS]);
      t.equal(bench.instance.state, BACKUP);
    });
  }
  t.test('a lower priority is discarded and does not touch the timer', async (t) => {
    const bench = new Bench();
    for (let ms = 500; ms < 3600; ms += 500) t.strictSame(bench.hear(99, ms), []);
    t.equal(bench.sinceMs, 3609.375);
    bench.instance.onTimer(T0 + 3610);
    t.equal(bench.instance.state, MASTER);
  });
  t.test('with nopreempt a lower priority is the master', async (t) => {
    const bench = new Bench({ nopreempt: true });
    bench.hear(1, 2000);
    t.equal(bench.sinceMs, 2000 + 3609.375);
    t.equal(bench.instance.masterPriority, 1);
    bench.hear(0, 2500);
    t.equal(bench.sinceMs, 2500 + 609.375, 'but not when it stops');
  });
  t.test('v3 adopts the interval of the master, v2 does not', async (t) => {
    const three = new Bench({ version: 3 });
    three.hear(200, 0, HIGH_ADDRESS, 2000);
    t.equal(three.instance.masterAdvertIntervalMs, 2000);
    t.equal(three.sinceMs, 6000 + (156 / 256) * 2000);
    three.hear(200, 100, HIGH_ADDRESS, 10);
    t.equal(three.sinceMs, 100 + 30 + (156 / 256) * 10);
    t.equal(three.master().instance.masterAdvertIntervalMs, 1000, 'as master it is its own again');
    const two = new Bench();
    two.hear(200, 0, HIGH_ADDRESS, 2000);
    t.equal(two.instance.masterAdvertIntervalMs, 1000);
  });
  t.test('a discarded advertisement of v3 is not adopted', async (t) => {
    const bench = new Bench({ version: 3 });
    bench.hear(50, 0, HIGH_ADDRESS, 5000);
    t.equal(bench.instance.masterAdvertIntervalMs, 1000);
    t.equal(bench.sinceMs, 3609.375);
  });
});

t.test('S9: preempt_delay counts from the first lower advertisement', async (t) => {
  const bench = new Bench({ preemptDelayMs: 10_000 });
  for (let ms = 0; ms < 10_000; ms += 1000) {
    bench.hear(50, ms);
    t.equal(bench.sinceMs, ms + 3609.375, `held at ${ms}`);
  }
  bench.hear(50, 10_000);
  t.equal(bench.sinceMs, 9000 + 3609.375, 'over: the timer is let run');
  const undone = new Bench({ preemptDelayMs: 10_000 });
  undone.hear(50, 0);
  undone.hear(100, 5000);
  undone.hear(50, 6000);
  undone.hear(50, 12_000);
  t.equal(undone.sinceMs, 12_000 + 3609.375, 'a higher one in between begins it anew');
  undone.hear(50, 16_000);
  t.equal(undone.sinceMs, 12_000 + 3609.375);
  const dead = new Bench({ preemptDelayMs: 10_000 });
  dead.hear(50, 0);
  dead.hear(0, 100);
  t.equal(dead.sinceMs, 100 + 609.375, 'it does not delay taking over from one that stops');
});

t.test('S3: becoming master sends first, then takes the addresses, then tells', async (t) => {
  const bench = new Bench();
  bench.instance.onTimer(T0 + 3610);
  t.strictSame(bench.port.taken(), ['advert 100', 'take', 'BACKUP -> MASTER']);
  t.equal(bench.sinceMs, 4610);
  t.equal(bench.instance.counters.becomeMaster, 1);
  t.equal(bench.instance.counters.advertSent, 1);
  t.ok(bench.instance.addressesSet);
  bench.instance.onTimer(T0 + 4610);
  t.strictSame(bench.port.taken(), ['advert 100']);
  t.equal(bench.sinceMs, 5610);
});

t.test('the cadence is kept when a tick is late, and begun anew when it is a whole interval late', async (t) => {
  const bench = new Bench({ version: 3, advertIntervalMs: 10 }).master();
  const first = bench.instance.deadlineMs;
  bench.instance.onTimer(first + 4);
  t.equal(bench.instance.deadlineMs, first + 10);
  bench.instance.onTimer(first + 10 + 15);
  t.equal(bench.instance.deadlineMs, first + 35);
  t.strictSame(bench.port.taken(), ['advert 100', 'advert 100'], 'missed ones are not sent all at once');
});

t.test('S4: what a MASTER hears', async (t) => {
  t.test('priority 0: one advert, nothing else', async (t) => {
    const bench = new Bench().master();
    const { deadlineMs } = bench.instance;
    t.strictSame(bench.hear(0, 4000), ['advert 100']);
    t.equal(bench.instance.deadlineMs, deadlineMs);
    t.equal(bench.instance.counters.priorityZeroReceived, 1);
  });
  t.test('a lower priority: advert, the neighbours told, an event', async (t) => {
    const bench = new Bench().master();
    t.strictSame(bench.hear(99, 4000), ['heard lower 99', 'advert 100', 'announce again']);
    t.equal(bench.instance.state, MASTER);
  });
  t.test('a lower priority with lower_prio_no_advert', async (t) => {
    const bench = new Bench({ lowerPriorityNoAdvert: true }).master();
    t.strictSame(bench.hear(99, 4000), ['heard lower 99', 'announce again']);
  });
  t.test('a higher priority: S5 the own advert, then the address is given up', async (t) => {
    const bench = new Bench().master();
    t.strictSame(bench.hear(101, 4000), ['advert 100', 'yield', 'MASTER -> BACKUP']);
    t.equal(bench.sinceMs, 4000 + 3609.375);
    t.equal(bench.instance.masterPriority, 101);
    t.equal(bench.instance.counters.releaseMaster, 1);
    t.notOk(bench.instance.addressesSet);
  });
  t.test('a higher priority, higher_prio_send_advert off', async (t) => {
    const bench = new Bench({ higherPrioritySendAdvert: false }).master();
    t.strictSame(bench.hear(101, 4000), ['yield', 'MASTER -> BACKUP']);
  });
  t.test('a higher priority of v3: its interval counts', async (t) => {
    const bench = new Bench({ version: 3 }).master();
    bench.hear(101, 4000, HIGH_ADDRESS, 100);
    t.equal(bench.sinceMs, 4000 + 360.9375);
  });
  t.test('nopreempt does not keep a master from giving way', async (t) => {
    const bench = new Bench({ nopreempt: true }).master();
    bench.hear(101, 4000);
    t.equal(bench.instance.state, BACKUP);
  });
  t.test('the same priority: the higher address wins', async (t) => {
    const loser = new Bench().master();
    loser.hear(100, 4000, HIGH_ADDRESS);
    t.equal(loser.instance.state, BACKUP);
    const winner = new Bench().master();
    t.strictSame(winner.hear(100, 4000, LOW_ADDRESS), ['heard lower 100', 'advert 100', 'announce again']);
    t.equal(winner.instance.state, MASTER);
  });
  t.test('the same priority and our own address: a warning', async (t) => {
    const bench = new Bench().master();
    const done = bench.hear(100, 4000, OWN);
    t.equal(bench.instance.state, MASTER);
    t.match(done, [/WARNING.*our IP address/]);
  });
  t.test('addresses are compared byte by byte, unsigned', async (t) => {
    const bench = new Bench();
    bench.instance.setSource(Uint8Array.of(10, 77, 0, 200));
    bench.master().hear(100, 4000, Uint8Array.of(10, 77, 1, 1));
    t.equal(bench.instance.state, BACKUP);
    const other = new Bench();
    other.instance.setSource(Uint8Array.of(192, 0, 0, 1));
    other.master().hear(100, 4000, Uint8Array.of(100, 255, 255, 255));
    t.equal(other.instance.state, MASTER);
  });
  t.test('IPv6 addresses to the last byte', async (t) => {
    const bench = new Bench({ family: 6, version: 3 }, false);
    const own = new Uint8Array(16).fill(7);
    bench.instance.setSource(own);
    bench.instance.start(T0);
    bench.master();
    const higher = Uint8Array.from(own);
    higher[15] = 8;
    bench.hear(100, 4000, higher);
    t.equal(bench.instance.state, BACKUP);
  });
});

t.test('in FAULT and INIT nothing is heard', async (t) => {
  const bench = new Bench();
  bench.instance.setTracking(['x'], 0, false, T0 + 100);
  bench.port.taken();
  for (const priority of [0, 1, 100, 254, 255]) t.strictSame(bench.hear(priority, 200), []);
  t.equal(bench.instance.state, FAULT);
  t.equal(bench.instance.deadlineMs, Number.POSITIVE_INFINITY);
  bench.instance.onTimer(T0 + 300);
  t.strictSame(bench.port.taken(), []);
});

t.test('what a log tells: whom it gave way to, whom it ignored, a stop heard once', async (t) => {
  const bench = new Bench({ version: 3 });
  bench.instance.start(T0);
  bench.hear(50, 100);
  bench.hear(0, 200);
  bench.hear(0, 201);
  bench.instance.onTimer(Math.ceil(bench.instance.deadlineMs));
  bench.hear(200, 1000);
  t.strictSame(bench.port.details, [
    'discarded 50',
    'Backup received priority 0 advertisement',
    'Receive advertisement timeout',
    'heard higher 200',
  ]);
});

t.test('S7: of two owners one gives way, and both may say so', async (t) => {
  const lower = new Bench({ priority: 255 });
  t.match(lower.hear(255, 100, HIGH_ADDRESS), [/CONFIGURATION ERROR/, /advert/, 'yield', 'MASTER -> BACKUP']);
  t.equal(lower.instance.effectivePriority, 254);
  const higher = new Bench({ priority: 255 });
  higher.hear(255, 100, LOW_ADDRESS);
  t.equal(higher.instance.state, MASTER);
  t.equal(higher.instance.effectivePriority, 254);
});

t.test('the wall clock is written down and decides nothing', async (t) => {
  const bench = new Bench();
  bench.port.wallClock = 1_000_000;
  bench.instance.onTimer(T0 + 3610);
  t.equal(bench.instance.lastTransitionMs, 1_000_000);
  bench.port.wallClock = 1_000_000 - 3_600_000;
  bench.instance.onTimer(T0 + 4610);
  t.equal(bench.sinceMs, 5610);
  bench.hear(200, 5000);
  t.equal(bench.instance.lastTransitionMs, 1_000_000 - 3_600_000);
  t.equal(bench.sinceMs, 5000 + 3609.375);
});

t.test('transitions are remembered with their causes, fifty of them', async (t) => {
  const bench = new Bench();
  for (let round = 0; round < 40; round++) {
    bench.master();
    bench.hear(200, bench.sinceMs - 500);
  }
  const { entries } = bench.instance.transitions;
  t.equal(entries.length, 50);
  t.match(entries.at(-1), { from: MASTER, to: BACKUP, cause: /higher priority \(200\)/ });
  t.match(entries.at(-2), { from: BACKUP, to: MASTER, cause: /no advertisement for/ });
});

t.test('a reload goes on where it was', async (t) => {
  const before = new Bench().master();
  const after = new Bench({ priority: 120 }, false);
  after.instance.takeOver(before.instance, T0 + 6000);
  t.equal(after.instance.state, MASTER);
  t.ok(after.instance.addressesSet);
  t.equal(after.sinceMs, 6000, 'the new priority is told at once');
  after.instance.onTimer(T0 + 6000);
  t.strictSame(after.port.taken(), ['advert 120']);
  t.equal(after.instance.counters.becomeMaster, 1, 'counters go on');
  const backup = new Bench();
  backup.hear(200, 0);
  const next = new Bench({ priority: 120 }, false);
  next.instance.takeOver(backup.instance, T0 + 500);
  t.equal(next.instance.state, BACKUP);
  t.equal(next.sinceMs, 500 + 3000 + (136 / 256) * 1000);
});

t.test('a rehearsal stands down, waits its time and comes back', async (t) => {
  const bench = new Bench({ priority: 200 }).master();
  t.equal(bench.instance.standDown(T0 + 5000, 8000, 'rehearsal'), true);
  t.strictSame(bench.port.taken(), ['advert 0', 'drop', 'MASTER -> BACKUP']);
  for (let ms = 6000; ms < 13_000; ms += 1000) bench.hear(100, ms);
  t.equal(bench.sinceMs, 12_000 + 3000 + (56 / 256) * 1000, 'the lower one is master meanwhile');
  bench.hear(100, 13_000);
  t.equal(bench.sinceMs, 12_000 + 3000 + (56 / 256) * 1000, 'then it preempts again');
  t.equal(new Bench().instance.standDown(T0, 1, ''), false);
});
