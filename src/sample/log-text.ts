/** Texts and dates in log lines, character for character as HAProxy writes them (manual 8.2.6, 8.6). */
import type { FormatFlags } from '../config/model-rules.ts';
import type { ByteArea } from '../http/copy-bytes.ts';
import { anyAbove, anyBelow, anyEqual, fourTimes } from '../http/words.ts';
import { encodedArea, output } from './text-output.ts';

const HEX = '0123456789ABCDEF';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Bytes that stand in a line as they are. All else is encoded as `#XX`. */
export interface Safe {
  /** 1 for each of them. */
  readonly bytes: Uint8Array;
  /** 127 less the last of them, four times: those up to it are safe but for control bytes, `"` and `#`. */
  readonly room: number;
}

/** All but control and non-ASCII bytes, `"` and `#`. */
export const LINE_SAFE: Safe = { bytes: byteTable(/[ !$-~]/), room: fourTimes(127 - 126) };
/** The same for captured headers: braces and bars, which delimit them, are encoded too. */
export const CAPTURE_SAFE: Safe = { bytes: byteTable(/[ !$-z~]/), room: fourTimes(127 - 122) };

const BLANKS = fourTimes(32);
const EVEN = fourTimes(0xfe);
const DOUBLE_QUOTES = fourTimes(34);

function byteTable(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (pattern.test(String.fromCharCode(byte)) ? 1 : 0));
}

/** RFC 5424 section 6.3.3: what a parameter value must escape. */
const ESCAPED = /["\\\]]/g;

/** A text variable: quoted, escaped, or `-` when it is empty and must not be. */
export function flaggedText(text: string, flags: FormatFlags): string {
  if (text === '' && flags.mandatory && !flags.quote) return '-';
  const escaped = flags.escape ? text.replace(ESCAPED, '\\$&') : text;
  return flags.quote ? `"${escaped}"` : escaped;
}

const MARK = 35;
const QUOTE = 34;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const MINUS = 45;

/** Writes `bytes[start,end)`, what is not safe as `#XX`; quoted and escaped as the flags say. */
export function appendEncoded(
  { bytes, view }: ByteArea,
  start: number,
  end: number,
  safe: Safe,
  { quote, escape }: FormatFlags,
): void {
  output.reserve((end - start) * 3 + 2);
  const to = output.bytes;
  const toView = output.view;
  let at = output.end;
  if (quote) to[at++] = QUOTE;
  const table = safe.bytes;
  let i = start;
  if (!escape) {
    for (const last = end - 3; i < last; i += 4) {
      const word = view.getInt32(i, true);
      // `"` and `#` differ in the lowest bit alone.
      if ((anyAbove(word, safe.room) | anyBelow(word, BLANKS) | anyEqual(word & EVEN, DOUBLE_QUOTES)) !== 0) break;
      toView.setInt32(at, word, true);
      at += 4;
    }
  }
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (table[byte] === 1) {
      if (escape && (byte === BACKSLASH || byte === CLOSING_BRACKET)) to[at++] = BACKSLASH;
      to[at++] = byte;
    } else {
      to[at++] = MARK;
      to[at++] = HEX.charCodeAt(byte >> 4);
      to[at++] = HEX.charCodeAt(byte & 15);
    }
  }
  if (quote) to[at++] = QUOTE;
  output.end = at;
}

const PERCENT = 37;
const DELETES = fourTimes(127);
/** What may stand in a header: no control bytes but the tab. */
const HEADER_SAFE = byteTable(/[\t -~\x80-\xff]/);

