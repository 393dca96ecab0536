/**
 * The environment variables while a configuration is read: those of the process, changed line by line by `setenv`,
 * `presetenv`, `unsetenv` and `resetenv` (manual 3.1). Values are byte strings (latin1), as all of the configuration.
 * The process itself is not touched: whoever runs the model applies `changes`.
 */

/** A variable as the configuration leaves it; undefined: it is gone. Name and value are byte strings. */
export interface VariableChange {
  readonly name: string;
  readonly value: string | undefined;
}

export class Environment {
  readonly #values = new Map<string, string>();
  readonly #changes = new Map<string, string | undefined>();

  /** `initial` has ordinary texts, as `process.env` has. */
  constructor(initial: Readonly<Record<string, string | undefined>>) {
    for (const [name, value] of Object.entries(initial)) {
      if (value !== undefined) this.#values.set(asBytes(name), asBytes(value));
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  get record(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#values);
  }

  /** Why a variable may not have this name, in the words of the system; undefined when it may. */
  refuse(name: string): string | undefined {
    return name === '' || name.includes('=') ? 'Invalid argument' : undefined;
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
    this.#changes.set(name, value);
  }

  unset(name: string): void {
    this.#values.delete(name);
    this.#changes.set(name, undefined);
  }

  keepOnly(names: readonly string[]): void {
    for (const name of [...this.#values.keys()]) if (!names.includes(name)) this.unset(name);
  }

  /** What the configuration has changed, the last word of it on each variable. */
  get changes(): readonly VariableChange[] {
    return [...this.#changes].map(([name, value]) => ({ name, value }));
  }
}

function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
