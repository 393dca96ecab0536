/**
 * Whole lives of two and three virtual routers, drawn at random: whatever happens, two connected masters never last longer
 * than one interval, and in calm exactly the right one is master. fast-check prints the seed of a life that fails.
 */
import fc from 'fast-check';
import t from 'tap';
import type { InstanceModel } from '../../src/vrrp/model.ts';
import { MASTER } from '../../src/vrrp/states.ts';
import { instanceModel, SeededRandom, SimulatedNetwork, type SimulatedRouter } from './instance-simulation.ts';

const RUNS = Number(process.env['VRRP_PROPERTY_RUNS'] ?? 300);
const MAX_DELAY_MS = 3;
const MAX_LATE_MS = 2;

interface LifeOptions {
  readonly seed: number;
  readonly routers: number;
  readonly version: 2 | 3;
  readonly intervalMs: number;
  readonly loss: number;
  readonly steps: number;
  readonly equalPriorities: boolean;
  readonly change?: Partial<InstanceModel>;
  /** What the wall clock does; nothing may depend on it. */
  readonly wallClock?: (random: SeededRandom) => number;
}

interface Life {
  readonly network: SimulatedNetwork;
  /** The longest time two connected, running masters both held the address. */
  readonly longestDoubleMs: number;
  readonly trace: readonly string[];
}

/** How long silence lasts until every election is over. */
function calmMs(network: SimulatedNetwork): number {
  const longest = Math.max(...network.routers.map((router) => router.instance.model.advertIntervalMs));
  return 3 * (3 * longest + 1000) + Math.max(...network.routers.map((router) => router.instance.model.preemptDelayMs));
}

function live(options: LifeOptions): Life {
  const random = new SeededRandom(options.seed);
  const clockRandom = new SeededRandom(options.seed ^ 0x5555);
  const network = new SimulatedNetwork(random, {
    maxDelayMs: MAX_DELAY_MS,
    loss: options.loss,
    maxLateMs: MAX_LATE_MS,
  });
  const trace: string[] = [];
  for (let index = 0; index < options.routers; index++) {
    const priority = options.equalPriorities ? 100 : 80 + 40 * index + random.between(0, 30);
    const model = { version: options.version, advertIntervalMs: options.intervalMs, priority, name: `V${index}` };
    network.add(instanceModel({ ...model, ...options.change }), 2 + index);
  }
  let doubleSinceMs = Number.POSITIVE_INFINITY;
  let longestDoubleMs = 0;
  network.watch = () => {
    const awake = network.masters().filter((router) => !router.frozen);
    const double = awake.some((one) => awake.some((other) => one !== other && one.part === other.part));
    if (!double) doubleSinceMs = Number.POSITIVE_INFINITY;
    else {
      doubleSinceMs = Math.min(doubleSinceMs, network.nowMs);
      longestDoubleMs = Math.max(longestDoubleMs, network.nowMs - doubleSinceMs);
    }
  };
  const note = (what: string): void => {
    trace.push(`${network.nowMs} ${what}`);
    // Whatever was connected before, what is connected now is judged from now.
    doubleSinceMs = Number.POSITIVE_INFINITY;
    network.watch();
  };
  for (const router of network.routers) network.start(router);
  for (let step = 0; step < options.steps; step++) {
    network.runUntil(network.nowMs + random.between(0, 5 * options.intervalMs));
    if (options.wallClock !== undefined) {
      for (const router of network.routers) router.wallClock = options.wallClock(clockRandom);
    }
    disturb(network, random, note);
    for (const router of network.routers) {
      const done = router.taken();
      if (done.length > 0) trace.push(`${network.nowMs} ${router.instance.model.name}: ${done.join(', ')}`);
    }
  }
  network.loss = 0;
  for (const router of network.routers) {
    router.part = 0;
    if (router.frozen) network.thaw(router, random.next() < 0.5);
    if (!router.running) network.start(router);
    router.instance.setTracking([], router.instance.weight, false, network.nowMs);
  }
  note('calm');
  network.runUntil(network.nowMs + calmMs(network));
  return { network, longestDoubleMs, trace };
}

