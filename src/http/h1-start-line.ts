/** The first line of a head: request line or status line (RFC 9112 sections 3 and 4), see h1-parser.ts. */
import { CR, HT, isBlank, isHttp1, LF, SP, TARGET_CHAR, TOKEN_LOWER, VERSION_CHAR } from './char-classes.ts';
import type { Http1Head } from './h1-head.ts';
import {
  BEFORE,
  BEFORE_LF,
  LAST_LF,
  LINE_LF,
  LINE_START,
  METHOD,
  METHOD_BLANK,
  REASON,
  refuse,
  STATUS,
  STATUS_BLANK,
  suspend,
  TARGET,
  TARGET_BLANK,
  VERSION,
  VERSION_BLANK,
} from './h1-states.ts';
import { COMPLETE, INVALID, NEED_MORE } from './h1-verdict.ts';
import { methodNumber } from './methods.ts';

/** Skips line ends before the message; returns the index of its first byte, -1 to wait, -2 when refused. */
function skipLineEnds(head: Http1Head, end: number): number {
  const bytes = head.bytes;
  let i = head.position;
  let state = head.state;
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (state === BEFORE_LF) {
      if (byte !== LF) {
        refuse(head, i, 'CR without LF before the message');
        return -2;
      }
      state = BEFORE;
    } else if (TOKEN_LOWER[byte] !== 0) return i;
    else if (byte === CR) state = BEFORE_LF;
    else if (byte !== LF) {
      refuse(head, i, 'invalid first character');
      return -2;
    }
  }
  suspend(head, state, i);
  return -1;
}

/** Returns COMPLETE when the line has ended and the headers begin, else NEED_MORE or INVALID. */
export function parseRequestLine(head: Http1Head, end: number): number {
  const bytes = head.bytes;
  let i = head.position;
  let state = head.state;
  let byte = 0;
  if (state <= BEFORE_LF) {
    i = skipLineEnds(head, end);
    if (i < 0) return i === -1 ? NEED_MORE : INVALID;
    head.start = i;
    state = METHOD;
  }
  if (state === METHOD) {
    while (i < end && TOKEN_LOWER[bytes[i] as number] !== 0) i++;
    if (i >= end) return suspend(head, METHOD, i);
    byte = bytes[i] as number;
    head.methodStart = head.start;
    head.methodEnd = i;
    head.method = methodNumber(bytes, head.start, i);
    if (byte === SP || byte === HT) {
      if (byte === HT) head.irregular = true;
      i++;
      state = METHOD_BLANK;
    } else if (byte === CR || byte === LF) {
      head.uriStart = head.uriEnd = head.versionStart = head.versionEnd = i;
      state = LINE_LF;
    } else return refuse(head, i, 'invalid character in the method');
  }
  if (state === METHOD_BLANK) {
    for (; i < end; i++) {
      byte = bytes[i] as number;
      if (byte !== SP && byte !== HT) break;
      head.irregular = true;
    }
    if (i >= end) return suspend(head, METHOD_BLANK, i);
    head.uriStart = i;
    if (byte === CR || byte === LF) {
      head.uriEnd = head.versionStart = head.versionEnd = i;
      state = LINE_LF;
    } else state = TARGET;
  }
  if (state === TARGET) {
    for (;;) {
      while (i < end && TARGET_CHAR[bytes[i] as number] !== 0) i++;
      if (i >= end) return suspend(head, TARGET, i);
      byte = bytes[i] as number;
      if (byte < 128 && byte !== 35) break;
      if (!head.acceptInvalid) return refuse(head, i, 'invalid character in the request target');
      head.tolerate(i, 'invalid character in the request target');
      i++;
    }
    head.uriEnd = i;
    if (byte === SP || byte === HT) {
      if (byte === HT) head.irregular = true;
      i++;
      state = TARGET_BLANK;
    } else if (byte === CR || byte === LF) {
      head.versionStart = head.versionEnd = i;
      state = LINE_LF;
    } else return refuse(head, i, 'invalid character in the request target');
  }
  if (state === TARGET_BLANK) {
    for (; i < end; i++) {
      byte = bytes[i] as number;
      if (byte !== SP && byte !== HT) break;
      head.irregular = true;
    }
    if (i >= end) return suspend(head, TARGET_BLANK, i);
    head.versionStart = head.versionEnd = i;
    state = byte === CR || byte === LF ? LINE_LF : VERSION;
  }
  if (state === VERSION && i === head.versionStart && i + 9 < end && isHttp1(bytes, i)) {
    if (bytes[i + 8] === CR && bytes[i + 9] === LF) {
      head.versionEnd = i + 8;
      head.headersStart = i + 10;
      suspend(head, LINE_START, i + 10);
      return COMPLETE;
    }
  }
  if (state === VERSION) {
    while (i < end && VERSION_CHAR[bytes[i] as number] !== 0) i++;
    if (i >= end) return suspend(head, VERSION, i);
    byte = bytes[i] as number;
    if (byte !== CR && byte !== LF) return refuse(head, i, 'invalid character in the version');
    head.versionEnd = i;
    state = LINE_LF;
  }
  // LINE_LF: at the CR the first time, or (resumed) where its LF must be.
  return endLine(head, i, end, head.versionStart === head.versionEnd);
}

