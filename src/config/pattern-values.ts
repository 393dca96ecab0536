/** What texts mean as patterns (manual 7.1.4, 7.1.6): ranges of numbers, networks. The parser checks, the runtime compares. */
import { isIPv4, isIPv6 } from 'node:net';
import { SocketAddress } from '../sys/socket-address.ts';

/** Inclusive; -Infinity and Infinity: open. A bigint only where a number would not be exact. */
export interface Range {
  readonly low: number | bigint;
  readonly high: number | bigint;
}

const LOWEST = -(1n << 63n);
const HIGHEST = (1n << 63n) - 1n;

/** A whole number of 64 bits; no plus sign, as in HAProxy. */
export function parseWhole(text: string): number | bigint | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  const exact = BigInt(text);
  return exact < LOWEST || exact > HIGHEST ? undefined : exact;
}

/** `5`, `5:`, `:5`, `1:4`, also with `-` for the colon; the first of the two separates, later ones are signs. */
export function parseRange(text: string): Range | undefined {
  const separator = text.search(/[:-]/);
  if (separator < 0) {
    const only = parseWhole(text);
    return only === undefined ? undefined : { low: only, high: only };
  }
  const before = text.slice(0, separator);
  const after = text.slice(separator + 1);
  if (before === '' && after === '') return undefined;
  const low = before === '' ? Number.NEGATIVE_INFINITY : parseWhole(before);
  const high = after === '' ? Number.POSITIVE_INFINITY : parseWhole(after);
  if (low === undefined || high === undefined || low > high) return undefined;
  return { low, high };
}

/** Words of 32 bits, one for IPv4, four for IPv6. */
export type AddressWords = readonly number[];

export interface Network {
  readonly address: AddressWords;
  /** How many leading bits count; -1: those of `mask` (IPv4 only). */
  readonly bits: number;
  readonly mask: number;
}

/** Where the address begins in sockaddr_in6. */
const IPV6_AT = 8;

function ipv4Word(text: string): number {
  let word = 0;
  for (const part of text.split('.')) word = (word << 8) | Number(part);
  return word;
}

/** The four words of an address that `isIPv6` has accepted. */
export function ipv6Words(text: string): AddressWords {
  const { bytes } = SocketAddress.ipv6(text, 0);
  return [0, 4, 8, 12].map((at) => bytes.readInt32BE(IPV6_AT + at));
}

/** `address`, `address/bits`, and for IPv4 `address/mask`. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.lastIndexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const suffix = slash < 0 ? undefined : text.slice(slash + 1);
  if (isIPv4(host)) {
    const address = [ipv4Word(host)];
    if (suffix !== undefined && isIPv4(suffix)) {
      const mask = ipv4Word(suffix);
      return { address, bits: contiguousBits(mask), mask };
    }
    const bits = suffix === undefined ? 32 : parseBits(suffix, 32);
    return bits === undefined ? undefined : { address, bits, mask: 0 };
  }
  if (!isIPv6(host) || host.includes('%')) return undefined;
  const bits = suffix === undefined ? 128 : parseBits(suffix, 128);
  return bits === undefined ? undefined : { address: ipv6Words(host), bits, mask: 0 };
}

function parseBits(text: string, most: number): number | undefined {
  const bits = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return bits <= most ? bits : undefined;
}

/** How many ones lead; -1 when a one follows a zero. */
function contiguousBits(mask: number): number {
  const bits = Math.clz32(~mask);
  return (bits === 32 ? 0 : mask << bits) === 0 ? bits : -1;
}
