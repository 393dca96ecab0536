/** What the appliance role itself has to say: a bounded file below /run, for the console belongs to whoever types there. */

import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tailOf } from './supervisor/last-words.ts';

const LONGEST = 256 * 1024;

export class ApplianceLog {
  readonly path: string;
  readonly #aloud: boolean;
  #size: number;

  /** @param aloud on standard error, too */
  constructor(run: string, aloud: boolean) {
    this.path = join(run, 'appliance.log');
    this.#aloud = aloud;
    this.#size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  readonly tell = (text: string): void => {
    const line = `${new Date().toISOString()} ${text}\n`;
    if (this.#aloud) process.stderr.write(line);
    try {
      if (this.#size > LONGEST) {
        const end = tailOf(this.path);
        writeFileSync(this.path, end, { mode: 0o600 });
        this.#size = Buffer.byteLength(end);
      }
      appendFileSync(this.path, line, { mode: 0o600 });
      this.#size += Buffer.byteLength(line);
    } catch {
      // /run is full: there is nowhere to say it.
    }
  };
}
