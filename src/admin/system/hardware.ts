/** What this machine is: asked once, by a program of its own (hardware-program.ts). */

import { execFile } from 'node:child_process';
import { ownCommand } from '../../sys/own-program.ts';
import { isObject } from '../store/json-file.ts';

const LONGEST_MS = 60_000;

export interface Hardware {
  /** As its firmware (DMI) has it; null: nobody tells. */
  readonly model: string | null;
  /** Of Linux; null: nobody tells. */
  readonly distribution: string | null;
}

const UNKNOWN: Hardware = { model: null, distribution: null };

/** What the library writes where it knows nothing. */
function told(text: unknown): string {
  return typeof text === 'string' && !/^(?:-|unknown|default string|to be filled.*)?$/i.test(text.trim())
    ? text.trim().slice(0, 100)
    : '';
}

/** Never rejects: a machine that does not tell what it is works as well. */
export function askHardware(): Promise<Hardware> {
  const [program, ...words] = ownCommand('helper', 'hardware');
  const options = { timeout: LONGEST_MS, maxBuffer: 64 * 1024, encoding: 'utf8' } as const;
  return new Promise((resolve) => {
    execFile(program, words, options, (error, output) => {
      if (error !== null) return resolve(UNKNOWN);
      try {
        const facts: unknown = JSON.parse(output);
        if (!isObject(facts)) return resolve(UNKNOWN);
        const model = [told(facts['manufacturer']), told(facts['model'])].filter(Boolean).join(' ');
        resolve({ model: model || null, distribution: told(facts['distribution']) || null });
      } catch {
        resolve(UNKNOWN);
      }
    });
  });
}
