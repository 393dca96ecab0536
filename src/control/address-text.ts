/** Socket addresses as the runtime API writes them. */

import { AF_INET, AF_INET6, AF_UNIX } from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';

/** `ipv4@127.0.0.1:80`, `ipv6@[::1]:80`, `unix@/path`, `abns@name`. */
export function addressText(address: SocketAddress): string {
  switch (address.family) {
    case AF_INET:
      return `ipv4@${address.host}:${address.port}`;
    case AF_INET6:
      return `ipv6@[${address.host}]:${address.port}`;
    case AF_UNIX:
      return address.isAbstract ? `abns@${address.host}` : `unix@${address.host}`;
    default:
      return 'unknown';
  }
}

/** `127.0.0.1:80`, `[::1]:80`, `unix`: the `addr` column of `show stat`. */
export function hostAndPort(address: SocketAddress): string {
  switch (address.family) {
    case AF_INET:
      return `${address.host}:${address.port}`;
    case AF_INET6:
      return `[${address.host}]:${address.port}`;
    default:
      return 'unix';
  }
}
