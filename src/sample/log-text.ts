/** Texts and dates in log lines, character for character as HAProxy writes them (manual 8.2.6, 8.6). */
import type { FormatFlags } from '../config/model-rules.ts';

const HEX = '0123456789ABCDEF';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What needs encoding as `#XX`: control and non-ASCII bytes and a few marks. */
const LINE_UNSAFE = /[^ !$-~]/;
const LINE_UNSAFE_ALL = /[^ !$-~]/g;
const CAPTURE_UNSAFE = /[^ !$-z~]/;
const CAPTURE_UNSAFE_ALL = /[^ !$-z~]/g;
/** RFC 5424 section 6.3.3: what a parameter value must escape. */
const ESCAPED = /["\\\]]/g;

/** A text variable: quoted, escaped, or `-` when it is empty and must not be. */
export function flaggedText(text: string, flags: FormatFlags): string {
  if (text === '' && flags.mandatory && !flags.quote) return '-';
  const escaped = flags.escape ? text.replace(ESCAPED, '\\$&') : text;
  return flags.quote ? `"${escaped}"` : escaped;
}

/** Nothing in it needs encoding. */
export function isPlainLine(text: string): boolean {
  return !LINE_UNSAFE.test(text);
}

/** Encodes what could be mistaken within a request line: `"`, `#` and whatever is not printable ASCII. */
export function encodeLine(text: string, flags: FormatFlags): string {
  return finish(LINE_UNSAFE.test(text) ? text.replace(LINE_UNSAFE_ALL, encodeByte) : text, flags);
}

/** Encodes a captured header: braces and bars too. */
export function encodeCapture(text: string, flags: FormatFlags): string {
  return finish(CAPTURE_UNSAFE.test(text) ? text.replace(CAPTURE_UNSAFE_ALL, encodeByte) : text, flags);
}

/** What may not stand in a header: control bytes but the tab. */
const HEADER_UNSAFE = /[^\t -~\x80-\xff]/;
const HEADER_UNSAFE_ALL = /[^\t -~\x80-\xff]/g;

/** Encodes the value of an expression for a header, `%XX`. */
export function encodeHeader(text: string, flags: FormatFlags): string {
  const encoded = HEADER_UNSAFE.test(text) ? text.replace(HEADER_UNSAFE_ALL, percentByte) : text;
  return flags.escape ? encoded.replace(ESCAPED, '\\$&') : encoded;
}

function percentByte(character: string): string {
  return `%${hexNumber(character.charCodeAt(0), 2)}`;
}

function finish(text: string, flags: FormatFlags): string {
  return flags.escape ? text.replace(ESCAPED, '\\$&') : text;
}

function encodeByte(character: string): string {
  const byte = character.charCodeAt(0) & 255;
  return `#${HEX.charAt(byte >> 4)}${HEX.charAt(byte & 15)}`;
}

/** Day and time of one second are formatted once: lines come in thousands a second. */
let cachedSecond = -1;
let cachedLocal = '';

/** `21/Nov/2026:10:11:12.345`, local time. */
export function localDate(dateMs: number): string {
  const whole = Math.floor(dateMs);
  const second = Math.floor(whole / 1000);
  if (second !== cachedSecond) {
    cachedLocal = localSeconds(new Date(second * 1000));
    cachedSecond = second;
  }
  return `${cachedLocal}.${String(whole - second * 1000).padStart(3, '0')}`;
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
