/**
 * The proxy's figures once a second for everybody who looks, asked for once: and not at all while nobody looks. A viewer who
 * cannot keep up misses figures, none are queued for him; one who takes nothing for a while is let go.
 */

import type { StatisticsRow } from '../proxy/statistics.ts';

const PERIOD_MS = 1_000;
export const MOST_VIEWERS = 32;
/** Bytes that may wait in one viewer's socket: beyond that he misses figures. */
export const MOST_WAITING_BYTES = 256 * 1024;
const PATIENCE_PERIODS = 30;
const MOST_ROWS = 1000;

/** Of each row what changes and what a page shows at once; the rest is at /api/proxy/statistics. */
const COLUMNS = (
  'pxname svname kind status weight scur smax slim stot rate req_rate req_tot bin bout qcur econ eresp ereq dreq wretr wredis ' +
  'hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx check_status check_duration lastchg qtime ctime rtime ttime'
).split(' ');

/** One who looks. */
export interface Viewer {
  /** Bytes sent that the other end has not taken. */
  waitingBytes(): number;
  send(text: string): void;
  /** Is he still allowed to look? */
  mayLook(): boolean;
  close(reason: string): void;
}

export interface FeedSource {
  rows(): Promise<readonly StatisticsRow[]>;
  nowMs(): number;
}

export class StatisticsFeed {
  readonly #source: FeedSource;
  /** With how many periods in a row each could not take anything. */
  readonly #viewers = new Map<Viewer, number>();
  #timer: NodeJS.Timeout | undefined;
  #asking = false;

  constructor(source: FeedSource) {
    this.#source = source;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** False: there are too many already. */
  add(viewer: Viewer): boolean {
    if (this.#viewers.size >= MOST_VIEWERS) return false;
    this.#viewers.set(viewer, 0);
    this.#timer ??= setInterval(() => void this.tick(), PERIOD_MS);
    void this.tick();
    return true;
  }

  remove(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  closeAll(): void {
    for (const viewer of [...this.#viewers.keys()]) this.#letGo(viewer, 'the unit stops');
  }

  /** One period; a slow answer makes it skip the next. */
  async tick(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const text = await this.#message();
      for (const [viewer, missed] of [...this.#viewers]) this.#serve(viewer, missed, text);
    } finally {
      this.#asking = false;
    }
  }

  #serve(viewer: Viewer, missed: number, text: string): void {
    if (!viewer.mayLook()) this.#letGo(viewer, 'not logged in any more');
    else if (viewer.waitingBytes() <= MOST_WAITING_BYTES) {
      viewer.send(text);
      this.#viewers.set(viewer, 0);
    } else if (missed + 1 >= PATIENCE_PERIODS) this.#letGo(viewer, 'too slow');
    else this.#viewers.set(viewer, missed + 1);
  }

  #letGo(viewer: Viewer, reason: string): void {
    this.remove(viewer);
    viewer.close(reason);
  }

  async #message(): Promise<string> {
    const timeMs = this.#source.nowMs();
    try {
      const rows = await this.#source.rows();
      const shown = rows.slice(0, MOST_ROWS).map((row) => COLUMNS.map((name) => row[name] ?? null));
      return JSON.stringify({
        type: 'statistics',
        timeMs,
        columns: COLUMNS,
        rows: shown,
        omitted: rows.length - shown.length,
      });
    } catch (error) {
      // The proxy may be starting anew: those who look are told, and go on looking.
      return JSON.stringify({ type: 'unreachable', timeMs, reason: (error as Error).message });
    }
  }
}
