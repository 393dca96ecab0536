/**
 * The bytes of a U-Boot environment as `env export -c` makes them and `env import -c` takes them (u-boot: lib/hashtable.c,
 * hexport_r and himport_r):
 *
 *     0        4                                                              16384
 *     | CRC32  | NAME=value \0 NAME=value \0 \0 ...                    zeros  |
 *
 * The CRC is that of everything behind it, little endian. There is no flag byte: which of two copies is the newer one
 * is said by a variable (environment-store.ts). Names are sorted; a backslash in a value is doubled, for an import takes
 * one away; a name without a value deletes that variable, so there are none.
 */

import { crc32 } from 'node:zlib';

/** Of one copy, in bytes; the boot script has the same number. */
export const ENVIRONMENT_SIZE = 16384;
const DATA_START = 4;

const NAME = /^[A-Za-z0-9_.-]+$/;

export type Variables = ReadonlyMap<string, string>;

/** The copy, ENVIRONMENT_SIZE bytes. Throws a RangeError for what cannot be one: a strange name, a NUL, too many bytes. */
export function encodeEnvironment(variables: Variables): Buffer {
  const bytes = Buffer.alloc(ENVIRONMENT_SIZE);
  let at = DATA_START;
  for (const name of [...variables.keys()].sort()) {
    const value = variables.get(name) as string;
    if (!NAME.test(name) || value.includes('\0')) throw new RangeError(`not a boot variable: ${JSON.stringify(name)}`);
    if (value === '') continue;
    const entry = Buffer.from(`${name}=${value.replaceAll('\\', '\\\\')}\0`, 'utf8');
    // The list ends with an empty entry.
    if (at + entry.length + 1 > bytes.length) throw new RangeError('the boot environment is full');
    entry.copy(bytes, at);
    at += entry.length;
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(DATA_START)), 0);
  return bytes;
}

/** Undefined: not a copy, or a torn one. Entries that make no sense are passed over, as an import passes them over. */
export function decodeEnvironment(bytes: Buffer): Variables | undefined {
  if (bytes.length !== ENVIRONMENT_SIZE) return undefined;
  const data = bytes.subarray(DATA_START);
  if (crc32(data) !== bytes.readUInt32LE(0)) return undefined;
  const variables = new Map<string, string>();
  for (let at = 0; at < data.length && data[at] !== 0; ) {
    const nul = data.indexOf(0, at);
    const end = nul < 0 ? data.length : nul;
    const entry = data.toString('utf8', at, end);
    const equals = entry.indexOf('=');
    const name = entry.slice(0, Math.max(equals, 0));
    if (NAME.test(name)) {
      const value = entry.slice(equals + 1).replace(/\\(.)/gs, '$1');
      if (value === '') variables.delete(name);
      else variables.set(name, value);
    }
    at = end + 1;
  }
  return variables;
}