function disturb(network: SimulatedNetwork, random: SeededRandom, note: (what: string) => void): void {
  const router = random.pick(network.routers);
  const { name } = router.instance.model;
  switch (random.between(0, 7)) {
    case 0:
      if (!router.frozen) {
        if (router.running) network.stop(router);
        else network.start(router);
        note(`${name} ${router.running ? 'started' : 'stopped'}`);
      }
      break;
    case 1:
      for (const each of network.routers) each.part = random.between(0, 1);
      note('partition');
      break;
    case 2:
      for (const each of network.routers) each.part = 0;
      note('heal');
      break;
    case 3:
      if (router.running && !router.frozen) {
        router.frozen = true;
        note(`${name} frozen`);
      }
      break;
    case 4:
      if (router.frozen) {
        network.thaw(router, random.next() < 0.5);
        note(`${name} thawed`);
      }
      break;
    case 5:
      if (router.running && !router.frozen) {
        const fault = random.next() < 0.3 ? ['a fault'] : [];
        router.instance.setTracking(fault, random.between(-100, 100), false, network.nowMs);
        note(`${name} tracks ${fault.length} fault, weight ${router.instance.weight}`);
      }
      break;
    case 6:
      if (router.running && !router.frozen) {
        router.instance.loseAddress(network.nowMs, '10.77.0.100');
        note(`${name} lost its address`);
      }
      break;
    default:
      break;
  }
}

/**
 * Undefined unless exactly one is master and nobody outranks it. (Between equal priorities the one that is master stays;
 * addresses only decide between two masters.)
 */
function rightMaster(network: SimulatedNetwork): SimulatedRouter | undefined {
  const masters = network.masters();
  const highest = Math.max(...network.routers.map((router) => router.instance.effectivePriority));
  return masters.length === 1 && masters[0]?.instance.effectivePriority === highest ? masters[0] : undefined;
}

/** The interval and delays of a healing: the worse one's advert, its way, and ours to answer. */
function doubleBoundMs(options: LifeOptions): number {
  return options.intervalMs + 2 * (MAX_DELAY_MS + MAX_LATE_MS);
}

const lives = fc.record({
  seed: fc.integer(),
  routers: fc.constantFrom(2, 2, 3),
  version: fc.constantFrom<2 | 3>(2, 3),
  // A v2 interval is whole seconds.
  intervalMs: fc.constantFrom(10, 100, 1000),
  steps: fc.integer({ min: 1, max: 60 }),
  equalPriorities: fc.boolean(),
});

function withInterval(life: Omit<LifeOptions, 'loss'>, loss: number, change: Partial<InstanceModel> = {}): LifeOptions {
  return { ...life, loss, change, intervalMs: life.version === 2 ? 1000 : life.intervalMs };
}

t.setTimeout(600_000);

t.test('no two connected masters for longer than an interval; in calm the strongest alone', async (t) => {
  fc.assert(
    fc.property(lives, (drawn) => {
      const options = withInterval(drawn, 0);
      const { network, longestDoubleMs, trace } = live(options);
      const best = rightMaster(network);
      if (best === undefined) throw new Error(`no or the wrong master\n${trace.join('\n')}`);
      if (longestDoubleMs > doubleBoundMs(options)) {
        throw new Error(`two masters for ${longestDoubleMs} ms\n${trace.join('\n')}`);
      }
      for (const router of network.routers) {
        if (router.holds !== (router === best)) throw new Error(`${router.instance.model.name} holds the address`);
      }
    }),
    { numRuns: RUNS },
  );
  t.pass(`${RUNS} lives`);
});

t.test('with nopreempt in calm exactly one is master, whoever it is', async (t) => {
  fc.assert(
    fc.property(lives, (drawn) => {
      const options = withInterval(drawn, 0, { nopreempt: true });
      const { network, longestDoubleMs, trace } = live(options);
      if (network.masters().length !== 1 || longestDoubleMs > doubleBoundMs(options)) {
        throw new Error(`${network.masters().length} masters, two for ${longestDoubleMs} ms\n${trace.join('\n')}`);
      }
    }),
    { numRuns: RUNS },
  );
  t.pass(`${RUNS} lives`);
});

t.test('with preempt_delay the strongest is master after the delay', async (t) => {
  fc.assert(
    fc.property(lives, (drawn) => {
      const { network, trace } = live(withInterval(drawn, 0, { preemptDelayMs: 5000 }));
      if (rightMaster(network) === undefined) throw new Error(trace.join('\n'));
    }),
    { numRuns: RUNS },
  );
  t.pass(`${RUNS} lives`);
});

t.test('a network that loses packets settles as soon as it stops doing so', async (t) => {
  fc.assert(
    fc.property(lives, fc.double({ min: 0, max: 0.9, noNaN: true }), (drawn, loss) => {
      const { network, trace } = live(withInterval(drawn, loss));
      if (rightMaster(network) === undefined) throw new Error(trace.join('\n'));
    }),
    { numRuns: RUNS },
  );
  t.pass(`${RUNS} lives`);
});

