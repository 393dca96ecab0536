/**
 * The parts of a request line in log formats (`%HM`, `%HU`, ...). Several of them are asked about the same line in a row: where
 * its words are is found out once.
 */
import type { FormatFlags } from '../config/model-rules.ts';
import { pathEnd, pathStart } from '../http/uri.ts';
import type { KeptText } from './kept-text.ts';
import { appendEncoded, LINE_SAFE } from './log-text.ts';
import { encoded } from './text-output.ts';

const BAD_REQUEST = encoded('<BADREQ>');
const HTTP_0_9 = encoded('HTTP/0.9');
const SPACE = 32;
const TAB = 9;
const QUESTION = 63;
const SLASH = 47;

/** The line they are about. */
let known = 0;
let methodEnd = 0;
let targetStart = 0;
let targetEnd = 0;
let versionStart = 0;

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function wordEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && !isBlank(bytes[at] as number)) at++;
  return at;
}

function blankEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at] as number)) at++;
  return at;
}

/** Finds the words of a line: from one blank to the next. */
function learn({ serial, bytes, length }: KeptText): void {
  if (serial === known) return;
  known = serial;
  methodEnd = wordEnd(bytes, 0, length);
  targetStart = blankEnd(bytes, methodEnd, length);
  targetEnd = wordEnd(bytes, targetStart, length);
  versionStart = blankEnd(bytes, targetEnd, length);
}

function append(bytes: Buffer, start: number, end: number, flags: FormatFlags): void {
  appendEncoded(bytes, start, end, LINE_SAFE, flags);
}

/** Writes a part of the line; null: there was no request, or it was bad. */
type Part = (line: KeptText | null, flags: FormatFlags) => void;

/** A part that a line of a single word does not have. */
function part(write: (bytes: Buffer, length: number, flags: FormatFlags) => void): Part {
  return (line, flags) => {
    if (line !== null) learn(line);
    if (line === null || targetStart === methodEnd) append(BAD_REQUEST, 0, BAD_REQUEST.length, flags);
    else write(line.bytes, line.length, flags);
  };
}

export const wholeLine: Part = (line, flags) => {
  if (line === null) append(BAD_REQUEST, 0, BAD_REQUEST.length, flags);
  else append(line.bytes, 0, line.length, flags);
};

export const lineMethod: Part = part((bytes, _length, flags) => append(bytes, 0, methodEnd, flags));

export const lineTarget: Part = part((bytes, _length, flags) => append(bytes, targetStart, targetEnd, flags));

/** The target without its query. */
export const lineTargetPath: Part = part((bytes, _length, flags) => {
  append(bytes, targetStart, pathEnd(bytes, targetStart, targetEnd), flags);
});

/** The path alone, without scheme and authority. */
export const linePath: Part = part((bytes, _length, flags) => {
  const start = bytes[targetStart] === SLASH ? targetStart : pathStart(bytes, targetStart, targetEnd);
  if (start < 0) append(bytes, 0, 0, flags);
  else append(bytes, start, pathEnd(bytes, start, targetEnd), flags);
});

/** From the first question mark to the next blank; a line without any has none. */
export const lineQuery: Part = (line, flags) => {
  if (line === null) {
    append(BAD_REQUEST, 0, BAD_REQUEST.length, flags);
    return;
  }
  const { bytes, length } = line;
  let mark = 0;
  while (mark < length && bytes[mark] !== QUESTION) mark++;
  append(bytes, mark, wordEnd(bytes, mark, length), flags);
};

export const lineVersion: Part = part((bytes, length, flags) => {
  if (versionStart === length) append(HTTP_0_9, 0, HTTP_0_9.length, flags);
  else append(bytes, versionStart, length, flags);
});
