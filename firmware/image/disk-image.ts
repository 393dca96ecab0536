/** The whole disk, out of a slot and a board's boot loader, laid out by the board's genimage.cfg. */

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bootVariables, FIRST_STATE } from '../../src/appliance/boot/boot-state.ts';
import { encodeEnvironment } from '../../src/appliance/boot/environment-codec.ts';
import { read } from './program.ts';

export interface DiskParts {
  readonly genimage: string;
  /** The board's genimage.cfg: names the files below by their base names, and `environment.bin`. */
  readonly layout: string;
  readonly files: readonly string[];
  /** For what is on the way; made anew. */
  readonly folder: string;
}

/** The first boot environment: the second slot is empty, so it has no starts left and is not even tried. */
export function firstEnvironment(): Buffer {
  const state = { ...FIRST_STATE, left: { ...FIRST_STATE.left, B: 0 } };
  return encodeEnvironment(new Map([...bootVariables(state), ['BOOT_SEQ', '1']]));
}

/** @returns the path of disk.img */
export function makeDiskImage({ genimage, layout, files, folder }: DiskParts): string {
  rmSync(folder, { recursive: true, force: true });
  const input = join(folder, 'input');
  const root = join(folder, 'root'); // genimage wants one, for file systems that it would make: there is none
  mkdirSync(input, { recursive: true });
  mkdirSync(root);
  for (const file of files) copyFileSync(file, join(input, basename(file)));
  writeFileSync(join(input, 'environment.bin'), firstEnvironment());
  const places = ['--inputpath', input, '--rootpath', root, '--tmppath', join(folder, 'tmp'), '--outputpath', folder];
  read(genimage, ['--config', layout, ...places]);
  return join(folder, 'disk.img');
}
