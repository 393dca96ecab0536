/** Random secrets, what is kept of them, and comparing without telling how far two of them agree. */

import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: nothing that is mistaken for something else when it is read from a console or a label. */
const READABLE = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_BYTES = 32;

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function newIdentifier(): string {
  return randomBytes(9).toString('base64url');
}

/** `XXXX-XXXX-XXXX`: 60 bits. */
export function newReadableCode(): string {
  const group = (): string => Array.from({ length: 4 }, () => READABLE.charAt(randomInt(READABLE.length))).join('');
  return `${group()}-${group()}-${group()}`;
}

/** As somebody may type it: small letters, no dashes, O for 0, I and L for 1. */
export function readableCode(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
}

/** Of a secret with full entropy: such a one needs no slow hash. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('base64url');
}

/** Takes as long for any two texts of any length: their digests are compared. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(one), digest(other));
}
