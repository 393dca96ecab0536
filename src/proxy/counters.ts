/**
 * Counters of frontends, backends, servers and listeners: one block of doubles each, addressed by name constants, so that
 * worker threads can later share them. The names are those of `show stat` (management manual 9.1) where it has one.
 */

export type CounterBlock = Float64Array;

/** Sessions: now, most at once, ever. */
export const SCUR = 0;
export const SMAX = 1;
export const STOT = 2;
/** Bytes from clients, to clients. */
export const BIN = 3;
export const BOUT = 4;
/** Requests and responses denied by rules. */
export const DREQ = 5;
export const DRESP = 6;
/** Request errors, connection errors, response errors. */
export const EREQ = 7;
export const ECON = 8;
export const ERESP = 9;
/** Retries, redispatches. */
export const WRETR = 10;
export const WREDIS = 11;
/** Requests waiting: now, most at once. */
export const QCUR = 12;
export const QMAX = 13;
/** Times chosen by the balancing algorithm. */
export const LBTOT = 14;
/** HTTP responses by class: 1xx to 5xx, then all others. */
export const HRSP_1XX = 15;
export const HRSP_2XX = 16;
export const HRSP_3XX = 17;
export const HRSP_4XX = 18;
export const HRSP_5XX = 19;
export const HRSP_OTHER = 20;
/** HTTP requests. */
export const REQ_TOT = 21;
export const CLI_ABRT = 22;
export const SRV_ABRT = 23;
/** Connections accepted (frontend, listener). */
export const CONN_TOT = 24;
/** Requests answered by the proxy itself. */
export const INTERCEPTED = 25;
/** Connections and sessions denied by tcp-request rules. */
export const DCON = 26;
export const DSES = 27;
/** Header rewrites that failed. */
export const WREW = 28;
/** Connect attempts made, connections reused (server, backend). */
export const CONNECT = 29;
export const REUSE = 30;
/** Errors of our own. */
export const EINT = 31;
/** Failed checks, transitions to down, milliseconds spent down. */
export const CHKFAIL = 32;
export const CHKDOWN = 33;
export const DOWNTIME = 34;
/** Sums over the last 1024 requests of queue, connect, response and total times, ms. */
export const QTIME = 35;
export const CTIME = 36;
export const RTIME = 37;
export const TTIME = 38;
/** The greatest of those times, ms. */
export const QTIME_MAX = 39;
export const CTIME_MAX = 40;
export const RTIME_MAX = 41;
export const TTIME_MAX = 42;
/** Bytes relayed by splice. */
export const SPLICED = 43;
const SIZE = 44;

/** Counters that `clear counters` sets back to their present value instead of zero, and those it leaves alone. */
const CURRENT: readonly number[] = [SCUR, QCUR];
const MAXIMA: readonly (readonly [number, number])[] = [
  [SMAX, SCUR],
  [QMAX, QCUR],
];
const MAXIMA_TO_ZERO: readonly number[] = [QTIME_MAX, CTIME_MAX, RTIME_MAX, TTIME_MAX];

export function createCounters(): CounterBlock {
  return new Float64Array(SIZE);
}

/** `clear counters` (all: everything but what is counted now; else the maxima alone). */
export function clearCounters(block: CounterBlock, all: boolean): void {
  if (all) {
    for (let i = 0; i < SIZE; i++) if (!CURRENT.includes(i)) block[i] = 0;
  }
  for (const index of MAXIMA_TO_ZERO) block[index] = 0;
  for (const [maximum, current] of MAXIMA) block[maximum] = block[current] ?? 0;
}

/** Adds one and keeps the maximum beside it. */
export function raise(block: CounterBlock, current: number, maximum: number): void {
  const value = (block[current] as number) + 1;
  block[current] = value;
  if (value > (block[maximum] as number)) block[maximum] = value;
}

/** Counts a response by its class. */
export function countStatus(block: CounterBlock, status: number): void {
  const kind = (status / 100) | 0;
  const index = kind >= 1 && kind <= 5 ? HRSP_1XX + kind - 1 : HRSP_OTHER;
  block[index] = (block[index] as number) + 1;
}

/** Sliding sum over about 1024 samples, as HAProxy's swrate: the average is the sum divided by 1024 (or fewer at first). */
export function addSample(block: CounterBlock, index: number, samples: number, value: number): void {
  const sum = block[index] as number;
  if (value === 0 && sum === 0) return;
  block[index] = samples < 1024 ? sum + value : sum - Math.floor((sum + 1023) / 1024) + value;
}

/** Events per second: the present second weighed with the one before it, as HAProxy's freq_ctr. */
export class RateCounter {
  #second = 0;
  #count = 0;
  #previous = 0;
  maximum = 0;

  /** Counts one event at `nowMs` and keeps the greatest rate seen. */
  hit(nowMs: number): void {
    const second = (nowMs / 1000) | 0;
    if (second !== this.#second) this.#rotate(second);
    if (++this.#count > this.maximum) this.maximum = this.#count;
  }

  #rotate(second: number): void {
    this.#previous = second === this.#second + 1 ? this.#count : 0;
    this.#second = second;
    this.#count = 0;
  }

  /** The rate now, events per second. */
  rate(nowMs: number): number {
    const second = (nowMs / 1000) | 0;
    if (second !== this.#second) this.#rotate(second);
    if (this.#count === 0 && this.#previous === 0) return 0;
    const remaining = 1 - (nowMs % 1000) / 1000;
    return Math.round(this.#count + this.#previous * remaining);
  }

  clear(): void {
    this.maximum = 0;
  }
}
