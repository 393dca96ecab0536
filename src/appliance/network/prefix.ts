/** Addresses with the length of their network, as text and as bytes. Pure. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Family } from '../../sys/link-messages.ts';
import { ipv6Text, SocketAddress } from '../../sys/socket-address.ts';

export interface Prefix {
  readonly family: Family;
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** 4 or 16 bytes; undefined when it is no address (a zone is none of an address). */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(SocketAddress.ipv4(text, 0).bytes.subarray(4, 8));
  if (isIPv6(text) && !text.includes('%')) return Uint8Array.from(SocketAddress.ipv6(text, 0).bytes.subarray(8, 24));
  return undefined;
}

export function addressText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : ipv6Text(Buffer.from(bytes), 0);
}

/** `10.0.0.1/24`, `2001:db8::1/64`; undefined when it is not that. */
export function readPrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const bytes = slash < 0 ? undefined : addressBytes(text.slice(0, slash));
  if (bytes === undefined) return undefined;
  const lengthText = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(lengthText)) return undefined;
  const length = Number(lengthText);
  if (length > bytes.length * 8) return undefined;
  return { family: bytes.length === 4 ? 4 : 6, bytes, length };
}

export function prefixText(prefix: Prefix): string {
  return `${addressText(prefix.bytes)}/${prefix.length}`;
}

/** Is the address in the network of the prefix? */
export function contains(prefix: Prefix, address: Uint8Array): boolean {
  if (address.length !== prefix.bytes.length) return false;
  return networkOf(address, prefix.length).every(
    (byte, index) => byte === networkOf(prefix.bytes, prefix.length)[index],
  );
}

export function overlaps(one: Prefix, other: Prefix): boolean {
  const wider = one.length <= other.length ? one : other;
  return contains(wider, wider === one ? other.bytes : one.bytes);
}

/** The address with all bits behind the network's zero. */
export function networkOf(address: Uint8Array, length: number): Uint8Array {
  return address.map((byte, index) => byte & maskByte(length, index));
}

/** The address with all bits behind the network's one: IPv4's broadcast address. */
export function broadcastOf(address: Uint8Array, length: number): Uint8Array {
  return address.map((byte, index) => byte | (~maskByte(length, index) & 0xff));
}

/** 24 is `255.255.255.0`. */
export function maskText(length: number): string {
  return Array.from({ length: 4 }, (_, index) => maskByte(length, index)).join('.');
}

function maskByte(length: number, index: number): number {
  const bits = Math.min(Math.max(length - 8 * index, 0), 8);
  return (0xff00 >> bits) & 0xff;
}
