/** One way to compare samples with the entries of a list: the index for it, and what it needs around. */
import type { PatternUseModel } from '../../config/model-rules.ts';
import { ADDR, ANY, BIN, type Sample, SINT, STR } from '../sample.ts';
import type { EntryStore } from './entry-store.ts';
import { Hits } from './hits.ts';
import { BinaryIndex, EdgeIndex, EqualIndex, WordIndex } from './literal-index.ts';
import { NetworkIndex } from './network-index.ts';
import type { PatternIndex } from './pattern-index.ts';
import { RangeIndex } from './range-index.ts';
import { RegexIndex } from './regex-index.ts';
import { SubstringIndex } from './substring-index.ts';
import { TextHash } from './text-hash.ts';

export type Match = PatternUseModel['match'];

/** Delimiters of path components and of host name labels, as HAProxy has them. */
const DIR_DELIMITERS = '/?';
const DOM_DELIMITERS = '/?.:';

/** The type that samples are cast to before they are compared. */
export function matchedType(match: Match): number {
  switch (match) {
    case 'found':
      return ANY;
    case 'bool':
    case 'int':
      return SINT;
    case 'ip':
      return ADDR;
    case 'bin':
      return BIN;
    default:
      return STR;
  }
}

/** Readers of texts, shared by all lookups: with and without regard to case. */
const exactText = new TextHash(false);
const foldedText = new TextHash(true);

export function textReader(ignoreCase: boolean): TextHash {
  return ignoreCase ? foldedText : exactText;
}

const best = new Hits(true);
const NO_NAMES: ReadonlyMap<string, string> = new Map();

export class Lookup {
  readonly match: Match;
  readonly ignoreCase: boolean;
  /** Patterns compared. */
  size = 0;
  readonly #store: EntryStore;
  readonly #resolved: ReadonlyMap<string, string>;
  #index: PatternIndex;

  constructor(store: EntryStore, use: Pick<PatternUseModel, 'match' | 'ignoreCase'>, resolved = NO_NAMES) {
    this.#store = store;
    this.match = use.match;
    this.ignoreCase = use.ignoreCase;
    this.#resolved = resolved;
    this.#index = this.#makeIndex();
  }

  add(entry: number): void {
    this.#index.add(entry);
    this.size++;
  }

  remove(entry: number): void {
    this.#index.remove(entry);
    this.size--;
  }

  /** Does now what the first lookup would have to wait for. */
  prepare(): void {
    this.#index.prepare?.();
  }

  /** Starts anew with nothing in it. */
  reset(): void {
    this.#index = this.#makeIndex();
    this.size = 0;
  }

  /** The entry that HAProxy would find, or -1. The sample has the type of `matchedType`. */
  find(sample: Sample): number {
    if (this.size === 0) return -1;
    const { find } = this.#index;
    if (find !== undefined) return find(sample);
    best.clear();
    this.#collect(sample, best);
    return best.best();
  }

  /** All entries that match. */
  collect(sample: Sample, hits: Hits): void {
    if (this.size > 0) this.#collect(sample, hits);
  }

  /** The same when `text` has already read the sample's bytes. */
  collectRead(sample: Sample, text: TextHash, hits: Hits): void {
    if (this.size > 0) this.#index.collect(sample, text, hits);
  }

  get readsText(): boolean {
    return this.#index.readsText;
  }

  /** The expression of an entry, with captures (`regm`). */
  expressionOf(entry: number): RegExp | undefined {
    return this.#index instanceof RegexIndex ? this.#index.expressionOf(entry) : undefined;
  }

  #collect(sample: Sample, hits: Hits): void {
    const text = textReader(this.ignoreCase);
    if (this.#index.readsText) text.read(sample.bytes, sample.start, sample.end);
    this.#index.collect(sample, text, hits);
  }

  #makeIndex(): PatternIndex {
    const store = this.#store;
    const { ignoreCase } = this;
    switch (this.match) {
      case 'found':
      case 'bool':
        return NO_PATTERNS;
      case 'str':
        return new EqualIndex(store, ignoreCase);
      case 'bin':
        return new BinaryIndex(store);
      case 'beg':
        return new EdgeIndex(store, ignoreCase, false);
      case 'end':
        return new EdgeIndex(store, ignoreCase, true);
      case 'dir':
        return new WordIndex(store, ignoreCase, DIR_DELIMITERS);
      case 'dom':
        return new WordIndex(store, ignoreCase, DOM_DELIMITERS);
      case 'sub':
        return new SubstringIndex(store, ignoreCase);
      case 'reg':
      case 'regm':
        return new RegexIndex(store, ignoreCase, this.match === 'regm');
      case 'int':
      case 'len':
        return new RangeIndex(store, this.match === 'len');
      case 'ip':
        return new NetworkIndex(store, this.#resolved);
    }
  }
}

/** `found` and `bool` ask nothing of patterns. */
const NO_PATTERNS: PatternIndex = { readsText: false, add: () => {}, remove: () => {}, collect: () => {} };
