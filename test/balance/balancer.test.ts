import fc from 'fast-check';
import t from 'tap';
import { createBalancer } from '../../src/balance/balancer.ts';
import type { BalanceModel } from '../../src/config/model.ts';
import { candidatesOf, drop, hold, type PlainCandidate, sequence } from './plain-candidate.ts';

const algorithms: BalanceModel[] = [
  {
    algorithm: 'roundrobin',
    hashType: 'map-based',
    hashFunction: 'sdbm',
    hashAvalanche: false,
    key: undefined,
    draws: 0,
    hashBalanceFactor: 0,
  },
  {
    algorithm: 'static-rr',
    hashType: 'map-based',
    hashFunction: 'sdbm',
    hashAvalanche: false,
    key: undefined,
    draws: 0,
    hashBalanceFactor: 0,
  },
  {
    algorithm: 'leastconn',
    hashType: 'map-based',
    hashFunction: 'sdbm',
    hashAvalanche: false,
    key: undefined,
    draws: 0,
    hashBalanceFactor: 0,
  },
  {
    algorithm: 'first',
    hashType: 'map-based',
    hashFunction: 'sdbm',
    hashAvalanche: false,
    key: undefined,
    draws: 0,
    hashBalanceFactor: 0,
  },
  {
    algorithm: 'source',
    hashType: 'map-based',
    hashFunction: 'sdbm',
    hashAvalanche: false,
    key: undefined,
    draws: 0,
    hashBalanceFactor: 0,
  },
  {
    algorithm: 'source',
    hashType: 'consistent',
    hashFunction: 'sdbm',
    hashAvalanche: true,
    key: undefined,
    draws: 0,
    hashBalanceFactor: 0,
  },
];
const [roundrobin, staticRr, leastconn, first, source, consistent] = algorithms as [
  BalanceModel,
  BalanceModel,
  BalanceModel,
  BalanceModel,
  BalanceModel,
  BalanceModel,
];
const nameOf = (model: BalanceModel) => `${model.algorithm}/${model.hashType}`;

t.test('an empty backend has nobody to choose', async (t) => {
  for (const model of algorithms) {
    const balancer = createBalancer(model, [], false);
    t.equal(balancer.choose(1, null), null, nameOf(model));
    t.equal(balancer.countUsable(), 0);
    balancer.changed();
  }
});

t.test('candidates must be numbered by position', async (t) => {
  t.throws(() => createBalancer(roundrobin, candidatesOf([1, 1]).reverse(), false), /index is not 0/);
});

t.test('round robin gives each server its share, evenly spaced', async (t) => {
  for (const model of [roundrobin, staticRr]) {
    const served = sequence(createBalancer(model, candidatesOf([2, 1, 1]), false), 400).split(' ');
    t.equal(served.filter((id) => id === '1').length, 200);
    t.equal(served.filter((id) => id === '2').length, 100);
    t.notMatch(served.join(''), /111|222|333/);
  }
});

t.test('a failed server is avoided, unless it is alone', async (t) => {
  for (const model of [roundrobin, staticRr, leastconn, first, consistent]) {
    const candidates = candidatesOf([1, 1]);
    const balancer = createBalancer(model, candidates, false);
    for (let i = 0; i < 20; i++) {
      const avoid = candidates[i % 2] as PlainCandidate;
      const chosen = balancer.choose(i * 0x01234567, avoid);
      t.equal(chosen, candidates[(i + 1) % 2], `${nameOf(model)} ${i}`);
    }
    const alone = candidatesOf([1]);
    t.equal(createBalancer(model, alone, false).choose(5, alone[0] as PlainCandidate), alone[0], nameOf(model));
  }
});

t.test('with all servers saturated there is nobody, and the freed one is next', async (t) => {
  for (const model of [roundrobin, staticRr, leastconn, first]) {
    const candidates = candidatesOf([3, 1, 2]);
    const balancer = createBalancer(model, candidates, false);
    for (const candidate of candidates) {
      candidate.maxconn = 2;
    }
    balancer.changed();
    for (let i = 0; i < 6; i++) {
      const chosen = balancer.choose(0, null) as PlainCandidate;
      t.ok(chosen, `${nameOf(model)} place ${i}`);
      hold(balancer, chosen);
    }
    t.equal(balancer.choose(0, null), null, nameOf(model));
    t.equal(balancer.countUsable(), 3);
    drop(balancer, candidates[1] as PlainCandidate);
    t.equal(balancer.choose(0, null), candidates[1], nameOf(model));
    (candidates[1] as PlainCandidate).queued = 1;
    t.equal(balancer.choose(0, null), null, `${nameOf(model)} does not overtake the server's queue`);
    (candidates[2] as PlainCandidate).maxconn = 3;
    balancer.changed();
    t.equal(balancer.choose(0, null), candidates[2], `${nameOf(model)} sees a raised maxconn`);
  }
});

