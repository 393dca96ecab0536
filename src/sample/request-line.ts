/**
 * The parts of a request line in log formats (`%HM`, `%HU`, ...). Several of them are asked about the same line in a row: where
 * its words are is found out once.
 */
import type { FormatFlags } from '../config/model-rules.ts';
import type { ByteArea } from '../http/copy-bytes.ts';
import { pathEnd, pathStart } from '../http/uri.ts';
import type { KeptText } from './kept-text.ts';
import { appendEncoded, LINE_SAFE } from './log-text.ts';
import { encodedArea } from './text-output.ts';

const BAD_REQUEST = encodedArea('<BADREQ>');
const HTTP_0_9 = encodedArea('HTTP/0.9');
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

function append(line: ByteArea, start: number, end: number, flags: FormatFlags): void {
  appendEncoded(line, start, end, LINE_SAFE, flags);
}

function appendWhole(text: ByteArea, flags: FormatFlags): void {
  append(text, 0, text.bytes.length, flags);
}

/** Writes a part of the line; null: there was no request, or it was bad. */
type Part = (line: KeptText | null, flags: FormatFlags) => void;

/** A part that a line of a single word does not have. */
function part(write: (line: KeptText, flags: FormatFlags) => void): Part {
  return (line, flags) => {
    if (line !== null) learn(line);
    if (line === null || targetStart === methodEnd) appendWhole(BAD_REQUEST, flags);
    else write(line, flags);
  };
}

export const wholeLine: Part = (line, flags) => {
  if (line === null) appendWhole(BAD_REQUEST, flags);
  else append(line, 0, line.length, flags);
};

export const lineMethod: Part = part((line, flags) => append(line, 0, methodEnd, flags));

export const lineTarget: Part = part((line, flags) => append(line, targetStart, targetEnd, flags));

/** The target without its query. */
export const lineTargetPath: Part = part((line, flags) => {
  append(line, targetStart, pathEnd(line.bytes, targetStart, targetEnd), flags);
});

/** The path alone, without scheme and authority. */
export const linePath: Part = part((line, flags) => {
  const { bytes } = line;
  const start = bytes[targetStart] === SLASH ? targetStart : pathStart(bytes, targetStart, targetEnd);
  if (start < 0) append(line, 0, 0, flags);
  else append(line, start, pathEnd(bytes, start, targetEnd), flags);
});

/** From the first question mark to the next blank; a line without any has none. */
export const lineQuery: Part = (line, flags) => {
  if (line === null) {
    appendWhole(BAD_REQUEST, flags);
    return;
  }
  const { bytes, length } = line;
  let mark = 0;
  while (mark < length && bytes[mark] !== QUESTION) mark++;
  append(line, mark, wordEnd(bytes, mark, length), flags);
};

export const lineVersion: Part = part((line, flags) => {
  if (versionStart === line.length) appendWhole(HTTP_0_9, flags);
  else append(line, versionStart, line.length, flags);
});
