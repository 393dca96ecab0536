/**
 * Something whose state counts in an instance's priority, or makes it FAULT: a script's exit code, a number in a file,
 * processes that run, the proxy. A tracker knows nothing about instances; contribution.ts says what its state means to
 * one that tracks it (keepalived.conf(5), "VRRP script(s)", "Track file", "Process tracking").
 */

export type TrackKind = 'script' | 'file' | 'process' | 'proxy';

/** `init`: not known yet, the first answer is awaited. */
export type TrackState = 'init' | 'up' | 'down';

export interface Tracker {
  readonly kind: TrackKind;
  readonly name: string;
  readonly state: TrackState;
  /** In state `init`: instances that track it without a weight wait for it (not so after a reload). */
  readonly holds: boolean;
  /** The number in the file, the script's last exit code (-1: none), how many processes there are, the proxy: 0 good. */
  readonly value: number;
  /** Why it is in this state, for people: `exited with status 2`, `3 processes`, ... `''`: nothing to say. */
  readonly reason: string;
  /** Asks for the first time, at once. */
  start(): void;
  /** Twice is once. No call to the listener after it. */
  stop(): void;
}

export interface TrackListener {
  /** The state, or a file's value, is another one; before the first call a tracker has the state that it was made with. */
  onTrack(tracker: Tracker): void;
}

/** What createTrackers gives, by `trackerKey`. */
export type TrackerMap = ReadonlyMap<string, Tracker>;

/** Takes lines for the log, as keepalived's `log_message(LOG_INFO, ...)`. */
export type TrackLog = (text: string) => void;
