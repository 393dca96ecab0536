/**
 * The proxy's figures once a second, asked for once for all who need them: viewers, history, overview, drains. Nobody who
 * needs them asks the proxy himself, so that many viewers cost it no more than one.
 */

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
  | { readonly kind: 'unreachable'; readonly timeMs: number; readonly reason: string };

export interface WatchSource {
  statistics(): Promise<Statistics>;
  nowMs(): number;
  /** A listener failed: a bug of ours, which must not end the watch. */
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
      return { kind: 'unreachable', timeMs: nowMs(), reason: (error as Error).message };
    }
  }
}
