/**
 * Networks (match `ip`): a table of (prefix length, masked address), asked once for every length in use, longest first.
 * An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4) is also looked for among IPv4 networks, and an
 * IPv4 address among IPv6 networks in its mapped form, as in HAProxy. Masks with holes stand in a list.
 */
import { type Network, parseNetwork } from '../../config/pattern-values.ts';
import { IPV4, type Sample } from '../sample.ts';
import type { EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import type { PatternIndex } from './pattern-index.ts';
import type { TextHash } from './text-hash.ts';

const EMPTY = 0;
const NONE = -1;
/** A pattern of the list weighs less than any of the tables. */
const LIST_WEIGHT = -1;
/** In HAProxy's order: what the address's own family finds comes before what the other one does. */
const OWN_FAMILY = 1000;
const MAPPED_WORD = 0xffff;

export class NetworkIndex implements PatternIndex {
  readonly readsText = false;
  readonly #store: EntryStore;
  /** Host names that were resolved when the configuration was loaded. */
  readonly #resolved: ReadonlyMap<string, string>;
  readonly #ipv4 = new NetworkTable(1);
  readonly #ipv6 = new NetworkTable(4);
  readonly #holes = new Map<number, Network>();
  readonly #words = new Int32Array(4);

  constructor(store: EntryStore, resolved: ReadonlyMap<string, string>) {
    this.#store = store;
    this.#resolved = resolved;
  }

  add(entry: number): void {
    const network = this.#network(entry);
    if (network.bits < 0) this.#holes.set(entry, network);
    else this.#tableOf(network).add(entry, network);
  }

  remove(entry: number): void {
    const network = this.#network(entry);
    if (network.bits < 0) this.#holes.delete(entry);
    else this.#tableOf(network).remove(entry, network);
  }

  #network(entry: number): Network {
    const text = this.#store.key(entry);
    const network = parseNetwork(this.#resolved.get(text) ?? text);
    if (network === undefined) throw new Error(`'${text}' is not a valid IPv4 or IPv6 address`);
    return network;
  }

  #tableOf(network: Network): NetworkTable {
    return network.address.length === 1 ? this.#ipv4 : this.#ipv6;
  }

  collect(sample: Sample, _text: TextHash, hits: Hits): void {
    const words = this.#words;
    if (sample.type === IPV4) {
      const address = (sample.integer as number) | 0;
      words[0] = address;
      this.#ipv4.collect(words, hits, OWN_FAMILY);
      if (this.#ipv6.size > 0) {
        words[0] = 0;
        words[1] = 0;
        words[2] = MAPPED_WORD;
        words[3] = address;
        this.#ipv6.collect(words, hits, 0);
      }
      this.#collectHoles(address, hits);
      return;
    }
    for (let i = 0; i < 4; i++) words[i] = sample.bytes.readInt32BE(sample.start + 4 * i);
    if (this.#ipv6.size > 0) this.#ipv6.collect(words, hits, OWN_FAMILY);
    const [first = 0, second = 0, third = 0, fourth = 0] = words;
    const carries = first === 0 && second === 0 && (third === 0 || third === MAPPED_WORD);
    if (!carries && first >>> 16 !== 0x2002) return;
    const address = carries ? fourth : (first << 16) | (second >>> 16);
    words[0] = address;
    this.#ipv4.collect(words, hits, 0);
    this.#collectHoles(address, hits);
  }

  #collectHoles(address: number, hits: Hits): void {
    for (const [entry, { address: wanted, mask }] of this.#holes) {
      if (((address ^ (wanted[0] as number)) & mask) === 0) hits.push(entry, LIST_WEIGHT);
    }
  }
}

class NetworkTable {
  readonly #words: number;
  size = 0;
  /** Prefix lengths in use, and how many networks have them. */
  readonly #lengths = new Map<number, number>();
  #descending = new Int32Array(0);
  /** Slot -> row + 1; a row is a network, with the chain of entries that name it. */
  #slots = new Int32Array(16);
  #rows = 0;
  #rowWords = new Int32Array(16);
  #rowBits = new Int32Array(16);
  readonly #rowEntries: (number | number[])[] = [];
  readonly #masked = new Int32Array(4);

