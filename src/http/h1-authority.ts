/**
 * Host against the authority in the request target (RFC 9112 section 3.2, RFC 3986 section 6.2.3), as HAProxy 2.6
 * compares them: a default port may stand on one side only, CONNECT needs a port, and default ports are taken out.
 */
import { COLON, LOWER } from './char-classes.ts';
import type { Http1Head } from './h1-head.ts';
import { latin1Text } from './latin1-text.ts';
import { METHOD_CONNECT } from './methods.ts';
import { authorityEnd, authorityStart, schemeEnd } from './uri.ts';

const SCHEME_NONE = 0;
const SCHEME_HTTP = 1;
const SCHEME_HTTPS = 2;
const SCHEME_OTHER = 3;

/** Whether header `index`, a Host, agrees with the target's authority. Call only if the target has one. */
export function hostAgrees(head: Http1Head, index: number): boolean {
  const bytes = head.bytes;
  const from = authorityStart(bytes, head.uriStart, head.uriEnd);
  const to = authorityEnd(bytes, from, head.uriEnd);
  const start = head.valueStart[index] as number;
  const end = head.valueEnd[index] as number;
  const connect = head.method === METHOD_CONNECT;
  if (from === to || equalsIgnoringCase(bytes, start, end, from, to)) return true;
  const targetColon = portColon(bytes, from, to);
  const hostColon = portColon(bytes, start, end);
  // Both or none with a port, and they differ.
  if (targetColon >= 0 === hostColon >= 0) return false;
  const scheme = schemeOf(head);
  if (scheme === SCHEME_NONE && !connect) return false;
  if (targetColon >= 0) {
    if (!isDefaultPort(bytes, targetColon + 1, to, scheme)) return false;
    return equalsIgnoringCase(bytes, start, end, from, targetColon);
  }
  return (
    !connect &&
    isDefaultPort(bytes, hostColon + 1, end, scheme) &&
    equalsIgnoringCase(bytes, start, hostColon, from, to)
  );
}

/** Whether a CONNECT's target is a host and a port, which must not be empty. */
export function isConnectAuthority(head: Http1Head): boolean {
  const bytes = head.bytes;
  if (head.uriStart >= head.uriEnd || bytes[head.uriStart] === 47 || bytes[head.uriStart] === 42) return false;
  const from = authorityStart(bytes, head.uriStart, head.uriEnd);
  const to = authorityEnd(bytes, from, head.uriEnd);
  const colon = portColon(bytes, from, to);
  return colon >= 0 && colon + 1 < to;
}

/** Takes the default port out of an absolute target and its Host, out of the Host alone for CONNECT. */
export function normalizeAuthority(head: Http1Head): void {
  const { bytes, uriStart, uriEnd } = head;
  if (head.method === METHOD_CONNECT) {
    const index = head.hostIndex;
    if (index < 0 || !isConnectAuthority(head) || !hostAgrees(head, index)) return;
    const end = head.valueEnd[index] as number;
    const colon = portColon(bytes, head.valueStart[index] as number, end);
    if (colon < 0 || !isDefaultPort(bytes, colon + 1, end, SCHEME_NONE)) return;
    head.setHeader('host', latin1Text(bytes, head.valueStart[index] as number, colon));
    return;
  }
  const start = schemeEnd(bytes, uriStart, uriEnd);
  if (start < 0) return;
  const end = authorityEnd(bytes, start, uriEnd);
  const colon = portColon(bytes, start, end);
  if (colon < 0 || !isDefaultPort(bytes, colon + 1, end, schemeOf(head))) return;
  const host = latin1Text(bytes, start, colon);
  head.setUri(latin1Text(bytes, uriStart, colon) + latin1Text(bytes, end, uriEnd));
  if (head.hostIndex >= 0) head.setHeader('host', host);
}

/** Index of the colon before a port (digits only, maybe none), or -1. */
function portColon(bytes: Uint8Array, start: number, end: number): number {
  let i = end - 1;
  while (i > start && (bytes[i] as number) >= 48 && (bytes[i] as number) <= 57) i--;
  return i >= start && bytes[i] === COLON ? i : -1;
}

function isDefaultPort(bytes: Buffer, start: number, end: number, scheme: number): boolean {
  if (start === end) return true;
  const port = latin1Text(bytes, start, end);
  if (port === '80') return scheme === SCHEME_HTTP || scheme === SCHEME_NONE;
  return port === '443' && (scheme === SCHEME_HTTPS || scheme === SCHEME_NONE);
}

function schemeOf(head: Http1Head): number {
  const end = schemeEnd(head.bytes, head.uriStart, head.uriEnd);
  if (end < 0) return SCHEME_NONE;
  const name = latin1Text(head.bytes, head.uriStart, end - 3).toLowerCase();
  return name === 'http' ? SCHEME_HTTP : name === 'https' ? SCHEME_HTTPS : SCHEME_OTHER;
}

export function equalsIgnoringCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
): boolean {
  const length = end - start;
  if (length !== otherEnd - otherStart) return false;
  for (let i = 0; i < length; i++) {
    if (LOWER[bytes[start + i] as number] !== LOWER[bytes[otherStart + i] as number]) return false;
  }
  return true;
}
