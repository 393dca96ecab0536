/** Hashes and digests (manual 7.3.1). */
import { createHash, createHmac, getHashes, hash } from 'node:crypto';
import { isVariableName } from '../../config/variable-name.ts';
import { crc32c } from '../../net/crc32c.ts';
import type { CompileOptions, SampleContext } from '../context.ts';
import type { Converter } from '../converter.ts';
import { avalanche, hashCrc32, hashDjb2, hashSdbm, hashWt6 } from '../hash/hash32.ts';
import { xxh32, xxh64 } from '../hash/xxh.ts';
import { xxh3 } from '../hash/xxh3.ts';
import { BIN, type Sample, SINT, takeScratch } from '../sample.ts';
import { integerArgument } from './arguments.ts';
import { decodeBase64 } from './base64.ts';
import { variableText } from './operand.ts';

/** Hashes of 32 bits, mixed once more when the argument is not 0. */
function hash32(hash: (bytes: Buffer, start: number, end: number) => number): Converter {
  return {
    input: BIN,
    output: SINT,
    make: (args) => {
      const mixed = integerArgument(args[0] ?? '0') !== 0;
      return (sample) => {
        const value = hash(sample.bytes, sample.start, sample.end);
        return sample.setInteger(mixed ? avalanche(value) : value);
      };
    },
  };
}

type Seeded = (bytes: Buffer, start: number, end: number, seed: number | bigint) => number | bigint;

function seeded(hash: Seeded): Converter {
  return {
    input: BIN,
    output: SINT,
    make: (args) => {
      const seed = integerArgument(args[0] ?? '0');
      return (sample) => sample.setInteger(hash(sample.bytes, sample.start, sample.end, seed));
    },
  };
}

const seededXxh32: Seeded = (bytes, start, end, seed) =>
  xxh32(bytes, start, end, Number(BigInt.asIntN(32, BigInt(seed))));

function setDigest(sample: Sample, result: Buffer): true {
  const piece = takeScratch(result.length);
  result.copy(piece);
  return sample.setBytes(BIN, piece, 0, result.length);
}

function contents(sample: Sample): Buffer {
  return sample.bytes.subarray(sample.start, sample.end);
}

/** OpenSSL's name of a digest; undefined for one that this Node cannot make, as HAProxy has no result for it. */
function digestName(name: string): string | undefined {
  const known = getHashes().find((one) => one.toLowerCase() === name.toLowerCase());
  if (known === undefined) return undefined;
  try {
    createHash(known);
    return known;
  } catch {
    // Known by name only: the provider of old digests is not loaded.
    return undefined;
  }
}

function digest(nameOf: (args: readonly string[]) => string): Converter {
  return {
    input: BIN,
    output: BIN,
    make: (args) => {
      const name = digestName(nameOf(args));
      if (name === undefined) return () => false;
      return (sample) => setDigest(sample, hash(name, contents(sample), 'buffer'));
    },
  };
}

/** Bytes given as base64, or by a variable that holds base64; undefined when there are none. */
export function compileSecret(text: string, options: CompileOptions): (context: SampleContext) => Buffer | undefined {
  if (!isVariableName(text)) {
    const constant = Buffer.from(text, 'base64');
    return () => constant;
  }
  const variable = variableText(text, options);
  return (context) => {
    const value = variable(context);
    if (value === undefined) return undefined;
    const decoded = Buffer.allocUnsafe(value.length + 3);
    const length = decodeBase64(value.bytes, value.start, value.end, decoded);
    return length < 0 ? undefined : decoded.subarray(0, length);
  };
}

const HMAC: Converter = {
  input: BIN,
  output: BIN,
  make: (args, options) => {
    const name = digestName(args[0] ?? '');
    if (name === undefined) return () => false;
    const secret = compileSecret(args[1] ?? '', options);
    return (sample, context) => {
      const key = secret(context);
      return key !== undefined && setDigest(sample, createHmac(name, key).update(contents(sample)).digest());
    };
  },
};

export const HASH_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['sdbm', hash32(hashSdbm)],
  ['djb2', hash32(hashDjb2)],
  ['wt6', hash32(hashWt6)],
  ['crc32', hash32(hashCrc32)],
  ['crc32c', hash32((bytes, start, end) => crc32c(bytes, start, end))],
  ['xxh32', seeded(seededXxh32)],
  ['xxh64', seeded(xxh64)],
  ['xxh3', seeded(xxh3)],
  ['sha1', digest(() => 'sha1')],
  ['sha2', digest((args) => `sha${args[0] ?? '256'}`)],
  ['digest', digest((args) => args[0] ?? '')],
  ['hmac', HMAC],
];
