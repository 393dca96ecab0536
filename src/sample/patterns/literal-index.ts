/**
 * Patterns of literal text: equal to the sample (str, bin), at its beginning or end (beg, end), or between delimiters
 * (dir, dom). One table by hash each; the sample is looked up once for every length and place that can matter.
 */
import type { Sample } from '../sample.ts';
import type { EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import { KeyTable } from './key-table.ts';
import type { PatternIndex } from './pattern-index.ts';
import { foldOf, hashOf, type TextHash } from './text-hash.ts';

/** How many patterns have which length. */
class Lengths {
  readonly #counts = new Map<number, number>();
  ascending: readonly number[] = [];

  add(length: number, difference: 1 | -1): void {
    const count = (this.#counts.get(length) ?? 0) + difference;
    if (count > 0) this.#counts.set(length, count);
    else this.#counts.delete(length);
    if (count === 0 || (count === 1 && difference === 1)) {
      this.ascending = [...this.#counts.keys()].sort((left, right) => left - right);
    }
  }
}

export class EqualIndex implements PatternIndex {
  readonly readsText = true;
  readonly #store: EntryStore;
  readonly #table: KeyTable;
  readonly #fold: Uint8Array;

  constructor(store: EntryStore, ignoreCase: boolean) {
    this.#store = store;
    this.#fold = foldOf(ignoreCase);
    this.#table = new KeyTable(store, ignoreCase);
  }

  add(entry: number): void {
    this.#table.add(entry, this.#store.keyStart[entry] as number, this.#store.keyEnd[entry] as number);
  }

  remove(entry: number): void {
    this.#table.remove(entry);
  }

  collect(_sample: Sample, text: TextHash, hits: Hits): void {
    this.#table.collect(text.of(0, text.length), text.bytes, text.start, text.length, hits);
  }

  find = ({ bytes, start, end }: Sample): number =>
    this.#table.first(hashOf(bytes, start, end, this.#fold), bytes, start, end - start);
}

/** Patterns in hexadecimal digits (`bin`), which are compared as the bytes they stand for. */
export class BinaryIndex implements PatternIndex {
  readonly readsText = false;
  readonly #store: EntryStore;
  readonly #entries = new Map<string, number[]>();

  constructor(store: EntryStore) {
    this.#store = store;
  }

  add(entry: number): void {
    const digits = this.#store.key(entry).toLowerCase();
    const known = this.#entries.get(digits);
    if (known === undefined) this.#entries.set(digits, [entry]);
    else known.push(entry);
  }

  remove(entry: number): void {
    const digits = this.#store.key(entry).toLowerCase();
    const left = (this.#entries.get(digits) ?? []).filter((one) => one !== entry);
    if (left.length > 0) this.#entries.set(digits, left);
    else this.#entries.delete(digits);
  }

  collect(sample: Sample, _text: TextHash, hits: Hits): void {
    const found = this.#entries.get(sample.bytes.toString('hex', sample.start, sample.end));
    if (found !== undefined) for (const entry of found) hits.push(entry);
  }
}

/** `beg` and `end`. Without `-i`, HAProxy's `beg` prefers the longest pattern, all others the first of the list. */
export class EdgeIndex implements PatternIndex {
  readonly readsText = true;
  readonly #store: EntryStore;
  readonly #table: KeyTable;
  readonly #lengths = new Lengths();
  readonly #atEnd: boolean;
  readonly #weighs: boolean;

  constructor(store: EntryStore, ignoreCase: boolean, atEnd: boolean) {
    this.#store = store;
    this.#table = new KeyTable(store, ignoreCase);
    this.#atEnd = atEnd;
    this.#weighs = !atEnd && !ignoreCase;
  }

  add(entry: number): void {
    const start = this.#store.keyStart[entry] as number;
    const end = this.#store.keyEnd[entry] as number;
    this.#table.add(entry, start, end);
    this.#lengths.add(end - start, 1);
  }

  remove(entry: number): void {
    this.#table.remove(entry);
    this.#lengths.add((this.#store.keyEnd[entry] as number) - (this.#store.keyStart[entry] as number), -1);
  }

  collect(_sample: Sample, text: TextHash, hits: Hits): void {
    const { ascending } = this.#lengths;
    for (let i = 0; i < ascending.length; i++) {
      const length = ascending[i] as number;
      if (length > text.length) return;
      const from = this.#atEnd ? text.length - length : 0;
      const weight = this.#weighs ? length : 0;
      this.#table.collect(text.of(from, from + length), text.bytes, text.start + from, length, hits, weight);
    }
  }
}

/** Words between delimiters; the pattern's own outer delimiters do not count, inner ones do. */
export class WordIndex implements PatternIndex {
  readonly readsText = true;
  readonly #store: EntryStore;
  readonly #table: KeyTable;
  readonly #lengths = new Lengths();
  readonly #isDelimiter = new Uint8Array(256);
  /** Where words begin in the text, and where they may end. */
  #begins = new Int32Array(64);
  #ends = new Int32Array(64);

  constructor(store: EntryStore, ignoreCase: boolean, delimiters: string) {
    this.#store = store;
    this.#table = new KeyTable(store, ignoreCase);
    for (const letter of delimiters) this.#isDelimiter[letter.charCodeAt(0)] = 1;
  }

  add(entry: number): void {
    const { start, end } = this.#word(entry);
    // A pattern of nothing but delimiters matches nothing.
    if (start === end) return;
    this.#table.add(entry, start, end);
    this.#lengths.add(end - start, 1);
  }

  remove(entry: number): void {
    const { start, end } = this.#word(entry);
    if (start === end) return;
    this.#table.remove(entry);
    this.#lengths.add(end - start, -1);
  }

  #word(entry: number): { readonly start: number; readonly end: number } {
    const { bytes } = this.#store;
    let start = this.#store.keyStart[entry] as number;
    let end = this.#store.keyEnd[entry] as number;
    while (start < end && this.#isDelimiter[bytes[start] as number] === 1) start++;
    while (end > start && this.#isDelimiter[bytes[end - 1] as number] === 1) end--;
    return { start, end };
  }

  collect(_sample: Sample, text: TextHash, hits: Hits): void {
    const { ascending } = this.#lengths;
    const longest = ascending[ascending.length - 1];
    if (longest === undefined) return;
    const words = this.#cut(text);
    for (let first = 0; first < words; first++) {
      const from = this.#begins[first] as number;
      for (let last = first; last < words; last++) {
        const length = (this.#ends[last] as number) - from;
        if (length > longest) break;
        this.#table.collect(text.of(from, from + length), text.bytes, text.start + from, length, hits);
      }
    }
  }

  /** Finds the words of the text; how many there are. */
  #cut({ bytes, start, length }: TextHash): number {
    let words = 0;
    let inWord = false;
    for (let at = 0; at <= length; at++) {
      const delimits = at === length || this.#isDelimiter[bytes[start + at] as number] === 1;
      if (delimits === !inWord) continue;
      inWord = !delimits;
      if (inWord) {
        if (words === this.#begins.length) this.#makeRoom();
        this.#begins[words] = at;
      } else this.#ends[words++] = at;
    }
    return words;
  }

  #makeRoom(): void {
    const begins = new Int32Array(this.#begins.length * 2);
    const ends = new Int32Array(begins.length);
    begins.set(this.#begins);
    ends.set(this.#ends);
    this.#begins = begins;
    this.#ends = ends;
  }
}
