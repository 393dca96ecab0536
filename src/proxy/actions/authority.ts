/** A request target with an authority (absolute-form) and the Host header say the same: when one changes, so does the other. */
import type { Http1Head } from '../../http/h1-head.ts';
import { HASH_HOST } from '../../http/header-hash.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import { METHOD_CONNECT } from '../../http/methods.ts';
import { authorityEnd, authorityStart, hasAuthority } from '../../http/uri.ts';

/** The Host header became `host`. Returns false if the target has no authority to replace though it should. */
export function replaceAuthority(head: Http1Head, host: string): boolean {
  const bytes = head.lineBytes;
  if (!hasAuthority(bytes, head.uriStart, head.uriEnd)) return true;
  const start = authorityStart(bytes, head.uriStart, head.uriEnd);
  const end = authorityEnd(bytes, start, head.uriEnd);
  if (start === end) return false;
  if (latin1Text(bytes, start, end) === host) return true;
  head.setUri(latin1Text(bytes, head.uriStart, start) + host + latin1Text(bytes, end, head.uriEnd));
  return true;
}

/** The target was replaced: Host headers follow its authority. Returns false if that is empty. */
export function replaceHost(head: Http1Head): boolean {
  const bytes = head.lineBytes;
  if (!hasAuthority(bytes, head.uriStart, head.uriEnd)) return true;
  let start = head.uriStart;
  let end = head.uriEnd;
  if (head.method !== METHOD_CONNECT) {
    start = authorityStart(bytes, start, end);
    end = authorityEnd(bytes, start, end);
    if (start === end) return false;
  }
  const authority = latin1Text(bytes, start, end);
  for (let i = head.find(HASH_HOST, 'host'); i >= 0; i = head.find(HASH_HOST, 'host', i + 1)) {
    head.replaceValue(i, head.valueStart[i] as number, head.valueEnd[i] as number, authority);
  }
  return true;
}
