/**
 * The cookie that RDP clients send in their first packet (TPKT and X.224 headers of 11 bytes, then text):
 * `Cookie: msts=value` and a line end.
 */
import type { Span } from './span.ts';

export const TOO_SHORT = -2;
const ABSENT = -1;
const FOUND = 1;

const HEADERS = 11;
const PREFIX = 'cookie:';
const SPACE = 32;
const CR = 13;
const LF = 10;
const EQUALS = 61;

/** Points `span` at the value of the named cookie (empty: whichever it is). Returns FOUND (1), -1 or TOO_SHORT. */
export function findRdpCookie(bytes: Buffer, start: number, end: number, name: string, span: Span): number {
  let at = start + HEADERS;
  if (end - at <= PREFIX.length) return TOO_SHORT;
  if (!isText(bytes, at, PREFIX)) return ABSENT;
  at += PREFIX.length;
  while (at < end && bytes[at] === SPACE) at++;
  if (name !== '') {
    if (end - at <= name.length) return TOO_SHORT;
    if (bytes[at + name.length] !== EQUALS || !isText(bytes, at, name.toLowerCase())) return ABSENT;
    at += name.length;
  } else {
    while (at < end && bytes[at] !== EQUALS) {
      if (bytes[at] === CR || bytes[at] === LF) return ABSENT;
      at++;
    }
    if (at >= end) return TOO_SHORT;
  }
  const value = ++at;
  while (at < end && bytes[at] !== CR) at++;
  if (end - at < 2) return TOO_SHORT;
  if (bytes[at + 1] !== LF) return ABSENT;
  span.set(bytes, value, at);
  return FOUND;
}

/** Letters of either case; `text` in lower case. */
function isText(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[at + i] as number;
    const lower = byte >= 65 && byte <= 90 ? byte + 32 : byte;
    if (lower !== text.charCodeAt(i)) return false;
  }
  return true;
}
