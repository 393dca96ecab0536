/** What a request authenticates with: its Authorization header (RFC 9110 section 11.6.2), as HAProxy reads it. */
import type { Http1Head } from '../http/h1-head.ts';
import { hashName } from '../http/header-hash.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { decodeBase64 } from './converters/base64.ts';
import { firstValue } from './header-values.ts';
import { takeScratch } from './sample.ts';
import { Span } from './span.ts';

export interface Credentials {
  readonly scheme: 'Basic' | 'Bearer';
  /** Of Basic. */
  readonly user: string;
  readonly password: string;
  /** What follows the scheme. */
  readonly token: string;
}

const span = new Span();

/** Text of base64; '' for what is none. */
function decoded(token: string): string {
  const out = takeScratch(token.length + 3);
  const length = decodeBase64(Buffer.from(token, 'latin1'), 0, token.length, out);
  return length < 0 ? '' : latin1Text(out, 0, length);
}

/** Scheme and the rest of a header's first value: null when there is no header or no blank in it. */
export function readScheme(head: Http1Head, header: string): { scheme: string; token: string } | null {
  const lower = header.toLowerCase();
  if (!firstValue(head, hashName(lower), lower, span)) return null;
  const value = latin1Text(span.bytes, span.start, span.end);
  const blank = value.indexOf(' ');
  if (blank < 0) return null;
  return { scheme: value.slice(0, blank).toLowerCase(), token: value.slice(blank).replace(/^ +/, '') };
}

/** Null when the request has none, or of a kind that is not known. */
export function readCredentials(head: Http1Head, proxy: boolean): Credentials | null {
  const found = readScheme(head, proxy ? 'proxy-authorization' : 'authorization');
  if (found === null) return null;
  const { scheme, token } = found;
  if (scheme === 'bearer') return { scheme: 'Bearer', user: '', password: '', token };
  if (scheme !== 'basic') return null;
  // Both are C strings: a NUL ends them.
  const text = decoded(token).split('\0', 1)[0] ?? '';
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  return { scheme: 'Basic', user: text.slice(0, colon), password: text.slice(colon + 1), token };
}
