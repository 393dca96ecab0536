/** Programs and the libraries they are linked to, from Debian's tree into ours. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './run-program.ts';

const READELF = 'aarch64-linux-gnu-readelf';
const LOADER = 'ld-linux-aarch64.so.1';
/** Where Debian keeps libraries. */
const LIBRARY_FOLDERS = ['lib/aarch64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'lib', 'usr/lib'];

/** Copies `programs` (paths below `source`) to usr/bin of `target`, and all their libraries to usr/lib. */
export function copyPrograms(source: string, target: string, programs: readonly string[]): void {
  for (const path of programs) {
    const copy = join(target, 'usr/bin', basename(path));
    copyFileSync(join(source, path), copy);
    copyLibraries(source, target, copy);
  }
}

/** Copies what `program` (anywhere) is linked to. */
export function copyLibraries(source: string, target: string, program: string): void {
  mkdirSync(join(target, 'usr/lib'), { recursive: true });
  for (const name of [LOADER, ...neededBy(program)]) {
    const copy = join(target, 'usr/lib', name);
    if (existsSync(copy)) continue;
    const folder = LIBRARY_FOLDERS.find((one) => existsSync(join(source, one, name)));
    if (folder === undefined) throw new Error(`${basename(program)} needs ${name}, which no package brought`);
    copyFileSync(realpathSync(join(source, folder, name)), copy);
    copyLibraries(source, target, copy);
  }
}

function neededBy(program: string): string[] {
  return [...run(READELF, ['-d', program]).matchAll(/\(NEEDED\)\s+Shared library: \[([^\]]+)\]/g)].map(
    (match) => match[1] as string,
  );
}

/** The static BusyBox with a link for each of its words, as `busybox --install` makes them. */
export function installBusyBox(source: string, target: string): void {
  const folder = join(target, 'usr/bin');
  mkdirSync(folder, { recursive: true });
  const program = join(source, ['usr/bin/busybox', 'bin/busybox'].find((path) => existsSync(join(source, path))) ?? '');
  copyFileSync(program, join(folder, 'busybox'));
  const there = new Set(readdirSync(folder));
  for (const word of busyBoxWords(readFileSync(program))) {
    if (!there.has(word)) symlinkSync('busybox', join(folder, word));
  }
}

/** BusyBox keeps the words it answers to as one sorted list, each ended by a NUL, the list by another one. */
function busyBoxWords(program: Buffer): string[] {
  const start = program.indexOf('[\0[[\0');
  const words = program.toString('latin1', start, program.indexOf('\0\0', start)).split('\0');
  if (start < 0 || !['init', 'mount', 'sh', 'switch_root'].every((word) => words.includes(word))) {
    throw new Error('the words of this BusyBox were not found');
  }
  return words;
}
