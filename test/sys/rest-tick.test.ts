/** One wake-up for all that is due now and then, at the full ten seconds of a clock that is the machine's. */
import { mock } from 'node:test';
import t from 'tap';
import { atNextTick, everyTick, TICK_MS } from '../../src/sys/rest-tick.ts';

let machineMs = 1_003_000;

mock.timers.enable({ apis: ['setTimeout'] });
mock.method(process.hrtime, 'bigint', () => BigInt(machineMs) * 1_000_000n);

function pass(seconds: number): void {
  for (let at = 0; at < seconds; at++) {
    machineMs += 1000;
    mock.timers.tick(1000);
  }
}

t.test('all are called together, once, unless they were taken back', async (t) => {
  const called: [string, number][] = [];
  atNextTick(() => called.push(['one', machineMs]));
  pass(2);
  atNextTick(() => called.push(['other', machineMs]));
  atNextTick(() => called.push(['nobody', machineMs]))();
  pass(30);
  t.same(called, [
    ['one', 1_010_000],
    ['other', 1_010_000],
  ]);
});

t.test('one takes another back; one that throws leaves the others for the next tick', async (t) => {
  const called: string[] = [];
  let takeBack = (): void => {};
  atNextTick(() => takeBack());
  takeBack = atNextTick(() => called.push('taken back'));
  pass(10);
  t.same(called, []);
  atNextTick(() => {
    throw new Error('a bug');
  });
  atNextTick(() => called.push('late'));
  t.throws(() => pass(10), /a bug/);
  t.same(called, []);
  pass(10);
  t.same(called, ['late']);
});

t.test('every tick, until it ends itself or is ended', async (t) => {
  let own = 0;
  const others: number[] = [];
  const endOwn = everyTick(() => {
    if (++own === 2) endOwn();
  });
  const end = everyTick(() => others.push(machineMs % TICK_MS));
  pass(30);
  t.equal(own, 2);
  t.same(others, [0, 0, 0]);
  end();
  pass(30);
  t.equal(others.length, 3);
});
