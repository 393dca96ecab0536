/**
 * The newest lines, as texts: parsed when somebody looks. Numbers count on from 1, so that a viewer knows what he has; they
 * begin anew with each admin.
 */

import type { LogLine } from '../answers/log.ts';
import { parseLogLine } from './log-line.ts';

export const MOST_LINES = 10_000;
/** Beyond that the oldest go earlier: about 8 MB of memory at most. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

interface Kept {
  readonly number: number;
  readonly text: string;
  readonly timeMs: number;
}

export class LogStore {
  readonly #lines: (Kept | undefined)[] = new Array(MOST_LINES).fill(undefined);
  #last = 0;
  #first = 1;
  #characters = 0;

  /** Of the newest line; 0: there is none. */
  get last(): number {
    return this.#last;
  }

  add(text: string, timeMs: number): Kept {
    const kept = { number: ++this.#last, text, timeMs };
    if (this.#last - this.#first >= MOST_LINES) this.#dropOldest();
    this.#lines[kept.number % MOST_LINES] = kept;
    this.#characters += text.length;
    while (this.#characters > MOST_CHARACTERS && this.#first < this.#last) this.#dropOldest();
    return kept;
  }

  /**
   * The newest lines that `wanted` takes, oldest first.
   * @param before only lines with smaller numbers
   * @param limit at most so many of them
   */
  find(wanted: (line: LogLine) => boolean, before: number, limit: number): readonly LogLine[] {
    const found: LogLine[] = [];
    for (let number = Math.min(this.#last, before - 1); number >= this.#first && found.length < limit; number--) {
      const kept = this.#lines[number % MOST_LINES];
      const line = kept === undefined ? undefined : parseLogLine(kept.text, kept.number, kept.timeMs);
      if (line !== undefined && wanted(line)) found.push(line);
    }
    return found.reverse();
  }

  #dropOldest(): void {
    const index = this.#first % MOST_LINES;
    this.#characters -= this.#lines[index]?.text.length ?? 0;
    this.#lines[index] = undefined;
    this.#first++;
  }
}
