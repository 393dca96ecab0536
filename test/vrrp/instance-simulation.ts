/**
 * Virtual routers in virtual time: real state machines (src/vrrp/instance.ts) joined by a network that delays, loses and
 * parts, each with its own timer that may run late. Everything follows from the seed of its random numbers, so a failing
 * run can be run again.
 */
import { Instance } from '../../src/vrrp/instance.ts';
import type { InstancePort } from '../../src/vrrp/instance-port.ts';
import type { AnnounceModel, InstanceModel } from '../../src/vrrp/model.ts';
import { MASTER, type State, stateName } from '../../src/vrrp/states.ts';
import { instanceModel as referenceModel } from './models.ts';

const ANNOUNCE: AnnounceModel = {
  spreadMs: [0],
  delayMs: 0,
  repeat: 1,
  refreshMs: 0,
  refreshRepeat: 1,
  lowerPriorityDelayMs: 0,
  lowerPriorityRepeat: 1,
  garpIntervalMs: 0,
  gnaIntervalMs: 0,
};

/** An instance as an almost empty keepalived.conf gives it, v2, 1 s, priority 100. */
export function instanceModel(change: Partial<InstanceModel> = {}): InstanceModel {
  return referenceModel({
    name: 'V',
    priority: 100,
    addresses: [],
    announce: ANNOUNCE,
    addressLifetimeMs: 3000,
    ...change,
  });
}

/** Writes down what an instance asks for, in words. */
export class RecordingPort implements InstancePort {
  readonly done: string[] = [];
  /** What is only for the log. */
  readonly details: string[] = [];
  wallClock = 1_700_000_000_000;

  sendAdvertisement(priority: number): void {
    this.done.push(`advert ${priority}`);
  }
  takeAddresses(): void {
    this.done.push('take');
  }
  dropAddresses(): void {
    this.done.push('drop');
  }
  yieldAddresses(): void {
    this.done.push('yield');
  }
  announceAgain(): void {
    this.done.push('announce again');
  }
  deadlineChanged(): void {
    // Tests read the instance's own field.
  }
  stateChanged(from: State, to: State): void {
    this.done.push(`${stateName(from)} -> ${stateName(to)}`);
  }
  priorityChanged(from: number, to: number): void {
    this.done.push(`priority ${from} -> ${to}`);
  }
  heardLowerPriority(priority: number): void {
    this.done.push(`heard lower ${priority}`);
  }
  heardHigherPriority(priority: number): void {
    this.details.push(`heard higher ${priority}`);
  }
  discardedLowerPriority(priority: number): void {
    this.details.push(`discarded ${priority}`);
  }
  remark(text: string): void {
    this.done.push(`remark ${text}`);
  }
  detail(text: string): void {
    this.details.push(text);
  }
  wallClockMs(): number {
    return this.wallClock;
  }
  /** What was done since the last call. */
  taken(): string[] {
    return this.done.splice(0);
  }
}

/** xorshift32: small, seeded, good enough to choose faults. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 0x9e3779b9;
  }

  /** [0, 1) */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }
}

interface Flight {
  readonly atMs: number;
  readonly order: number;
  readonly from: SimulatedRouter;
  readonly to: SimulatedRouter;
  readonly priority: number;
  readonly intervalMs: number;
}

export class SimulatedRouter extends RecordingPort {
  readonly instance: Instance;
  readonly address: Uint8Array;
  /** Routers hear each other when they are in the same part. */
  part = 0;
  /** Neither timers nor packets are seen; packets wait. */
  frozen = false;
  running = false;
  /** Packets that came while it was frozen. */
  readonly waiting: Flight[] = [];
  /** When the last packet to each other router arrives. */
  readonly lastArrivals = new Map<SimulatedRouter, number>();
  readonly #network: SimulatedNetwork;
  /** How late this tick is; drawn anew for each deadline. */
  #lateMs = 0;

  constructor(network: SimulatedNetwork, model: InstanceModel, host: number) {
    super();
    this.#network = network;
    this.address = Uint8Array.of(10, 77, 0, host);
    this.instance = new Instance(model, this);
    this.instance.setSource(this.address);
  }

  get holds(): boolean {
    return this.instance.addressesSet;
  }

  get dueMs(): number {
    return this.frozen || !this.running ? Number.POSITIVE_INFINITY : Math.ceil(this.instance.deadlineMs) + this.#lateMs;
  }

