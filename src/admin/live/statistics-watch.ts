/**
 * The proxy's figures once a second, asked for once for all who need them: viewers, history, overview, drains. Nobody who
 * needs them asks the proxy himself, so that many viewers cost it no more than one.
 */

import { RuntimeUnreachable } from '../proxy/runtime-client.ts';
import type { Statistics, StatisticsRow } from '../proxy/statistics.ts';

const PERIOD_MS = 1_000;

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
  /** A listener failed, or an answer could not be read: a bug of ours, which must not end the watch. */
  onFault(error: unknown): void;
}

export class StatisticsWatch {
  readonly #source: WatchSource;
  readonly #listeners: ((snapshot: Snapshot) => void)[] = [];
  #latest: Snapshot | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;

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
    this.#timer ??= setInterval(() => void this.tick(), PERIOD_MS);
    void this.tick();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One period; a slow answer makes it skip the next. */
  async tick(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const snapshot = await this.#ask();
      this.#latest = snapshot;
      for (const listener of this.#listeners) {
        try {
          listener(snapshot);
        } catch (error) {
          this.#source.onFault(error);
        }
      }
    } finally {
      this.#asking = false;
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
