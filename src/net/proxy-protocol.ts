/**
 * The PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt): who the client really is, said before its first
 * byte. Pure: bytes in, addresses out.
 *
 * The decoder keeps no state: it looks at what has come so far and says "complete", "need-more" or why not, so the
 * bytes may come in any pieces (HAProxy wants the header in one read). It refuses as early as the bytes allow, and is as
 * strict as the specification: no leading zeros, no bare CR or LF, nothing after the ports.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { SocketAddress } from '../sys/socket-address.ts';
import { AF_INET, AF_INET6 } from '../sys/socket-constants.ts';
import { crc32c } from './crc32c.ts';

/** Longest header we write: version 1 with two full IPv6 addresses. */
export const LONGEST_ENCODED = 107;
const LONGEST_LINE = 107;
/** A version 2 header that claims more than this (HAProxy: its buffer size) is refused. */
const LONGEST_BINARY = 16384;

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const BINARY_HEADER = 16;
const LINE_START = Buffer.from('PROXY ', 'latin1');
const UNKNOWN_LINE = Buffer.from('PROXY UNKNOWN\r\n', 'latin1');
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

const COMMAND_LOCAL = 0x20;
const COMMAND_PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;
const IPV4_BLOCK = 12;
const IPV6_BLOCK = 36;

const TLV_HEADER = 3;
const TLV_AUTHORITY = 0x02;
const TLV_CRC32C = 0x03;
const TLV_UNIQUE_ID = 0x05;
const LONGEST_AUTHORITY = 255;
const LONGEST_UNIQUE_ID = 128;

export type ProxyHeaderFault =
  | 'empty'
  | 'abort'
  | 'timeout'
  | 'truncated'
  | 'not-header'
  | 'bad-header'
  | 'bad-protocol';

/** HAProxy's words for the connection-error log line. */
export const PROXY_FAULT_TEXT: Readonly<Record<ProxyHeaderFault, string>> = {
  empty: 'Connection closed while waiting for PROXY protocol header',
  abort: 'Connection error while waiting for PROXY protocol header',
  timeout: 'Timeout while waiting for PROXY protocol header',
  truncated: 'Truncated PROXY protocol header received',
  'not-header': 'Received something which does not look like a PROXY protocol header',
  'bad-header': 'Received an invalid PROXY protocol header',
  'bad-protocol': 'Received an unhandled protocol in the PROXY protocol header',
};

export interface ProxyHeader {
  readonly state: 'complete';
  readonly version: 1 | 2;
  /** Bytes that the header took, counted from `start`. */
  readonly length: number;
  /** Both null: keep the connection's own addresses (UNKNOWN, LOCAL). */
  readonly source: SocketAddress | null;
  readonly destination: SocketAddress | null;
  /** Host name the client asked for (TLV 0x02), at most 255 bytes. */
  readonly authority: Buffer | null;
  /** TLV 0x05, at most 128 bytes. */
  readonly uniqueId: Buffer | null;
}

export type ProxyDecoding =
  | ProxyHeader
  | { readonly state: 'need-more' }
  | { readonly state: 'invalid'; readonly fault: ProxyHeaderFault };

const NEED_MORE: ProxyDecoding = { state: 'need-more' };
const NOT_HEADER: ProxyDecoding = { state: 'invalid', fault: 'not-header' };
const BAD_HEADER: ProxyDecoding = { state: 'invalid', fault: 'bad-header' };
const BAD_PROTOCOL: ProxyDecoding = { state: 'invalid', fault: 'bad-protocol' };
const TRUNCATED: ProxyDecoding = { state: 'invalid', fault: 'truncated' };

/** What `bytes[start, end)` begins with. Call again with a later `end` after "need-more". Never throws. */
export function decodeProxyHeader(bytes: Buffer, start: number, end: number): ProxyDecoding {
  if (start >= end) return NEED_MORE;
  if (bytes[start] === LINE_START[0]) {
    return startsLike(bytes, start, end, LINE_START) ? decodeLine(bytes, start, end) : NOT_HEADER;
  }
  return startsLike(bytes, start, end, SIGNATURE) ? decodeBinary(bytes, start, end) : NOT_HEADER;
}

/** True when what is there of `expected` is right, be it cut short. */
function startsLike(bytes: Buffer, start: number, end: number, expected: Buffer): boolean {
  const length = Math.min(end - start, expected.length);
  return bytes.compare(expected, 0, length, start, start + length) === 0;
}

const PROTOCOLS: readonly string[] = ['TCP4', 'TCP6', 'UNKNOWN'];
const SPACE = 0x20;

function endsWord(byte: number): boolean {
  return byte === SPACE || byte === CARRIAGE_RETURN || byte === LINE_FEED;
}

