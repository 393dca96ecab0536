/** All lists of patterns of a configuration, by number, file and id. */
import type { PatternReferenceModel } from '../config/model-rules.ts';
import { PatternReference } from './pattern-reference.ts';

export class PatternReferences {
  /** In the order in which the configuration names them. */
  readonly #list: readonly PatternReference[];
  readonly #byFile = new Map<string, PatternReference>();

  constructor(models: readonly PatternReferenceModel[] = []) {
    this.#list = models.map((model) => new PatternReference(model));
    for (const reference of this.#list) {
      const { file } = reference.model;
      if (file !== undefined) this.#byFile.set(file, reference);
    }
  }

  /** In the order of their ids, as they are listed. */
  get sorted(): readonly PatternReference[] {
    return [...this.#list].sort((left, right) => left.model.id - right.model.id);
  }

  at(index: number): PatternReference | undefined {
    return this.#list[index];
  }

  byFile(file: string): PatternReference | undefined {
    return this.#byFile.get(file);
  }

  /** `#id`, or a file as the configuration names it. */
  find(name: string): PatternReference | undefined {
    if (!name.startsWith('#')) return this.#byFile.get(name);
    const digits = name.slice(1);
    if (!/^\s*[+-]?\d*$/.test(digits)) return undefined;
    return this.#list.find((reference) => reference.model.id === Number(digits));
  }
}
