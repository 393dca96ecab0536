/** What a hint may look at, and the pieces that hints are made of. */

import type { Diagnostic } from '../diagnostics.ts';
import type { ConfigurationDraft, ProxyDraft } from '../draft.ts';
import { type SourceLine, wordOf } from '../source-lines.ts';

export interface Mistake {
  readonly diagnostic: Diagnostic;
  /** The line it is about. */
  readonly line: SourceLine | undefined;
  /** The proxy or defaults section that the line belongs to. */
  readonly proxy: ProxyDraft | undefined;
  readonly draft: ConfigurationDraft;
}

/** Messages that match the pattern have this hint, if it finds one. */
export type HintRule = readonly [
  pattern: RegExp,
  find: (match: RegExpExecArray, mistake: Mistake) => string | undefined,
];

/** The words of the line from one on, as a text. */
export function textFrom(line: SourceLine | undefined, index: number): string {
  return (line?.words ?? [])
    .slice(index)
    .map((word) => word.text)
    .join(' ');
}

/** The word that the diagnostic points at. */
export function wordAt({ diagnostic, line }: Mistake): string {
  const words = line?.words ?? [];
  const found = words.find((word) => word.column <= diagnostic.column && diagnostic.column < word.endColumn);
  return found?.text ?? '';
}

/** Where that word stands in its line; -1 when there is none. */
export function indexAt({ diagnostic, line }: Mistake): number {
  const words = line?.words ?? [];
  return words.findIndex((word) => word.column <= diagnostic.column && diagnostic.column < word.endColumn);
}

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`. */
export function choice(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

export function keywordOf(line: SourceLine | undefined): string {
  return line === undefined ? '' : wordOf(line, 0);
}
