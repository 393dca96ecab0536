/** Entries by the hash of their text: open addressing, equal texts in a chain in the order of arrival. */
import type { EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import { equalPieces, foldOf, hashOf } from './text-hash.ts';

const EMPTY = 0;
const REMOVED = -1;
const NONE = -1;

export class KeyTable {
  readonly #store: EntryStore;
  readonly #fold: Uint8Array;
  /** Slot -> first entry of a chain + 1. */
  #slots = new Int32Array(16);
  #taken = 0;
  /** Of every entry: its hash, where its text begins and ends, the next of equal text; of the first also the last. */
  #hash = new Int32Array(0);
  #start = new Int32Array(0);
  #end = new Int32Array(0);
  #next = new Int32Array(0);
  #last = new Int32Array(0);

  constructor(store: EntryStore, ignoreCase: boolean) {
    this.#store = store;
    this.#fold = foldOf(ignoreCase);
  }

  /** `start` and `end`: the part of the store's bytes that counts. */
  add(entry: number, start: number, end: number): void {
    if (entry >= this.#hash.length) this.#makeRoom();
    if (this.#taken * 2 >= this.#slots.length) this.#rebuild();
    const hash = hashOf(this.#store.bytes, start, end, this.#fold);
    this.#hash[entry] = hash;
    this.#start[entry] = start;
    this.#end[entry] = end;
    this.#next[entry] = NONE;
    this.#last[entry] = entry;
    const slot = this.#slotOf(hash, this.#store.bytes, start, end - start);
    const head = (this.#slots[slot] as number) - 1;
    if (head < 0) {
      this.#place(entry);
      return;
    }
    this.#next[this.#last[head] as number] = entry;
    this.#last[head] = entry;
  }

  remove(entry: number): void {
    const start = this.#start[entry] as number;
    const slot = this.#slotOf(
      this.#hash[entry] as number,
      this.#store.bytes,
      start,
      (this.#end[entry] as number) - start,
    );
    const head = (this.#slots[slot] as number) - 1;
    if (head < 0) return;
    const next = this.#next[entry] as number;
    if (head === entry) {
      this.#slots[slot] = next === NONE ? REMOVED : next + 1;
      if (next !== NONE) this.#last[next] = this.#last[entry] as number;
      return;
    }
    let before = head;
    while (before !== NONE && this.#next[before] !== entry) before = this.#next[before] as number;
    if (before === NONE) return;
    this.#next[before] = next;
    if (this.#last[head] === entry) this.#last[head] = before;
  }

  /** The first entry with this text, or -1. */
  first(hash: number, bytes: Uint8Array, start: number, length: number): number {
    return Math.max(NONE, (this.#slots[this.#slotOf(hash, bytes, start, length)] as number) - 1);
  }

  /** The next of equal text, or -1. */
  after(entry: number): number {
    return this.#next[entry] as number;
  }

  collect(hash: number, bytes: Uint8Array, start: number, length: number, hits: Hits, weight = 0): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    // Most lookups end here: nothing lies in the first place looked at.
    if (slots[(hash ^ (hash >>> 15)) & mask] === EMPTY) return;
    for (let entry = this.first(hash, bytes, start, length); entry >= 0; entry = this.#next[entry] as number) {
      hits.push(entry, weight);
    }
  }

  /** The slot of the chain with this text, or an empty one. */
  #slotOf(hash: number, bytes: Uint8Array, start: number, length: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] as number;
      if (number === EMPTY) return slot;
      if (number === REMOVED) continue;
      const entry = number - 1;
      if (this.#hash[entry] !== hash) continue;
      const entryStart = this.#start[entry] as number;
      if ((this.#end[entry] as number) - entryStart !== length) continue;
      if (equalPieces(bytes, start, this.#store.bytes, entryStart, length, this.#fold)) return slot;
    }
  }

  #place(entry: number): void {
    const hash = this.#hash[entry] as number;
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
    this.#taken++;
  }

  #rebuild(): void {
    const old = this.#slots;
    let heads = 0;
    for (const number of old) if (number > EMPTY) heads++;
    let size = 16;
    while (size < heads * 4) size *= 2;
    this.#slots = new Int32Array(size);
    this.#taken = 0;
    for (const number of old) if (number > EMPTY) this.#place(number - 1);
  }

  #makeRoom(): void {
    const capacity = this.#store.capacity;
    const enlarged = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(capacity);
      larger.set(old);
      return larger;
    };
    this.#hash = enlarged(this.#hash);
    this.#start = enlarged(this.#start);
    this.#end = enlarged(this.#end);
    this.#next = enlarged(this.#next);
    this.#last = enlarged(this.#last);
  }
}