function decodeLine(bytes: Buffer, start: number, end: number): ProxyDecoding {
  // Section 2.1 wants ignored whatever follows UNKNOWN; HAProxy 2.6 refuses it.
  const unknown = startsLike(bytes, start, end, UNKNOWN_LINE.subarray(0, -2));
  if (unknown && !startsLike(bytes, start, end, UNKNOWN_LINE)) return BAD_PROTOCOL;
  const limit = Math.min(end, start + LONGEST_LINE);
  const wordStart = start + LINE_START.length;
  let wordEnd = wordStart;
  while (wordEnd < limit && !endsWord(bytes[wordEnd] as number)) wordEnd++;
  const protocol = bytes.toString('latin1', wordStart, wordEnd);
  // The first fault from the left is the one told, however the line is cut. An unfinished word may still become a known one.
  const known = wordEnd < limit ? PROTOCOLS.includes(protocol) : PROTOCOLS.some((name) => name.startsWith(protocol));
  if (!known) return BAD_PROTOCOL;
  let lineEnd = wordEnd;
  while (lineEnd < limit && bytes[lineEnd] !== CARRIAGE_RETURN) {
    if (bytes[lineEnd] === LINE_FEED) return BAD_HEADER;
    lineEnd++;
  }
  const complete = lineEnd + 1 < limit;
  if (complete && bytes[lineEnd + 1] !== LINE_FEED) return BAD_HEADER;
  if (!complete) return limit - start >= LONGEST_LINE ? BAD_HEADER : NEED_MORE;

  const words = bytes.toString('latin1', wordStart, lineEnd).split(' ');
  const length = lineEnd + 2 - start;
  if (protocol === 'UNKNOWN') return header(1, length, null, null, null, null);
  if (words.length !== 5) return BAD_HEADER;
  const [, sourceHost = '', destinationHost = '', sourceText = '', destinationText = ''] = words;
  const sourcePort = portOf(sourceText);
  const destinationPort = portOf(destinationText);
  if (sourcePort < 0 || destinationPort < 0) return BAD_HEADER;
  if (protocol === 'TCP4') {
    if (!isIPv4(sourceHost) || !isIPv4(destinationHost)) return BAD_HEADER;
    const source = SocketAddress.ipv4(sourceHost, sourcePort);
    return header(1, length, source, SocketAddress.ipv4(destinationHost, destinationPort), null, null);
  }
  if (!isPlainIpv6(sourceHost) || !isPlainIpv6(destinationHost)) return BAD_HEADER;
  const source = SocketAddress.ipv6(sourceHost, sourcePort);
  return header(1, length, source, SocketAddress.ipv6(destinationHost, destinationPort), null, null);
}

/** A zone is no part of the protocol. */
function isPlainIpv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

/** 0..65535 without leading zeros, or -1. */
function portOf(text: string): number {
  if (!/^(0|[1-9][0-9]{0,4})$/.test(text)) return -1;
  const port = Number(text);
  return port <= 65535 ? port : -1;
}

function decodeBinary(bytes: Buffer, start: number, end: number): ProxyDecoding {
  const there = end - start;
  // The signature is one thing, the version another: HAProxy calls both "does not look like a header".
  if (there > 12 && (bytes[start + 12] as number) >> 4 !== 2) return NOT_HEADER;
  const command = there > 12 ? (bytes[start + 12] as number) : COMMAND_LOCAL;
  if (command !== COMMAND_LOCAL && command !== COMMAND_PROXY) return BAD_HEADER;
  if (there < BINARY_HEADER) return NEED_MORE;
  const blockLength = bytes.readUInt16BE(start + 14);
  const length = BINARY_HEADER + blockLength;
  if (length > LONGEST_BINARY) return TRUNCATED;

  const family = bytes[start + 13] as number;
  const local = command === COMMAND_LOCAL;
  // LOCAL says nothing about addresses, whatever the family byte; other families cannot be a client of ours.
  if (!local && family !== TCP_OVER_IPV4 && family !== TCP_OVER_IPV6) return BAD_HEADER;
  const addressLength = local ? 0 : family === TCP_OVER_IPV4 ? IPV4_BLOCK : IPV6_BLOCK;
  if (blockLength < addressLength) return BAD_HEADER;
  if (there < length) return NEED_MORE;
  if (local) return header(2, length, null, null, null, null);

  const values = readValues(bytes, start, start + BINARY_HEADER + addressLength, start + length);
  if (values === null) return BAD_HEADER;
  const source = binaryAddress(bytes, start + BINARY_HEADER, family, 0);
  const destination = binaryAddress(bytes, start + BINARY_HEADER, family, 1);
  return header(2, length, source, destination, values.authority, values.uniqueId);
}

