/** How long to wait before what ended is started again: longer each time, and short again once it ran well. */

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** What has run for so long ran well. */
const WELL_MS = 60_000;

export class BackOff {
  #nextMs = FIRST_MS;

  /** @param ranMs how long it ran @returns how long to wait */
  ended(ranMs: number): number {
    if (ranMs >= WELL_MS) this.#nextMs = FIRST_MS;
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(LONGEST_MS, 2 * waitMs);
    return waitMs;
  }
}
