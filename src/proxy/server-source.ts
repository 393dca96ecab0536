/** Addresses of server lines as socket addresses, and `source`: where a server's connections come from (manual section 5.2). */
import type { AddressModel, SourceModel } from '../config/model.ts';
import { PortRange } from '../net/port-range.ts';
import { SocketAddress } from '../sys/socket-address.ts';

/** The address, with the port when exactly one was given; null for what cannot be a source. */
export function sourceAddress(source: SourceModel): SocketAddress | null {
  const address = source.address;
  const port =
    address.kind === 'ipv4' || address.kind === 'ipv6' ? (address.portEnd > address.port ? 0 : address.port) : 0;
  if (address.kind === 'ipv4') return SocketAddress.ipv4(address.any ? '0.0.0.0' : address.host, port);
  if (address.kind === 'ipv6') return SocketAddress.ipv6(address.any ? '::' : address.host, port);
  return null;
}

/** The ports of a range `address:low-high`; null when there is none. */
export function sourcePortRange(source: SourceModel): PortRange | null {
  const address = source.address;
  if (address.kind !== 'ipv4' && address.kind !== 'ipv6') return null;
  return address.portEnd > address.port ? new PortRange(address.port, address.portEnd) : null;
}

/** The socket address of a server or check line; any-addresses stand for the loopback, as connect(2) treats them. */
export function socketAddress(address: AddressModel): SocketAddress {
  switch (address.kind) {
    case 'ipv4':
      return SocketAddress.ipv4(
        address.any ? '0.0.0.0' : address.host,
        address.portOffset === 'none' ? address.port : 0,
      );
    case 'ipv6':
      return SocketAddress.ipv6(address.any ? '::' : address.host, address.portOffset === 'none' ? address.port : 0);
    case 'unix':
      return SocketAddress.unix(address.path);
    case 'abstract':
      return SocketAddress.abstract(address.path, true);
    case 'fd':
      throw new Error(`a server cannot be reached by descriptor fd@${address.fd}`);
  }
}
