/**
 * One server of a backend as it runs: its administrative and operational state, weight, counters, the requests that wait
 * for it and the idle connections it lends (`http-reuse`). Configuration is in `model`; what the runtime API changes
 * (address, weight, maxconn, state) is here.
 */
import { type Candidate, WEIGHT_SCALE } from '../balance/candidate.ts';
import type { ServerModel } from '../config/model.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import type { PortRange } from '../net/port-range.ts';
import { sharedNamespace } from '../sys/netns.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { CONNECT, type CounterBlock, createCounters, RateCounter, raise, SCUR, SMAX, STOT } from './counters.ts';
import { IdlePool } from './idle-pool.ts';
import type { Proxy } from './proxy.ts';
import { WaitingQueue } from './queue.ts';
import type { ServerCheck } from './server-check.ts';
import { sourceAddress, sourcePortRange } from './server-source.ts';

/** Administrative state bits, as `show servers state` prints them (srv_admin_state). */
export const FORCED_MAINTENANCE = 0x01;
export const CONFIGURED_MAINTENANCE = 0x04;
export const FORCED_DRAIN = 0x08;
export const MAINTENANCE = FORCED_MAINTENANCE | CONFIGURED_MAINTENANCE;

/** Operational state, as `show servers state` prints it (srv_op_state). */
export const STOPPED = 0;
export const STARTING = 1;
export const RUNNING = 2;
export const STOPPING = 3;

/** How often a slow start raises the weight: a twentieth of its time, at least 100 ms apart. */
const RAMP_STEPS = 20;
const RAMP_STEP_MS = 100;

export class Server implements Candidate, TimerOwner {
  readonly proxy: Proxy;
  readonly model: ServerModel;
  readonly name: string;
  /** Position in the backend, from 0, and the number that the runtime API shows (`id`). */
  readonly index: number;
  readonly id: number;
  readonly counters: CounterBlock = createCounters();
  readonly sessionRate = new RateCounter();
  readonly queue = new WaitingQueue();

  address: SocketAddress;
  /** Set by `set server addr` or resolved from the configuration; shown in the runtime API. */
  addressChanges = 0;
  maxconn: number;
  administration = 0;
  operation = RUNNING;
  /** The weight the user asks for, 0 to 256, and the one configured. */
  userWeight: number;
  /** Scaled and slow-started, what the balancing sees. */
  weight: number;
  usable = true;
  readonly backup: boolean;
  /** Requests it serves now (a place is held from assignment to the end of the stream). */
  sessions = 0;
  /** Streams with a connection to it. */
  current = 0;
  lastChangeMs: number;
  lastSessionMs = -1;
  /** Where its connections come from (`source`), and the free ports when the configuration gives a range. */
  readonly source: SocketAddress | null;
  readonly sourceInterface: string | null;
  readonly sourcePorts: PortRange | null;
  /** The network namespace its sockets are made in, as a descriptor (-errno: it is gone); undefined: our own. */
  readonly namespaceFd: number | undefined;
  /** Some socket option has to be set on each connection. */
  readonly tuned: boolean;

  /** Health checks; null without `check`. */
  check: ServerCheck | null = null;
  readonly #ramp: Timer = new Timer(this);

  readonly pool: IdlePool;

  constructor(proxy: Proxy, model: ServerModel, index: number, id: number, address: SocketAddress, nowMs: number) {
    this.proxy = proxy;
    this.model = model;
    this.name = model.name;
    this.index = index;
    this.id = id;
    this.address = address;
    this.maxconn = model.maxconn;
    this.backup = model.backup;
    this.userWeight = model.weight;
    this.weight = model.weight * WEIGHT_SCALE;
    this.lastChangeMs = nowMs;
    this.namespaceFd = model.namespace === undefined ? undefined : sharedNamespace(model.namespace);
    const source = model.source ?? proxy.model.source;
    this.source = source === undefined ? null : sourceAddress(source);
    this.sourceInterface = source?.interface ?? null;
    this.sourcePorts = source === undefined ? null : sourcePortRange(source);
    this.pool = new IdlePool(proxy.runtime, model, proxy.model.httpReuse);
    const tune = proxy.runtime.model.global.tune;
    this.tuned =
      proxy.model.options.srvtcpka ||
      proxy.model.options.tcpSmartConnect ||
      tune.rcvbufServer !== undefined ||
      tune.sndbufServer !== undefined ||
      model.tcpUserTimeoutMs !== undefined ||
      model.tcpFastOpen;
    if (model.disabled) {
      this.administration = CONFIGURED_MAINTENANCE;
      this.operation = STOPPED;
    }
    this.usable = this.#computeUsable();
  }

