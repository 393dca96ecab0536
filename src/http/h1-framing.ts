/**
 * What the headers say about the message's length and connection, with HAProxy 2.6's verdicts (RFC 9112 sections 6 and
 * 7, RFC 9110 section 7.6.1). `Connection` loses its `close` and `keep-alive` here, as in HAProxy: they concern one hop,
 * and the proxy writes its own. Values are rewritten in place, padded by spaces, so lines keep their length.
 */
import { COMMA, isBlank, isHttp1, SP } from './char-classes.ts';
import { equalsIgnoringCase, hostAgrees, isConnectAuthority, normalizeAuthority } from './h1-authority.ts';
import type { Http1Head } from './h1-head.ts';
import {
  equalsName,
  HASH_CONNECTION,
  HASH_CONTENT_LENGTH,
  HASH_EXPECT,
  HASH_HOST,
  HASH_SEC_WEBSOCKET_ACCEPT,
  HASH_SEC_WEBSOCKET_KEY,
  HASH_TRANSFER_ENCODING,
  HASH_UPGRADE,
} from './header-hash.ts';
import { listItemEnd } from './list-item.ts';
import { METHOD_CONNECT, METHOD_DELETE, METHOD_GET, METHOD_HEAD, METHOD_OTHER } from './methods.ts';
import { hasAuthority } from './uri.ts';

/** What became of a header line: indexed, dropped (a harmless repetition), or reason to refuse the message. */
export const KEEP = 0;
export const DROP = 1;
export const REFUSE = 2;

/** HAProxy counts lengths in signed 64 bits (and lets some that wrap pass, which we do not). */
const LENGTH_LIMIT = 2 ** 63;
/** Numbers with fewer digits are exact. */
const SAFE_DIGITS = 16;

/** Looks into header `index`, whose name's hash is one of the digested ones. Returns KEEP, DROP or REFUSE. */
export function digestHeader(head: Http1Head, index: number): number {
  const bytes = head.bytes;
  const start = head.nameStart[index] as number;
  const end = head.nameEnd[index] as number;
  switch (head.nameHash[index]) {
    case HASH_HOST:
      return head.isRequest && equalsName(bytes, start, end, 'host') ? digestHost(head, index) : KEEP;
    case HASH_CONNECTION:
      return equalsName(bytes, start, end, 'connection') ? digestConnection(head, index) : KEEP;
    case HASH_CONTENT_LENGTH:
      return equalsName(bytes, start, end, 'content-length') ? digestContentLength(head, index) : KEEP;
    case HASH_TRANSFER_ENCODING:
      return equalsName(bytes, start, end, 'transfer-encoding') ? digestTransferEncoding(head, index) : KEEP;
    case HASH_UPGRADE:
      if (equalsName(bytes, start, end, 'upgrade')) digestUpgrade(head, index);
      return KEEP;
    case HASH_EXPECT:
      if (equalsName(bytes, start, end, 'expect')) {
        const from = head.valueStart[index] as number;
        head.expectContinue = equalsName(bytes, from, head.valueEnd[index] as number, '100-continue');
      }
      return KEEP;
    default:
      return KEEP;
  }
}

function digestContentLength(head: Http1Head, index: number): number {
  const bytes = head.bytes;
  const start = head.valueStart[index] as number;
  const end = head.valueEnd[index] as number;
  if (head.contentLength < 0 && start < end && end - start < SAFE_DIGITS) {
    // The ordinary case: one number.
    let length = 0;
    let at = start;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    if (at === end) {
      head.contentLength = length;
      return KEEP;
    }
  }
  let i = start;
  let wordStart = start;
  let wordEnd = start;
  let known = head.contentLength;
  for (;;) {
    while (i < end && isBlank(bytes[i] as number)) i++;
    wordStart = i;
    let length = 0;
    for (; i < end; i++) {
      const digit = (bytes[i] as number) - 48;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
      if (length >= LENGTH_LIMIT) return refuseAt(head, start, 'content-length too large');
    }
    if (i === wordStart) return refuseAt(head, start, 'invalid content-length');
    wordEnd = i;
    while (i < end && isBlank(bytes[i] as number)) i++;
    if (i < end && bytes[i] !== COMMA) return refuseAt(head, start, 'invalid content-length');
    if (known >= 0 && known !== length) return refuseAt(head, start, 'differing content-length');
    known = length;
    if (i >= end) break;
    i++;
  }
  const first = head.contentLength < 0;
  head.contentLength = known;
  if (!first) return DROP;
  if (wordStart > start) {
    // A list of one value repeated: only the last is left.
    for (let at = start; at < wordStart; at++) bytes[at] = SP;
    head.valueStart[index] = wordStart;
  }
  head.valueEnd[index] = wordEnd;
  return KEEP;
}

