/** The `source` setting of a server or backend (manual section 5.2): address and port range its connections come from. */
import type { SourceModel } from '../config/model.ts';
import { PortRange } from '../net/port-range.ts';
import { SocketAddress } from '../sys/socket-address.ts';

/** The address, with the port when exactly one was given; null for what cannot be a source. */
export function sourceAddress(source: SourceModel): SocketAddress | null {
  const address = source.address;
  const port = address.kind === 'ipv4' || address.kind === 'ipv6' ? (address.portEnd > address.port ? 0 : address.port) : 0;
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
