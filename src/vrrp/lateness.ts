/**
 * How late advertisements go out, as a histogram. A backup takes over after three missed ones, so what counts is the
 * tail: a pause of the process shows here before it costs a transition. Recording allocates nothing.
 */

/** Upper bounds, milliseconds; one more bucket holds the rest. */
export const LATENESS_BOUNDS_MS: readonly number[] = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 100, 250, 1000];

export class LatenessHistogram {
  readonly counts = new Float64Array(LATENESS_BOUNDS_MS.length + 1);
  count = 0;
  sumMs = 0;
  maxMs = 0;

  record(lateMs: number): void {
    const late = Math.max(lateMs, 0);
    let bucket = 0;
    while (bucket < LATENESS_BOUNDS_MS.length && late > (LATENESS_BOUNDS_MS[bucket] as number)) bucket++;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.count++;
    this.sumMs += late;
    if (late > this.maxMs) this.maxMs = late;
  }

  /** The bound under which this share (0..1) of all advertisements went out; the maximum when it is beyond the last. */
  quantile(share: number): number {
    const wanted = Math.ceil(this.count * share);
    let seen = 0;
    for (let bucket = 0; bucket < LATENESS_BOUNDS_MS.length; bucket++) {
      seen += this.counts[bucket] as number;
      if (seen >= wanted) return Math.min(LATENESS_BOUNDS_MS[bucket] as number, this.maxMs);
    }
    return this.maxMs;
  }
}
