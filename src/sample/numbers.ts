/** Numbers in text, read as leniently as HAProxy reads header and parameter values. */

const ZERO = 48;
const MINUS = 45;

/**
 * The 32-bit number that `bytes[start,end)` begins with, 0 if with none. Only what sorts behind the digits ends it: a
 * byte before them counts as a negative digit, as it happens to in HAProxy (`strl2ic`).
 */
export function leadingInt32(bytes: Uint8Array, start: number, end: number): number {
  const negative = start < end && bytes[start] === MINUS;
  let value = 0;
  for (let at = negative ? start + 1 : start; at < end; at++) {
    const digit = (((bytes[at] as number) << 24) >> 24) - ZERO;
    if (digit > 9) break;
    value = (Math.imul(value, 10) + (negative ? -digit : digit)) | 0;
  }
  return value;
}
