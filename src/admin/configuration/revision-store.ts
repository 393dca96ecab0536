/**
 * Every text that was ever applied, one file each, and one small file that says which of them is in force. Writing that
 * small file is the moment a revision is confirmed: before it the old one boots, after it the new one.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory, readIfThere, removeDurably, writeAtomically } from '../../sys/atomic-file.ts';
import type { DocumentFile, Revision } from '../answers/revisions.ts';
import { isObject, JsonFile, type JsonFileOptions } from '../store/json-file.ts';

const MOST_REVISIONS = 500;

/** A revision that runs, and will be taken back unless its author confirms it. */
export interface Trial {
  readonly revision: number;
  readonly author: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  /** Of the kernel: after a reboot there is no trial. */
  readonly bootId: string;
  /** False: it has not served yet. */
  readonly serving: boolean;
}

export interface ConfigurationState {
  /** What boots; 0: nothing yet. */
  readonly confirmed: number;
  readonly confirmedMs: number;
  readonly next: number;
  readonly trial: Trial | undefined;
}

function readTrial(value: unknown): Trial | undefined {
  if (!isObject(value)) return undefined;
  const { revision, author, startedMs, deadlineMs, bootId, serving } = value;
  const numbers = [revision, startedMs, deadlineMs].every((one) => typeof one === 'number');
  if (!numbers || typeof author !== 'string' || typeof bootId !== 'string' || typeof serving !== 'boolean') {
    return undefined;
  }
  return value as unknown as Trial;
}

function readState(document: unknown): ConfigurationState | undefined {
  if (!isObject(document)) return undefined;
  const { confirmed, confirmedMs, next, trial } = document;
  if (typeof confirmed !== 'number' || typeof confirmedMs !== 'number' || typeof next !== 'number') return undefined;
  return { confirmed, confirmedMs, next, trial: readTrial(trial) };
}

function readRevision(document: unknown): Revision | undefined {
  if (!isObject(document)) return undefined;
  const { number, parent, author, timeMs, note, text } = document;
  const numbers = [number, parent, timeMs].every((one) => typeof one === 'number');
  const texts = [author, note, text].every((one) => typeof one === 'string');
  if (!numbers || !texts) return undefined;
  return { ...(document as unknown as Revision), files: readFiles(document['files']) };
}

function readFiles(value: unknown): readonly DocumentFile[] {
  const files: readonly unknown[] = Array.isArray(value) ? value : [];
  return files.every((one) => isObject(one) && typeof one['path'] === 'string' && typeof one['text'] === 'string')
    ? (files as readonly DocumentFile[])
    : [];
}

export class RevisionStore {
  readonly #directory: string;
  readonly #state: JsonFile<ConfigurationState>;

  constructor(directory: string, options: Pick<JsonFileOptions<unknown>, 'onDamage' | 'nowMs'>) {
    this.#directory = join(directory, 'revisions');
    makeDirectory(this.#directory);
    const numbers = this.numbers();
    // Without its small file the newest text is not known to be good: nothing runs until somebody applies one.
    const initial: ConfigurationState = { confirmed: 0, confirmedMs: 0, next: (numbers[0] ?? 0) + 1, trial: undefined };
    const path = join(directory, 'configuration.json');
    this.#state = new JsonFile({ path, initial, read: readState, ...options });
  }

  get state(): ConfigurationState {
    return this.#state.value;
  }

  change(change: Partial<ConfigurationState>): void {
    this.#state.write({ ...this.#state.value, ...change });
  }

  /** The newest first. */
  numbers(): readonly number[] {
    return readdirSync(this.#directory)
      .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => other - one);
  }

  /** Undefined: there is none, or it is damaged. */
  find(number: number): Revision | undefined {
    const text = readIfThere(this.#path(number))?.toString('utf8');
    if (text === undefined) return undefined;
    try {
      return readRevision(JSON.parse(text));
    } catch {
      return undefined; // as if it were not there: whoever asks is told so
    }
  }

  /** The text that a unit comes with is in force at once, where there is none yet. */
  beginWith(file: string, timeMs: number): void {
    if (this.state.confirmed !== 0 || this.numbers().length > 0) return;
    const text = readFileSync(file, 'utf8');
    const { number } = this.add({ parent: 0, author: 'device', timeMs, note: `from ${file}`, text, files: [] });
    this.change({ confirmed: number, confirmedMs: timeMs });
  }

  /** On disk when it returns; a number is never used twice. */
  add(revision: Omit<Revision, 'number'>): Revision {
    // Killed between its two writes, an admin before us has left a revision whose number was not counted.
    const number = Math.max(this.state.next, 1 + (this.numbers()[0] ?? 0));
    const added: Revision = { number, ...revision };
    writeAtomically(this.#path(added.number), `${JSON.stringify(added)}\n`);
    this.change({ next: added.number + 1 });
    const { confirmed } = this.state;
    for (const old of this.numbers().slice(MOST_REVISIONS)) {
      if (old !== confirmed) removeDurably(this.#path(old));
    }
    return added;
  }

  #path(number: number): string {
    return join(this.#directory, `${number}.json`);
  }
}
