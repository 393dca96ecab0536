/**
 * The parts of a request line in log formats (`%HM`, `%HU`, ...). Several of them are asked about the same line in a row: where
 * its words are, and whether anything in it needs encoding, is found out once.
 */
import type { FormatFlags } from '../config/model-rules.ts';
import { pathStart } from '../http/uri.ts';
import { encodeLine, isPlainLine } from './log-text.ts';

const BAD_REQUEST = '<BADREQ>';
const SPACE = 32;
const TAB = 9;

let known = '';
let plain = true;
let methodEnd = 0;
let targetStart = 0;
let targetEnd = 0;
let versionStart = 0;

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Finds the words of a line: from one blank to the next. */
function learn(line: string): void {
  if (line === known) return;
  known = line;
  plain = isPlainLine(line);
  const { length } = line;
  let at = 0;
  while (at < length && !isBlank(line.charCodeAt(at))) at++;
  methodEnd = at;
  while (at < length && isBlank(line.charCodeAt(at))) at++;
  targetStart = at;
  while (at < length && !isBlank(line.charCodeAt(at))) at++;
  targetEnd = at;
  while (at < length && isBlank(line.charCodeAt(at))) at++;
  versionStart = at;
}

/** Encodes and quotes a part of the line that was learnt last. */
function shown(part: string, flags: FormatFlags): string {
  const text = plain && !flags.escape ? part : encodeLine(part, flags);
  return flags.quote ? `"${text}"` : text;
}

type Part = (line: string | null, flags: FormatFlags) => string;

/** A part that a line of a single word does not have. */
function part(of: (line: string) => string): Part {
  return (line, flags) => {
    learn(line ?? BAD_REQUEST);
    return shown(line === null || targetStart === methodEnd ? BAD_REQUEST : of(line), flags);
  };
}

export const wholeLine: Part = (line, flags) => {
  learn(line ?? BAD_REQUEST);
  return shown(line ?? BAD_REQUEST, flags);
};

export const lineMethod: Part = part((line) => line.slice(0, methodEnd));

export const lineTarget: Part = part((line) => line.slice(targetStart, targetEnd));

/** The target without its query. */
export const lineTargetPath: Part = part((line) => {
  const mark = line.indexOf('?', targetStart);
  return line.slice(targetStart, mark >= 0 && mark < targetEnd ? mark : targetEnd);
});

/** The path alone, without scheme and authority. */
export const linePath: Part = part((line) => {
  const target = line.slice(targetStart, targetEnd);
  const start = target.startsWith('/') ? 0 : pathStart(Buffer.from(target, 'latin1'), 0, target.length);
  if (start < 0) return '';
  const mark = target.indexOf('?', start);
  return target.slice(start, mark < 0 ? undefined : mark);
});

/** From the first question mark to the next blank; a line without any has none. */
export const lineQuery: Part = (line, flags) => {
  learn(line ?? BAD_REQUEST);
  if (line === null) return shown(BAD_REQUEST, flags);
  const mark = line.indexOf('?');
  if (mark < 0) return shown('', flags);
  let end = mark;
  while (end < line.length && !isBlank(line.charCodeAt(end))) end++;
  return shown(line.slice(mark, end), flags);
};

export const lineVersion: Part = part((line) => (versionStart === line.length ? 'HTTP/0.9' : line.slice(versionStart)));
