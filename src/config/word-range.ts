/**
 * Which columns of a line a message is about. Messages quote the words they complain about; the range is that of the
 * last quoted text that the line has.
 */

import type { Word } from './lexer.ts';

export interface WordRange {
  readonly column: number;
  readonly endColumn: number;
}

export function rangeOf(word: Word | undefined): WordRange | undefined {
  return word === undefined ? undefined : { column: word.column, endColumn: word.endColumn };
}

/** Where `text` stands within a word; exact as long as no quotes or escapes come before it in the word. */
function rangeWithin(word: Word, text: string, at: number): WordRange {
  const plain = word.endColumn - word.column === word.text.length;
  return plain ? { column: word.column + at, endColumn: word.column + at + text.length } : { ...word };
}

/** The word, or the part of one, that the message quotes last; undefined when it quotes nothing of the line. */
export function findQuoted(message: string, words: readonly Word[]): WordRange | undefined {
  const quoted = [...message.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '').reverse();
  for (const text of quoted) {
    const whole = words.findLast((word) => word.text === text);
    if (whole !== undefined) return rangeOf(whole);
  }
  for (const text of quoted) {
    if (text.length < 2) continue;
    const around = words.findLast((word) => word.text.includes(text));
    if (around !== undefined) return rangeWithin(around, text, around.text.indexOf(text));
  }
  return undefined;
}
