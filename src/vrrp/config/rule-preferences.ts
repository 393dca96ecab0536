const FIRST_PREFERENCE = 16_384;

/** Counts down from 16384, for rules without a preference; each family for itself. */
export class RulePreferences {
  readonly #next = { 4: FIRST_PREFERENCE, 6: FIRST_PREFERENCE };

  take(family: 4 | 6): number {
    return this.#next[family]--;
  }
}
