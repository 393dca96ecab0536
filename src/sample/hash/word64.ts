/**
 * Unsigned 64-bit arithmetic on two 32-bit halves, for hash functions: results stand in `word.high` and `word.low`, so
 * that nothing is allocated.
 */
export const word = { high: 0, low: 0 };

/** The upper half of the product of two unsigned 32-bit numbers. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lowHigh = aLow * bHigh;
  const highLow = aHigh * bLow;
  const middle = ((aLow * bLow) >>> 16) + (lowHigh & 0xffff) + (highLow & 0xffff);
  return (aHigh * bHigh + (lowHigh >>> 16) + (highLow >>> 16) + (middle >>> 16)) >>> 0;
}

export function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  word.low = Math.imul(aLow, bLow) >>> 0;
  word.high = (multiplyHigh(aLow, bLow) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) >>> 0;
}

export function add(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const low = aLow + bLow;
  word.low = low >>> 0;
  word.high = (aHigh + bHigh + (low > 0xffff_ffff ? 1 : 0)) >>> 0;
}

/** By 1 to 31 bits. */
export function rotateLeft(high: number, low: number, bits: number): void {
  word.high = ((high << bits) | (low >>> (32 - bits))) >>> 0;
  word.low = ((low << bits) | (high >>> (32 - bits))) >>> 0;
}

/** The word as a signed integer: a number where that is exact. */
export function signedInteger(high: number, low: number): number | bigint {
  const signed = high | 0;
  if (signed >= -0x20_0000 && signed < 0x20_0000) {
    const value = signed * 0x1_0000_0000 + low;
    if (Number.isSafeInteger(value)) return value;
  }
  return (BigInt(signed) << 32n) | BigInt(low);
}
