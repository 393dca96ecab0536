/**
 * The addresses of an instance, to be found in a peer's advertisement. Peers configured alike send them in the same
 * order, which is one comparison; else a hash table finds each in constant time, so that a list of 255 made to be slow
 * costs 255 look-ups and not 65,025 comparisons.
 */
const TABLE = 1024;
const EMPTY = -1;

export class AddressList {
  readonly count: number;
  readonly #size: number;
  /** All addresses, one after the other. */
  readonly #flat: Uint8Array;
  readonly #slots = new Int16Array(TABLE).fill(EMPTY);
  /** In which look an address was last seen. */
  readonly #seen: Float64Array;
  /** How many different ones there are. */
  #different = 0;
  #look = 0;

  /** All of one family, at most 255. */
  constructor(addresses: readonly Uint8Array[], family: 4 | 6) {
    this.count = addresses.length;
    this.#size = family === 4 ? 4 : 16;
    this.#flat = new Uint8Array(this.count * this.#size);
    this.#seen = new Float64Array(this.count);
    for (const [index, address] of addresses.entries()) {
      this.#flat.set(address, index * this.#size);
      if (this.#find(address, 0) !== EMPTY) continue;
      this.#different++;
      let slot = hash(address, 0, this.#size);
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) % TABLE;
      this.#slots[slot] = index;
    }
  }

  /** Is each of ours among the `count` addresses that begin at `bytes[at]`? */
  containedIn(bytes: Uint8Array, at: number, count: number): boolean {
    if (count === this.count && this.#sameOrder(bytes, at)) return true;
    const look = ++this.#look;
    let missing = this.#different;
    for (let index = 0; index < count && missing > 0; index++) {
      const found = this.#find(bytes, at + index * this.#size);
      if (found === EMPTY || this.#seen[found] === look) continue;
      this.#seen[found] = look;
      missing--;
    }
    return missing === 0;
  }

  #sameOrder(bytes: Uint8Array, at: number): boolean {
    const flat = this.#flat;
    for (let index = 0; index < flat.length; index++) {
      if (flat[index] !== bytes[at + index]) return false;
    }
    return true;
  }

  #find(bytes: Uint8Array, at: number): number {
    let slot = hash(bytes, at, this.#size);
    for (;;) {
      const index = this.#slots[slot] as number;
      if (index === EMPTY || this.#equals(index, bytes, at)) return index;
      slot = (slot + 1) % TABLE;
    }
  }

  #equals(index: number, bytes: Uint8Array, at: number): boolean {
    const from = index * this.#size;
    for (let offset = 0; offset < this.#size; offset++) {
      if (this.#flat[from + offset] !== bytes[at + offset]) return false;
    }
    return true;
  }
}

/** FNV-1a, folded to the table's size. */
function hash(bytes: Uint8Array, at: number, length: number): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < length; index++) value = Math.imul(value ^ (bytes[at + index] as number), 0x01000193);
  return ((value ^ (value >>> 15)) >>> 0) % TABLE;
}
