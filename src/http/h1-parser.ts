/**
 * Parser of HTTP/1 heads (RFC 9112 sections 2 to 5), accepting exactly what HAProxy 2.6 accepts. It walks the received
 * bytes once, writes offsets into the head's typed arrays, and stops at any byte when data runs out; called again with
 * a larger `end` it goes on from there. Nothing is allocated and no text is decoded.
 *
 * `parsePlainHeaders` takes the lines that are all there and ordinary, nearly all in practice; whatever is left, cut or
 * odd goes through the states:
 *
 *   start line -> LINE_START -> NAME -> VALUE_BLANK -> VALUE -> VALUE_LF -> FOLD? -> LINE_START ... LAST_LF
 *                                           `-> EMPTY_LF -> EMPTY_FOLD? -'
 *
 * A header that goes over several lines (obs-fold) is joined in place: its line ends become spaces. Whatever cannot be
 * forwarded byte for byte (bare LF as line end, doubled spaces in the start line) sets `irregular`: the writer then
 * spells every line anew, so that a server never has to guess as we did.
 *
 * `bytes[i] as number` throughout: every index is below `end`, and the check costs a third of the speed.
 */
import { COLON, CR, HT, isBlank, LF, SP, TOKEN_LOWER } from './char-classes.ts';
import { digestHeader, finishHead, KEEP, REFUSE } from './h1-framing.ts';
import type { Http1Head } from './h1-head.ts';
import { parseRequestLine, parseStatusLine } from './h1-start-line.ts';
import {
  EMPTY_FOLD,
  EMPTY_LF,
  ENDED,
  FAILED,
  FOLD,
  LAST_LF,
  LINE_START,
  NAME,
  refuse,
  VALUE,
  VALUE_BLANK,
  VALUE_LF,
} from './h1-states.ts';
import { COMPLETE, INVALID, NEED_MORE, TOO_MANY_HEADERS } from './h1-verdict.ts';
import { hashBytes } from './header-hash.ts';

/** The lengths of `host`, `expect`, `upgrade`, `connection`, `content-length` and `transfer-encoding`, as bits. */
const DIGESTED_LENGTHS = (1 << 4) | (1 << 6) | (1 << 7) | (1 << 10) | (1 << 14) | (1 << 17);

/** For four bytes in one word: (word - BELOW_SO) & ~word & HIGH_BITS is 0 if and only if none of them is below 14. */
const BELOW_SO = 0x0e0e_0e0e;
const HIGH_BITS = 0x8080_8080 | 0;

/** Parses what arrived up to `end`; returns NEED_MORE, COMPLETE, INVALID or TOO_MANY_HEADERS. */
export function parseHead(head: Http1Head, end: number): number {
  if (head.state < LINE_START) {
    const verdict = head.isRequest ? parseRequestLine(head, end) : parseStatusLine(head, end);
    if (verdict !== COMPLETE) return verdict;
  }
  if (head.state === LINE_START) parsePlainHeaders(head, end);
  if (head.state === FAILED) return INVALID;
  return head.state === ENDED ? COMPLETE : parseHeaders(head, end);
}

/**
 * Takes header lines as long as each is wholly there, ends in CRLF and is not folded. Stops, at the start of a line,
 * before anything else; or with `state` FAILED when a header's value is refused.
 */
function parsePlainHeaders(head: Http1Head, end: number): void {
  const { bytes, view, nameStart, nameEnd, valueStart, valueEnd, nameHash, lineEnd, maxHeaders } = head;
  const last = end - 3;
  let count = head.count;
  let lineAt = head.position;
  while (count < maxHeaders) {
    let i = lineAt;
    while (i < end && TOKEN_LOWER[bytes[i] as number] !== 0) i++;
    if (i >= end || bytes[i] !== COLON || i === lineAt) break;
    const colon = i;
    i++;
    if (i < end && bytes[i] === SP) i++;
    const from = i;
    // Four bytes at a time as long as none of them is a control character up to CR.
    for (; i < last; i += 4) {
      const word = view.getInt32(i, true);
      if (((word - BELOW_SO) & ~word & HIGH_BITS) !== 0) break;
    }
    while (i < end && (bytes[i] as number) > CR) i++;
    // The line end, and the next line's first byte: a blank there would mean a folded line.
    if (i + 2 >= end || bytes[i] !== CR || bytes[i + 1] !== LF) break;
    const next = bytes[i + 2] as number;
    if (next === SP || next === HT) break;
    if (from < i && ((bytes[from] as number) <= SP || (bytes[i - 1] as number) <= SP)) break;
    nameStart[count] = lineAt;
    nameEnd[count] = colon;
    valueStart[count] = from;
    valueEnd[count] = i;
    nameHash[count] = hashBytes(bytes, lineAt, colon);
    i += 2;
    lineEnd[count] = i;
    if (isDigested(colon - lineAt)) {
      const fate = digestHeader(head, count);
      if (fate === REFUSE) {
        head.count = count;
        head.state = FAILED;
        head.position = i;
        return;
      }
      if (fate === KEEP) count++;
      else head.dropped(lineAt, i);
    } else count++;
    lineAt = i;
  }
  head.count = count;
  head.position = lineAt;
}

