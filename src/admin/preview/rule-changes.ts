/** Which rules of a list came, went, or were written anew: told by their lines, for a rule has no name. */

import type { Model, Place } from '../../config/model.ts';
import type { Change } from './changes.ts';
import { meaningOf } from './meaning.ts';

/** A model and the text it was read from. */
export interface ReadText {
  readonly model: Model;
  readonly text: string;
}

interface Rule {
  readonly place: Place;
}

interface Known {
  readonly meaning: string;
  /** Without its indentation. */
  readonly line: string;
}

export function isRules(value: unknown): value is readonly Rule[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && 'place' in one);
}

function known(rules: readonly Rule[], { model, text }: ReadText): readonly Known[] {
  const lines = text.split(/\r?\n/);
  return rules.map((rule) => ({
    meaning: meaningOf(rule, model),
    line: (lines[rule.place.line - 1] ?? '').trim(),
  }));
}

/** Those without a partner on the other side; each partner is taken once. */
function without(rules: readonly Known[], others: readonly Known[]): readonly Known[] {
  const left = others.map(({ meaning }) => meaning);
  return rules.filter(({ meaning }) => {
    const at = left.indexOf(meaning);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** @param what the keyword of all of them */
export function ruleChanges(
  what: string,
  [before, old]: readonly [readonly Rule[], ReadText],
  [after, young]: readonly [readonly Rule[], ReadText],
): readonly Change[] {
  const [were, are] = [known(before, old), known(after, young)];
  const [gone, come] = [without(were, are), without(are, were)];
  if (gone.length === 0 && come.length === 0) return [{ what: `the order of ${what}`, before: '', after: '' }];
  // As many as before: each was written anew, in its place.
  const pairs = gone.length === come.length;
  return Array.from({ length: pairs ? gone.length : gone.length + come.length }, (_, index) => {
    const one = gone[index]?.line ?? '';
    const other = come[pairs ? index : index - gone.length]?.line ?? '';
    return { what: '', before: index < gone.length ? one : '', after: pairs || index >= gone.length ? other : '' };
  });
}
