/** Counters: maxima, classes of answers, sliding sums, rates. Pure. */
import t from 'tap';
import {
  addSample,
  clearCounters,
  countStatus,
  createCounters,
  HRSP_1XX,
  HRSP_5XX,
  HRSP_OTHER,
  QCUR,
  QMAX,
  QTIME,
  QTIME_MAX,
  RateCounter,
  raise,
  SCUR,
  SMAX,
  STOT,
} from '../../src/proxy/counters.ts';

t.test('a maximum keeps the most there was at once', (t) => {
  const block = createCounters();
  for (let i = 0; i < 3; i++) raise(block, SCUR, SMAX);
  block[SCUR] = 1;
  raise(block, SCUR, SMAX);
  t.equal(block[SCUR], 2);
  t.equal(block[SMAX], 3);
  t.end();
});

t.test('clearing keeps what is now, and sets maxima to it', (t) => {
  for (const all of [false, true]) {
    const block = createCounters();
    block[SCUR] = 2;
    block[SMAX] = 9;
    block[QCUR] = 1;
    block[QMAX] = 5;
    block[STOT] = 100;
    block[QTIME_MAX] = 77;
    clearCounters(block, all);
    t.strictSame(
      [SCUR, SMAX, QCUR, QMAX].map((index) => block[index]),
      [2, 2, 1, 1],
    );
    t.equal(block[STOT], all ? 0 : 100);
    t.equal(block[QTIME_MAX], 0);
  }
  t.end();
});

t.test('answers are counted by class, strange ones apart', (t) => {
  const block = createCounters();
  for (const status of [100, 599, 42, 600, 0]) countStatus(block, status);
  t.equal(block[HRSP_1XX], 1);
  t.equal(block[HRSP_5XX], 1);
  t.equal(block[HRSP_OTHER], 3);
  t.end();
});

t.test('a sliding sum is exact at first, then forgets and follows', (t) => {
  const block = createCounters();
  for (let i = 0; i < 1000; i++) addSample(block, QTIME, i, 10);
  t.equal(block[QTIME], 10_000, 'the sum of the first');
  for (let i = 1000; i < 20_000; i++) addSample(block, QTIME, i, 10);
  t.ok(Math.abs((block[QTIME] as number) / 1024 - 10) < 1, 'steady values keep their average');
  for (let i = 0; i < 20_000; i++) addSample(block, QTIME, 20_000, 0);
  t.equal(block[QTIME], 0, 'and it comes down to nothing, never below');
  t.end();
});

t.test('a rate counts this second and what is left of the one before', (t) => {
  const counter = new RateCounter();
  t.equal(counter.rate(123_456), 0);
  for (let i = 0; i < 100; i++) counter.hit(5000 + i);
  t.equal(counter.rate(5999), 100);
  t.equal(counter.rate(6250), 75, 'a quarter of the next second has passed');
  for (let i = 0; i < 20; i++) counter.hit(6500);
  t.equal(counter.rate(6500), 70);
  t.equal(counter.rate(8000), 0, 'a whole second without any');
  t.equal(counter.maximum, 100);
  counter.clear();
  t.equal(counter.maximum, 0);
  t.end();
});
