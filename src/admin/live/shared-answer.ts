/** One answer for all who ask within a while: many viewers cost the one who answers no more than one, and nobody costs nothing. */

export class SharedAnswer<Value> {
  readonly #ask: () => Promise<Value>;
  readonly #freshMs: number;
  readonly #nowMs: () => number;
  #latest: { readonly value: Value; readonly atMs: number } | undefined;
  #asking: Promise<Value> | undefined;

  /** @param freshMs an answer is not older when it is given */
  constructor(ask: () => Promise<Value>, freshMs: number, nowMs: () => number) {
    this.#ask = ask;
    this.#freshMs = freshMs;
    this.#nowMs = nowMs;
  }

  /** Who asks while the question is under way gets the same answer, or its fault. */
  get(): Promise<Value> {
    if (this.#asking !== undefined) return this.#asking;
    const latest = this.#latest;
    const ageMs = this.#nowMs() - (latest?.atMs ?? 0);
    if (latest !== undefined && ageMs >= 0 && ageMs < this.#freshMs) return Promise.resolve(latest.value);
    const asking = this.#ask()
      .then((value) => {
        if (this.#asking === asking) this.#latest = { value, atMs: this.#nowMs() };
        return value;
      })
      .finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
    this.#asking = asking;
    return asking;
  }

  /** Something has changed: what is known or under way is old. */
  forget(): void {
    this.#latest = undefined;
    this.#asking = undefined;
  }
}