/** Whether a name of this length may be one of those the parser looks into: host, expect, upgrade, connection ... */
function isDigested(nameLength: number): boolean {
  return nameLength < 18 && ((DIGESTED_LENGTHS >> nameLength) & 1) === 1;
}

function parseHeaders(head: Http1Head, end: number): number {
  const bytes = head.bytes;
  const nameStart = head.nameStart;
  const nameEnd = head.nameEnd;
  const valueStart = head.valueStart;
  const valueEnd = head.valueEnd;
  const nameHash = head.nameHash;
  const lineEnd = head.lineEnd;
  const maxHeaders = head.maxHeaders;
  let i = head.position;
  let state = head.state;
  let count = head.count;
  let byte = 0;
  for (;;) {
    if (state === LINE_START) {
      if (i >= end) break;
      byte = bytes[i] as number;
      if (byte === CR || byte === LF) {
        head.blankLine = i;
        if (byte === CR) i++;
        else head.irregular = true;
        state = LAST_LF;
      } else {
        nameStart[count] = i;
        state = NAME;
      }
    }
    if (state === NAME) {
      while (i < end && TOKEN_LOWER[bytes[i] as number] !== 0) i++;
      if (i >= end) break;
      byte = bytes[i] as number;
      if (byte !== COLON) {
        head.count = count;
        if (!head.acceptInvalid || byte === LF) return refuse(head, i, 'invalid character in a header name');
        head.tolerate(i, 'invalid character in a header name');
        i++;
        continue;
      }
      if (i === nameStart[count]) {
        head.count = count;
        return refuse(head, i, 'empty header name');
      }
      nameEnd[count] = i;
      nameHash[count] = hashBytes(bytes, nameStart[count] as number, i);
      i++;
      state = VALUE_BLANK;
    }
    if (state === VALUE_BLANK) {
      for (; i < end; i++) {
        byte = bytes[i] as number;
        if (byte !== SP && byte !== HT) break;
      }
      if (i >= end) break;
      valueStart[count] = i;
      if (byte === CR || byte === LF) {
        if (byte === CR) i++;
        else head.irregular = true;
        state = EMPTY_LF;
      } else state = VALUE;
    }
    if (state === VALUE) {
      for (;;) {
        while (i < end && (bytes[i] as number) > CR) i++;
        if (i >= end) break;
        byte = bytes[i] as number;
        if (byte === CR || byte === LF) break;
        i++;
      }
      if (i >= end) break;
      valueEnd[count] = i;
      if (byte === CR) i++;
      else head.irregular = true;
      state = VALUE_LF;
    }
    if (state === VALUE_LF) {
      if (i >= end) break;
      if (bytes[i] !== LF) {
        head.count = count;
        return refuse(head, i, 'CR without LF in a header');
      }
      i++;
      state = FOLD;
    }
    if (state === FOLD) {
      if (i >= end) break;
      byte = bytes[i] as number;
      if (byte === SP || byte === HT) {
        for (let at = valueEnd[count] as number; at < i; at++) bytes[at] = SP;
        state = VALUE;
        continue;
      }
    } else if (state === EMPTY_LF || state === EMPTY_FOLD) {
      if (i >= end) break;
      if (state === EMPTY_LF) {
        if (bytes[i] !== LF) {
          head.count = count;
          return refuse(head, i, 'CR without LF in a header');
        }
        i++;
        state = EMPTY_FOLD;
        if (i >= end) break;
      }
      byte = bytes[i] as number;
      if (byte === SP || byte === HT) {
        for (let at = valueStart[count] as number; at < i; at++) bytes[at] = SP;
        state = VALUE_BLANK;
        continue;
      }
      valueEnd[count] = valueStart[count] as number;
    } else {
      // LAST_LF
      if (i >= end) break;
      head.count = count;
      if (bytes[i] !== LF) return refuse(head, i, 'CR without LF after the headers');
      i++;
      if (count >= maxHeaders) return tooMany(head, i);
      head.position = i;
      head.state = ENDED;
      head.headEnd = i;
      head.parsedCount = count;
      if (finishHead(head, i)) return COMPLETE;
      head.state = FAILED;
      return INVALID;
    }

    // A header is complete: its line ended before i.
    let from = valueStart[count] as number;
    let to = valueEnd[count] as number;
    if (from < to && (bytes[to - 1] as number) <= SP) {
      while (from < to && isBlank(bytes[from] as number)) from++;
      while (to - 1 > from && isBlank(bytes[to - 1] as number)) to--;
      valueStart[count] = from;
      valueEnd[count] = to;
    }
    if (count >= maxHeaders) {
      head.count = count;
      return tooMany(head, i);
    }
    lineEnd[count] = i;
    if (isDigested((nameEnd[count] as number) - (nameStart[count] as number))) {
      const fate = digestHeader(head, count);
      if (fate === REFUSE) {
        head.count = count;
        head.state = FAILED;
        head.position = i;
        return INVALID;
      }
      if (fate === KEEP) count++;
      else head.dropped(nameStart[count] as number, i);
    } else count++;
    state = LINE_START;
  }
  head.count = count;
  head.state = state;
  head.position = i;
  return NEED_MORE;
}

function tooMany(head: Http1Head, at: number): number {
  head.refuse(at, 'too many headers');
  head.state = FAILED;
  head.position = at;
  return TOO_MANY_HEADERS;
}
