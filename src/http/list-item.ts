/** Comma-separated lists in header values (RFC 9110 section 5.6.1), quoted strings kept whole. */
import { COMMA } from './char-classes.ts';
import { anyEqual, fourTimes } from './words.ts';

const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;
const COMMAS = fourTimes(COMMA);
const DOUBLE_QUOTES = fourTimes(DOUBLE_QUOTE);

/** The same where there is a view of the bytes. */
export function listItemEndIn(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let i = start;
  for (const last = end - 3; i < last; i += 4) {
    const word = view.getInt32(i, true);
    if ((anyEqual(word, COMMAS) | anyEqual(word, DOUBLE_QUOTES)) !== 0) break;
  }
  return listItemEnd(bytes, i, end);
}

/** End of the list item that starts at `start`: the next comma outside quotes, or `end`. */
export function listItemEnd(bytes: Uint8Array, start: number, end: number): number {
  let quoted = false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === DOUBLE_QUOTE) quoted = false;
    } else if (byte === DOUBLE_QUOTE) quoted = true;
    else if (byte === COMMA) return i;
  }
  return end;
}
