/** IPv4 and IPv6 addresses as text and as bytes (inet_pton). */

import { isIPv4, isIPv6 } from 'node:net';
import type { Family } from '../model.ts';

export interface IpAddress {
  readonly family: Family;
  readonly bytes: Uint8Array;
}

/** The 16-bit groups of one side of `::`, a dotted IPv4 tail included. */
function groups(side: string): number[] {
  if (side === '') return [];
  return side.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

/** undefined: not an address. Zones (`fe80::1%eth0`) are not taken. */
export function parseAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, bytes: Uint8Array.from(text.split('.').map(Number)) };
  if (text.includes('%') || !isIPv6(text)) return undefined;
  const [left = '', right] = text.split('::');
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
  return { family: 6, bytes: Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff])) };
}

/** An address that may be followed by a mask or the end of a range, neither of which counts (inet_stosockaddr). */
export function parseHostAddress(text: string): IpAddress | undefined {
  const end = text.includes('-') ? text.indexOf('-') : text.indexOf('/');
  return parseAddress(end < 0 ? text : text.slice(0, end));
}

export function isMulticast(address: Uint8Array): boolean {
  return address.length === 4 ? (address[0]! & 0xf0) === 0xe0 : address[0] === 0xff;
}

/** ff?2::/16 */
export function isLinkLocalMulticast(address: Uint8Array): boolean {
  return address.length === 16 && address[0] === 0xff && (address[1]! & 0x0f) === 0x02;
}

/** fe80::/10 */
export function isLinkLocal(address: Uint8Array): boolean {
  return address.length === 16 && address[0] === 0xfe && (address[1]! & 0xc0) === 0x80;
}

export function addressText(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const parts: number[] = [];
  for (let at = 0; at < 16; at += 2) parts.push(address[at]! * 256 + address[at + 1]!);
  // The longest run of zeros, the first of equals, at least two long (RFC 5952).
  let [best, bestLength] = [-1, 1];
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (parts[at + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [at, length];
  }
  const text = (from: number, to: number) =>
    parts
      .slice(from, to)
      .map((part) => part.toString(16))
      .join(':');
  return best < 0 ? text(0, 8) : `${text(0, best)}::${text(best + bestLength, 8)}`;
}
