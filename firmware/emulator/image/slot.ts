/** A slot: one squashfs with everything in it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-program.ts';

/** What the acceptance of the firmware allows, in bytes. */
const MOST = 64 * 1024 * 1024;
/** The shipping image is compressed as hard as it gets; this takes a tenth of that time, and 6 % more room. */
const COMPRESSION = ['-comp', 'zstd', '-Xcompression-level', '9', '-b', '256K'];
/** Reproducible: the same files make the same bytes. All is root's, whoever builds it. */
const ALWAYS = [
  '-all-root',
  '-root-mode',
  '755',
  '-no-xattrs',
  '-noappend',
  '-quiet',
  '-no-progress',
  '-all-time',
  '0',
  '-mkfs-time',
  '0',
];

/** @param etc a folder of that name. (Nothing is ever appended: U-Boot 2023.01 does not find its way in such a squashfs.) */
export function packSlot(base: string, etc: string, squashfs: string): void {
  const top = readdirSync(base).map((name) => join(base, name));
  run('mksquashfs', [...top, etc, squashfs, ...COMPRESSION, ...ALWAYS]);
  const { size } = statSync(squashfs);
  if (size > MOST) throw new Error(`${squashfs}: ${size} bytes, more than ${MOST}`);
}