/** Returns COMPLETE when the line has ended and the headers begin, else NEED_MORE or INVALID. */
export function parseStatusLine(head: Http1Head, end: number): number {
  const bytes = head.bytes;
  let i = head.position;
  let state = head.state;
  let byte = 0;
  if (state <= BEFORE_LF) {
    i = skipLineEnds(head, end);
    if (i < 0) return i === -1 ? NEED_MORE : INVALID;
    head.start = i;
    state = VERSION;
  }
  if (state === VERSION) {
    while (i < end && VERSION_CHAR[bytes[i] as number] !== 0) i++;
    if (i >= end) return suspend(head, VERSION, i);
    byte = bytes[i] as number;
    if (byte !== SP && byte !== HT) return refuse(head, i, 'invalid character in the version');
    if (byte === HT) head.irregular = true;
    head.versionStart = head.start;
    head.versionEnd = i;
    i++;
    state = VERSION_BLANK;
  }
  if (state === VERSION_BLANK) {
    for (; i < end; i++) {
      byte = bytes[i] as number;
      if (byte !== SP && byte !== HT) break;
      head.irregular = true;
    }
    if (i >= end) return suspend(head, VERSION_BLANK, i);
    if (byte === CR || byte === LF) return refuse(head, i, 'no status code');
    head.statusStart = i;
    state = STATUS;
  }
  if (state === STATUS) {
    let status = head.status;
    for (; i < end; i++) {
      byte = bytes[i] as number;
      if (byte < 48 || byte > 57) break;
      status = (status * 10 + byte - 48) & 0xffff;
    }
    head.status = status;
    if (i >= end) return suspend(head, STATUS, i);
    if (!isBlank(byte)) return refuse(head, i, 'invalid character in the status code');
    head.statusEnd = head.reasonStart = head.reasonEnd = i;
    if (byte === SP || byte === HT) {
      if (byte === HT) head.irregular = true;
      i++;
      state = STATUS_BLANK;
    } else {
      // The blank behind the status is not optional (RFC 9112 section 4): it is put there.
      head.irregular = true;
      state = LINE_LF;
    }
  }
  if (state === STATUS_BLANK) {
    for (; i < end; i++) {
      byte = bytes[i] as number;
      if (byte !== SP && byte !== HT) break;
      head.irregular = true;
    }
    if (i >= end) return suspend(head, STATUS_BLANK, i);
    head.reasonStart = head.reasonEnd = i;
    state = byte === CR || byte === LF ? LINE_LF : REASON;
  }
  if (state === REASON) {
    for (; i < end; i++) {
      byte = bytes[i] as number;
      if (byte === CR || byte === LF) break;
    }
    if (i >= end) return suspend(head, REASON, i);
    head.reasonEnd = i;
  }
  return endLine(head, i, end, false);
}

/** The end of the start line at `at`; `bare` (HTTP/0.9) lines are the whole message. */
function endLine(head: Http1Head, at: number, end: number, bare: boolean): number {
  let i = at;
  if (!head.carriageReturn) {
    head.carriageReturn = true;
    if (head.bytes[i] === CR) i++;
    else head.irregular = true;
  }
  if (i >= end) return suspend(head, LINE_LF, i);
  if (head.bytes[i] !== LF) return refuse(head, i, 'CR without LF after the start line');
  head.headersStart = i + 1;
  if (bare) {
    head.blankLine = head.headersStart = i;
    suspend(head, LAST_LF, i);
    return COMPLETE;
  }
  suspend(head, LINE_START, i + 1);
  return COMPLETE;
}
