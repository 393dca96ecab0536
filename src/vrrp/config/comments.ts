/**
 * Comments as keepalived cuts them (lib/parser.c, decomment): `!` and `#` begin one anywhere outside `"..."`, even
 * inside a word; `\!` and `\#` stand for the character itself; a backslash at the very end of the line stays.
 */

import { join, slice, type Text, trimEnd, trimStart } from './text.ts';

export interface Decommented {
  readonly text: Text;
  readonly unterminatedQuote: boolean;
  /** A comment was cut that began inside a word: where in the text the word ends now. */
  readonly cutWord: boolean;
}

const BACKSLASH = '\\';

export function decomment(line: Text): Decommented {
  let rest = trimStart(line);
  let quoted = false;
  let continued = false;
  let cut = -1;
  let at = 0;
  while (at < rest.text.length) {
    const character = rest.text[at];
    if (character === '"') {
      if (cut < 0) quoted = !quoted;
    } else if (character === BACKSLASH) {
      const next = rest.text[at + 1];
      if (next === undefined) {
        rest = slice(rest, 0, at);
        continued = true;
        break;
      }
      if (!quoted && (next === '#' || next === '!')) {
        // The backslash goes, its character stays and begins nothing.
        rest = join(slice(rest, 0, at), slice(rest, at + 1));
        if (cut > at) cut--;
      } else at++;
    } else if ((character === '!' || character === '#') && !quoted && cut < 0) cut = at;
    at++;
  }
  const cutWord = cut > 0 && !/[\s"]/.test(rest.text[cut - 1] ?? ' ');
  let text = trimEnd(cut < 0 ? rest : slice(rest, 0, cut));
  if (continued) text = join(text, { text: BACKSLASH, columns: [(rest.columns.at(-1) ?? 0) + 1] });
  return { text, unterminatedQuote: quoted, cutWord };
}
