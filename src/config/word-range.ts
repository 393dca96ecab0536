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

/** What a message quotes, the last first. */
export function quotedTexts(message: string): readonly string[] {
  return [...message.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '').reverse();
}

/** The word that the message quotes last. */
export function findQuotedWord(message: string, words: readonly Word[]): WordRange | undefined {
  for (const text of quotedTexts(message)) {
    const whole = words.findLast((word) => word.text === text);
    if (whole !== undefined) return rangeOf(whole);
  }
  return undefined;
}

/** The word, or the part of one, that the message quotes last; undefined when it quotes nothing of the line. */
export function findQuoted(message: string, words: readonly Word[]): WordRange | undefined {
  const whole = findQuotedWord(message, words);
  if (whole !== undefined) return whole;
  for (const text of quotedTexts(message)) {
    if (text.length < 2) continue;
    const around = words.findLast((word) => word.text.includes(text));
    if (around !== undefined) return rangeWithin(around, text, around.text.indexOf(text));
  }
  return undefined;
}
