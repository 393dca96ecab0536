/**
 * XXH3, 64 bits, with the default secret and a seed (the xxHash specification of version 0.8). In bigints: no hash of a
 * configuration's hot path is of this kind.
 */

const SECRET = Buffer.from(
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221' +
    'b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8' +
    'a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb' +
    '170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
  'hex',
);

const MASK = 0xffff_ffff_ffff_ffffn;
const LOW = 0xffff_ffffn;
const PRIME32_1 = 0x9e3779b1n;
const PRIME32_2 = 0x85ebca77n;
const PRIME32_3 = 0xc2b2ae3dn;
const PRIME64_1 = 0x9e3779b185ebca87n;
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME64_3 = 0x165667b19e3779f9n;
const PRIME64_4 = 0x85ebca77c2b2ae63n;
const PRIME64_5 = 0x27d4eb2f165667c5n;
const AVALANCHE = 0x165667919e3779f9n;
const MIX = 0x9fb21c651e98df25n;

const STRIPE = 64;
const STRIPES_A_BLOCK = 16;
/** The place in the secret for the last stripe of a block, and for the very last one. */
const BLOCK_SECRET = SECRET.length - STRIPE;
const LAST_SECRET = BLOCK_SECRET - 7;

function read(bytes: Buffer, at: number): bigint {
  return bytes.readBigUInt64LE(at);
}

/** The two halves of a 128-bit product, one upon the other. */
function fold(a: bigint, b: bigint): bigint {
  const product = a * b;
  return (product & MASK) ^ (product >> 64n);
}

function avalanche(value: bigint): bigint {
  const mixed = ((value ^ (value >> 37n)) * AVALANCHE) & MASK;
  return mixed ^ (mixed >> 32n);
}

/** The last step of XXH64. */
function avalanche64(value: bigint): bigint {
  const first = ((value ^ (value >> 33n)) * PRIME64_2) & MASK;
  const second = ((first ^ (first >> 29n)) * PRIME64_3) & MASK;
  return second ^ (second >> 32n);
}

function rotateLeft(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

function swapped(value: bigint): bigint {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return read(bytes, 0);
}

function upTo16(bytes: Buffer, start: number, length: number, seed: bigint): bigint {
  if (length > 8) {
    const low = read(bytes, start) ^ (((read(SECRET, 24) ^ read(SECRET, 32)) + seed) & MASK);
    const high = read(bytes, start + length - 8) ^ (((read(SECRET, 40) ^ read(SECRET, 48)) - seed) & MASK);
    return avalanche((BigInt(length) + swapped(low) + high + fold(low, high)) & MASK);
  }
  if (length >= 4) {
    const seedLow = seed & LOW;
    const mixedSeed = seed ^ ((swapped(seedLow << 32n) & LOW) << 32n);
    const input = BigInt(bytes.readUInt32LE(start + length - 4)) + (BigInt(bytes.readUInt32LE(start)) << 32n);
    let hash = input ^ (((read(SECRET, 8) ^ read(SECRET, 16)) - mixedSeed) & MASK);
    hash ^= rotateLeft(hash, 49n) ^ rotateLeft(hash, 24n);
    hash = (hash * MIX) & MASK;
    hash ^= ((hash >> 35n) + BigInt(length)) & MASK;
    hash = (hash * MIX) & MASK;
    return hash ^ (hash >> 28n);
  }
  if (length === 0) return avalanche64(seed ^ read(SECRET, 56) ^ read(SECRET, 64));
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  const combined = BigInt(((first << 16) | (middle << 24) | last | (length << 8)) >>> 0);
  const flip = (BigInt((SECRET.readUInt32LE(0) ^ SECRET.readUInt32LE(4)) >>> 0) + seed) & MASK;
  return avalanche64(combined ^ flip);
}

function mix16(bytes: Buffer, at: number, secretAt: number, seed: bigint): bigint {
  const low = read(bytes, at) ^ ((read(SECRET, secretAt) + seed) & MASK);
  const high = read(bytes, at + 8) ^ ((read(SECRET, secretAt + 8) - seed) & MASK);
  return fold(low, high);
}

/** 17 to 240 bytes. */
function middling(bytes: Buffer, start: number, length: number, seed: bigint): bigint {
  let sum = BigInt(length) * PRIME64_1;
  if (length <= 128) {
    for (let pair = (length - 1) >> 5; pair >= 0; pair--) {
      sum += mix16(bytes, start + pair * 16, pair * 32, seed);
      sum += mix16(bytes, start + length - 16 * (pair + 1), pair * 32 + 16, seed);
    }
    return avalanche(sum & MASK);
  }
  for (let i = 0; i < 8; i++) sum += mix16(bytes, start + i * 16, i * 16, seed);
  sum = avalanche(sum & MASK);
  for (let i = 8; i < length >> 4; i++) sum += mix16(bytes, start + i * 16, (i - 8) * 16 + 3, seed);
  return avalanche((sum + mix16(bytes, start + length - 16, 119, seed)) & MASK);
}

function seededSecret(seed: bigint): Buffer {
  if (seed === 0n) return SECRET;
  const secret = Buffer.allocUnsafe(SECRET.length);
  for (let at = 0; at < secret.length; at += 16) {
    secret.writeBigUInt64LE((read(SECRET, at) + seed) & MASK, at);
    secret.writeBigUInt64LE((read(SECRET, at + 8) - seed) & MASK, at + 8);
  }
  return secret;
}

function accumulate(lanes: bigint[], bytes: Buffer, at: number, secret: Buffer, secretAt: number): void {
  for (let i = 0; i < 8; i++) {
    const value = read(bytes, at + i * 8);
    const keyed = value ^ read(secret, secretAt + i * 8);
    lanes[i ^ 1] = ((lanes[i ^ 1] as bigint) + value) & MASK;
    lanes[i] = ((lanes[i] as bigint) + (keyed & LOW) * (keyed >> 32n)) & MASK;
  }
}

function scramble(lanes: bigint[], secret: Buffer): void {
  for (let i = 0; i < 8; i++) {
    const lane = lanes[i] as bigint;
    lanes[i] = ((lane ^ (lane >> 47n) ^ read(secret, BLOCK_SECRET + i * 8)) * PRIME32_1) & MASK;
  }
}

function long(bytes: Buffer, start: number, length: number, seed: bigint): bigint {
  const secret = seededSecret(seed);
  const lanes = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1];
  const last = Math.floor((length - 1) / STRIPE);
  for (let stripe = 0; stripe < last; stripe++) {
    const place = stripe % STRIPES_A_BLOCK;
    accumulate(lanes, bytes, start + stripe * STRIPE, secret, place * 8);
    if (place === STRIPES_A_BLOCK - 1) scramble(lanes, secret);
  }
  accumulate(lanes, bytes, start + length - STRIPE, secret, LAST_SECRET);
  let sum = BigInt(length) * PRIME64_1;
  for (let i = 0; i < 4; i++) {
    const low = (lanes[i * 2] as bigint) ^ read(secret, 11 + i * 16);
    sum += fold(low, (lanes[i * 2 + 1] as bigint) ^ read(secret, 19 + i * 16));
  }
  return avalanche(sum & MASK);
}

/** The hash of `bytes[start,end)` as a signed integer. */
export function xxh3(bytes: Buffer, start: number, end: number, seed: number | bigint): bigint {
  const wide = BigInt.asUintN(64, BigInt(seed));
  const length = end - start;
  const hash = length <= 16 ? upTo16 : length <= 240 ? middling : long;
  return BigInt.asIntN(64, hash(bytes, start, length, wide));
}