  get maxqueue(): number {
    return this.model.maxqueue;
  }

  /** The weight that counts now, in the units of the configuration. */
  get effectiveWeight(): number {
    return Math.ceil(this.weight / WEIGHT_SCALE);
  }

  get queued(): number {
    return this.queue.length;
  }

  /** Working, as far as its checks know. */
  get running(): boolean {
    return this.operation !== STOPPED;
  }

  /** A slow start begins: the weight grows until `slowstart` has passed. */
  startRamp(): void {
    const step = Math.max(RAMP_STEP_MS, this.model.slowstartMs / RAMP_STEPS);
    this.proxy.runtime.reactor.timers.arm(this.#ramp, this.proxy.runtime.reactor.nowMs + step);
  }

  onTimer(): void {
    if (this.operation !== STARTING) return;
    if (this.proxy.runtime.reactor.nowMs - this.lastChangeMs >= this.model.slowstartMs) this.operation = RUNNING;
    else this.startRamp();
    this.refresh();
  }

  get inMaintenance(): boolean {
    return (this.administration & MAINTENANCE) !== 0;
  }

  get draining(): boolean {
    return (this.administration & FORCED_DRAIN) !== 0 || (this.userWeight === 0 && !this.inMaintenance);
  }

  #computeUsable(): boolean {
    return (
      (this.administration & (MAINTENANCE | FORCED_DRAIN)) === 0 &&
      (this.operation === RUNNING || this.operation === STARTING) &&
      this.weight > 0
    );
  }

  /** After any change of state or weight: the balancing learns of it. */
  refresh(): void {
    const slow = this.operation === STARTING && this.model.slowstartMs > 0;
    let weight = this.userWeight * WEIGHT_SCALE;
    if (slow) {
      const ratio = Math.min(1, (this.proxy.runtime.reactor.nowMs - this.lastChangeMs) / this.model.slowstartMs);
      weight = Math.max(this.userWeight > 0 ? 1 : 0, Math.floor(weight * Math.max(ratio, 1 / 16)));
    }
    this.weight = weight;
    this.usable = this.#computeUsable();
    this.proxy.serversChanged();
  }

  /** How many requests it may serve at once now (`minconn`/`fullconn` scale it with the load); 0 = no limit. */
  dynamicMaxconn(): number {
    const max = this.maxconn;
    const min = this.model.minconn;
    if (max === 0 || min === 0 || min >= max) return max;
    const load = this.proxy.backendCounters[SCUR] as number;
    if (load >= this.proxy.fullconn) return max;
    return Math.max(min, Math.floor((load * max) / this.proxy.fullconn));
  }

  get full(): boolean {
    return this.maxconn > 0 && this.sessions >= this.dynamicMaxconn();
  }

  /** A stream was given a place. */
  take(): void {
    this.sessions++;
    this.proxy.balancer.taken(this);
  }

  /** A stream leaves its place. */
  leave(): void {
    this.sessions--;
    this.proxy.balancer.released(this);
  }

  /** A connection (new or reused) starts to serve a stream. */
  countSession(nowMs: number): void {
    this.current++;
    raise(this.counters, SCUR, SMAX);
    this.counters[STOT] = (this.counters[STOT] as number) + 1;
    this.sessionRate.hit(nowMs);
    this.lastSessionMs = nowMs;
  }

  uncountSession(): void {
    this.current--;
    this.counters[SCUR] = (this.counters[SCUR] as number) - 1;
  }

  countConnect(): void {
    this.counters[CONNECT] = (this.counters[CONNECT] as number) + 1;
  }

  closeIdle(): void {
    this.pool.closeAll();
  }
}
