/**
 * Everything that knows where things are on the disk agrees: U-Boot's script, the appliance role, and each board's
 * genimage.cfg. This is the layout that a unit in the field has for ever.
 */

import { environmentOf } from '../../src/appliance/boot/boot-medium.ts';
import { ENVIRONMENT_SIZE } from '../../src/appliance/boot/environment-codec.ts';
import type { Problem, Tree } from './problem.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const SECTOR = 512;

interface Part {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly inTable: boolean;
}

/** In bytes. A size of 0: whatever it needs, up to the next. */
const LAYOUT: readonly Part[] = [
  { name: 'idbloader', offset: 32 * KIBIBYTE, size: 0, inTable: false },
  { name: 'u-boot', offset: 8 * MEBIBYTE, size: 4 * MEBIBYTE, inTable: false },
  { name: 'environment', offset: 12 * MEBIBYTE, size: 0, inTable: false },
  { name: 'slotA', offset: 16 * MEBIBYTE, size: 128 * MEBIBYTE, inTable: true },
  { name: 'slotB', offset: 144 * MEBIBYTE, size: 128 * MEBIBYTE, inTable: true },
  { name: 'data', offset: 272 * MEBIBYTE, size: 64 * MEBIBYTE, inTable: true },
];
const ENVIRONMENTS = [12 * MEBIBYTE, 12.5 * MEBIBYTE];

export function checkDiskLayout(tree: Tree): readonly Problem[] {
  const layouts = tree.files('board/*/genimage.cfg');
  return [
    ...layouts.flatMap((path) => checkGenimage(path, tree.text(path))),
    ...checkScript(tree),
    ...checkAppliance(),
  ];
}

function checkGenimage(path: string, text: string): readonly Problem[] {
  const parts = readParts(text);
  const wanted = LAYOUT.map(describe);
  const found = parts.map(describe);
  const problems: Problem[] = [];
  for (const one of wanted.filter((part) => !found.includes(part))) problems.push({ path, text: `missing: ${one}` });
  for (const one of found.filter((part) => !wanted.includes(part))) problems.push({ path, text: `unexpected: ${one}` });
  if (problems.length === 0 && found.join() !== wanted.join()) problems.push({ path, text: 'the order is another' });
  return problems;
}

function describe({ name, offset, size, inTable }: Part): string {
  return `${name} at ${offset}, ${size} bytes, ${inTable ? 'in' : 'not in'} the partition table`;
}

/** `partition NAME { key = value ... }`, without braces inside. */
function readParts(text: string): readonly Part[] {
  return [...text.matchAll(/partition (\S+) \{([^}]*)\}/g)].map(([, name = '', body = '']) => {
    const values = new Map(
      [...body.matchAll(/(\S+) = "?([^"\n]*)"?/g)].map(([, key = '', value = '']) => [key, value]),
    );
    return {
      name,
      offset: bytesOf(values.get('offset')),
      size: bytesOf(values.get('size')),
      inTable: values.get('in-partition-table') !== 'false',
    };
  });
}

/** `32K`, `8M`; nothing is 0. */
function bytesOf(text = '0'): number {
  const unit = { K: KIBIBYTE, M: MEBIBYTE }[text.slice(-1)];
  return unit === undefined ? Number(text) : Number(text.slice(0, -1)) * unit;
}

/** The boot script counts in sectors, hexadecimal: `6000 20` is 16 KiB at 12 MiB. */
function checkScript(tree: Tree): readonly Problem[] {
  const path = 'board/common/uboot/boot.env';
  const text = tree.text(path);
  const length = (ENVIRONMENT_SIZE / SECTOR).toString(16);
  const reads = ENVIRONMENTS.map((offset) => `read \${state_addr} ${(offset / SECTOR).toString(16)} ${length}`);
  const size = ENVIRONMENT_SIZE.toString(16);
  const wanted = [...reads, `env import -c \${state_addr} ${size}`, `env export -c -s ${size}`];
  return wanted.filter((one) => !text.includes(one)).map((one) => ({ path, text: `nowhere says "${one}"` }));
}

function checkAppliance(): readonly Problem[] {
  const offsets = environmentOf('').map(({ offset }) => offset);
  if (offsets.join() === ENVIRONMENTS.join()) return [];
  const path = '../src/appliance/boot/boot-medium.ts';
  return [
    { path, text: `boot environments at ${offsets.join(' and ')}, on the disk at ${ENVIRONMENTS.join(' and ')}` },
  ];
}
