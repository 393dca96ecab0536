/**
 * The Internet checksum (RFC 1071) as a sum of 16-bit big-endian words that is folded at the end: a packet of 4 KB sums
 * up to less than 2^31, so the additions stay small integers.
 */

/** Adds the words of `bytes[start, end)` to `sum`; an odd last byte counts as the upper half of a word. */
export function addWords(sum: number, bytes: Uint8Array, start: number, end: number): number {
  let total = sum;
  let at = start;
  for (; at + 1 < end; at += 2) total += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  if (at < end) total += (bytes[at] as number) << 8;
  return total;
}

/** Brings the carries back in: 16 bits. A received packet whose checksum is right folds to 0xffff. */
export function fold(sum: number): number {
  let total = (sum & 0xffff) + (sum >>> 16);
  total = (total & 0xffff) + (total >>> 16);
  return total;
}

/** What stands in the checksum field for a packet that sums up to `sum` with that field zero. */
export function checksumOf(sum: number): number {
  return ~fold(sum) & 0xffff;
}

/** The pseudo-header of IPv4 (RFC 793) and IPv6 (RFC 8200 section 8.1): both add the same four things. */
export function pseudoHeaderSum(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  lengthBytes: number,
): number {
  const sum = addWords(0, source, 0, source.length);
  return addWords(sum, destination, 0, destination.length) + protocol + lengthBytes;
}
