/** Parameters of query strings and forms, `name=value&other=value`, as HAProxy finds them. */
import type { Span } from './span.ts';

const AMPERSAND = 38;
const SEMICOLON = 59;
const EQUALS = 61;

/** Names and values end at `&`, at `;` and at the byte that began the list. */
function isDelimiter(byte: number, opening: number): boolean {
  return byte === AMPERSAND || byte === SEMICOLON || byte === opening;
}

/** Where the named parameter begins from `from` on, or -1. */
function findName(bytes: Buffer, from: number, end: number, name: Buffer, opening: number): number {
  for (let at = from; at < end; at++) {
    const equals = at + name.length;
    if (equals >= end) return -1;
    if (bytes[equals] === EQUALS) {
      if (bytes.compare(name, 0, name.length, at, equals) === 0) return at;
      at = equals + 1;
    }
    while (at < end && !isDelimiter(bytes[at] as number, opening)) at++;
  }
  return -1;
}

/**
 * Points `span` at the value of the next parameter of that name (empty: any) in `bytes[position,limit)`, and moves
 * `position` behind it.
 */
export function nextParameter(span: Span, name: Buffer, opening: number): boolean {
  const { bytes, position, limit } = span;
  let start: number;
  if (name.length > 0) {
    const found = findName(bytes, position, limit, name, opening);
    if (found < 0) return false;
    start = found + name.length + 1;
  } else {
    const equals = bytes.indexOf(EQUALS, position);
    if (equals < 0 || equals >= limit) return false;
    start = equals + 1;
  }
  let end = start;
  while (end < limit && !isDelimiter(bytes[end] as number, opening)) end++;
  span.start = start;
  span.end = end;
  span.position = end;
  return true;
}
