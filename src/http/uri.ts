/**
 * Parts of a request target as HAProxy sees them (RFC 9112 section 3.2): `*`, origin-form, absolute-form, and
 * anything else taken for an authority. Positions are indexes into the bytes; -1 says the part is absent.
 */
import { COLON, SLASH } from './char-classes.ts';

const ASTERISK = 42;
const AT = 64;
const QUESTION = 63;

/** Index after `scheme://`, or -1 if the target starts with none. */
export function schemeEnd(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  if (i >= end || !isAlpha(bytes[i] as number)) return -1;
  i++;
  while (i < end && isSchemeByte(bytes[i] as number)) i++;
  if (i + 3 > end || bytes[i] !== COLON || bytes[i + 1] !== SLASH || bytes[i + 2] !== SLASH) return -1;
  return i + 3;
}

/** Whether the target is neither empty, `*` nor `/...`: it holds an authority. */
export function hasAuthority(bytes: Uint8Array, start: number, end: number): boolean {
  return start < end && bytes[start] !== SLASH && bytes[start] !== ASTERISK;
}

/** Where the authority of a target for which `hasAuthority` holds begins (user information skipped). */
export function authorityStart(bytes: Uint8Array, start: number, end: number): number {
  const scheme = schemeEnd(bytes, start, end);
  let i = scheme < 0 ? start : scheme;
  let from = i;
  for (; i < end && bytes[i] !== SLASH; i++) if (bytes[i] === AT) from = i + 1;
  return from;
}

/** Where that authority ends: at the first slash after `from`, or the end. */
export function authorityEnd(bytes: Uint8Array, from: number, end: number): number {
  let i = from;
  while (i < end && bytes[i] !== SLASH) i++;
  return i;
}

/** Where the path begins, or -1 when there is none (`*`, an authority alone, an absolute URI without slash). */
export function pathStart(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  const first = bytes[start];
  if (first === SLASH) return start;
  if (first === ASTERISK) return -1;
  const scheme = schemeEnd(bytes, start, end);
  if (scheme < 0) return -1;
  const path = authorityEnd(bytes, scheme, end);
  return path < end ? path : -1;
}

/** Where the path that begins at `from` ends: before the query. */
export function pathEnd(bytes: Uint8Array, from: number, end: number): number {
  let i = from;
  while (i < end && bytes[i] !== QUESTION) i++;
  return i;
}

function isAlpha(byte: number): boolean {
  const lower = byte | 32;
  return lower >= 97 && lower <= 122;
}

function isSchemeByte(byte: number): boolean {
  return isAlpha(byte) || (byte >= 48 && byte <= 57) || byte === 43 || byte === 45 || byte === 46;
}
