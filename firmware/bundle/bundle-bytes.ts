/** The parts of an update bundle, as src/appliance/update/bundle.ts describes and reads them. */

import { createHash, type KeyObject, sign } from 'node:crypto';
import { BUNDLE_MAGIC, LENGTH_SIZE, type Manifest } from '../../src/appliance/update/bundle.ts';

/** Small enough for a unit with little memory, in bytes. */
const CHUNK_SIZE = 256 * 1024;

export interface BundleFacts {
  readonly version: string;
  readonly build: string;
  /** Board ids, or names of device trees. */
  readonly boards: readonly string[];
}

/** Everything of a bundle that stands before its payload. The same payload and key give the same bytes. */
export function bundleHead(payload: Buffer, { version, build, boards }: BundleFacts, key: KeyObject): Buffer {
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  const chunks: string[] = [];
  for (let at = 0; at < payload.length; at += CHUNK_SIZE) chunks.push(hash(payload.subarray(at, at + CHUNK_SIZE)));
  const manifest: Manifest = {
    version,
    build,
    boards,
    size: payload.length,
    sha256: hash(payload),
    chunkSize: CHUNK_SIZE,
    chunks,
  };
  return signedHead(Buffer.from(JSON.stringify(manifest), 'utf8'), key);
}

export function signedHead(manifest: Buffer, key: KeyObject): Buffer {
  const length = Buffer.alloc(LENGTH_SIZE);
  length.writeUInt32LE(manifest.length);
  const signed = Buffer.concat([BUNDLE_MAGIC, length, manifest]);
  return Buffer.concat([signed, sign(null, signed, key)]);
}
