/** Programs of the machine that builds: git, make, genimage, xz. */

import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a `make` of ours must not hand down to Buildroot's: its own flags and the words of its command line. */
const NOT_HANDED_DOWN = ['MAKEFLAGS', 'MAKELEVEL', 'MFLAGS', 'MAKEOVERRIDES', 'BOARD'];

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_HANDED_DOWN.includes(name)));
}

/**
 * What the program wrote to its standard output. Throws, with what it said, when it did not end well.
 * @param input what it reads
 */
export function read(program: string, words: readonly string[], input = ''): string {
  const options = { env: environment(), encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, input } as const;
  const { status, stdout, stderr, error } = spawnSync(program, words, options);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ended with ${status}\n${stderr}`);
  return stdout;
}

/** Runs for minutes; what it says goes to `log`, which the error names. */
export function runLogged(program: string, words: readonly string[], log: string): void {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a');
  try {
    const { status, error } = spawnSync(program, words, { env: environment(), stdio: ['ignore', file, file] });
    if (error !== undefined) throw error;
    if (status !== 0)
      throw new Error(`${program} ${words.join(' ')}: ended with ${status}; the end of ${log} says why`);
  } finally {
    closeSync(file);
  }
}
