/**
 * Passwords as scrypt digests (RFC 7914), in the text form `scrypt$N$r$p$salt$digest`, so that the cost can grow later
 * without a new format. 16 MB and about 50 ms of a fast core each (N = 2^14); never more than two at a time, so that
 * strangers who guess cannot take the memory of a small device.
 */

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const COST = 2 ** 14;
const BLOCK = 8;
const PARALLEL = 1;
const DIGEST_BYTES = 32;
const SALT_BYTES = 16;
const AT_ONCE = 2;

export const SHORTEST_PASSWORD = 10;
export const LONGEST_PASSWORD = 256;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    // The place is handed on, or given up.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, DIGEST_BYTES, { ...options, maxmem: 128 * 1024 * 1024 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await inTurn(() => derive(password, salt, { N: COST, r: BLOCK, p: PARALLEL }));
  return ['scrypt', COST, BLOCK, PARALLEL, salt.toString('base64'), key.toString('base64')].join('$');
}

const FORM = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/;

export function isPasswordHash(text: string): boolean {
  return FORM.test(text);
}

/** Nobody's: compared against when the user does not exist, so that the answer takes as long. */
const NOBODY = `scrypt$${COST}$${BLOCK}$${PARALLEL}$${Buffer.alloc(SALT_BYTES).toString('base64')}$${Buffer.alloc(
  DIGEST_BYTES,
).toString('base64')}`;

/** `stored` undefined: there is no such user; false after the same time as for one. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, cost, block, parallel, salt, digest] = FORM.exec(stored ?? NOBODY) ?? FORM.exec(NOBODY) ?? [];
  const options = { N: Number(cost), r: Number(block), p: Number(parallel) };
  const key = await inTurn(() => derive(password, Buffer.from(salt ?? '', 'base64'), options));
  const expected = Buffer.from(digest ?? '', 'base64');
  return stored !== undefined && expected.length === key.length && timingSafeEqual(key, expected);
}

/** What is wrong with a new password, or undefined. Length is what counts (NIST SP 800-63B, 5.1.1.2). */
export function passwordFault(password: string, name: string): string | undefined {
  if (password.length < SHORTEST_PASSWORD) return `a password has at least ${SHORTEST_PASSWORD} characters`;
  if (password.length > LONGEST_PASSWORD) return `a password has at most ${LONGEST_PASSWORD} characters`;
  if (password.toLowerCase().includes(name.toLowerCase())) return 'the password contains the name';
  if (new Set(password).size < 4) return 'the password has fewer than four different characters';
  return undefined;
}
