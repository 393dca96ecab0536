/** XXH32 and XXH64 (the xxHash specification, version 0.1.1), over `bytes[start,end)`. */
import { add, multiply, rotateLeft, signedInteger, word } from './word64.ts';

const PRIME32_1 = 0x9e3779b1;
const PRIME32_2 = 0x85ebca77;
const PRIME32_3 = 0xc2b2ae3d;
const PRIME32_4 = 0x27d4eb2f;
const PRIME32_5 = 0x165667b1;

function rotate32(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function round32(lane: number, input: number): number {
  return Math.imul(rotate32(lane + Math.imul(input, PRIME32_2), 13), PRIME32_1);
}

/** An unsigned 32-bit number. */
export function xxh32(bytes: Buffer, start: number, end: number, seed: number): number {
  let at = start;
  let hash: number;
  if (end - start >= 16) {
    let lane1 = (seed + PRIME32_1 + PRIME32_2) | 0;
    let lane2 = (seed + PRIME32_2) | 0;
    let lane3 = seed | 0;
    let lane4 = (seed - PRIME32_1) | 0;
    for (; at + 16 <= end; at += 16) {
      lane1 = round32(lane1, bytes.readInt32LE(at));
      lane2 = round32(lane2, bytes.readInt32LE(at + 4));
      lane3 = round32(lane3, bytes.readInt32LE(at + 8));
      lane4 = round32(lane4, bytes.readInt32LE(at + 12));
    }
    hash = rotate32(lane1, 1) + rotate32(lane2, 7) + rotate32(lane3, 12) + rotate32(lane4, 18);
  } else hash = seed + PRIME32_5;
  hash = (hash + (end - start)) | 0;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(rotate32((hash + Math.imul(bytes.readInt32LE(at), PRIME32_3)) | 0, 17), PRIME32_4);
  }
  for (; at < end; at++) {
    hash = Math.imul(rotate32((hash + Math.imul(bytes[at] as number, PRIME32_5)) | 0, 11), PRIME32_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME32_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME32_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The five primes of XXH64 in halves. */
const HIGH_1 = 0x9e3779b1;
const LOW_1 = 0x85ebca87;
const HIGH_2 = 0xc2b2ae3d;
const LOW_2 = 0x27d4eb4f;
const HIGH_3 = 0x165667b1;
const LOW_3 = 0x9e3779f9;
const HIGH_4 = 0x85ebca77;
const LOW_4 = 0xc2b2ae63;
const HIGH_5 = 0x27d4eb2f;
const LOW_5 = 0x165667c5;

/** Lane and input to the next lane, in `word`. */
function round64(laneHigh: number, laneLow: number, inputHigh: number, inputLow: number): void {
  multiply(inputHigh, inputLow, HIGH_2, LOW_2);
  add(laneHigh, laneLow, word.high, word.low);
  rotateLeft(word.high, word.low, 31);
  multiply(word.high, word.low, HIGH_1, LOW_1);
}

const lanes = new Uint32Array(8);

function setLane(lane: number): void {
  lanes[lane * 2] = word.high;
  lanes[lane * 2 + 1] = word.low;
}

/** Starts the four lanes and runs all stripes of 32 bytes; gives where it stopped. The hash is in `word`. */
function runStripes(bytes: Buffer, start: number, end: number, seedHigh: number, seedLow: number): number {
  add(seedHigh, seedLow, HIGH_2, LOW_2);
  setLane(1);
  add(word.high, word.low, HIGH_1, LOW_1);
  setLane(0);
  add(seedHigh, seedLow, 0, 0);
  setLane(2);
  // The seed less the first prime.
  add(seedHigh, seedLow, ~HIGH_1 >>> 0, -LOW_1 >>> 0);
  setLane(3);
  let at = start;
  for (; at + 32 <= end; at += 32) {
    for (let lane = 0; lane < 4; lane++) {
      const input = at + lane * 8;
      const high = lanes[lane * 2] as number;
      round64(high, lanes[lane * 2 + 1] as number, bytes.readUInt32LE(input + 4), bytes.readUInt32LE(input));
      setLane(lane);
    }
  }
  let high = 0;
  let low = 0;
  for (const [lane, bits] of [1, 7, 12, 18].entries()) {
    rotateLeft(lanes[lane * 2] as number, lanes[lane * 2 + 1] as number, bits);
    add(high, low, word.high, word.low);
    high = word.high;
    low = word.low;
  }
  for (let lane = 0; lane < 4; lane++) {
    round64(0, 0, lanes[lane * 2] as number, lanes[lane * 2 + 1] as number);
    multiply((high ^ word.high) >>> 0, (low ^ word.low) >>> 0, HIGH_1, LOW_1);
    add(word.high, word.low, HIGH_4, LOW_4);
    high = word.high;
    low = word.low;
  }
  return at;
}

/** What is left after the stripes, and the last mixing; the hash is in `word` before and after. */
function finish(bytes: Buffer, from: number, end: number): void {
  let at = from;
  for (; at + 8 <= end; at += 8) {
    const { high, low } = word;
    round64(0, 0, bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at));
    rotateLeft((high ^ word.high) >>> 0, (low ^ word.low) >>> 0, 27);
    multiply(word.high, word.low, HIGH_1, LOW_1);
    add(word.high, word.low, HIGH_4, LOW_4);
  }
  if (at + 4 <= end) {
    const { high, low } = word;
    multiply(0, bytes.readUInt32LE(at), HIGH_1, LOW_1);
    rotateLeft((high ^ word.high) >>> 0, (low ^ word.low) >>> 0, 23);
    multiply(word.high, word.low, HIGH_2, LOW_2);
    add(word.high, word.low, HIGH_3, LOW_3);
    at += 4;
  }
  for (; at < end; at++) {
    const { high, low } = word;
    multiply(0, bytes[at] as number, HIGH_5, LOW_5);
    rotateLeft((high ^ word.high) >>> 0, (low ^ word.low) >>> 0, 11);
    multiply(word.high, word.low, HIGH_1, LOW_1);
  }
  multiply(word.high, (word.low ^ (word.high >>> 1)) >>> 0, HIGH_2, LOW_2);
  // A shift by 29 takes its low half from both.
  const { high, low } = word;
  multiply((high ^ (high >>> 29)) >>> 0, (low ^ ((high << 3) | (low >>> 29))) >>> 0, HIGH_3, LOW_3);
  word.low = (word.low ^ word.high) >>> 0;
}

/** The 64 bits as a signed integer. `seed` likewise. */
export function xxh64(bytes: Buffer, start: number, end: number, seed: number | bigint): number | bigint {
  const wide = BigInt.asUintN(64, BigInt(seed));
  const seedHigh = Number(wide >> 32n);
  const seedLow = Number(wide & 0xffff_ffffn);
  let at = start;
  if (end - start >= 32) at = runStripes(bytes, start, end, seedHigh, seedLow);
  else add(seedHigh, seedLow, HIGH_5, LOW_5);
  add(word.high, word.low, 0, end - start);
  finish(bytes, at, end);
  return signedInteger(word.high, word.low);
}
