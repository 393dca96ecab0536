/**
 * `[scope]` lines (manual of SPOE, and allowed everywhere): the section that follows belongs to the named scope. Only
 * the files of filter engines have scopes that matter; in a configuration they are checked and otherwise without effect.
 */

import { invalidCharacter } from './statement.ts';

export interface ScopeProblem {
  readonly message: string;
  /** Counted from 1. */
  readonly column: number;
}

/** Checks a line whose first visible character is an opening bracket. */
export function checkScopeLine(line: string): ScopeProblem | undefined {
  const open = line.indexOf('[');
  const close = line.indexOf(']', open);
  if (close < 0 || close === open + 1) return { message: 'empty scope name is forbidden.', column: open + 1 };
  const name = line.slice(open + 1, close);
  const character = invalidCharacter(name);
  if (character !== undefined) {
    const message = `character '${character}' is not permitted in a scope name.`;
    return { message, column: open + 2 + name.indexOf(character) };
  }
  const rest = /^\s*([^\s#])/.exec(line.slice(close + 1));
  if (rest === null) return undefined;
  const message = `character '${rest[1]}' is not permitted after scope declaration.`;
  return { message, column: close + 1 + rest[0].length };
}
