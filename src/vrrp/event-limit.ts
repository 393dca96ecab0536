/**
 * A stranger decides how often some things happen; how often we talk about them, we do: the first at once, then one a
 * second, which says how many there were.
 */
const INTERVAL_MS = 1000;

export class EventLimit {
  #nextMs = Number.NEGATIVE_INFINITY;
  #held = 0;

  /** How many events this one stands for, itself included; 0: say nothing. */
  tell(nowMs: number): number {
    this.#held++;
    if (nowMs < this.#nextMs) return 0;
    const told = this.#held;
    this.#held = 0;
    this.#nextMs = nowMs + INTERVAL_MS;
    return told;
  }
}
