/** The numeric address in an absolute URL (`http://192.0.2.1:8080/...`), as HAProxy finds it. */
import { latin1Text } from '../http/latin1-text.ts';
import { readIpv4 } from './casts.ts';

const SLASH = 47;
const COLON = 58;
const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

export interface UrlAddress {
  readonly ipv4: number;
  readonly port: number;
}

/** Null when the URL in `bytes[start,end)` has no scheme http or https, or no IPv4 address. */
export function findUrlAddress(bytes: Buffer, start: number, end: number): UrlAddress | null {
  let at = start;
  while (at + 2 < end && !(bytes[at] === COLON && bytes[at + 1] === SLASH && bytes[at + 2] === SLASH)) at++;
  if (at + 2 >= end) return null;
  let port = PORTS[latin1Text(bytes, start, at).toLowerCase()];
  if (port === undefined) return null;
  at += 3;
  const ipv4 = readIpv4(bytes, at, end);
  if (ipv4 < 0) return null;
  while (at < end && isAddressByte(bytes[at] as number)) at++;
  if (at < end && bytes[at] === COLON) {
    port = 0;
    for (at++; at < end && isDigit(bytes[at] as number); at++) {
      port = (Math.imul(port, 10) + (bytes[at] as number) - 48) >>> 0;
    }
  }
  return { ipv4, port: port & 0xffff };
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isAddressByte(byte: number): boolean {
  return isDigit(byte) || byte === 46;
}
