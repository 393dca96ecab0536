/**
 * The hash of a header's name: its length and its first, middle and last letters in lower case. That tells nearly all
 * names apart and costs three reads, where hashing every byte would double the cost of parsing. It only sorts out:
 * whoever finds an equal hash compares the names too, so a peer who provokes collisions gains nothing.
 */
import { LOWER } from './char-classes.ts';

/** Hash of the name `bytes[start,end)`, which must not be empty. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  return mix(length, bytes[start] as number, bytes[start + (length >> 1)] as number, bytes[end - 1] as number);
}

/** Hash of a header name, whatever its case; 0 for the empty name, which no header has. */
export function hashName(name: string): number {
  const length = name.length;
  if (length === 0) return 0;
  return mix(length, name.charCodeAt(0), name.charCodeAt(length >> 1), name.charCodeAt(length - 1));
}

function mix(length: number, first: number, middle: number, last: number): number {
  const letters = ((LOWER[first] as number) << 16) ^ ((LOWER[middle] as number) << 8) ^ (LOWER[last] as number);
  return (length << 24) ^ letters;
}

/** Whether `bytes[start,end)` is `lowerName` (ASCII, already lower-case), case-insensitively. */
export function equalsName(bytes: Uint8Array, start: number, end: number, lowerName: string): boolean {
  const length = lowerName.length;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) {
    if (LOWER[bytes[start + i] as number] !== lowerName.charCodeAt(i)) return false;
  }
  return true;
}

export const HASH_HOST = hashName('host');
export const HASH_CONTENT_LENGTH = hashName('content-length');
export const HASH_TRANSFER_ENCODING = hashName('transfer-encoding');
export const HASH_CONNECTION = hashName('connection');
export const HASH_UPGRADE = hashName('upgrade');
export const HASH_EXPECT = hashName('expect');
export const HASH_SEC_WEBSOCKET_KEY = hashName('sec-websocket-key');
export const HASH_SEC_WEBSOCKET_ACCEPT = hashName('sec-websocket-accept');
