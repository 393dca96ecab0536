/** How findings are said, and the conditions of lines, which several of them look at. */

import { type SourceLine, wordOf } from '../source-lines.ts';

/** `index`: the word that is meant; `style`: where the message is HAProxy's own. */
export type Report = (
  line: SourceLine,
  index: number,
  message: string,
  hint?: string,
  style?: 'spaced' | 'bracket',
) => void;

/** One thing that must hold: the name of an ACL or what stands between braces. */
export interface Term {
  readonly text: string;
  readonly negated: boolean;
  /** Which words of the line it is made of. */
  readonly start: number;
  readonly end: number;
}

export interface Condition {
  readonly unless: boolean;
  /** Where `if` or `unless` stands. */
  readonly index: number;
  /** One of them must hold, all terms of it. */
  readonly alternatives: readonly (readonly Term[])[];
}

/** Where the condition of a line starts; -1 when it has none. An `if` within a value does not count: the last one does. */
function conditionIndex(line: SourceLine): number {
  return line.words.findLastIndex((word, index) => index > 0 && (word.text === 'if' || word.text === 'unless'));
}

export function conditionOf(line: SourceLine): Condition | undefined {
  const index = conditionIndex(line);
  if (index < 0) return undefined;
  const alternatives: Term[][] = [];
  let current: Term[] | undefined;
  let negated = false;
  for (let at = index + 1; at < line.words.length; at++) {
    const marks = /^!*/.exec(wordOf(line, at))?.[0].length ?? 0;
    if (marks % 2 === 1) negated = !negated;
    const word = wordOf(line, at).slice(marks);
    if (word === '') continue;
    if (word.toLowerCase() === 'or' || word === '||') {
      current = undefined;
      negated = false;
      continue;
    }
    const close = word === '{' ? line.words.findIndex((one, closing) => closing > at && one.text === '}') : at;
    const end = close < 0 ? line.words.length - 1 : close;
    const words = line.words.slice(at, end + 1).map((one, position) => (position === 0 ? word : one.text));
    if (current === undefined) {
      current = [];
      alternatives.push(current);
    }
    current.push({ text: words.join(' '), negated, start: at, end });
    negated = false;
    at = end;
  }
  return { unless: wordOf(line, index) === 'unless', index, alternatives };
}

/** A term as a key: two terms with one key hold together. */
export function termKey(term: Term): string {
  return `${term.negated ? '!' : ''}${term.text}`;
}
