/**
 * Everything that happens, to everybody who looks. A viewer who cannot keep up misses messages, none are queued for him;
 * one who takes nothing for a while is let go.
 */

import type { Snapshot } from './statistics-watch.ts';

export const MOST_VIEWERS = 32;
/** Bytes that may wait in one viewer's socket: beyond that he misses messages. */
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

export class StatisticsFeed {
  /** With how many periods in a row each could not take anything. */
  readonly #viewers = new Map<Viewer, number>();
  #latest: Snapshot | undefined;

  get viewers(): number {
    return this.#viewers.size;
  }

  /** False: there are too many already. */
  add(viewer: Viewer): boolean {
    if (this.#viewers.size >= MOST_VIEWERS) return false;
    this.#viewers.set(viewer, 0);
    if (this.#latest !== undefined) this.#serve(viewer, 0, messageOf(this.#latest));
    return true;
  }

  remove(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  closeAll(): void {
    for (const viewer of [...this.#viewers.keys()]) this.#letGo(viewer, 'the unit stops');
  }

  /** Once a period: the figures, and the moment at which patience with the slow is counted. */
  publish(snapshot: Snapshot): void {
    this.#latest = snapshot;
    if (this.#viewers.size === 0) return;
    const text = messageOf(snapshot);
    for (const [viewer, missed] of [...this.#viewers]) this.#serve(viewer, missed, text);
  }

  /** Something else than figures, to all who can take it now. */
  tell(message: object): void {
    if (this.#viewers.size === 0) return;
    const text = JSON.stringify(message);
    for (const viewer of this.#viewers.keys()) {
      if (viewer.waitingBytes() <= MOST_WAITING_BYTES && viewer.mayLook()) viewer.send(text);
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
}

function messageOf(snapshot: Snapshot): string {
  const { timeMs } = snapshot;
  if (snapshot.kind === 'unreachable') {
    const { reason, sinceMs } = snapshot;
    return JSON.stringify({ type: 'unreachable', timeMs, sinceMs, reason });
  }
  const { rows, omitted } = snapshot;
  const shown = rows.slice(0, MOST_ROWS).map((row) => COLUMNS.map((name) => row[name] ?? null));
  return JSON.stringify({
    type: 'statistics',
    timeMs,
    columns: COLUMNS,
    rows: shown,
    omitted: omitted + rows.length - shown.length,
  });
}
