/** Base64 (RFC 4648 sections 4 and 5), with what HAProxy accepts and refuses. */
import type { Span } from '../span.ts';

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const URL_ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const PADDING = 61;
const PADDING_VALUE = 64;

function valuesOf(alphabet: Buffer): Int8Array {
  const values = new Int8Array(256).fill(-1);
  alphabet.forEach((byte, value) => {
    values[byte] = value;
  });
  return values;
}

const VALUES = valuesOf(ALPHABET);
VALUES[PADDING] = PADDING_VALUE;
const URL_VALUES = valuesOf(URL_ALPHABET);
// HAProxy 2.6 takes the padding, which the URL variant does not have, for the last letter.
URL_VALUES[PADDING] = 63;

/** Writes into `out`, which has room for it, and gives the length; the URL variant has no padding. */
export function encodeBase64({ bytes, start, end }: Span, out: Buffer, variant: 'plain' | 'url'): number {
  const alphabet = variant === 'url' ? URL_ALPHABET : ALPHABET;
  let length = 0;
  for (let at = start; at < end; at += 3) {
    const left = end - at;
    const first = bytes[at] as number;
    const second = left > 1 ? (bytes[at + 1] as number) : 0;
    const third = left > 2 ? (bytes[at + 2] as number) : 0;
    out[length++] = alphabet[first >> 2] as number;
    out[length++] = alphabet[((first & 3) << 4) | (second >> 4)] as number;
    if (left > 1) out[length++] = alphabet[((second & 15) << 2) | (third >> 6)] as number;
    if (left > 2) out[length++] = alphabet[third & 63] as number;
  }
  if (variant === 'plain') while (length % 4 !== 0) out[length++] = PADDING;
  return length;
}

/** Four values as three bytes. */
function writeGroup(out: Buffer, at: number, a: number, b: number, c: number, d: number): void {
  out[at] = ((a << 2) + (b >> 4)) & 255;
  out[at + 1] = ((b << 4) + (c >> 2)) & 255;
  out[at + 2] = ((c << 6) + d) & 255;
}

const group = [0, 0, 0, 0];

/**
 * Decodes into `out`, which has three bytes to spare; gives the length, or -1 for what is no base64. Padding may end any
 * group of four, and there may be three of them.
 */
export function decodeBase64(bytes: Buffer, start: number, end: number, out: Buffer): number {
  if ((end - start) % 4 !== 0) return -1;
  let length = 0;
  let padding = 0;
  for (let at = start; at < end; at++) {
    const place = (at - start) % 4;
    const value = VALUES[bytes[at] as number] as number;
    if (value < 0 || (padding > 0 && (value !== PADDING_VALUE || place < 2))) return -1;
    if (value === PADDING_VALUE) padding++;
    group[place] = value;
    if (place < 3) continue;
    writeGroup(out, length, group[0] as number, group[1] as number, group[2] as number, value);
    length += 3 - padding;
    padding = 0;
  }
  return length;
}

/** The same for the URL variant, which has no padding. */
export function decodeUrlBase64(bytes: Buffer, start: number, end: number, out: Buffer): number {
  const missing = (4 - ((end - start) % 4)) % 4;
  if (missing === 3) return -1;
  let length = 0;
  for (let at = start; at < end + missing; at++) {
    const place = (at - start) % 4;
    const value = at < end ? (URL_VALUES[bytes[at] as number] as number) : PADDING_VALUE;
    if (value < 0) return -1;
    group[place] = value;
    if (place < 3) continue;
    writeGroup(out, length, group[0] as number, group[1] as number, group[2] as number, value);
    length += 3;
  }
  return length - missing;
}
