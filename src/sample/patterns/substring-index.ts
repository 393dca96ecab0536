/**
 * Many substrings in one scan of the text: the automaton of Aho and Corasick. Its tree is kept in hash tables, since a
 * full transition table would cost a kilobyte a state; steps from the root, by far the most, use a table of their own.
 */
import type { Sample } from '../sample.ts';
import { DELETED, type EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import { Layers, type Searchable } from './layers.ts';
import type { PatternIndex } from './pattern-index.ts';
import { foldOf, type TextHash } from './text-hash.ts';

const NONE = -1;

export class SubstringIndex implements PatternIndex {
  readonly readsText = false;
  readonly #layers: Layers;

  constructor(store: EntryStore, ignoreCase: boolean) {
    const fold = foldOf(ignoreCase);
    this.#layers = new Layers((entries) => new Automaton(store, entries, fold));
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

class Automaton implements Searchable {
  readonly #fold: Uint8Array;
  /** First steps: byte -> state. */
  readonly #fromRoot = new Int32Array(256);
  /** The same for bytes of either case. */
  readonly #firstSteps: Int32Array;
  /** Open addressing: state * 256 + byte -> state. */
  #keys = new Int32Array(64).fill(NONE);
  #targets = new Int32Array(64);
  #size = 0;
  #states = 1;
  /** Of every state: where to go on when no step fits, the nearest such state with patterns, its patterns (a chain). */
  #failure: Int32Array;
  #report: Int32Array;
  readonly #first: Int32Array;
  readonly #next = new Map<number, number>();
  /** Patterns found in this scan, by the mark of the scan. */
  readonly #seen = new Map<number, number>();
  #scan = 0;

  constructor(store: EntryStore, entries: Iterable<number>, fold: Uint8Array) {
    this.#fold = fold;
    let total = 1;
    for (const entry of entries) total += (store.keyEnd[entry] as number) - (store.keyStart[entry] as number);
    const parents = new Int32Array(total);
    const letters = new Uint8Array(total);
    this.#first = new Int32Array(total).fill(NONE);
    for (const entry of entries) {
      if (store.version[entry] === DELETED) continue;
      let state = 0;
      const end = store.keyEnd[entry] as number;
      for (let at = store.keyStart[entry] as number; at < end; at++) {
        const letter = fold[store.bytes[at] as number] as number;
        let target = this.#step(state, letter);
        if (target === NONE) {
          target = this.#states++;
          parents[target] = state;
          letters[target] = letter;
          this.#connect(state, letter, target);
        }
        state = target;
      }
      // An empty pattern is nowhere.
      if (state === 0) continue;
      const before = this.#first[state] as number;
      if (before !== NONE) this.#next.set(entry, before);
      this.#first[state] = entry;
    }
    this.#firstSteps = Int32Array.from(fold, (letter) => this.#fromRoot[letter] as number);
    this.#failure = new Int32Array(this.#states);
    this.#report = new Int32Array(this.#states);
    this.#link(parents, letters);
  }

  collect({ bytes, start, end }: Sample, hits: Hits): void {
    const fold = this.#fold;
    const firstSteps = this.#firstSteps;
    this.#scan++;
    let state = 0;
    for (let at = start; at < end; at++) {
      if (state === 0) {
        while (at < end && firstSteps[bytes[at] as number] === 0) at++;
        if (at === end) return;
        state = firstSteps[bytes[at] as number] as number;
      } else {
        const letter = fold[bytes[at] as number] as number;
        let target = this.#step(state, letter);
        while (target === NONE) {
          state = this.#failure[state] as number;
          target = this.#step(state, letter);
          if (state === 0) break;
        }
        state = target === NONE ? 0 : target;
      }
      for (
        let found = this.#report[state] as number;
        found !== 0;
        found = this.#report[this.#failure[found] as number] as number
      ) {
        this.#tell(found, hits);
      }
    }
  }

  #tell(state: number, hits: Hits): void {
    for (let entry = this.#first[state] as number; entry !== NONE; entry = this.#next.get(entry) ?? NONE) {
      if (this.#seen.get(entry) === this.#scan) continue;
      this.#seen.set(entry, this.#scan);
      hits.push(entry);
    }
  }

  #step(state: number, letter: number): number {
    if (state === 0) {
      const target = this.#fromRoot[letter] as number;
      return target === 0 ? NONE : target;
    }
    const key = state * 256 + letter;
    const mask = this.#keys.length - 1;
    for (let slot = Math.imul(key, 0x9e3779b1) & mask; ; slot = (slot + 1) & mask) {
      const held = this.#keys[slot] as number;
      if (held === key) return this.#targets[slot] as number;
      if (held === NONE) return NONE;
    }
  }

  #connect(state: number, letter: number, target: number): void {
    if (state === 0) {
      this.#fromRoot[letter] = target;
      return;
    }
    if (++this.#size * 2 > this.#keys.length) this.#rehash();
    this.#put(state * 256 + letter, target);
  }

  #put(key: number, target: number): void {
    const mask = this.#keys.length - 1;
    let slot = Math.imul(key, 0x9e3779b1) & mask;
    while (this.#keys[slot] !== NONE) slot = (slot + 1) & mask;
    this.#keys[slot] = key;
    this.#targets[slot] = target;
  }

  #rehash(): void {
    const keys = this.#keys;
    const targets = this.#targets;
    this.#keys = new Int32Array(keys.length * 2).fill(NONE);
    this.#targets = new Int32Array(keys.length * 2);
    keys.forEach((key, slot) => {
      if (key !== NONE) this.#put(key, targets[slot] as number);
    });
  }

  /** Failure links, in the order of depth. */
  #link(parents: Int32Array, letters: Uint8Array): void {
    const depth = new Int32Array(this.#states);
    for (let state = 1; state < this.#states; state++) depth[state] = (depth[parents[state] as number] as number) + 1;
    // A counting sort would do; states of one pattern are ascending already, so this is quick.
    const order = Int32Array.from({ length: this.#states - 1 }, (_, index) => index + 1);
    order.sort((left, right) => (depth[left] as number) - (depth[right] as number) || left - right);
    for (const state of order) {
      const parent = parents[state] as number;
      const letter = letters[state] as number;
      let target = 0;
      if (parent !== 0) {
        let from = this.#failure[parent] as number;
        for (;;) {
          const next = this.#step(from, letter);
          if (next !== NONE) {
            target = next;
            break;
          }
          if (from === 0) break;
          from = this.#failure[from] as number;
        }
      }
      this.#failure[state] = target;
      this.#report[state] = this.#first[state] === NONE ? (this.#report[target] as number) : state;
    }
  }
}
