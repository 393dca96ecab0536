/**
 * The number at the beginning of a tracked file, read as keepalived does: strtol(3) with base 0 on the first 127 bytes,
 * so ` -7`, `0x10` and `010` (8) are numbers, text after the number is not looked at, and no number is 0.
 */

/** How many bytes of the file count. */
export const FILE_VALUE_BYTES = 127;
const LEAST = -(2 ** 31);
const MOST = 2 ** 31;

const NUMBER = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))/;

/** Undefined: outside 32 bits, which keepalived ignores. */
export function parseFileValue(text: string): number | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return 0;
  const [, sign, hexadecimal, octal, decimal] = match;
  let magnitude: number;
  if (hexadecimal !== undefined) magnitude = Number.parseInt(hexadecimal, 16);
  else if (octal !== undefined) magnitude = Number.parseInt(octal, 8);
  else magnitude = Number(decimal);
  if (magnitude === 0) return 0;
  const value = sign === '-' ? -magnitude : magnitude;
  return value < LEAST || value > MOST ? undefined : value;
}