  override sendAdvertisement(priority: number): void {
    this.#network.send(this, priority);
  }
  override deadlineChanged(): void {
    this.#lateMs = this.#network.lateness();
  }
  override taken(): string[] {
    return this.done.splice(0);
  }
}

export interface NetworkOptions {
  readonly maxDelayMs: number;
  /** 0..1 */
  readonly loss: number;
  readonly maxLateMs: number;
}

export class SimulatedNetwork {
  nowMs = 1000;
  loss: number;
  readonly routers: SimulatedRouter[] = [];
  /** Called after each event. */
  watch: () => void = () => undefined;
  readonly #random: SeededRandom;
  readonly #options: NetworkOptions;
  #flights: Flight[] = [];
  #order = 0;

  constructor(random: SeededRandom, options: NetworkOptions) {
    this.#random = random;
    this.#options = options;
    this.loss = options.loss;
  }

  add(model: InstanceModel, host: number): SimulatedRouter {
    const router = new SimulatedRouter(this, model, host);
    this.routers.push(router);
    return router;
  }

  lateness(): number {
    const { maxLateMs } = this.#options;
    return maxLateMs === 0 ? 0 : this.#random.between(0, maxLateMs);
  }

  send(from: SimulatedRouter, priority: number): void {
    for (const to of this.routers) {
      if (to === from || to.part !== from.part || to.instance.model.vrid !== from.instance.model.vrid) continue;
      if (this.loss > 0 && this.#random.next() < this.loss) continue;
      // A cable delays but does not reorder.
      const before = from.lastArrivals.get(to) ?? 0;
      const atMs = Math.max(before, this.nowMs + this.#random.between(0, this.#options.maxDelayMs));
      from.lastArrivals.set(to, atMs);
      const { advertIntervalMs } = from.instance.model;
      this.#flights.push({ atMs, order: this.#order++, from, to, priority, intervalMs: advertIntervalMs });
    }
  }

  start(router: SimulatedRouter): void {
    router.running = true;
    router.instance.start(this.nowMs);
  }

  stop(router: SimulatedRouter): void {
    router.instance.stop();
    router.running = false;
  }

  /** After SIGCONT: packets first or the timer first, as the loop happens to see them. */
  thaw(router: SimulatedRouter, packetsFirst: boolean): void {
    router.frozen = false;
    const waiting = router.waiting.splice(0);
    if (!packetsFirst && router.instance.deadlineMs <= this.nowMs) router.instance.onTimer(this.nowMs);
    // One packet of a burst is taken.
    const first = waiting[0];
    if (first !== undefined) this.#deliver(first);
    this.watch();
  }

  /** Runs all that is due until `endMs`. */
  runUntil(endMs: number): void {
    for (;;) {
      const flight = this.#nextFlight();
      const router = this.#nextRouter();
      const flightMs = flight?.atMs ?? Number.POSITIVE_INFINITY;
      const timerMs = router?.dueMs ?? Number.POSITIVE_INFINITY;
      const next = Math.min(flightMs, timerMs);
      if (next > endMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      if (flight !== undefined && flightMs <= timerMs) {
        this.#flights = this.#flights.filter((other) => other !== flight);
        this.#deliver(flight);
      } else router?.instance.onTimer(this.nowMs);
      this.watch();
    }
    this.nowMs = Math.max(this.nowMs, endMs);
    this.watch();
  }

  #deliver(flight: Flight): void {
    const { from, to } = flight;
    if (!to.running || to.part !== from.part) return;
    if (to.frozen) to.waiting.push(flight);
    else to.instance.onAdvertisement(flight.priority, flight.intervalMs, from.address, 0, this.nowMs);
  }

  #nextFlight(): Flight | undefined {
    let best: Flight | undefined;
    for (const flight of this.#flights) {
      if (best === undefined || flight.atMs < best.atMs || (flight.atMs === best.atMs && flight.order < best.order)) {
        best = flight;
      }
    }
    return best;
  }

  #nextRouter(): SimulatedRouter | undefined {
    let best: SimulatedRouter | undefined;
    for (const router of this.routers) if (best === undefined || router.dueMs < best.dueMs) best = router;
    return best;
  }

  masters(): SimulatedRouter[] {
    return this.routers.filter((router) => router.running && router.instance.state === MASTER);
  }
}
