/** Whether this unit has a terminal: off until its owner turns it on. Kept in terminal.json. */

import { join } from 'node:path';
import { isObject, JsonFile, type JsonFileOptions } from '../store/json-file.ts';

interface Setting {
  readonly enabled: boolean;
}

function readSetting(document: unknown): Setting | undefined {
  if (!isObject(document) || typeof document['enabled'] !== 'boolean') return undefined;
  return { enabled: document['enabled'] };
}

export class TerminalSetting {
  readonly #file: JsonFile<Setting>;

  constructor(directory: string, options: Pick<JsonFileOptions<unknown>, 'onDamage' | 'nowMs'>) {
    const initial = { enabled: false };
    this.#file = new JsonFile({ path: join(directory, 'terminal.json'), initial, read: readSetting, ...options });
  }

  get enabled(): boolean {
    return this.#file.value.enabled;
  }

  set(enabled: boolean): void {
    this.#file.write({ enabled });
  }
}
