/**
 * Cookies in header values, `name=value; other=value`, as HAProxy reads them: values may be quoted, what has no equals
 * sign or begins with `$` is passed over, and of a Set-Cookie header only the first pair is a cookie.
 */
import type { Http1Head } from '../http/h1-head.ts';
import { nextValue } from './header-values.ts';
import type { Span } from './span.ts';

const HT = 9;
const SP = 32;
const QUOTE = 34;
const DOLLAR = 36;
const COMMA = 44;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;

export interface CookieSearch {
  /** Of the header, and its hash. */
  readonly header: string;
  readonly hash: number;
  /** Of the cookie; empty: any. */
  readonly name: Buffer;
  /** A header holds many of them (Cookie), or one (Set-Cookie). */
  readonly list: boolean;
}

/** Points `span` at the first cookie's value; false when there is none. */
export function firstCookie(head: Http1Head, search: CookieSearch, span: Span): boolean {
  span.header = -1;
  span.offset = -1;
  span.position = -1;
  return nextCookie(head, search, span);
}

export function nextCookie(head: Http1Head, search: CookieSearch, span: Span): boolean {
  for (;;) {
    if (span.position < 0) {
      if (!nextValue(head, search.hash, search.header, span)) return false;
      if (span.end - span.start < search.name.length + 1) continue;
      span.position = span.start;
      span.limit = span.end;
    } else span.bytes = head.source(span.header);
    span.position = extractCookie(search, span);
    if (span.position >= 0) return true;
  }
}

/** Finds a cookie from `position` on and points the span at its value. Returns where to go on, -1: there is none. */
function extractCookie({ name, list }: CookieSearch, span: Span): number {
  const { bytes, limit } = span;
  let next = span.position;
  for (let from = span.position; from + name.length + 1 < limit; from = next + 1) {
    while (from < limit && isSpace(bytes[from] as number)) from++;
    let equals = from;
    let nameEnd = from;
    while (equals < limit) {
      const byte = bytes[equals] as number;
      if (byte === EQUALS || byte === SEMICOLON || (list && byte === COMMA)) break;
      equals++;
      if (!isSpace(byte)) nameEnd = equals;
    }
    next = equals;
    if (equals >= limit || bytes[equals] !== EQUALS) continue;
    let start = equals + 1;
    while (start < limit && isSpace(bytes[start] as number)) start++;
    next = valueEnd(bytes, start, limit);
    let end = next;
    while (end > start && isSpace(bytes[end - 1] as number)) end--;
    if (bytes[from] === DOLLAR) continue;
    if (name.length === 0 || isName(bytes, from, nameEnd, name)) {
      span.start = start;
      span.end = end;
      return next + 1;
    }
    if (!list) break;
  }
  return -1;
}

function isSpace(byte: number): boolean {
  return byte === SP || byte === HT;
}

function isName(bytes: Buffer, from: number, end: number, name: Buffer): boolean {
  return end - from === name.length && bytes.compare(name, 0, name.length, from, end) === 0;
}

/** The comma or semicolon after a value, quotes respected. */
function valueEnd(bytes: Buffer, start: number, end: number): number {
  let quoted = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === COMMA || byte === SEMICOLON) return at;
  }
  return end;
}
