/**
 * HAProxy's implicit casts between sample types (manual 7.3, table in section 7.1): in place, false when this value has
 * no form in the other type, which makes the sample vanish.
 */
import { isIPv6 } from 'node:net';
import { latin1Text } from '../http/latin1-text.ts';
import { methodNumber } from '../http/methods.ts';
import { ipv6Text, SocketAddress } from '../sys/socket-address.ts';
import { ADDR, ANY, BIN, BOOL, IPV4, IPV6, METH, type Sample, SINT, STR, takeScratch } from './sample.ts';

const DOT = 46;
const ZERO = 48;
const MINUS = 45;
/** ::ffff:0:0/96 without its last four bytes. */
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');
/** Where the address begins in sockaddr_in6. */
const IPV6_AT = 8;

/** Turns the sample into `type`; false when it cannot be. */
export function cast(sample: Sample, type: number): boolean {
  const from = sample.type;
  if (from === type || type === ANY) return true;
  switch (from) {
    case BOOL:
    case SINT:
      return castInteger(sample, type);
    case IPV4:
      return castIpv4(sample, type);
    case IPV6:
      return castIpv6(sample, type);
    case STR:
      return castText(sample, type);
    case BIN:
      return castBytes(sample, type);
    case METH:
      if (type !== STR && type !== BIN) return false;
      sample.type = STR;
      return true;
    default:
      return false;
  }
}

function castInteger(sample: Sample, type: number): boolean {
  switch (type) {
    case BOOL:
    case SINT:
      sample.type = type;
      return true;
    case STR:
      return sample.setText(String(sample.integer));
    case BIN: {
      const piece = takeScratch(8);
      const value = sample.type === BOOL ? (Number(sample.integer) === 0 ? 0n : 1n) : BigInt(sample.integer);
      piece.writeBigInt64BE(value, 0);
      return sample.setBytes(BIN, piece, 0, 8);
    }
    case ADDR:
    case IPV4:
      return sample.type === SINT && sample.setIpv4(low32(sample.integer));
    case IPV6:
      return sample.type === SINT && mapped(sample, low32(sample.integer));
    default:
      return false;
  }
}

function low32(integer: number | bigint): number {
  return typeof integer === 'bigint' ? Number(BigInt.asUintN(32, integer)) : integer >>> 0;
}

function mapped(sample: Sample, ipv4: number): true {
  const piece = takeScratch(16);
  MAPPED.copy(piece, 0);
  piece.writeUInt32BE(ipv4, 12);
  return sample.setIpv6(piece, 0);
}

function castIpv4(sample: Sample, type: number): boolean {
  const value = sample.integer as number;
  switch (type) {
    case ADDR:
      return true;
    case SINT:
      return sample.setInteger(value);
    case IPV6:
      return mapped(sample, value);
    case STR:
      return sample.setText(ipv4Text(value));
    case BIN: {
      const piece = takeScratch(4);
      piece.writeUInt32BE(value, 0);
      return sample.setBytes(BIN, piece, 0, 4);
    }
    default:
      return false;
  }
}

export function ipv4Text(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function castIpv6(sample: Sample, type: number): boolean {
  switch (type) {
    case ADDR:
      return true;
    case IPV4: {
      const { bytes, start } = sample;
      for (let i = 0; i < MAPPED.length; i++) if (bytes[start + i] !== MAPPED[i]) return false;
      return sample.setIpv4(bytes.readUInt32BE(start + 12));
    }
    case STR:
      return sample.setText(ipv6Text(sample.bytes, sample.start));
    case BIN:
      sample.type = BIN;
      return true;
    default:
      return false;
  }
}

function castText(sample: Sample, type: number): boolean {
  const { bytes, start, end } = sample;
  switch (type) {
    case BIN:
      sample.type = BIN;
      return true;
    case BOOL:
    case SINT:
      if (start === end) return false;
      sample.setInteger(leadingInteger(bytes, start, end));
      return true;
    case ADDR:
      return toIpv4(sample) || toIpv6(sample);
    case IPV4:
      return toIpv4(sample);
    case IPV6:
      return toIpv6(sample);
    case METH:
      sample.type = METH;
      sample.integer = methodNumber(bytes, start, end);
      return true;
    default:
      return false;
  }
}

/** A NUL ends the text. */
function castBytes(sample: Sample, type: number): boolean {
  if (type === STR) {
    const nul = sample.bytes.indexOf(0, sample.start);
    if (nul >= 0 && nul < sample.end) sample.end = nul;
    sample.type = STR;
    return true;
  }
  return type === METH && castText(sample, METH);
}

/** The number that text begins with, 0 if with none; a sign is allowed. */
export function leadingInteger(bytes: Buffer, start: number, end: number): number | bigint {
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === 43) at++;
  let value = 0;
  const first = at;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) {
    const exact = BigInt(latin1Text(bytes, first, at));
    return negative ? -exact : exact;
  }
  return negative && value !== 0 ? -value : value;
}

/** The dotted address that `bytes[start,end)` begins with as a number, or -1; what follows does not matter, as in HAProxy. */
export function readIpv4(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  let octets = 0;
  let octet = -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (octet < 0 && ++octets > 4) return -1;
      octet = (octet < 0 ? 0 : octet * 10) + digit;
      if (octet > 255) return -1;
    } else if (byte === DOT) {
      if (octet < 0 || octets === 4) return -1;
      value = value * 256 + octet;
      octet = -1;
    } else break;
  }
  return octets === 4 && octet >= 0 ? value * 256 + octet : -1;
}

function toIpv4(sample: Sample): boolean {
  const value = readIpv4(sample.bytes, sample.start, sample.end);
  return value >= 0 && sample.setIpv4(value);
}

function toIpv6(sample: Sample): boolean {
  const text = latin1Text(sample.bytes, sample.start, sample.end);
  if (text.includes('%') || !isIPv6(text)) return false;
  return sample.setIpv6(SocketAddress.ipv6(text, 0).bytes, IPV6_AT);
}
