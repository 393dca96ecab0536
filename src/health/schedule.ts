/**
 * When checks are made (manual, section 5.2, `inter`, `fastinter`, `downinter`; section 3.2, `spread-checks`): pure arithmetic in
 * milliseconds, randomness as an argument.
 */

export interface CheckTimings {
  readonly interMs: number;
  readonly fastinterMs: number | undefined;
  readonly downinterMs: number | undefined;
}

/** How sure we are of a server's state. */
export interface HealthPosition {
  /** All checks of late passed. */
  readonly fullyUp: boolean;
  /** All checks of late failed, and the server is down. */
  readonly fullyDown: boolean;
}

/** Intervals below this do not make the checks of everybody else start closer together. */
const SHORT_INTERVAL_MS = 1000;

export function checkInterval(timings: CheckTimings, position: HealthPosition): number {
  if (position.fullyUp) return timings.interMs;
  if (position.fullyDown) return timings.downinterMs ?? timings.interMs;
  return timings.fastinterMs ?? timings.interMs;
}

/**
 * From the end of a check to the next.
 * @param spreadPercent `spread-checks`: at most this much earlier or later
 * @param random in [0, 1)
 */
export function nextCheckDelay(intervalMs: number, spreadPercent: number, random: number): number {
  const spread = Math.trunc((intervalMs * spreadPercent) / 100);
  return intervalMs + spread - Math.trunc(2 * spread * random);
}

/** The interval over which first checks are spread: the shortest one, short ones left aside; 0 if all are short. */
export function startInterval(intervalsMs: readonly number[]): number {
  const long = intervalsMs.filter((interval) => interval >= SHORT_INTERVAL_MS);
  return long.length === 0 ? 0 : Math.min(...long);
}

/**
 * When the first check of a server is made, from the start of the process.
 * @param common `startInterval` of all checks
 * @param own the server's interval
 * @param maxSpreadMs `max-spread-checks`
 */
export function firstCheckDelay(
  common: number,
  own: number,
  maxSpreadMs: number | undefined,
  position: number,
  count: number,
): number {
  const over = Math.min(Math.max(common, own), maxSpreadMs || Number.POSITIVE_INFINITY);
  return Math.trunc((over * position) / count);
}

/**
 * How long a check may take. Without `timeout check`, all of it has `inter`. With it, the connection has the shorter of `timeout
 * connect` and `inter`, and the rest `timeout check` from then on.
 */
export function connectLimit(interMs: number, connectMs: number | undefined, checkMs: number | undefined): number {
  return checkMs !== undefined && connectMs !== undefined ? Math.min(interMs, connectMs) : interMs;
}
