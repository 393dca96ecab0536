/**
 * Whose unit this is. A fresh one is nobody's: it can only be claimed, with the code that stands on its console. The code
 * stays the same until it is used; `mahalo admin unclaim` on the console makes a new one.
 */

import { join } from 'node:path';
import { newReadableCode, readableCode, sameSecret } from '../security/secrets.ts';
import { isObject, JsonFile, type JsonFileOptions } from '../store/json-file.ts';

interface ClaimState {
  /** What the owner calls the unit; `''` while it is nobody's. */
  readonly name: string;
  /** Undefined: claimed. */
  readonly code: string | undefined;
}

function readClaim(document: unknown): ClaimState | undefined {
  if (!isObject(document)) return undefined;
  const { name, code } = document;
  if (typeof name !== 'string' || (code !== undefined && typeof code !== 'string')) return undefined;
  return { name, code };
}

export class Claim {
  readonly #file: JsonFile<ClaimState>;

  constructor(directory: string, options: Pick<JsonFileOptions<unknown>, 'onDamage' | 'nowMs'>) {
    // A damaged file leaves a unit that must be claimed at its console, never one that anybody can enter.
    const initial: ClaimState = { name: '', code: newReadableCode() };
    this.#file = new JsonFile({ path: join(directory, 'claim.json'), initial, read: readClaim, ...options });
    if (this.#file.value === initial) this.#file.write(initial);
  }

  get claimed(): boolean {
    return this.#file.value.code === undefined;
  }

  get name(): string {
    return this.#file.value.name;
  }

  /** For the console. */
  get code(): string | undefined {
    return this.#file.value.code;
  }

  matches(typed: string): boolean {
    const { code } = this.#file.value;
    return code !== undefined && sameSecret(readableCode(code), readableCode(typed));
  }

  claim(name: string): void {
    this.#file.write({ name, code: undefined });
  }

  unclaim(): string {
    const code = newReadableCode();
    this.#file.write({ name: '', code });
    return code;
  }
}
