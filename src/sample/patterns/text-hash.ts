/**
 * Hashes of all pieces of one text at the price of one pass: `of(from, to)` is a polynomial over the bytes between, made
 * from the hashes of the two beginnings. Looking for a pattern at every place where one may begin or end costs no more
 * passes. One object serves one text at a time.
 */
import { LOWER } from '../../http/char-classes.ts';

const MULTIPLIER = 0x01000193;
const IDENTITY = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** What a byte counts as: itself, or its lower case. */
export function foldOf(ignoreCase: boolean): Uint8Array {
  return ignoreCase ? LOWER : IDENTITY;
}

/** Hash of `bytes[start,end)`, the same as that of `TextHash`. */
export function hashOf(bytes: Uint8Array, start: number, end: number, fold: Uint8Array): number {
  let hash = 0;
  for (let at = start; at < end; at++)
    hash = (Math.imul(hash, MULTIPLIER) + (fold[bytes[at] as number] as number) + 1) | 0;
  return hash;
}

/** Whether two pieces are equal but for case, as `fold` has it. */
export function equalPieces(
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
  length: number,
  fold: Uint8Array,
): boolean {
  for (let i = 0; i < length; i++) {
    if (fold[left[leftStart + i] as number] !== fold[right[rightStart + i] as number]) return false;
  }
  return true;
}

export class TextHash {
  bytes: Uint8Array = IDENTITY;
  start = 0;
  length = 0;
  readonly fold: Uint8Array;
  #hashes = new Int32Array(1024);
  #powers = new Int32Array([1]);

  constructor(ignoreCase: boolean) {
    this.fold = foldOf(ignoreCase);
  }

  /** Reads a text; `from` and `to` count from its start. */
  read(bytes: Uint8Array, start: number, end: number): void {
    const { fold } = this;
    const length = end - start;
    if (length >= this.#hashes.length) this.#hashes = new Int32Array(2 * length);
    if (length >= this.#powers.length) this.#extendPowers(length);
    this.bytes = bytes;
    this.start = start;
    this.length = length;
    const hashes = this.#hashes;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      hash = (Math.imul(hash, MULTIPLIER) + (fold[bytes[start + i] as number] as number) + 1) | 0;
      hashes[i + 1] = hash;
    }
  }

  of(from: number, to: number): number {
    const begin = this.#hashes[from] as number;
    return ((this.#hashes[to] as number) - Math.imul(begin, this.#powers[to - from] as number)) | 0;
  }

  #extendPowers(length: number): void {
    const powers = new Int32Array(2 * length);
    powers[0] = 1;
    for (let i = 1; i < powers.length; i++) powers[i] = Math.imul(powers[i - 1] as number, MULTIPLIER);
    this.#powers = powers;
  }
}
