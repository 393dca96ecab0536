/** Whether an address is one of this machine's: only then can a socket be bound to it. */
import { AF_INET, AF_INET6, bind, close, SOCK_CLOEXEC, SOCK_DGRAM, socket } from './socket.ts';
import type { SocketAddress } from './socket-address.ts';

/** True also for what is no internet address; undefined when no socket can be made. */
export function isLocalAddress(address: SocketAddress): boolean | undefined {
  if (address.family !== AF_INET && address.family !== AF_INET6) return true;
  const fd = socket(address.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return undefined;
  const bound = bind(fd, address.withPort(0));
  close(fd);
  return bound === 0;
}
