/** Fetches about the connection to the client (manual 7.3.3). */
import type { SocketAddress } from '../../sys/socket-address.ts';
import { AF_INET, AF_INET6 } from '../../sys/socket-constants.ts';
import { type FetchMaker, simple } from '../fetch.ts';
import { ADDR, type Sample } from '../sample.ts';

/** Where the address begins in sockaddr_in and sockaddr_in6. */
const IPV4_AT = 4;
const IPV6_AT = 8;

/** The IP address of a socket address; there is none for unix sockets. */
export function setAddress(sample: Sample, address: SocketAddress | null): boolean {
  if (address === null) return false;
  if (address.family === AF_INET) return sample.setIpv4(address.bytes.readUInt32BE(IPV4_AT));
  return address.family === AF_INET6 && sample.setIpv6(address.bytes, IPV6_AT);
}

export const CONNECTION_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['src', simple(ADDR, (context, sample) => setAddress(sample, context.clientAddress))],
];