t.test('leastconn fills the queues that maxqueue limits', async (t) => {
  const candidates = candidatesOf([1, 1]);
  for (const candidate of candidates) {
    candidate.maxconn = 1;
    candidate.maxqueue = 1;
  }
  const balancer = createBalancer(leastconn, candidates, false);
  for (const candidate of candidates) hold(balancer, candidate);
  const waits = balancer.choose(0, null) as PlainCandidate;
  t.ok(waits);
  waits.queued = 1;
  t.equal(balancer.choose(0, null), waits === candidates[0] ? candidates[1] : candidates[0]);
});

t.test('a consistent hash moves only the keys of the server that left', async (t) => {
  const candidates = candidatesOf([1, 1, 1, 1]);
  const balancer = createBalancer(consistent, candidates, false);
  const keys = Array.from({ length: 2000 }, (_, i) => Math.imul(i, 2654435761) >>> 0);
  const before = keys.map((key) => balancer.choose(key, null));
  (candidates[2] as PlainCandidate).usable = false;
  balancer.changed();
  const after = keys.map((key) => balancer.choose(key, null));
  t.ok(before.every((candidate, i) => candidate === candidates[2] || candidate === after[i]));
  (candidates[2] as PlainCandidate).usable = true;
  balancer.changed();
  t.same(
    keys.map((key) => balancer.choose(key, null)?.index),
    before.map((candidate) => candidate?.index),
    'and they come back',
  );
});

t.test('whatever happens, only a server in use with a place is chosen, and one is if there is one', async () => {
  const step = fc.tuple(
    fc.constantFrom('choose', 'choose', 'choose', 'end', 'weight', 'usable', 'maxconn'),
    fc.nat(100),
    fc.nat(4096),
  );
  for (const model of algorithms) {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(256), fc.boolean()), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        fc.array(step, { maxLength: 80 }),
        (servers, allBackups, steps) => {
          const candidates = candidatesOf(servers.map(([weight]) => weight));
          for (const [i, [, backup]] of servers.entries()) (candidates[i] as PlainCandidate).backup = backup;
          const balancer = createBalancer(model, candidates, allBackups);
          const hashes = model === source || model === consistent;
          for (const [action, which, value] of steps) {
            const target = candidates[which % candidates.length] as PlainCandidate;
            if (action === 'choose') {
              const eligible = candidates.filter((c) => c.usable && c.weight > 0);
              const active = eligible.filter((c) => !c.backup);
              const used = active.length > 0 ? active : allBackups ? eligible : eligible.slice(0, 1);
              // The table of static-rr knows the lone backup's limit, the others take it whatever waits there.
              const lone = active.length === 0 && !allBackups && model.algorithm !== 'static-rr';
              const free = hashes || lone ? used : used.filter((c) => c.maxconn === 0 || c.sessions < c.maxconn);
              const chosen = balancer.choose(Math.imul(which, value) >>> 0, value % 3 === 0 ? target : null);
              if (balancer.countUsable() !== used.length) throw new Error('countUsable');
              if (chosen === null ? free.length > 0 : !free.includes(chosen as PlainCandidate)) {
                throw new Error(`${nameOf(model)} chose ${chosen?.id} among ${free.map((c) => c.id)}`);
              }
              if (chosen !== null) hold(balancer, chosen as PlainCandidate);
            } else if (action === 'end') {
              if (target.sessions > 0) drop(balancer, target);
            } else {
              // A map-based algorithm knows weight 0 and "not 0" only.
              if (action === 'weight')
                target.weight = model.hashType === 'consistent' || model === roundrobin ? value : 0;
              if (action === 'usable') target.usable = value % 2 === 0;
              if (action === 'maxconn') target.maxconn = value % 4;
              balancer.changed();
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  }
});

t.test('hash-balance-factor: one key does not load its server beyond its share', async (t) => {
  const candidates = candidatesOf([10, 10, 10, 10]);
  const balancer = createBalancer({ ...(consistent as BalanceModel), hashBalanceFactor: 150 }, candidates, false);
  const first = balancer.choose(12345, null) as PlainCandidate;
  const all: PlainCandidate[] = [];
  const beyond: number[] = [];
  for (let i = 0; i < 400; i++) {
    const chosen = balancer.choose(12345, null) as PlainCandidate;
    hold(balancer, chosen);
    all.push(chosen);
    const share = Math.ceil(((i + 1) * 1.5) / candidates.length);
    if (candidates.some((one) => one.sessions > share + 1)) beyond.push(i);
  }
  t.strictSame(beyond, []);
  t.equal(all[0], first, 'the nearest server while it has room');
  t.ok(first.sessions > 100, 'and it has the most that the factor allows');
  for (const one of all) drop(balancer, one);
  t.equal(balancer.choose(12345, null), first);
});
