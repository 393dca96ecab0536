/**
 * What a balancing algorithm sees of a server, and what it offers. Algorithms are pure: they read the candidates' public
 * state and keep their own in typed arrays indexed by the candidate's position; `choose` allocates nothing.
 *
 * Calls expected from the owner:
 * - `taken(c)` after `c.sessions` was raised, `released(c)` after it was lowered;
 * - `changed()` after anything else of any candidate changed: `usable`, `weight`, `maxconn`.
 */

/** One server as the algorithms see it. */
export interface Candidate {
  /** Position in the backend's list, from 0, without gaps. */
  readonly index: number;
  /** The server's `id` (the proxy's unique id of it, from 1): orders `balance first`, seeds the consistent hash. */
  readonly id: number;
  /** In service: neither down, in maintenance nor drained. A weight of 0 makes it unusable too. */
  readonly usable: boolean;
  readonly backup: boolean;
  /** User weight (0 to 256) times WEIGHT_SCALE, less while a slow start ramps. */
  readonly weight: number;
  /** Requests served now. */
  readonly sessions: number;
  /** Requests waiting for this server. */
  readonly queued: number;
  /** Most requests served at once, 0 = no limit. */
  readonly maxconn: number;
  /** Most requests waiting for it, 0 = no limit; `leastconn` fills the queue up to it. */
  readonly maxqueue: number;
  /** `maxconn` as it is at the present load (`minconn`, `fullconn`, slow start), never above `maxconn`. */
  dynamicMaxconn(): number;
}

export interface Balancer {
  /**
   * The server for one request, or null: none is usable (`countUsable()` is 0) or all are saturated.
   * @param hash of what the algorithm hashes, 32 bits unsigned, or -1: the request has no such thing and takes the next
   *   server in turn; ignored by algorithms that hash nothing
   * @param avoid a server that has just failed: chosen only when there is no other (not honoured by map-based hashes)
   */
  choose(hash: number, avoid: Candidate | null): Candidate | null;
  taken(candidate: Candidate): void;
  released(candidate: Candidate): void;
  changed(): void;
  /** Servers that may be chosen: the usable active ones, else the usable backups (1 without `allbackups`). */
  countUsable(): number;
  /** Usable active servers, whatever is used (`srv_act`). */
  countActive(): number;
  /** Usable backup servers (`srv_bck`). */
  countBackup(): number;
}

/** Effective weight units per unit of user weight, so that a slow start can ramp (BE_WEIGHT_SCALE). */
export const WEIGHT_SCALE = 16;

/** Greatest effective weight. */
export const WEIGHT_MAX = 256 * WEIGHT_SCALE;

/** True when a request sent to it now would be served at once. */
export function hasPlace(candidate: Candidate): boolean {
  return candidate.maxconn === 0 || (candidate.queued === 0 && candidate.sessions < candidate.dynamicMaxconn());
}
