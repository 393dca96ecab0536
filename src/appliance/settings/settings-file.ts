/** appliance.json on the data partition: what is in force, and written whole when it changes. */

import { writeAtomically } from '../../sys/atomic-file.ts';
import { type ApplianceSettings, SETTINGS_VERSION } from './settings.ts';

export class SettingsFile {
  readonly path: string;
  #value: ApplianceSettings;

  /** @param value in force now, whether it came from this file or from another one */
  constructor(path: string, value: ApplianceSettings) {
    this.path = path;
    this.#value = value;
  }

  get value(): ApplianceSettings {
    return this.#value;
  }

  /** On the medium when it returns; throws, and keeps what was, when it cannot be written. */
  change(part: ApplianceSettings): void {
    const value = { ...this.#value, ...part };
    writeAtomically(this.path, `${JSON.stringify({ version: SETTINGS_VERSION, ...value }, undefined, 1)}\n`);
    this.#value = value;
  }
}
