/**
 * One JSON document on disk, read once and written whole. A file that is damaged is moved aside under a name that says
 * so, told, and replaced by the initial value: the device starts, and nothing is thrown away.
 */

import { renameSync } from 'node:fs';
import { readIfThere, writeAtomically } from '../../sys/atomic-file.ts';

export interface JsonFileOptions<Value> {
  readonly path: string;
  readonly initial: Value;
  /** The value if `document` is one, else undefined. */
  read(document: unknown): Value | undefined;
  /** A file could not be used; `asideName` is where it is now. */
  onDamage(path: string, asideName: string, reason: string): void;
  nowMs(): number;
}

export class JsonFile<Value> {
  readonly #options: JsonFileOptions<Value>;
  #value: Value;

  constructor(options: JsonFileOptions<Value>) {
    this.#options = options;
    this.#value = this.#load();
  }

  get value(): Value {
    return this.#value;
  }

  /** On disk when it returns; throws, and keeps the old value, when it cannot be written. */
  write(value: Value): void {
    writeAtomically(this.#options.path, `${JSON.stringify(value, undefined, 1)}\n`);
    this.#value = value;
  }

  #load(): Value {
    const { path, initial } = this.#options;
    const bytes = readIfThere(path);
    if (bytes === undefined) return initial;
    let reason = 'not of the expected form';
    try {
      const value = this.#options.read(JSON.parse(bytes.toString('utf8')));
      if (value !== undefined) return value;
    } catch (error) {
      reason = (error as Error).message;
    }
    const aside = `${path}.damaged-${this.#options.nowMs()}`;
    renameSync(path, aside);
    this.#options.onDamage(path, aside, reason);
    return initial;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All of them, or undefined. */
export function readArray<Value>(value: unknown, read: (item: JsonObject) => Value | undefined): Value[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: Value[] = [];
  for (const item of value) {
    const one = isObject(item) ? read(item) : undefined;
    if (one === undefined) return undefined;
    items.push(one);
  }
  return items;
}