/** Writes the value of an expression for a header, what may not stand there as `%XX`. */
export function appendHeaderValue(
  bytes: Uint8Array,
  view: DataView | null,
  start: number,
  end: number,
  { escape }: FormatFlags,
): void {
  output.reserve((end - start) * 3);
  const to = output.bytes;
  const toView = output.view;
  let at = output.end;
  let i = start;
  if (view !== null && !escape) {
    for (const last = end - 3; i < last; i += 4) {
      const word = view.getInt32(i, true);
      if ((anyBelow(word, BLANKS) | anyEqual(word, DELETES)) !== 0) break;
      toView.setInt32(at, word, true);
      at += 4;
    }
  }
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (HEADER_SAFE[byte] === 1) {
      if (escape && isEscaped(byte)) to[at++] = BACKSLASH;
      to[at++] = byte;
    } else {
      to[at++] = PERCENT;
      to[at++] = HEX.charCodeAt(byte >> 4);
      to[at++] = HEX.charCodeAt(byte & 15);
    }
  }
  output.end = at;
}

function isEscaped(byte: number): boolean {
  return byte === QUOTE || byte === BACKSLASH || byte === CLOSING_BRACKET;
}

/** Writes the value of an expression for a line; a NUL ends it. */
export function appendLineValue(
  bytes: Uint8Array,
  view: DataView | null,
  start: number,
  end: number,
  flags: FormatFlags,
): void {
  const { quote, escape } = flags;
  output.reserve((end - start) * 2 + 2);
  const to = output.bytes;
  const toView = output.view;
  const from = output.end;
  let at = from;
  if (quote) to[at++] = QUOTE;
  let i = start;
  if (view !== null && !escape) {
    for (const last = end - 3; i < last; i += 4) {
      const word = view.getInt32(i, true);
      if (anyEqual(word, 0) !== 0) break;
      toView.setInt32(at, word, true);
      at += 4;
    }
  }
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === 0) break;
    if (escape && isEscaped(byte)) to[at++] = BACKSLASH;
    to[at++] = byte;
  }
  if (quote) to[at++] = QUOTE;
  else if (at === from && flags.mandatory) to[at++] = MINUS;
  output.end = at;
}

/** Day and time of one second are formatted once: lines come in thousands a second. */
let cachedSecond = -1;
let cachedLocal: ByteArea = encodedArea('');

/** `21/Nov/2026:10:11:12.345`, local time. */
export function localDate(dateMs: number): string {
  const start = output.end;
  appendLocalDate(dateMs);
  return output.take(start);
}

export function appendLocalDate(dateMs: number): void {
  const whole = Math.floor(dateMs);
  const second = Math.floor(whole / 1000);
  if (second !== cachedSecond) {
    cachedLocal = encodedArea(`${localSeconds(new Date(second * 1000))}.`);
    cachedSecond = second;
  }
  output.run(cachedLocal.bytes, cachedLocal.view, 0, cachedLocal.bytes.length);
  output.threeDigits(whole - second * 1000);
}

let zonedSecond = -1;
let cachedZoned = '';

/** `21/Nov/2026:10:11:12 +0100`, local time with its offset. */
export function zonedDate(dateMs: number): string {
  const second = Math.floor(dateMs / 1000);
  if (second !== zonedSecond) {
    const date = new Date(second * 1000);
    const offset = -date.getTimezoneOffset();
    const size = Math.abs(offset);
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
    cachedZoned = `${localSeconds(date)} ${zone}`;
    zonedSecond = second;
  }
  return cachedZoned;
}

let gmtSecond = -1;
let cachedGmt = '';

/** `21/Nov/2026:09:11:12 +0000`. */
export function gmtDate(dateMs: number): string {
  const second = Math.floor(dateMs / 1000);
  if (second !== gmtSecond) {
    const date = new Date(second * 1000);
    const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
    const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
    cachedGmt = `${day}:${time} +0000`;
    gmtSecond = second;
  }
  return cachedGmt;
}

function localSeconds(date: Date): string {
  const day = `${two(date.getDate())}/${MONTHS[date.getMonth()]}/${date.getFullYear()}`;
  return `${day}:${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** Hexadecimal in upper case, at least `width` digits. */
export function hexNumber(number: number, width: number): string {
  return number.toString(16).toUpperCase().padStart(width, '0');
}
