/** What is done with servers and sessions: GET /api/drains, /api/proxy/sessions. Times are milliseconds. */

export interface ServerName {
  readonly backend: string;
  readonly server: string;
}

export type WaitState = 'waiting' | 'done' | 'cancelled' | 'timed-out' | 'failed';

export interface DrainWait extends ServerName {
  readonly id: number;
  /** Done when the server has at most so many sessions. */
  readonly sessions: number;
  readonly sessionsAtStart: number;
  readonly sessionsNow: number;
  readonly afterwards: 'drain' | 'maint';
  /** The state to go back to when it is cancelled: `ready`, `drain` or `maint`. */
  readonly before: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  readonly endedMs: number | null;
  readonly actor: string;
  readonly state: WaitState;
  readonly reason: string;
}

export interface SessionView {
  /** For `shutdown session`. */
  readonly id: string;
  readonly protocol: string;
  readonly client: string;
  readonly frontend: string;
  /** '' while it has none. */
  readonly backend: string;
  readonly server: string;
  readonly ageSeconds: number;
  /** Until its time-out if nothing happens; null: none is armed. */
  readonly idleLeftSeconds: number | null;
}

export interface SessionList {
  readonly sessions: readonly SessionView[];
  readonly omitted: number;
}
