/**
 * The header that Citrix NetScaler puts before a client's bytes ("client IP insertion"): a magic number, lengths, then the IP and
 * TCP headers of the client's own connection. The older form has two words before those, the standard one three.
 */

import { SocketAddress } from '../sys/socket-address.ts';
import { AF_INET, AF_INET6 } from '../sys/socket-constants.ts';

export type NetscalerFault = 'empty' | 'abort' | 'timeout' | 'truncated' | 'bad-magic' | 'bad-protocol';

/** HAProxy's words for the connection-error log line. */
export const NETSCALER_FAULT_TEXT: Readonly<Record<NetscalerFault, string>> = {
  empty: 'Connection closed while waiting for NetScaler Client IP header',
  abort: 'Connection error while waiting for NetScaler Client IP header',
  timeout: 'Timeout while waiting for a NetScaler Client IP header',
  truncated: 'Truncated NetScaler Client IP header received',
  'bad-magic': 'Received an invalid NetScaler Client IP magic number',
  'bad-protocol': 'Received an unhandled protocol in the NetScaler Client IP header',
};

export interface NetscalerHeader {
  /** Bytes that the header took, counted from `start`. */
  readonly length: number;
  readonly source: SocketAddress;
  readonly destination: SocketAddress;
}

const SHORTEST = 12;
const LEGACY_AT = 8;
const STANDARD_AT = 12;
const SHORTEST_IPV4 = 40;
const SHORTEST_IPV6 = 60;
const IPV6_HEADER = 40;
const TCP = 6;

/** A sockaddr_in or sockaddr_in6 of address and port as they stand in the headers. */
function addressOf(family: number, bytes: Buffer, hostAt: number, portAt: number): SocketAddress {
  const structure = Buffer.alloc(family === AF_INET ? 16 : 28);
  structure[0] = family;
  bytes.copy(structure, 2, portAt, portAt + 2);
  if (family === AF_INET) bytes.copy(structure, 4, hostAt, hostAt + 4);
  else bytes.copy(structure, 8, hostAt, hostAt + 16);
  return SocketAddress.fromBytes(structure, structure.length);
}

/** Reads the header at `bytes[start,end)`, which must hold all of it: whoever sends it sends it at once. */
export function decodeNetscalerHeader(
  bytes: Buffer,
  start: number,
  end: number,
  magic: number,
): NetscalerHeader | NetscalerFault {
  const available = end - start;
  if (available < SHORTEST) return 'truncated';
  if (bytes.readUInt32BE(start) !== magic) return 'bad-magic';
  const kind = bytes[start + LEGACY_AT] as number;
  const legacy = (kind & 0xd0) === 0x40;
  if (!legacy && kind !== 0) return 'bad-protocol';
  const at = start + (legacy ? LEGACY_AT : STANDARD_AT);
  const headers = legacy ? bytes.readUInt32BE(start + 4) : bytes.readUInt16BE(start + 10);
  if (available < 20) return 'truncated';
  const version = (bytes[at] as number) >> 4;
  if (version !== 4 && version !== 6) return 'bad-protocol';
  if (available < (version === 4 ? SHORTEST_IPV4 : SHORTEST_IPV6) || at - start + headers > available)
    return 'truncated';
  if (bytes[at + (version === 4 ? 9 : 6)] !== TCP) return 'bad-protocol';
  const ports = at + (version === 4 ? ((bytes[at] as number) & 0x0f) * 4 : IPV6_HEADER);
  if (ports + 4 > end) return 'truncated';
  const family = version === 4 ? AF_INET : AF_INET6;
  const hosts = at + (version === 4 ? 12 : 8);
  const size = version === 4 ? 4 : 16;
  return {
    length: at - start + headers,
    source: addressOf(family, bytes, hosts, ports),
    destination: addressOf(family, bytes, hosts + size, ports + 2),
  };
}
