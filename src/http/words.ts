/**
 * Questions about four bytes at a time, read as one little-endian word: loops over text ask them first, and look at single
 * bytes only where the answer is yes. Each gives 0 if and only if no byte of the word is such a one.
 */
const ONES = 0x0101_0101;
const HIGH_BITS = 0x8080_8080 | 0;

/** Four times the same byte. */
export function fourTimes(byte: number): number {
  return Math.imul(byte, ONES);
}

/** A byte below `limit`, which is given four times, and at most 128. */
export function anyBelow(word: number, limits: number): number {
  return (word - limits) & ~word & HIGH_BITS;
}

/** A byte that is one of those given four times. */
export function anyEqual(word: number, bytes: number): number {
  const difference = word ^ bytes;
  return (difference - ONES) & ~difference & HIGH_BITS;
}

/** A byte above the one of which 127 less it is given four times; it is at most 127. */
export function anyAbove(word: number, room: number): number {
  return (word | (word + room)) & HIGH_BITS;
}
