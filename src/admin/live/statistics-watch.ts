/**
 * The proxy's figures, asked for once for all who need them: viewers, history, overview, drains. Nobody who needs them asks
 * the proxy himself, so that many viewers cost it no more than one. Once a second while somebody looks; while nobody does,
 * as often as the history needs to have no holes, so that a unit at rest is left at rest.
 */

import { TICK_MS } from '../../sys/rest-tick.ts';
import { RuntimeUnreachable } from '../proxy/runtime-client.ts';
import type { Statistics, StatisticsRow } from '../proxy/statistics.ts';

const PERIOD_MS = 1_000;
/** Counters tell of all the seconds between two questions: history.ts fills them. */
export const REST_PERIOD_MS = TICK_MS;
/** Pages ask every two seconds: who has not asked for so long is gone. */
const ATTENTION_MS = 10_000;

export type Snapshot =
  | {
      readonly kind: 'figures';
      readonly timeMs: number;
      readonly rows: readonly StatisticsRow[];
      /** Rows beyond the bound. */
      readonly omitted: number;
    }
  | {
      readonly kind: 'unreachable';
      readonly timeMs: number;
      /** Of the first question without an answer. */
      readonly sinceMs: number;
      /** `absent`: it does not run; `silent`: it does, and does not answer. */
      readonly why: 'absent' | 'silent';
      /** In words for people. */
      readonly reason: string;
    };

export interface WatchSource {
  statistics(): Promise<Statistics>;
  nowMs(): number;
  /** Of a clock that nobody sets. */
  monotonicMs(): number;
  /** Calls when the process wakes up anyway, every REST_PERIOD_MS. @returns takes it back */
  atNextTick(call: () => void): () => void;
  /** Somebody looks who does not ask: he is told. */
  watched(): boolean;
  /** A listener failed, or an answer could not be read: a bug of ours, which must not end the watch. */
  onFault(error: unknown): void;
}

export class StatisticsWatch {
  readonly #source: WatchSource;
  readonly #listeners: ((snapshot: Snapshot) => void)[] = [];
  #latest: Snapshot | undefined;
  /** Takes the next question back. */
  #cancel: () => void = () => {};
  #running = false;
  /** The next question is far away. */
  #resting = false;
  /** Both by the monotonic clock. */
  #attentionEndsMs = 0;
  #beganMs = Number.NEGATIVE_INFINITY;
  /** Settled when the question that is under way has its answer. */
  #asking: Promise<void> | undefined;

  constructor(source: WatchSource) {
    this.#source = source;
  }

  /** Undefined: nothing has been asked yet. */
  get latest(): Snapshot | undefined {
    return this.#latest;
  }

  /** Called after each question, in the order of registration. */
  onSnapshot(listener: (snapshot: Snapshot) => void): void {
    this.#listeners.push(listener);
  }

  start(): void {
    this.#running = true;
    void this.#round();
  }

  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  /** Somebody looks, or something has changed: for a while the proxy is asked every second, beginning now. */
  attend(): void {
    this.#attentionEndsMs = this.#source.monotonicMs() + ATTENTION_MS;
    if (!this.#resting || !this.#running) return;
    this.#resting = false;
    // What was asked a moment ago is new enough.
    const dueMs = this.#beganMs + PERIOD_MS - this.#source.monotonicMs();
    if (dueMs <= 0) void this.#round();
    else this.#schedule(dueMs);
  }

  /** The same for one who asks: after a rest, `latest` is of now when this is over. */
  async attendFresh(): Promise<void> {
    const rested = this.#resting;
    this.attend();
    if (rested || this.#latest === undefined) await this.#asking;
  }

  #schedule(afterMs: number): void {
    this.#cancel();
    const timer = setTimeout(() => void this.#round(), afterMs);
    this.#cancel = () => clearTimeout(timer);
  }

  /** A question, and the next one in time; a slow answer makes it skip those that were due meanwhile. */
  async #round(): Promise<void> {
    this.#cancel();
    if (this.#asking !== undefined) return;
    const { monotonicMs } = this.#source;
    this.#resting = false;
    this.#beganMs = monotonicMs();
    this.#asking = this.#tick();
    await this.#asking;
    this.#asking = undefined;
    if (!this.#running) return;
    this.#resting = !this.#source.watched() && monotonicMs() >= this.#attentionEndsMs;
    if (this.#resting) this.#cancel = this.#source.atNextTick(() => void this.#round());
    else this.#schedule(PERIOD_MS - ((monotonicMs() - this.#beganMs) % PERIOD_MS));
  }

  async #tick(): Promise<void> {
    const snapshot = await this.#ask();
    this.#latest = snapshot;
    for (const listener of this.#listeners) {
      try {
        listener(snapshot);
      } catch (error) {
        this.#source.onFault(error);
      }
    }
  }

  async #ask(): Promise<Snapshot> {
    const { nowMs } = this.#source;
    try {
      const { rows, omitted } = await this.#source.statistics();
      return { kind: 'figures', timeMs: nowMs(), rows, omitted };
    } catch (error) {
      // The proxy may be starting anew: those who look are told, and go on looking.
      if (!(error instanceof RuntimeUnreachable)) this.#source.onFault(error);
      const { why, message: reason } =
        error instanceof RuntimeUnreachable ? error : { why: 'silent' as const, message: 'its answer made no sense' };
      const timeMs = nowMs();
      const sinceMs = this.#latest?.kind === 'unreachable' ? this.#latest.sinceMs : timeMs;
      return { kind: 'unreachable', timeMs, sinceMs, why, reason };
    }
  }
}
