/** A place in a text: the word there, the words before it, and the part of it that is a keyword of its own. */

import { type Document, lineAt, sectionAt, statementWords } from './document.ts';
import type { SourceLine } from './source-line.ts';

export interface Place {
  readonly line: SourceLine | undefined;
  /** The keyword of the section; '' before the first. */
  readonly section: string;
  /** The words before the one the place is in, a `no` or `default` in front left out. */
  readonly before: readonly string[];
  readonly modified: boolean;
  /** The word the place is in or at the end of. */
  readonly word: { readonly text: string; readonly start: number; readonly end: number } | undefined;
}

/** Undefined within a comment, and where a line cannot be read. */
export function placeAt(document: Document, offset: number): Place | undefined {
  const line = lineAt(document, offset);
  if (line === undefined) return { line, section: lastSection(document), before: [], modified: false, word: undefined };
  const told = line.parts.find((part) => part.kind === 'comment' || part.kind === 'other');
  if (line.problem !== '' || (told !== undefined && offset > told.start)) return undefined;
  const words = statementWords(line);
  const word = line.words.find((one) => one.start <= offset && offset <= one.end);
  const before = words.filter((one) => one.end < offset && one !== word).map((one) => one.text);
  const opened = sectionAt(document, offset);
  // On the line that opens a section the first word belongs to the one before.
  const own = opened !== undefined && opened.lines[0] === line;
  const section =
    own && before.length === 0 ? (sectionAt(document, line.start - 1)?.keyword ?? '') : (opened?.keyword ?? '');
  const modified = words.length < line.words.length && word !== line.words[0];
  return {
    line,
    section,
    before,
    modified,
    word: word === undefined ? undefined : { text: word.raw, start: word.start, end: word.end },
  };
}

function lastSection(document: Document): string {
  return document.sections[document.sections.length - 1]?.keyword ?? '';
}

export type InnerKind = 'fetch' | 'converter' | 'log-variable';

export interface InnerPlace {
  readonly kind: InnerKind;
  /** The name, within the word. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const NAME = /[A-Za-z0-9_.-]/;

/** Fetches, converters and log variables within a word, such as `%[src,lower]` and `%ci`. `at`: counted within the word. */
export function innerAt(word: string, at: number, expression: boolean): InnerPlace | undefined {
  const open = word.lastIndexOf('%[', at - 1);
  const inBrackets = open >= 0 && !(word.indexOf(']', open) >= 0 && word.indexOf(']', open) < at);
  if (!inBrackets && !expression) return variableAt(word, at);
  const start = inBrackets ? open + 2 : 0;
  if (at < start) return undefined;
  let from = start;
  let depth = 0;
  let kind: InnerKind = 'fetch';
  for (let index = start; index < at; index++) {
    const character = word.charAt(index);
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      kind = 'converter';
      from = index + 1;
    }
  }
  if (depth > 0) return undefined;
  let end = from;
  while (end < word.length && NAME.test(word.charAt(end))) end++;
  return at > end ? undefined : { kind, text: word.slice(from, end), start: from, end };
}

/** `%ci`, `%{+Q}r`. */
function variableAt(word: string, at: number): InnerPlace | undefined {
  for (const found of word.matchAll(/%(?:\{[^}]*\})?([A-Za-z]*)/g)) {
    const [all, text = ''] = found;
    const end = found.index + all.length;
    if (found.index < at && at <= end) return { kind: 'log-variable', text, start: end - text.length, end };
  }
  return undefined;
}
