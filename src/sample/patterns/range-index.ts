/**
 * Ranges of whole numbers (match `int`, `len`): cut into pieces that the same patterns cover, so that a number is found
 * by binary search.
 */
import { parseRange, type Range } from '../../config/pattern-values.ts';
import type { Sample } from '../sample.ts';
import type { EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import { Layers } from './layers.ts';
import type { PatternIndex } from './pattern-index.ts';
import type { TextHash } from './text-hash.ts';

type Whole = number | bigint;

/** From `begin` on (up to the next piece) these entries match. */
interface Piece {
  readonly begin: Whole;
  readonly entries: readonly number[];
}

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
      const pieces = cut(Array.from(entries, (entry) => [entry, rangeOf(entry)] as const));
      return {
        collect: (sample, hits) => collectPieces(pieces, ofLength ? sample.end - sample.start : sample.integer, hits),
      };
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

function collectPieces(pieces: readonly Piece[], value: Whole, hits: Hits): void {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle] as Piece).begin <= value) low = middle + 1;
    else high = middle;
  }
  if (low > 0) for (const entry of (pieces[low - 1] as Piece).entries) hits.push(entry);
}

function following(value: Whole): Whole {
  if (typeof value === 'bigint') return value + 1n;
  return Number.isSafeInteger(value + 1) || !Number.isFinite(value) ? value + 1 : BigInt(value) + 1n;
}

function compareWhole(left: Whole, right: Whole): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Most sets of ranges do not overlap; where they do, a piece names every range over it. */
function cut(ranges: readonly (readonly [number, Range])[]): readonly Piece[] {
  const begins = [...ranges].sort(([, left], [, right]) => compareWhole(left.low, right.low));
  const ends = [...ranges].sort(([, left], [, right]) => compareWhole(left.high, right.high));
  const pieces: Piece[] = [];
  const covering = new Set<number>();
  let nextBegin = 0;
  let nextEnd = 0;
  while (nextBegin < begins.length || nextEnd < ends.length) {
    const begin = begins[nextBegin]?.[1].low;
    const end = following((ends[nextEnd] as (typeof ends)[number])[1].high);
    const at = begin !== undefined && begin <= end ? begin : end;
    if (at === Number.POSITIVE_INFINITY) break;
    for (; nextBegin < begins.length; nextBegin++) {
      const [entry, { low }] = begins[nextBegin] as (typeof begins)[number];
      if (low > at) break;
      covering.add(entry);
    }
    for (; nextEnd < ends.length; nextEnd++) {
      const [entry, { high }] = ends[nextEnd] as (typeof ends)[number];
      if (following(high) > at) break;
      covering.delete(entry);
    }
    pieces.push({ begin: at, entries: [...covering].sort((left, right) => left - right) });
  }
  return pieces;
}
