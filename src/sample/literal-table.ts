/**
 * Many literal patterns in one hash table: which of them is the text, begins it or ends it? Beginnings and ends are
 * looked up once for each length that some pattern has. A pattern carries a number, and the lowest of those that match
 * is the answer: that is how a run of rules becomes one lookup and keeps its order.
 */
import { LOWER } from '../http/char-classes.ts';

const IDENTITY = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const SEED = 5381;

export type LiteralMode = 'str' | 'beg' | 'end';

interface Entry {
  readonly pattern: Buffer;
  readonly value: number;
  readonly hash: number;
}

export class LiteralTable {
  readonly mode: LiteralMode;
  /** Folds a byte's case, or leaves it. */
  readonly #fold: Uint8Array;
  readonly #entries: Entry[] = [];
  readonly #values = new Map<string, number>();
  /** Slot -> entry number + 1, 0 = empty; a power of two, at most half full. */
  #slots = new Int32Array(8);
  /** Distinct pattern lengths, ascending. */
  #lengths: number[] = [];

  constructor(mode: LiteralMode, ignoreCase: boolean) {
    this.mode = mode;
    this.#fold = ignoreCase ? LOWER : IDENTITY;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Adds a pattern (one character a byte). Of equal patterns the lowest value stays. */
  add(pattern: string, value: number): void {
    const bytes = Buffer.from(pattern, 'latin1');
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#fold[bytes[i] as number] as number;
    const key = bytes.toString('latin1');
    const known = this.#values.get(key);
    if (known !== undefined && known <= value) return;
    this.#values.set(key, value);
    if (known !== undefined) {
      const index = this.#entries.findIndex((entry) => entry.pattern.equals(bytes));
      this.#entries[index] = { ...(this.#entries[index] as Entry), value };
      return;
    }
    const entry = { pattern: bytes, value, hash: this.#hash(bytes, 0, bytes.length) };
    this.#entries.push(entry);
    if (!this.#lengths.includes(bytes.length)) this.#lengths = [...this.#lengths, bytes.length].sort((a, b) => a - b);
    if (this.#entries.length * 2 > this.#slots.length) this.#rebuild();
    else this.#place(entry.hash, this.#entries.length);
  }

  /** The lowest value of the patterns that match `bytes[start,end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    if (this.mode === 'str') return this.#lookup(bytes, start, end);
    const length = end - start;
    const lengths = this.#lengths;
    let lowest = -1;
    for (let i = 0; i < lengths.length; i++) {
      const size = lengths[i] as number;
      if (size > length) break;
      const value =
        this.mode === 'beg' ? this.#lookup(bytes, start, start + size) : this.#lookup(bytes, end - size, end);
      if (value >= 0 && (lowest < 0 || value < lowest)) lowest = value;
    }
    return lowest;
  }

  #lookup(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#hash(bytes, start, end);
    const slots = this.#slots;
    const mask = slots.length - 1;
    const fold = this.#fold;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] as number;
      if (number === 0) return -1;
      const entry = this.#entries[number - 1] as Entry;
      if (entry.hash !== hash || entry.pattern.length !== end - start) continue;
      const pattern = entry.pattern;
      let i = start;
      while (i < end && fold[bytes[i] as number] === pattern[i - start]) i++;
      if (i === end) return entry.value;
    }
  }

  #hash(bytes: Uint8Array, start: number, end: number): number {
    const fold = this.#fold;
    let hash = SEED;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (fold[bytes[i] as number] as number)) | 0;
    return hash;
  }

  #place(hash: number, number: number): void {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number;
  }

  #rebuild(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    this.#entries.forEach((entry, index) => {
      this.#place(entry.hash, index + 1);
    });
  }
}
