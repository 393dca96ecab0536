/** What an AddressSet asks of the kernel, and when: the tables are replaced, time is told to it. */
import t from 'tap';
import { TimerWheel } from '../../src/loop/timer-wheel.ts';
import { AddressSet, type AddressSetServices } from '../../src/vrrp/address-set.ts';
import type { AddressModel, InstanceModel, RouteModel, RuleModel } from '../../src/vrrp/model.ts';
import { addressModel, instanceModel } from './models.ts';

const T0 = 1000;
const A = '10.77.0.100/24';
const B = '10.77.0.101/24';

/** Only what an AddressSet looks at. */
const route = (text: string): RouteModel => ({ text }) as RouteModel;
const rule = (text: string, preference: number): RuleModel => ({ text, preference }) as RuleModel;

class Bench {
  readonly timers = new TimerWheel(T0);
  readonly asked: string[] = [];
  readonly #services: AddressSetServices;

  constructor() {
    const ask =
      (what: string) =>
      (model: AddressModel | RouteModel | RuleModel): number => {
        const preference = 'preference' in model ? ` at ${model.preference}` : '';
        this.asked.push(`${what} ${model.text}${preference}`);
        return 0;
      };
    const table = { add: ask('add'), remove: ask('remove'), has: () => true };
    const addresses = {
      ...table,
      renewing: false,
      renew: (model: AddressModel, _index: number, _lifetimeMs: number, done: (status: number) => void) => {
        this.asked.push(`renew ${model.text}`);
        done(0);
      },
    };
    const services: unknown = {
      timers: this.timers,
      interfaces: {},
      addresses,
      routes: table,
      rules: table,
      nowMs: () => T0,
      log: (text: string) => this.asked.push(text),
    };
    this.#services = services as AddressSetServices;
  }

  set(change: Partial<InstanceModel> = {}): AddressSet {
    const set = new AddressSet(
      instanceModel({ addresses: [addressModel(A)], advertIntervalMs: 1000, addressLifetimeMs: 0, ...change }),
      this.#services,
    );
    set.setInterface({ index: 2, name: 'eth0' } as Parameters<AddressSet['setInterface']>[0]);
    return set;
  }

  /** What was asked for by then. */
  until(nowMs: number): string[] {
    this.timers.advance(nowMs);
    return this.asked.splice(0);
  }
}

t.test('to a new master the addresses are left for a moment in which packets are still answered', async (t) => {
  for (const [advertIntervalMs, leaveMs] of [
    [1000, 20],
    [100, 20],
    [10, 5],
  ] as const) {
    const bench = new Bench();
    const set = bench.set({ advertIntervalMs, routes: [route('R')], rules: [rule('U', 1)] });
    set.take(T0);
    t.strictSame(bench.until(T0), [`add ${A}`, 'add R', 'add U at 1']);
    set.leave(T0);
    t.strictSame(bench.until(T0 + leaveMs - 1), [], `${leaveMs} ms of adverts of ${advertIntervalMs} ms`);
    t.strictSame(bench.until(T0 + leaveMs), ['remove U at 1', 'remove R', `remove ${A}`]);
  }
});

t.test('master again meanwhile: they stay', async (t) => {
  const bench = new Bench();
  const set = bench.set();
  set.take(T0);
  set.leave(T0 + 10);
  set.take(T0 + 20);
  bench.until(T0 + 20);
  t.strictSame(bench.until(T0 + 1000), []);
});

t.test('a stop, a fault, a drop meanwhile: they go at once, and once', async (t) => {
  const bench = new Bench();
  const set = bench.set();
  set.endLeave();
  t.strictSame(bench.until(T0), [], 'nothing to end');
  set.take(T0);
  set.leave(T0);
  bench.until(T0 + 1);
  set.endLeave();
  t.strictSame(bench.until(T0 + 1), [`remove ${A}`]);
  t.strictSame(bench.until(T0 + 1000), []);
  set.take(T0 + 1000);
  set.endLeave();
  t.strictSame(bench.until(T0 + 2000), [`add ${A}`], 'a master keeps them');
  set.leave(T0 + 2000);
  set.drop();
  t.strictSame(bench.until(T0 + 3000), [`remove ${A}`]);
});

t.test('nobody renews what is being left', async (t) => {
  const bench = new Bench();
  const set = bench.set({ addressLifetimeMs: 40 });
  set.take(T0);
  t.strictSame(bench.until(T0 + 10), [`add ${A}`, `renew ${A}`]);
  set.leave(T0 + 15);
  t.strictSame(bench.until(T0 + 34), []);
  t.strictSame(bench.until(T0 + 200), [`remove ${A}`]);
});

t.test('a reload takes off what the successor lacks, each rule with its preference', async (t) => {
  const bench = new Bench();
  const before = bench.set({
    addresses: [addressModel(A), addressModel(B)],
    routes: [route('R'), route('S')],
    rules: [rule('U', 16384), rule('V', 16383)],
  });
  const after = bench.set({ routes: [route('S')], rules: [rule('V', 16384)] });
  before.take(T0);
  bench.until(T0);
  before.handOver(after);
  t.strictSame(bench.until(T0 + 5000), ['remove U at 16384', 'remove V at 16383', 'remove R', `remove ${B}`]);
  after.take(T0 + 5000);
  t.strictSame(bench.until(T0 + 5000), [`add ${A}`, 'add S', 'add V at 16384']);
});

t.test('a reload of one that holds nothing touches nothing, of one that is leaving takes off all', async (t) => {
  const bench = new Bench();
  bench.set().handOver(bench.set());
  t.strictSame(bench.until(T0 + 1000), []);
  const set = bench.set();
  set.take(T0 + 1000);
  set.leave(T0 + 1000);
  bench.until(T0 + 1000);
  set.handOver(bench.set());
  t.strictSame(bench.until(T0 + 1000), [`remove ${A}`]);
  t.strictSame(bench.until(T0 + 2000), []);
});
