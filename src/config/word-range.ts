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

/** Where a text stands in another one, not as a part of a longer name; -1 when it does not. */
function indexWithin(text: string, part: string): number {
  const at = text.indexOf(part);
  const bounded = !/\w/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(at + part.length));
  return at >= 0 && bounded ? at : -1;
}

/** What a message quotes, the last first; a suggestion ("did you mean 'x'") is not in the line. */
export function quotedTexts(message: string): readonly string[] {
  const found = message.replace(/did you mean '[^']*'/i, '').matchAll(/'([^']+)'|<([^>]+)>/g);
  const texts = [...found].map((match) => match[1] ?? match[2] ?? '');
  // Here the name that is missing comes first, and then who asks for it.
  return /^unable to find .* referenced in arg/.test(message) ? texts : texts.reverse();
}

/**
 * The word, or the part of one, that the message quotes last; undefined when it quotes nothing of the line. A single
 * character counts only as a word: it is easily found where it is not meant.
 */
export function findQuoted(message: string, words: readonly Word[]): WordRange | undefined {
  if (message.endsWith("missing closing '}' in condition."))
    return rangeOf(words.findLast((word) => word.text === '{'));
  for (const text of quotedTexts(message)) {
    const whole = words.findLast((word) => word.text === text);
    if (whole !== undefined) return rangeOf(whole);
    if (text.length < 2) continue;
    const around = words.findLast((word) => indexWithin(word.text, text) >= 0);
    if (around !== undefined) return rangeWithin(around, text, indexWithin(around.text, text));
  }
  return undefined;
}
