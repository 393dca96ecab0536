/**
 * A binary heap of small integers (candidate positions) by key, equal keys in order of insertion, with removal of any
 * member: what HAProxy's elastic binary trees are used for here. O(log n) each, nothing allocated after construction.
 *
 * Heaps over the same members may share a `HeapEntries`, provided that a member is in one of them at a time.
 */

/** Keys and insertion order of members, by member. */
export class HeapEntries {
  readonly key: Float64Array;
  readonly order: Float64Array;
  /** Place in the heap it is in, -1 outside of any. */
  readonly place: Int32Array;
  inserted = 0;

  constructor(capacity: number) {
    this.key = new Float64Array(capacity);
    this.order = new Float64Array(capacity);
    this.place = new Int32Array(capacity).fill(-1);
  }
}

export class IndexedHeap {
  readonly #entries: HeapEntries;
  readonly #members: Int32Array;
  #count = 0;

  constructor(entries: HeapEntries) {
    this.#entries = entries;
    this.#members = new Int32Array(entries.place.length);
  }

  get count(): number {
    return this.#count;
  }

  /** The member with the least key (the one inserted first among equals), or -1. */
  first(): number {
    return this.#count > 0 ? (this.#members[0] as number) : -1;
  }

  insert(member: number, key: number): void {
    this.#entries.order[member] = this.#entries.inserted++;
    this.#entries.key[member] = key;
    this.#rise(this.#count++, member);
  }

  /** Puts back a member that was removed for a moment, where it was: its key and rank among equals are kept. */
  restore(member: number): void {
    this.#rise(this.#count++, member);
  }

  remove(member: number): void {
    const place = this.#entries.place[member] as number;
    this.#entries.place[member] = -1;
    const last = this.#members[--this.#count] as number;
    if (last === member) return;
    if (place > 0 && this.#before(last, this.#members[(place - 1) >> 1] as number)) this.#rise(place, last);
    else this.#sink(place, last);
  }

  #before(a: number, b: number): boolean {
    const key = this.#entries.key;
    const difference = (key[a] as number) - (key[b] as number);
    if (difference !== 0) return difference < 0;
    return (this.#entries.order[a] as number) < (this.#entries.order[b] as number);
  }

  #set(place: number, member: number): void {
    this.#members[place] = member;
    this.#entries.place[member] = place;
  }

  #rise(from: number, member: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const other = this.#members[parent] as number;
      if (!this.#before(member, other)) break;
      this.#set(place, other);
      place = parent;
    }
    this.#set(place, member);
  }

  #sink(from: number, member: number): void {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#before(this.#members[child + 1] as number, this.#members[child] as number)) {
        child++;
      }
      const other = this.#members[child] as number;
      if (!this.#before(other, member)) break;
      this.#set(place, other);
      place = child;
    }
    this.#set(place, member);
  }
}
