/** The entries that a lookup has found: a register that is used again and again. */

export class Hits {
  count = 0;
  /** Only the best is wanted: an index may stop as soon as it has it. */
  readonly single: boolean;
  entries = new Int32Array(64);
  /** How much of the text or network was matched, where that decides. */
  weights = new Int32Array(64);

  constructor(single: boolean) {
    this.single = single;
  }

  clear(): void {
    this.count = 0;
  }

  push(entry: number, weight = 0): void {
    if (this.count === this.entries.length) {
      const entries = new Int32Array(this.count * 2);
      const weights = new Int32Array(this.count * 2);
      entries.set(this.entries);
      weights.set(this.weights);
      this.entries = entries;
      this.weights = weights;
    }
    this.entries[this.count] = entry;
    this.weights[this.count++] = weight;
  }

  /** Forgets entries from position `from` on. */
  drop(from: number, unwanted: ReadonlySet<number>): void {
    let kept = from;
    for (let i = from; i < this.count; i++) {
      const entry = this.entries[i] as number;
      if (unwanted.has(entry)) continue;
      this.entries[kept] = entry;
      this.weights[kept++] = this.weights[i] as number;
    }
    this.count = kept;
  }

  /** The heaviest, of equal ones the one that came first into the list; -1: nothing was found. */
  best(): number {
    let best = -1;
    let most = 0;
    for (let i = 0; i < this.count; i++) {
      const entry = this.entries[i] as number;
      const weight = this.weights[i] as number;
      if (best < 0 || weight > most || (weight === most && entry < best)) {
        best = entry;
        most = weight;
      }
    }
    return best;
  }
}
