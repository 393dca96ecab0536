/**
 * Entries by the hash of their text: open addressing, equal texts in a chain in the order of arrival. What a lookup reads
 * lies together, since in a large table every step is a wait for memory.
 */
import type { EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import { equalPieces, foldOf, hashOf } from './text-hash.ts';

const EMPTY = 0;
const REMOVED = -1;
const NONE = -1;

/** A slot: first entry of a chain + 1, hash. */
const SLOT_SIZE = 2;
/** What is known of an entry. */
const ROW_SIZE = 4;
const START = 0;
const END = 1;
/** The next entry of equal text. */
const NEXT = 2;
/** The last of the chain, kept by the first. */
const LAST = 3;

export class KeyTable {
  readonly #store: EntryStore;
  readonly #fold: Uint8Array;
  #slots = new Int32Array(16 * SLOT_SIZE);
  #mask = 15;
  /** Slots that are not empty. */
  #taken = 0;
  #rows = new Int32Array(0);

  constructor(store: EntryStore, ignoreCase: boolean) {
    this.#store = store;
    this.#fold = foldOf(ignoreCase);
  }

  /** `start` and `end`: the part of the store's bytes that counts. */
  add(entry: number, start: number, end: number): void {
    if ((entry + 1) * ROW_SIZE > this.#rows.length) this.#makeRoom();
    if (this.#taken * 2 >= this.#mask) this.#rebuild();
    const rows = this.#rows;
    const row = entry * ROW_SIZE;
    rows[row + START] = start;
    rows[row + END] = end;
    rows[row + NEXT] = NONE;
    rows[row + LAST] = entry;
    const hash = hashOf(this.#store.bytes, start, end, this.#fold);
    const head = this.first(hash, this.#store.bytes, start, end - start);
    if (head === NONE) {
      this.#place(entry, hash);
      return;
    }
    const last = rows[head * ROW_SIZE + LAST] as number;
    rows[last * ROW_SIZE + NEXT] = entry;
    rows[head * ROW_SIZE + LAST] = entry;
  }

  remove(entry: number): void {
    const rows = this.#rows;
    const start = rows[entry * ROW_SIZE + START] as number;
    const end = rows[entry * ROW_SIZE + END] as number;
    const { bytes } = this.#store;
    const slot = this.#slotOf(hashOf(bytes, start, end, this.#fold), bytes, start, end - start);
    if (slot === NONE) return;
    const head = (this.#slots[slot] as number) - 1;
    const next = rows[entry * ROW_SIZE + NEXT] as number;
    if (head === entry) {
      this.#slots[slot] = next === NONE ? REMOVED : next + 1;
      if (next !== NONE) rows[next * ROW_SIZE + LAST] = rows[entry * ROW_SIZE + LAST] as number;
      return;
    }
    let before = head;
    while (before !== NONE && rows[before * ROW_SIZE + NEXT] !== entry)
      before = rows[before * ROW_SIZE + NEXT] as number;
    if (before === NONE) return;
    rows[before * ROW_SIZE + NEXT] = next;
    if (rows[head * ROW_SIZE + LAST] === entry) rows[head * ROW_SIZE + LAST] = before;
  }

  /** The first entry with this text, or -1. */
  first(hash: number, bytes: Uint8Array, start: number, length: number): number {
    const slot = this.#slotOf(hash, bytes, start, length);
    return slot === NONE ? NONE : (this.#slots[slot] as number) - 1;
  }

  collect(hash: number, bytes: Uint8Array, start: number, length: number, hits: Hits, weight = 0): void {
    const slot = this.#slotOf(hash, bytes, start, length);
    if (slot === NONE) return;
    const first = (this.#slots[slot] as number) - 1;
    for (let entry = first; entry >= 0; entry = this.#rows[entry * ROW_SIZE + NEXT] as number) {
      hits.push(entry, weight);
      if (hits.single) return;
    }
  }

  /** The slot of the chain with this text, or -1. */
  #slotOf(hash: number, bytes: Uint8Array, start: number, length: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let at = (hash ^ (hash >>> 15)) & mask; ; at = (at + 1) & mask) {
      const number = slots[at * SLOT_SIZE] as number;
      if (number === EMPTY) return NONE;
      if (slots[at * SLOT_SIZE + 1] !== hash || number === REMOVED) continue;
      const row = (number - 1) * ROW_SIZE;
      const entryStart = this.#rows[row + START] as number;
      if ((this.#rows[row + END] as number) - entryStart !== length) continue;
      if (equalPieces(bytes, start, this.#store.bytes, entryStart, length, this.#fold)) return at * SLOT_SIZE;
    }
  }

  #place(entry: number, hash: number): void {
    const slots = this.#slots;
    let at = (hash ^ (hash >>> 15)) & this.#mask;
    while (slots[at * SLOT_SIZE] !== EMPTY) at = (at + 1) & this.#mask;
    slots[at * SLOT_SIZE] = entry + 1;
    slots[at * SLOT_SIZE + 1] = hash;
    this.#taken++;
  }

  #rebuild(): void {
    const old = this.#slots;
    let heads = 0;
    for (let at = 0; at < old.length; at += SLOT_SIZE) if ((old[at] as number) > EMPTY) heads++;
    let size = 16;
    while (size < heads * 4) size *= 2;
    this.#slots = new Int32Array(size * SLOT_SIZE);
    this.#mask = size - 1;
    this.#taken = 0;
    for (let at = 0; at < old.length; at += SLOT_SIZE) {
      const number = old[at] as number;
      if (number > EMPTY) this.#place(number - 1, old[at + 1] as number);
    }
  }

  #makeRoom(): void {
    const larger = new Int32Array(this.#store.capacity * ROW_SIZE);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
