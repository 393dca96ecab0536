/**
 * The two copies of the boot environment on the medium. The good copy with the larger BOOT_SEQ counts; a write goes to
 * the other one, with BOOT_SEQ + 1, and is on the medium when it is over. So a write that was cut short leaves a bad
 * checksum there and the older copy in force, never nothing. The boot script in U-Boot does the same.
 */

import { decodeEnvironment, encodeEnvironment, type Variables } from './environment-codec.ts';
import { type Region, readRegion, writeRegion } from './region.ts';

const SEQUENCE = 'BOOT_SEQ';

export interface EnvironmentRead {
  /** Undefined: neither copy is good. */
  readonly variables: Variables | undefined;
  /** The place of the copy that counts; undefined: none does. */
  readonly copy: 0 | 1 | undefined;
}

/**
 * U-Boot's own arithmetic (setexpr, itest) reads and writes hexadecimal, so this is what a sequence is. No number: 0.
 * Kept below 2^31, where that arithmetic is still right on every board.
 */
function sequenceOf(variables: Variables): number {
  const text = variables.get(SEQUENCE) ?? '';
  const value = /^[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : 0;
  return value < 0x7fff_fff0 ? value : 0;
}

export function readEnvironment(regions: readonly [Region, Region]): EnvironmentRead {
  const [first, second] = regions.map((region) => decodeEnvironment(readRegion(region)));
  if (first === undefined && second === undefined) return { variables: undefined, copy: undefined };
  if (second === undefined) return { variables: first, copy: 0 };
  if (first === undefined) return { variables: second, copy: 1 };
  return sequenceOf(second) > sequenceOf(first) ? { variables: second, copy: 1 } : { variables: first, copy: 0 };
}

/** Replaces all variables by these (BOOT_SEQ is added); on the medium when it returns. */
export function writeEnvironment(regions: readonly [Region, Region], variables: Variables): void {
  const { variables: old, copy } = readEnvironment(regions);
  const next = (old === undefined ? 0 : sequenceOf(old)) + 1;
  const bytes = encodeEnvironment(new Map([...variables, [SEQUENCE, next.toString(16)]]));
  writeRegion(regions[copy === 0 ? 1 : 0], bytes);
}
