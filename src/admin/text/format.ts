/**
 * Formats configuration text by changing blanks only: indentation, gaps between words, blanks at the ends of lines.
 * Words, comments and the number of lines stay. A line whose meaning would change, or that cannot be read, stays as it is.
 */

import { lexLine } from '../../config/lexer.ts';
import { type Document, opensSection, readDocument } from './document.ts';
import type { SourceLine } from './source-line.ts';

const INDENT = '    ';

/** Keywords whose lines are a table when they follow each other, and how many of its columns are lined up. */
const COLUMNS: Readonly<Record<string, number>> = { server: 2, peer: 2, nameserver: 2, acl: 2, timeout: 2, user: 2 };

const asWritten = (name: string): string => `\${${name}}`;

function readable(line: SourceLine): boolean {
  return (
    line.problem === '' && !line.parts.some((part) => part.kind === 'other') && !line.text.trimStart().startsWith('[')
  );
}

/** The words, for the comparison of two lines; undefined for a line that cannot be read. */
function meaningOf(text: string): string | undefined {
  const lexed = lexLine(text, asWritten);
  return lexed.kind === 'error' ? undefined : JSON.stringify(lexed.words.map((word) => word.text));
}

/** The widths of the columns of a run of lines with the same keyword. */
function widthsOf(run: readonly SourceLine[], columns: number): readonly number[] {
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...run.map((line) => (line.words.length > column + 1 ? (line.words[column]?.raw.length ?? 0) : 0))),
  );
}

function keywordOf(line: SourceLine | undefined): string {
  return line !== undefined && readable(line) ? (line.words[0]?.raw ?? '') : '';
}

/** For each line the widths that its words are padded to. */
function alignments(lines: readonly SourceLine[]): ReadonlyMap<SourceLine, readonly number[]> {
  const found = new Map<SourceLine, readonly number[]>();
  let run: SourceLine[] = [];
  const close = (): void => {
    const columns = COLUMNS[keywordOf(run[0])];
    if (columns !== undefined && run.length > 1) {
      const widths = widthsOf(run, columns + 1);
      for (const line of run) found.set(line, widths);
    }
    run = [];
  };
  for (const line of lines) {
    if (run.length > 0 && keywordOf(line) !== keywordOf(run[0])) close();
    if (Object.hasOwn(COLUMNS, keywordOf(line))) run.push(line);
  }
  close();
  return found;
}

/** Whether a comment of its own line stands at the left: above a section, or left there by its author before one. */
function standsLeft(lines: readonly SourceLine[], index: number): boolean {
  let at = index;
  while (lines[at]?.comment !== '' && lines[at]?.words.length === 0) at++;
  const follows = lines[at];
  if (follows !== undefined && follows.words.length > 0) return opensSection(follows);
  if (lines[index]?.text.startsWith('#') !== true) return false;
  while (at < lines.length && lines[at]?.words.length === 0 && lines[at]?.problem === '') at++;
  const next = lines[at];
  return next === undefined || opensSection(next);
}

function formatWords(line: SourceLine, widths: readonly number[]): string {
  const { words } = line;
  return words
    .map((word, index) => (index + 1 < words.length ? word.raw.padEnd(widths[index] ?? 0) : word.raw))
    .join(' ');
}

function formatLine(
  document: Document,
  index: number,
  alignment: ReadonlyMap<SourceLine, readonly number[]>,
  inSection: boolean,
): string {
  const { lines } = document;
  const line = lines[index];
  if (line === undefined || !readable(line)) return line?.text ?? '';
  const { comment, words } = line;
  const body = formatWords(line, alignment.get(line) ?? []);
  // A tab within a comment is its author's; only what ends the line is taken away.
  const told = comment.replace(/[ \t\v\f\r]+$/, '');
  if (words.length === 0) {
    if (comment === '') return '\n';
    return `${!inSection || standsLeft(lines, index) ? '' : INDENT}${told}\n`;
  }
  const indent = inSection && !opensSection(line) ? INDENT : '';
  const text = `${indent}${body}${comment === '' ? '' : ` ${told}`}`;
  return meaningOf(text) === meaningOf(line.text) ? `${text}\n` : line.text;
}

/** Formatting what is formatted changes nothing. A last line without its line feed, which HAProxy refuses, gets one. */
export function formatText(text: string): string {
  const document = readDocument(text);
  const alignment = alignments(document.lines);
  let inSection = false;
  return document.lines
    .map((line, index) => {
      if (opensSection(line)) inSection = true;
      return formatLine(document, index, alignment, inSection);
    })
    .join('');
}
