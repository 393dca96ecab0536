/**
 * How many answers in a row it takes to be believed (`rise`, `fall`): keepalived's one number, pure.
 *
 *   0 ......... rise - 1 | rise ............... rise + fall - 1
 *   down, successes seen | up, minus the failures seen
 *
 * Unknown at first: one answer decides. Assumed down (`init_fail`): it takes `rise` successes.
 */
export class RiseFall {
  readonly rise: number;
  readonly fall: number;
  #level: number;
  #known: boolean;

  constructor(rise: number, fall: number, assumedDown: boolean) {
    this.rise = rise;
    this.fall = fall;
    this.#level = assumedDown ? 0 : rise - 1;
    this.#known = assumedDown;
  }

  /** False until the first answer. */
  get known(): boolean {
    return this.#known;
  }

  get up(): boolean {
    return this.#known && this.#level >= this.rise;
  }

  /** Failures that bring it down, or successes that bring it up, still missing. */
  get missing(): number {
    return this.up ? this.#level - this.rise + 1 : this.rise - this.#level;
  }

  /** Takes an answer; true when that made it known, up or down. */
  take(success: boolean): boolean {
    const wasKnown = this.#known;
    const wasUp = this.#level >= this.rise;
    this.#known = true;
    if (success) {
      if (this.#level < this.rise - 1) this.#level++;
      else this.#level = this.rise + this.fall - 1;
    } else if (this.#level > this.rise) this.#level--;
    else this.#level = 0;
    return !wasKnown || this.#level >= this.rise !== wasUp;
  }

  /** Goes on where another one stood, whose `rise` and `fall` may differ (reload). */
  adopt(other: RiseFall): void {
    this.#known = other.#known;
    if (!other.#known) {
      this.#level = this.rise - 1;
    } else if (other.#level < other.rise) {
      this.#level = other.#level === 0 ? 0 : Math.max(this.rise - (other.rise - other.#level), 0);
    } else if (other.#level === other.rise + other.fall - 1) {
      this.#level = this.rise + this.fall - 1;
    } else {
      this.#level = Math.min(this.rise + (other.#level - other.rise), this.rise + this.fall - 1);
    }
  }
}
