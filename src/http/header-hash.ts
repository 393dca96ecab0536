/**
 * The hash of a header's name, computed while it is scanned, so that finding a header is an integer comparison.
 * It only sorts out: whoever finds an equal hash compares the names too, so a peer who provokes collisions gains nothing.
 */
import { LOWER } from './char-classes.ts';

export const HASH_SEED = 5381;

/** One step of the hash over a lower-case byte; the parser spells it out in its loop. */
export function hashStep(hash: number, lowerByte: number): number {
  return (Math.imul(hash, 31) + lowerByte) | 0;
}

/** Hash of a header name, whatever its case. */
export function hashName(name: string): number {
  let hash = HASH_SEED;
  for (let i = 0; i < name.length; i++) hash = hashStep(hash, LOWER[name.charCodeAt(i) & 255] as number);
  return hash;
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

/** Whether the hash is that of a header the parser looks into (or collides with one). */
export function isDigested(hash: number): boolean {
  return (
    hash === HASH_HOST ||
    hash === HASH_CONTENT_LENGTH ||
    hash === HASH_CONNECTION ||
    hash === HASH_TRANSFER_ENCODING ||
    hash === HASH_UPGRADE ||
    hash === HASH_EXPECT
  );
}