  constructor(words: number) {
    this.#words = words;
  }

  add(entry: number, { address, bits }: Network): void {
    this.size++;
    const count = this.#lengths.get(bits) ?? 0;
    this.#lengths.set(bits, count + 1);
    if (count === 0) this.#sortLengths();
    this.#mask(address, bits);
    let row = this.#find(bits);
    if (row === NONE) row = this.#insert(bits);
    const held = this.#rowEntries[row] ?? NONE;
    if (held === NONE) this.#rowEntries[row] = entry;
    else if (typeof held === 'number') this.#rowEntries[row] = [held, entry];
    else held.push(entry);
  }

  remove(entry: number, { address, bits }: Network): void {
    this.#mask(address, bits);
    const row = this.#find(bits);
    if (row === NONE) return;
    const held = this.#rowEntries[row] as number | number[];
    const left = typeof held === 'number' ? [held] : held;
    const at = left.indexOf(entry);
    if (at < 0) return;
    left.splice(at, 1);
    // The row stays, for the next network like it.
    this.#rowEntries[row] = left.length === 0 ? NONE : left.length === 1 ? (left[0] as number) : left;
    this.size--;
    const count = (this.#lengths.get(bits) ?? 1) - 1;
    if (count > 0) this.#lengths.set(bits, count);
    else {
      this.#lengths.delete(bits);
      this.#sortLengths();
    }
  }

  collect(address: ArrayLike<number>, hits: Hits, weight: number): void {
    const lengths = this.#descending;
    for (let i = 0; i < lengths.length; i++) {
      const bits = lengths[i] as number;
      this.#mask(address, bits);
      const row = this.#find(bits);
      if (row === NONE) continue;
      const held = this.#rowEntries[row] as number | number[];
      if (typeof held !== 'number') for (const entry of held) hits.push(entry, weight + bits);
      else if (held !== NONE) hits.push(held, weight + bits);
    }
  }

  #sortLengths(): void {
    this.#descending = Int32Array.from(this.#lengths.keys()).sort().reverse();
  }

  #mask(address: ArrayLike<number>, bits: number): void {
    for (let word = 0; word < this.#words; word++) {
      const kept = bits - 32 * word;
      const mask = kept >= 32 ? -1 : kept <= 0 ? 0 : -1 << (32 - kept);
      this.#masked[word] = (address[word] as number) & mask;
    }
  }

  #hash(bits: number): number {
    let hash = Math.imul(bits + 1, 0x9e3779b1);
    for (let word = 0; word < this.#words; word++) {
      hash = Math.imul(hash ^ (this.#masked[word] as number), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** The row of the masked address, or -1. */
  #find(bits: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = this.#hash(bits) & mask; ; slot = (slot + 1) & mask) {
      const row = (slots[slot] as number) - 1;
      if (row < 0) return NONE;
      if (this.#rowBits[row] !== bits) continue;
      let word = 0;
      while (word < this.#words && this.#rowWords[row * this.#words + word] === this.#masked[word]) word++;
      if (word === this.#words) return row;
    }
  }

  #insert(bits: number): number {
    const row = this.#rows++;
    if (row === this.#rowBits.length) {
      const bitsOf = new Int32Array(row * 2);
      bitsOf.set(this.#rowBits);
      this.#rowBits = bitsOf;
    }
    if ((row + 1) * this.#words > this.#rowWords.length) {
      const words = new Int32Array(this.#rowWords.length * 2);
      words.set(this.#rowWords);
      this.#rowWords = words;
    }
    this.#rowBits[row] = bits;
    this.#rowWords.set(this.#masked.subarray(0, this.#words), row * this.#words);
    if (this.#rows * 2 > this.#slots.length) this.#rehash();
    else this.#place(row, this.#hash(bits));
    return row;
  }

  #place(row: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const now = this.#masked.slice();
    for (let row = 0; row < this.#rows; row++) {
      for (let word = 0; word < this.#words; word++) {
        this.#masked[word] = this.#rowWords[row * this.#words + word] as number;
      }
      this.#place(row, this.#hash(this.#rowBits[row] as number));
    }
    this.#masked.set(now);
  }
}
