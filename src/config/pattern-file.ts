/**
 * The lines of pattern and map files. A pattern file has a pattern a line, blanks within it kept; a map file a key, blanks
 * and a value up to the end of the line. A line that begins with `#` is a comment, leading blanks do not count.
 */

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const TAB = 9;
const BLANK = 32;
const HASH = 35;

/** Offsets into the bytes; `valueStart` is -1 where there are no values. Lines count from 1. */
export type VisitEntry = (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, line: number) => void;

export function readPatternLines(bytes: Uint8Array, withValues: boolean, visit: VisitEntry): void {
  let line = 0;
  for (let start = 0; start < bytes.length; ) {
    line++;
    let end = bytes.indexOf(LINE_FEED, start);
    if (end < 0) end = bytes.length;
    const next = end + 1;
    if (bytes[start] !== HASH) {
      let at = start;
      while (at < end && isBlank(bytes[at])) at++;
      let stop = at;
      while (stop < end && bytes[stop] !== CARRIAGE_RETURN && bytes[stop] !== 0) stop++;
      if (stop > at) {
        if (withValues) readPair(bytes, at, stop, line, visit);
        else visit(at, stop, -1, -1, line);
      }
    }
    start = next;
  }
}

function readPair(bytes: Uint8Array, start: number, end: number, line: number, visit: VisitEntry): void {
  let keyEnd = start;
  while (keyEnd < end && !isBlank(bytes[keyEnd])) keyEnd++;
  let valueStart = keyEnd;
  while (valueStart < end && isBlank(bytes[valueStart])) valueStart++;
  let valueEnd = end;
  while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) valueEnd--;
  visit(start, keyEnd, valueStart, valueEnd, line);
}

function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === TAB;
}