function digestTransferEncoding(head: Http1Head, index: number): number {
  const bytes = head.bytes;
  const end = head.valueEnd[index] as number;
  head.hasTransferEncoding = true;
  for (let i = head.valueStart[index] as number; i < end; i++) {
    if (isBlank(bytes[i] as number)) continue;
    const next = listItemEnd(bytes, i, end);
    let last = next;
    while (last > i && isBlank(bytes[last - 1] as number)) last--;
    head.chunked = false;
    if (equalsName(bytes, i, last, 'chunked')) {
      if (head.sawChunked) return refuseAt(head, head.valueStart[index] as number, 'chunked applied twice');
      head.sawChunked = head.chunked = true;
    } else {
      if (head.isRequest && head.sawChunked) {
        return refuseAt(head, head.valueStart[index] as number, 'chunked is not the last transfer coding');
      }
      head.otherCoding = true;
    }
    i = next;
  }
  return KEEP;
}

function digestConnection(head: Http1Head, index: number): number {
  const bytes = head.bytes;
  const start = head.valueStart[index] as number;
  const end = head.valueEnd[index] as number;
  if (equalsName(bytes, start, end, 'keep-alive')) {
    head.connectionKeepAlive = true;
    return DROP;
  }
  let kept = start;
  let rewritten = false;
  for (let i = start; i < end; i++) {
    if (isBlank(bytes[i] as number)) continue;
    const next = listItemEnd(bytes, i, end);
    let last = next;
    while (last > i && isBlank(bytes[last - 1] as number)) last--;
    if (equalsName(bytes, i, last, 'keep-alive')) {
      head.connectionKeepAlive = true;
      rewritten = true;
    } else if (equalsName(bytes, i, last, 'close')) {
      head.connectionClose = true;
      rewritten = true;
    } else {
      if (equalsName(bytes, i, last, 'upgrade')) head.connectionUpgrade = true;
      if (rewritten) {
        if (kept > start) bytes[kept++] = COMMA;
        bytes.copyWithin(kept, i, last);
        kept += last - i;
      } else kept = next;
    }
    i = next;
  }
  if (kept === start) return DROP;
  if (rewritten) {
    for (let at = kept; at < end; at++) bytes[at] = SP;
    head.valueEnd[index] = kept;
  }
  return KEEP;
}

function digestUpgrade(head: Http1Head, index: number): void {
  const bytes = head.bytes;
  const end = head.valueEnd[index] as number;
  head.hasUpgrade = true;
  head.upgradeWebSocket = false;
  for (let i = head.valueStart[index] as number; i < end; i++) {
    if (isBlank(bytes[i] as number)) continue;
    const next = listItemEnd(bytes, i, end);
    let last = next;
    while (last > i && isBlank(bytes[last - 1] as number)) last--;
    if (equalsName(bytes, i, last, 'websocket')) head.upgradeWebSocket = true;
    i = next;
  }
}

function digestHost(head: Http1Head, index: number): number {
  const bytes = head.bytes;
  const start = head.valueStart[index] as number;
  const end = head.valueEnd[index] as number;
  const first = head.hostIndex;
  if (first >= 0) {
    const from = head.valueStart[first] as number;
    const same = equalsIgnoringCase(bytes, start, end, from, head.valueEnd[first] as number);
    return same ? DROP : refuseAt(head, start, 'differing host headers');
  }
  head.hostIndex = index;
  if (head.method === METHOD_CONNECT && !isConnectAuthority(head)) {
    if (!head.acceptInvalid) return refuseAt(head, head.uriStart, 'target of CONNECT without a port');
    head.tolerate(head.uriStart, 'target of CONNECT without a port');
    return KEEP;
  }
  if (hasAuthority(bytes, head.uriStart, head.uriEnd) && !hostAgrees(head, index)) {
    if (!head.acceptInvalid) return refuseAt(head, start, 'host differs from the authority of the target');
    head.tolerate(start, 'host differs from the authority of the target');
  }
  return KEEP;
}

/**
 * Last checks once all headers are known; `at` is the index after the blank line. Returns whether the head is valid.
 * Rules after HAProxy: transfer-encoding wins over content-length, which is removed, and closes the connection.
 */
