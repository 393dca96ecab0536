/**
 * What a kernel said before it died, where the board keeps a piece of memory for that over a reset (ramoops, which shows as
 * files in /sys/fs/pstore): kept with the last words of the roles. Read at a start, and given free again.
 */

import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type LastWordsStore, tailOf } from '../supervisor/last-words.ts';

/** Of a panic or an oops. */
const DEATH = /^dmesg-/;
/** The end of what went to the console, of any kernel that ran before. */
const CONSOLE = /^console-/;

/**
 * @param announced somebody told that the machine would restart: then its console is of no interest
 * @returns how many were kept
 */
export function keepKernelWords(sys: string, words: LastWordsStore, announced: boolean): number {
  const directory = join(sys, 'fs/pstore');
  let names: readonly string[];
  try {
    names = readdirSync(directory).filter((name) => DEATH.test(name) || CONSOLE.test(name));
  } catch {
    return 0; // no such memory on this board
  }
  let kept = 0;
  for (const name of names) {
    const path = join(directory, name);
    if (DEATH.test(name) || !announced) {
      const time = Math.round(statSync(path).mtimeMs);
      const how = DEATH.test(name) ? 'the kernel panicked' : 'the machine started anew without having been told to';
      words.keep({ role: 'kernel', pid: 0, startedAt: time, time, how, text: tailOf(path) });
      kept++;
    }
    rmSync(path);
  }
  return kept;
}
