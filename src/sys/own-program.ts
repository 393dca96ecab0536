/**
 * How this program starts itself again, and where the files are that travel with it. The same code runs from the tree
 * (`node src/main.ts`) and as one executable (`make dist`); nobody else asks which of them it is, nor looks at
 * process.execPath, process.argv[1] or import.meta.
 *
 *   the tree          /usr/bin/node --expose-gc ... /somewhere/src/main.ts proxy -f x.cfg      files: /somewhere/...
 *   the executable    /usr/bin/mahalo proxy -f x.cfg     (options of Node are in it)           files: its virtual directory
 */

import { join } from 'node:path';
import { isSea } from 'node:sea';

export const IS_EXECUTABLE = isSea();

/** In the executable all code stands at the top of the virtual directory (scripts/dist/bundle.ts). */
const TOP = IS_EXECUTABLE ? import.meta.dirname : join(import.meta.dirname, '../..');

/** The words that start `mahalo <words>` as a process of its own: the path of a program, and its arguments. */
export function ownCommand(...words: readonly string[]): readonly [string, ...string[]] {
  if (IS_EXECUTABLE) return [process.execPath, ...words];
  return [process.execPath, ...process.execArgv, join(TOP, 'src/main.ts'), ...words];
}

/**
 * The path of a file or a folder that travels with the program, for node:fs of this process only.
 * @param path from the top of the tree
 */
export function ownFile(path: string): string {
  return join(TOP, path);
}

/** The name that this program was called by: `mahalo`, or `haproxy` by way of a link; `main.ts` in the tree. */
export function calledName(): string {
  return process.argv[1] ?? '';
}
