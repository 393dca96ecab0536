/**
 * Lines become words in two ways: those of the configuration (only `"..."` groups, nothing is escaped) and those of
 * commands, with both kinds of quotes and C's escapes (lib/parser.c, alloc_strvec_r and alloc_strvec_quoted_escaped).
 */

import type { Text } from './text.ts';

export interface Word {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The column after its last character. */
  readonly endColumn: number;
  readonly quoted: boolean;
}

/** A line as the reader hands it on. */
export interface LogicalLine {
  readonly text: Text;
  readonly file: string;
  readonly line: number;
}

function wordOf(line: LogicalLine, from: number, to: number, text: string, quoted: boolean): Word {
  const { columns } = line.text;
  const column = columns[from] ?? (columns.at(-1) ?? 0) + 1;
  const endColumn = Math.max(column + 1, (columns[to - 1] ?? column) + 1);
  return { text, file: line.file, line: line.line, column, endColumn, quoted };
}

export interface SplitLine {
  readonly words: readonly Word[];
  /** Where a quote begins that nothing ends. */
  readonly openQuote: Word | undefined;
}

export function splitWords(line: LogicalLine): SplitLine {
  const { text } = line.text;
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const start = at;
    if (text[at] === '"') {
      const end = text.indexOf('"', at + 1);
      if (end < 0) return { words, openQuote: wordOf(line, start, text.length, text.slice(at), true) };
      words.push(wordOf(line, start, end + 1, text.slice(at + 1, end), true));
      at = end + 1;
    } else {
      while (at < text.length && !/[\s"]/.test(text[at]!)) at++;
      words.push(wordOf(line, start, at, text.slice(start, at), false));
    }
  }
  return { words, openQuote: undefined };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The character after a backslash at `at`, and where reading goes on. */
function unescape(text: string, at: number): { readonly character: string; readonly next: number } {
  const rest = text.slice(at);
  const hexadecimal = /^x([0-9a-fA-F]+)/.exec(rest);
  if (hexadecimal !== null) {
    const value = Number.parseInt((hexadecimal[1] ?? '').slice(-2), 16);
    return { character: String.fromCharCode(value), next: at + hexadecimal[0].length };
  }
  if (rest[0] === 'c' && rest.length > 1) {
    return { character: String.fromCharCode(rest.charCodeAt(1) & 0x1f), next: at + 2 };
  }
  const octal = /^[0-7]{1,3}/.exec(rest);
  if (octal !== null) {
    return { character: String.fromCharCode(Number.parseInt(octal[0], 8) & 0xff), next: at + octal[0].length };
  }
  return { character: ESCAPES[rest[0] ?? ''] ?? rest[0] ?? '', next: at + 1 };
}

export interface CommandWords {
  readonly words: readonly string[];
  readonly fault: string | undefined;
}

/** The words of a command: `'...'`, `"..."` and escapes. */
export function splitCommand(text: string): CommandWords {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    let word = '';
    let quote = '';
    for (; at < text.length; ) {
      const character = text[at]!;
      if (character === '\\') {
        if (at + 1 >= text.length) return { words: [], fault: 'a backslash at the end escapes nothing' };
        const escaped = unescape(text, at + 1);
        word += escaped.character;
        at = escaped.next;
      } else if (quote !== '') {
        if (character === quote) quote = '';
        else word += character;
        at++;
      } else if (character === '"' || character === "'") {
        quote = character;
        at++;
      } else if (/\s/.test(character)) break;
      else {
        word += character;
        at++;
      }
    }
    if (quote !== '') return { words: [], fault: `String '${text}': missing terminating ${quote}` };
    words.push(word);
  }
  return { words, fault: undefined };
}
