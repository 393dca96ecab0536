/**
 * An update bundle, `mahalo-<version>-<board family>.update`: what is to be put into a slot, and a signed list of what
 * it consists of.
 *
 *     16 bytes   "MAHALO UPDATE 1\n": the format
 *      4 bytes   length of the manifest, little endian
 *                manifest, JSON (`Manifest`)
 *     64 bytes   Ed25519 signature of all bytes before it
 *                payload: a squashfs
 *
 * The signature stands before the payload and covers a hash of every chunk of it, so that not one byte that nobody
 * signed is ever written.
 */

import { type KeyObject, verify } from 'node:crypto';
import { Refusal } from '../control/command.ts';

export const BUNDLE_MAGIC = Buffer.from('MAHALO UPDATE 1\n', 'latin1');
const MAGIC_START = Buffer.from('MAHALO UPDATE ', 'latin1');
export const SIGNATURE_SIZE = 64;
export const LENGTH_SIZE = 4;
/** What is in the bundle's head at most, before anybody has proved who he is. */
const LONGEST_MANIFEST = 256 * 1024;

export interface Manifest {
  /** Of the product. */
  readonly version: string;
  /** Of this very build. */
  readonly build: string;
  /** Board ids or names of device trees; one that fits is enough. */
  readonly boards: readonly string[];
  /** Of the payload, in bytes. */
  readonly size: number;
  /** Of the payload, hexadecimal. */
  readonly sha256: string;
  /** In bytes; the last chunk is what remains. */
  readonly chunkSize: number;
  /** sha256 of each chunk, hexadecimal. */
  readonly chunks: readonly string[];
}

/** How much of a bundle must be there before its head can be read: a lower bound that grows, then the size of the head. */
export function headSize(start: Buffer): number {
  const fixed = BUNDLE_MAGIC.length + LENGTH_SIZE;
  const seen = start.subarray(0, BUNDLE_MAGIC.length);
  if (!seen.subarray(0, MAGIC_START.length).equals(MAGIC_START.subarray(0, seen.length))) {
    throw new Refusal('update-not-a-bundle', 'this is not an update for Mahalo (a file that ends in .update)');
  }
  if (start.length < fixed) return fixed;
  if (!seen.equals(BUNDLE_MAGIC)) {
    throw new Refusal('update-format', 'this update has a format that the running version does not know');
  }
  const length = start.readUInt32LE(BUNDLE_MAGIC.length);
  if (length > LONGEST_MANIFEST) throw new Refusal('update-damaged', 'the list of contents is impossibly long');
  return fixed + length + SIGNATURE_SIZE;
}

/**
 * The manifest, from exactly `headSize` bytes, when one of the keys has signed it. Throws a Refusal: `update-key`,
 * `update-format`.
 */
export function readHead(head: Buffer, keys: readonly KeyObject[]): Manifest {
  const signed = head.subarray(0, head.length - SIGNATURE_SIZE);
  const signature = head.subarray(head.length - SIGNATURE_SIZE);
  if (!keys.some((key) => verify(null, signed, key, signature))) {
    throw new Refusal(
      'update-key',
      'this update is not signed by anybody this unit trusts, or its list of contents was changed on the way',
    );
  }
  const manifest = readManifest(signed.subarray(BUNDLE_MAGIC.length + LENGTH_SIZE));
  // Signed by us, so it is our own maker that is wrong, or newer.
  if (manifest === undefined) throw new Refusal('update-format', 'the list of contents makes no sense to this version');
  return manifest;
}

const HASH = /^[0-9a-f]{64}$/;

function readManifest(bytes: Buffer): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined; // told by the caller
  }
  const { version, build, boards, size, sha256, chunkSize, chunks } = (value ?? {}) as Record<string, unknown>;
  if (typeof version !== 'string' || typeof build !== 'string') return undefined;
  if (!isTexts(boards) || !isCount(size) || !isCount(chunkSize) || !isTexts(chunks)) return undefined;
  if (typeof sha256 !== 'string' || ![sha256, ...chunks].every((one) => HASH.test(one))) return undefined;
  if (chunkSize > LARGEST_CHUNK || chunks.length !== Math.ceil(size / chunkSize)) return undefined;
  return { version, build, boards, size, sha256, chunkSize, chunks };
}

/** What a unit with little memory holds at once, in bytes. */
export const LARGEST_CHUNK = 1024 * 1024;

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
