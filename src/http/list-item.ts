/** Comma-separated lists in header values (RFC 9110 section 5.6.1), quoted strings kept whole. */
import { COMMA } from './char-classes.ts';

const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;

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
