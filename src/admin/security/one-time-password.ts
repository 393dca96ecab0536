/** Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, six digits, 30 seconds, as every authenticator has them. */

import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from './secrets.ts';

const STEP_MS = 30_000;
const DIGITS = 6;
const SECRET_BYTES = 20;
/** Clocks of telephones and of devices without a battery differ. */
const STEPS_AROUND = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** In base 32 (RFC 4648), as authenticators take it. */
export function newOneTimeSecret(): string {
  let bits = '';
  for (const byte of randomBytes(SECRET_BYTES)) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32.charAt(Number.parseInt(five, 2))).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** RFC 4226, section 5.3: the digits of one counter value. */
export function oneTimePassword(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest[digest.length - 1] ?? 0) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * The step that `code` belongs to, or undefined. A step is good once: `usedStep` and what lies before it are refused
 * (RFC 6238, section 5.2).
 */
export function acceptedStep(secret: string, code: string, nowMs: number, usedStep: number): number | undefined {
  const now = Math.floor(nowMs / STEP_MS);
  for (let step = now - STEPS_AROUND; step <= now + STEPS_AROUND; step++) {
    if (step > usedStep && sameSecret(oneTimePassword(secret, step), code)) return step;
  }
  return undefined;
}

/** What an authenticator reads from a QR code. */
export function enrolmentAddress(secret: string, user: string, device: string): string {
  const label = `${encodeURIComponent(`Mahalo ${device}`)}:${encodeURIComponent(user)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(`Mahalo ${device}`)}`;
}
