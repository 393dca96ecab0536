/** When a unit that is looked at again and again is good, and when there is no hope left. Pure. */

/** So long must everything be well without a break. */
const STEADY_MS = 10_000;
const PATIENCE_MS = 180_000;

/** `hopeless` is said once. */
export type HealthVerdict = 'wait' | 'good' | 'hopeless';

export class HealthState {
  readonly #startMs: number;
  #wellSinceMs: number | undefined;
  #why: string | undefined = 'it has just started';
  #hopeless = false;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
  }

  /** Undefined: good. */
  get why(): string | undefined {
    return this.#why;
  }

  get isHopeless(): boolean {
    return this.#hopeless;
  }

  /** @param complaint undefined: all is well now */
  told(complaint: string | undefined, nowMs: number): HealthVerdict {
    if (complaint === undefined) {
      this.#wellSinceMs ??= nowMs;
      const steady = nowMs - this.#wellSinceMs >= STEADY_MS;
      this.#why = steady ? undefined : `all is well, for less than ${STEADY_MS / 1000} s`;
      return steady ? 'good' : 'wait';
    }
    this.#wellSinceMs = undefined;
    this.#why = complaint;
    if (this.#hopeless || nowMs - this.#startMs < PATIENCE_MS) return 'wait';
    this.#hopeless = true;
    return 'hopeless';
  }
}
