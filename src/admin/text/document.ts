/**
 * Configuration text as the editor and the templates look at it: sections, lines, words, comments. Nothing is lost: the
 * parts of all lines, one after the other, are the text. It says nothing about right and wrong; the parser does.
 *
 * Text is any string: with the characters of an editor, or one character a byte as the parser wants it.
 */

import { SECTION_KEYWORDS } from './section-keywords.ts';
import { type SourceLine, splitLine, type TextWord } from './source-line.ts';

export interface Section {
  /** `frontend`, ... */
  readonly keyword: string;
  /** '' where it has none (`global`, most `defaults`). */
  readonly name: string;
  /** The line that opens it, then all lines up to the next section. */
  readonly lines: readonly SourceLine[];
}

export interface Document {
  readonly text: string;
  readonly lines: readonly SourceLine[];
  readonly sections: readonly Section[];
}

/** The words of a statement, without a `no` or `default` before its keyword. */
export function statementWords(line: SourceLine): readonly TextWord[] {
  const first = line.words[0]?.text;
  return first === 'no' || first === 'default' ? line.words.slice(1) : line.words;
}

/** The words up to the first empty one, which ends the arguments. */
export function wordTexts(line: SourceLine): readonly string[] {
  const texts = statementWords(line).map((word) => word.text);
  const end = texts.indexOf('');
  return end < 0 ? texts : texts.slice(0, end);
}

export function opensSection(line: SourceLine): boolean {
  return SECTION_KEYWORDS.has(statementWords(line)[0]?.text ?? '');
}

function sectionOf(lines: readonly SourceLine[]): Section {
  const [first] = lines;
  const words = first === undefined ? [] : wordTexts(first);
  const name = words[1] ?? '';
  return { keyword: words[0] ?? '', name: name === 'from' && words[0] === 'defaults' ? '' : name, lines };
}

export function readDocument(text: string): Document {
  const lines: SourceLine[] = [];
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed + 1;
    lines.push(splitLine(text.slice(start, end), lines.length + 1, start));
    start = end;
  }
  const openings = lines.flatMap((line, index) => (opensSection(line) ? [index] : []));
  const sections = openings.map((at, index) => sectionOf(lines.slice(at, openings[index + 1])));
  return { text, lines, sections };
}

/** The line a place stands in; the last one for the end of the text. */
export function lineAt(document: Document, offset: number): SourceLine | undefined {
  const { lines } = document;
  const found = lines.find((line) => offset < line.end);
  if (found !== undefined) return found;
  const last = lines[lines.length - 1];
  return last === undefined || last.text.endsWith('\n') ? undefined : last;
}

export function sectionAt(document: Document, offset: number): Section | undefined {
  return document.sections.findLast((section) => (section.lines[0]?.start ?? 0) <= offset);
}

/** In UTF-8. */
function byteLength(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** Where a column of a diagnostic (in bytes, from 1) is in the editor's text; the text is UTF-8 on the device. */
export function offsetOfColumn(line: SourceLine, column: number): number {
  let bytes = 0;
  let at = 0;
  for (const character of line.text) {
    if (bytes >= column - 1) break;
    bytes += byteLength(character.codePointAt(0) ?? 0);
    at += character.length;
  }
  return line.start + at;
}