/** The source (index 0) or destination (1) of an address block: both addresses, then both ports. */
function binaryAddress(bytes: Buffer, block: number, family: number, index: 0 | 1): SocketAddress {
  const ipv4 = family === TCP_OVER_IPV4;
  const size = ipv4 ? 4 : 16;
  const sockaddr = Buffer.alloc(ipv4 ? 16 : 28);
  sockaddr[0] = ipv4 ? AF_INET : AF_INET6;
  bytes.copy(sockaddr, 2, block + 2 * size + 2 * index, block + 2 * size + 2 * index + 2);
  bytes.copy(sockaddr, ipv4 ? 4 : 8, block + size * index, block + size * (index + 1));
  return SocketAddress.fromBytes(sockaddr, sockaddr.length);
}

/** The type-length-values in `bytes[at, end)`; null when one is cut, too long, or the checksum is wrong. */
function readValues(
  bytes: Buffer,
  start: number,
  at: number,
  end: number,
): { authority: Buffer | null; uniqueId: Buffer | null } | null {
  let authority: Buffer | null = null;
  let uniqueId: Buffer | null = null;
  let next = at;
  while (next < end) {
    if (next + TLV_HEADER > end) return null;
    const value = next + TLV_HEADER;
    const length = bytes.readUInt16BE(next + 1);
    if (value + length > end) return null;
    const type = bytes[next];
    if (type === TLV_CRC32C) {
      if (length !== 4 || crc32c(bytes, start, end, value) !== bytes.readUInt32BE(value)) return null;
    } else if (type === TLV_AUTHORITY) {
      if (length > LONGEST_AUTHORITY) return null;
      authority = Buffer.from(bytes.subarray(value, value + length));
    } else if (type === TLV_UNIQUE_ID) {
      if (length > LONGEST_UNIQUE_ID) return null;
      uniqueId = Buffer.from(bytes.subarray(value, value + length));
    }
    next = value + length;
  }
  return { authority, uniqueId };
}

function header(
  version: 1 | 2,
  length: number,
  source: SocketAddress | null,
  destination: SocketAddress | null,
  authority: Buffer | null,
  uniqueId: Buffer | null,
): ProxyHeader {
  return { state: 'complete', version, length, source, destination, authority, uniqueId };
}

/**
 * Writes the header for a client connection at `out[at]` (LONGEST_ENCODED bytes of room); where it ends. Anything but
 * two IP addresses gives UNKNOWN (version 1) or LOCAL (2), as do nulls (health checks in version 2); one IPv4 and one
 * IPv6 address become two IPv6 ones.
 */
export function encodeProxyHeader(
  version: 1 | 2,
  source: SocketAddress | null,
  destination: SocketAddress | null,
  out: Buffer,
  at: number,
): number {
  const usable = isInternet(source) && isInternet(destination);
  if (version === 1) {
    if (!usable) return at + out.write('PROXY UNKNOWN\r\n', at, 'latin1');
    const both4 = source.family === AF_INET && destination.family === AF_INET;
    const from = both4 || source.family === AF_INET6 ? source.host : `::ffff:${source.host}`;
    const to = both4 || destination.family === AF_INET6 ? destination.host : `::ffff:${destination.host}`;
    const line = `PROXY ${both4 ? 'TCP4' : 'TCP6'} ${from} ${to} ${source.port} ${destination.port}\r\n`;
    return at + out.write(line, at, 'latin1');
  }
  SIGNATURE.copy(out, at);
  const block = at + BINARY_HEADER;
  if (!usable) {
    out[at + 12] = COMMAND_LOCAL;
    out.fill(0, at + 13, block);
    return block;
  }
  const both4 = source.family === AF_INET && destination.family === AF_INET;
  const size = both4 ? 4 : 16;
  out[at + 12] = COMMAND_PROXY;
  out[at + 13] = both4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
  out.writeUInt16BE(both4 ? IPV4_BLOCK : IPV6_BLOCK, at + 14);
  writeAddress(source, out, block, size);
  writeAddress(destination, out, block + size, size);
  out.writeUInt16BE(source.port, block + 2 * size);
  out.writeUInt16BE(destination.port, block + 2 * size + 2);
  return block + 2 * size + 4;
}

function isInternet(address: SocketAddress | null): address is SocketAddress {
  return address !== null && (address.family === AF_INET || address.family === AF_INET6);
}

/** The address alone, as 4 or 16 bytes (IPv4 in 16: mapped). */
function writeAddress(address: SocketAddress, out: Buffer, at: number, size: number): void {
  if (address.family === AF_INET6) {
    address.bytes.copy(out, at, 8, 24);
    return;
  }
  if (size === 16) out.fill(0, at, at + 10).fill(0xff, at + 10, at + 12);
  address.bytes.copy(out, at + size - 4, 4, 8);
}