export function finishHead(head: Http1Head, at: number): boolean {
  if (head.hasTransferEncoding) {
    if (head.contentLength >= 0) {
      head.lastOnConnection = true;
      head.contentLength = -1;
      head.removeAll(HASH_CONTENT_LENGTH, 'content-length');
    } else if (!readVersion(head)) head.lastOnConnection = true;
    if (!head.chunked && head.isRequest) return head.refuse(at, 'transfer-encoding of a request without chunked');
  }
  readVersion(head);
  if (!checkVersion(head)) return false;
  if (!head.isRequest) {
    const status = head.status;
    if ((status >= 100 && status < 200) || status === 204) removeFraming(head);
  } else {
    if (head.method === METHOD_CONNECT) {
      if (!isConnectAuthority(head)) {
        if (!head.acceptInvalid) return head.refuse(head.uriStart, 'target of CONNECT without a port');
        head.tolerate(head.uriStart, 'target of CONNECT without a port');
      }
      removeFraming(head);
    }
    const payload = head.contentLength > 0 || head.chunked;
    if (head.connectionUpgrade && payload) {
      // An upgrade cannot be offered together with a body.
      head.connectionUpgrade = false;
      head.removeAll(HASH_UPGRADE, 'upgrade');
    }
    if (hasAuthority(head.bytes, head.uriStart, head.uriEnd)) normalizeAuthority(head);
    const method = head.method;
    if (!head.version11 && payload && (method === METHOD_GET || method === METHOD_HEAD || method === METHOD_DELETE)) {
      return head.refuse(at, 'payload in an HTTP/1.0 GET, HEAD or DELETE', 413);
    }
    if (method === METHOD_OTHER && isPreface(head)) return head.refuse(head.start, 'HTTP/2 preface');
  }
  if (head.otherCoding) return head.refuse(at, 'unknown transfer coding', head.isRequest ? 422 : 0);
  if (head.connectionUpgrade && head.upgradeWebSocket && !hasWebSocketKey(head)) {
    return head.refuse(at, 'no valid websocket key');
  }
  return true;
}

/** The method by which HTTP/2 connections begin, on whatever target. */
function isPreface(head: Http1Head): boolean {
  const { bytes, methodStart: at } = head;
  return head.methodEnd - at === 3 && bytes[at] === 80 && bytes[at + 1] === 82 && bytes[at + 2] === 73;
}

/** A message that has no body by its kind loses the headers that would announce one. */
function removeFraming(head: Http1Head): void {
  if (head.contentLength >= 0) head.removeAll(HASH_CONTENT_LENGTH, 'content-length');
  if (head.hasTransferEncoding) head.removeAll(HASH_TRANSFER_ENCODING, 'transfer-encoding');
  head.contentLength = -1;
  head.chunked = false;
}

/** Computes `version11` (1.1 or later) from the raw version; returns it. */
function readVersion(head: Http1Head): boolean {
  const bytes = head.bytes;
  const at = head.versionStart;
  if (head.versionEnd - at === 8) {
    const major = bytes[at + 5] as number;
    head.versionMajor = major - 48;
    head.versionMinor = (bytes[at + 7] as number) - 48;
    head.version11 = major > 49 || (major === 49 && (bytes[at + 7] as number) >= 49);
    if (head.version11 && !(isHttp1(bytes, at) && bytes[at + 7] === 49)) head.irregular = true;
  }
  return head.version11;
}

function checkVersion(head: Http1Head): boolean {
  const bytes = head.bytes;
  const at = head.versionStart;
  const length = head.versionEnd - at;
  if (!head.acceptInvalid) {
    const shaped =
      length === 8 &&
      bytes[at + 4] === 47 &&
      isDigit(bytes[at + 5] as number) &&
      bytes[at + 6] === 46 &&
      isDigit(bytes[at + 7] as number);
    if (shaped && (!head.isRequest || equalsName(bytes, at, at + 4, 'http'))) return true;
    return head.refuse(at, 'invalid version');
  }
  if (head.isRequest && length === 0) {
    if (head.method !== METHOD_GET || head.uriStart === head.uriEnd) return head.refuse(at, 'invalid HTTP/0.9 request');
    // RFC 1945: a bare `GET /` becomes an HTTP/1.0 request, which the writer spells out.
    head.irregular = true;
    head.versionMajor = 1;
    head.versionMinor = 0;
  }
  return true;
}

function hasWebSocketKey(head: Http1Head): boolean {
  if (!head.isRequest) return head.find(HASH_SEC_WEBSOCKET_ACCEPT, 'sec-websocket-accept') >= 0;
  for (let i = -1; ; ) {
    i = head.find(HASH_SEC_WEBSOCKET_KEY, 'sec-websocket-key', i + 1);
    if (i < 0) return false;
    if ((head.valueEnd[i] as number) - (head.valueStart[i] as number) === 24) return true;
  }
}

function refuseAt(head: Http1Head, at: number, reason: string): number {
  head.refuse(at, reason);
  return REFUSE;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
