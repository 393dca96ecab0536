/**
 * Ranges of whole numbers (match `int`, `len`): cut into pieces that the same patterns cover, so that a number is found
 * by binary search.
 */
import { parseRange, type Range } from '../../config/pattern-values.ts';
import type { Sample } from '../sample.ts';
import type { EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import { Layers, type Searchable } from './layers.ts';
import type { PatternIndex } from './pattern-index.ts';
import type { TextHash } from './text-hash.ts';

type Whole = number | bigint;

/** So many ranges may cover the same number: beyond, pieces would need more memory than walking the list is slow. */
const MOST_OVERLAP = 64;

export class RangeIndex implements PatternIndex {
  readonly readsText = false;
  readonly #layers: Layers;

  constructor(store: EntryStore, ofLength: boolean) {
    const rangeOf = (entry: number): Range => {
      const text = store.key(entry);
      const range = parseRange(text);
      if (range === undefined) throw new Error(`'${text}' is not a valid number range`);
      return range;
    };
    this.#layers = new Layers((entries) => {
      const ranges = Array.from(entries, (entry): Numbered => [entry, rangeOf(entry)]);
      return overlap(ranges) > MOST_OVERLAP ? new RangeList(ranges, ofLength) : new Pieces(ranges, ofLength);
    });
  }

  add(entry: number): void {
    this.#layers.add(entry);
  }

  remove(entry: number): void {
    this.#layers.remove(entry);
  }

  prepare(): void {
    this.#layers.prepare();
  }

  collect(sample: Sample, _text: TextHash, hits: Hits): void {
    this.#layers.collect(sample, hits);
  }
}

function following(value: Whole): Whole {
  if (typeof value === 'bigint') return value + 1n;
  return Number.isSafeInteger(value + 1) || !Number.isFinite(value) ? value + 1 : BigInt(value) + 1n;
}

function compareWhole(left: Whole, right: Whole): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

type Numbered = readonly [entry: number, range: Range];

/** How many ranges cover the number that most cover. */
function overlap(ranges: readonly Numbered[]): number {
  let most = 0;
  cut(ranges, (_begin, covering) => {
    most = Math.max(most, covering.size);
  });
  return most;
}

/** One range after another. */
class RangeList implements Searchable {
  readonly #ranges: readonly Numbered[];
  readonly #ofLength: boolean;

  constructor(ranges: readonly Numbered[], ofLength: boolean) {
    this.#ranges = ranges;
    this.#ofLength = ofLength;
  }

  collect(sample: Sample, hits: Hits): void {
    const value = this.#ofLength ? sample.end - sample.start : sample.integer;
    for (const [entry, { low, high }] of this.#ranges) {
      if (low <= value && value <= high) hits.push(entry);
    }
  }
}

/** The pieces in order: where each begins, and which entries cover it, one after another. */
class Pieces implements Searchable {
  readonly #ofLength: boolean;
  /** Plain numbers where all of them are exact, which they nearly always are. */
  readonly #begins: Float64Array | readonly Whole[];
  readonly #firsts: Int32Array;
  readonly #entries: Int32Array;

  constructor(ranges: readonly Numbered[], ofLength: boolean) {
    this.#ofLength = ofLength;
    const begins: Whole[] = [];
    const firsts: number[] = [];
    const entries: number[] = [];
    cut(ranges, (begin, covering) => {
      begins.push(begin);
      firsts.push(entries.length);
      for (const entry of covering) entries.push(entry);
    });
    firsts.push(entries.length);
    this.#begins = begins.some((begin) => typeof begin === 'bigint') ? begins : Float64Array.from(begins as number[]);
    this.#firsts = Int32Array.from(firsts);
    this.#entries = Int32Array.from(entries);
  }

  collect(sample: Sample, hits: Hits): void {
    const value = this.#ofLength ? sample.end - sample.start : sample.integer;
    const begins = this.#begins;
    let low = 0;
    let high = begins.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((begins[middle] as Whole) <= value) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return;
    const end = this.#firsts[low] as number;
    for (let at = this.#firsts[low - 1] as number; at < end; at++) hits.push(this.#entries[at] as number);
  }
}

/** Most sets of ranges do not overlap; where they do, a piece names every range over it. */
function cut(ranges: readonly Numbered[], visit: (begin: Whole, covering: ReadonlySet<number>) => void): void {
  const begins = [...ranges].sort(([, left], [, right]) => compareWhole(left.low, right.low));
  const ends = [...ranges].sort(([, left], [, right]) => compareWhole(left.high, right.high));
  const covering = new Set<number>();
  let nextBegin = 0;
  let nextEnd = 0;
  while (nextBegin < begins.length || nextEnd < ends.length) {
    const begin = begins[nextBegin]?.[1].low;
    const end = following((ends[nextEnd] as Numbered)[1].high);
    const at = begin !== undefined && begin <= end ? begin : end;
    if (at === Number.POSITIVE_INFINITY) break;
    for (; nextBegin < begins.length; nextBegin++) {
      const [entry, { low }] = begins[nextBegin] as Numbered;
      if (low > at) break;
      covering.add(entry);
    }
    for (; nextEnd < ends.length; nextEnd++) {
      const [entry, { high }] = ends[nextEnd] as Numbered;
      if (following(high) > at) break;
      covering.delete(entry);
    }
    visit(at, covering);
  }
}