t.test('routers of different v3 intervals agree', async (t) => {
  fc.assert(
    fc.property(lives, fc.shuffledSubarray([10, 50, 100, 700, 1000], { minLength: 3 }), (drawn, intervals) => {
      const random = new SeededRandom(drawn.seed);
      const network = new SimulatedNetwork(random, { maxDelayMs: MAX_DELAY_MS, loss: 0, maxLateMs: MAX_LATE_MS });
      for (let index = 0; index < drawn.routers; index++) {
        const advertIntervalMs = intervals[index] as number;
        network.add(instanceModel({ version: 3, advertIntervalMs, priority: 50 + 50 * index }), 2 + index);
      }
      for (const router of network.routers) {
        network.start(router);
        network.runUntil(network.nowMs + random.between(0, 3000));
      }
      network.runUntil(network.nowMs + calmMs(network));
      const masters = network.masters();
      if (masters.length !== 1 || masters[0] !== network.routers.at(-1)) throw new Error(`seed ${drawn.seed}`);
    }),
    { numRuns: RUNS },
  );
  t.pass(`${RUNS} lives`);
});

t.test('a wall clock that jumps changes nothing', async (t) => {
  const jumping = (random: SeededRandom): number => random.between(0, 2_000_000_000);
  const steady = (): number => 1_700_000_000_000;
  for (let seed = 1; seed <= 30; seed++) {
    const options: LifeOptions = {
      seed,
      routers: 3,
      version: 3,
      intervalMs: 100,
      loss: 0.1,
      steps: 40,
      equalPriorities: false,
    };
    const one = live({ ...options, wallClock: jumping });
    const other = live({ ...options, wallClock: steady });
    t.strictSame(one.trace, other.trace, `seed ${seed}`);
  }
});

t.test('nopreempt: who returns does not take over from a weaker master', async (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(10, 100, 1000), (seed, advertIntervalMs) => {
      const random = new SeededRandom(seed);
      const network = new SimulatedNetwork(random, { maxDelayMs: MAX_DELAY_MS, loss: 0, maxLateMs: MAX_LATE_MS });
      const common = { version: 3, advertIntervalMs, nopreempt: true } as const;
      const weak = network.add(instanceModel({ ...common, priority: 100 }), 2);
      const strong = network.add(instanceModel({ ...common, priority: 200 }), 3);
      network.start(weak);
      network.runUntil(network.nowMs + 5 * advertIntervalMs);
      network.start(strong);
      network.watch = () => {
        if (strong.instance.state === MASTER) throw new Error(`seed ${seed}: it preempted`);
      };
      network.runUntil(network.nowMs + random.between(10, 60) * advertIntervalMs);
      network.watch = () => undefined;
      network.stop(weak);
      network.runUntil(network.nowMs + advertIntervalMs + MAX_DELAY_MS + MAX_LATE_MS);
      if (strong.instance.state !== MASTER) throw new Error(`seed ${seed}: it did not take over`);
    }),
    { numRuns: RUNS },
  );
  t.pass(`${RUNS} lives`);
});

t.test('preempt_delay: a stronger one waits its time, but not for a dead master', async (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), (seed, dies) => {
      const random = new SeededRandom(seed);
      const network = new SimulatedNetwork(random, { maxDelayMs: MAX_DELAY_MS, loss: 0, maxLateMs: MAX_LATE_MS });
      const common = { version: 3, advertIntervalMs: 100 } as const;
      const weak = network.add(instanceModel({ ...common, priority: 100 }), 2);
      const strong = network.add(instanceModel({ ...common, priority: 200, preemptDelayMs: 5000 }), 3);
      network.start(weak);
      network.runUntil(network.nowMs + 500);
      network.start(strong);
      const startedMs = network.nowMs;
      let tookOverMs = 0;
      network.watch = () => {
        if (tookOverMs === 0 && strong.instance.state === MASTER) tookOverMs = network.nowMs;
      };
      network.runUntil(startedMs + 2000);
      if (dies) {
        weak.running = false;
        network.runUntil(network.nowMs + 400);
        if (tookOverMs === 0) throw new Error(`seed ${seed}: it waited for a dead master`);
        return;
      }
      network.runUntil(startedMs + 5000);
      if (tookOverMs !== 0) throw new Error(`seed ${seed}: after ${tookOverMs - startedMs} ms`);
      network.runUntil(startedMs + 5000 + 600);
      if (tookOverMs === 0) throw new Error(`seed ${seed}: never`);
    }),
    { numRuns: RUNS },
  );
  t.pass(`${RUNS} lives`);
});

t.test('an owner takes the address the moment it runs', async (t) => {
  const network = new SimulatedNetwork(new SeededRandom(1), { maxDelayMs: 1, loss: 0, maxLateMs: 0 });
  const other = network.add(instanceModel({ priority: 254 }), 9);
  const owner = network.add(instanceModel({ priority: 255 }), 2);
  network.start(other);
  network.runUntil(network.nowMs + 5000);
  t.equal(other.instance.state, MASTER);
  network.start(owner);
  t.equal(owner.instance.state, MASTER);
  network.runUntil(network.nowMs + 2);
  t.notOk(other.holds, 'the other has heard it');
});
