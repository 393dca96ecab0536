/**
 * What a role said before it ended, and how it ended. One file an end below `words/`, of a bounded size and number: a
 * role that ends all day long must not fill the data partition.
 */

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory, removeDurably, writeAtomically } from '../../sys/atomic-file.ts';

/** Of one end. */
export const LONGEST_WORDS = 64 * 1024;
/** Of one role. */
const MOST_ENDS = 8;

export interface LastWords {
  readonly role: string;
  readonly pid: number;
  /** Milliseconds since 1970, as is `time`: its end. */
  readonly startedAt: number;
  readonly time: number;
  /** In words: `exit status 3`, `signal SIGSEGV`, `silent for 30 s, killed`. */
  readonly how: string;
  /** The end of what it wrote. */
  readonly text: string;
}

/** The last bytes of a file as text; `''` when there is none. */
export function tailOf(path: string, longest = LONGEST_WORDS): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return ''; // it never said a word
  }
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, longest));
    const length = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}

export class LastWordsStore {
  readonly #directory: string;

  constructor(data: string) {
    this.#directory = join(data, 'words');
  }

  /** Throws when it cannot be written. */
  keep(words: LastWords): void {
    makeDirectory(this.#directory);
    const name = `${words.role}-${words.time}.json`;
    writeAtomically(join(this.#directory, name), `${JSON.stringify(words, undefined, 1)}\n`);
    for (const old of this.#names(words.role).slice(0, -MOST_ENDS)) removeDurably(join(this.#directory, old));
  }

  /** Oldest first. @param role undefined: of all */
  of(role?: string): readonly LastWords[] {
    const all = this.#names(role).flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(this.#directory, name), 'utf8')) as LastWords];
      } catch {
        return []; // removed meanwhile
      }
    });
    return all.sort((one, other) => one.time - other.time);
  }

  /** Names rise with time, within a role. */
  #names(role?: string): readonly string[] {
    let names: readonly string[];
    try {
      names = readdirSync(this.#directory);
    } catch {
      return []; // nobody ever ended
    }
    const ours = /^(.+)-\d+\.json$/;
    return names.filter((name) => (role === undefined ? ours.test(name) : ours.exec(name)?.[1] === role)).sort();
  }
}
