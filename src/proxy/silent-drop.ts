/** `silent-drop`: a connection is forgotten without its peer being told, so that it waits for nothing (manual 4.2). */
import type { Connection } from '../net/connection.ts';
import {
  AF_INET,
  AF_INET6,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_UNICAST_HOPS,
  setOption,
  TCP_QUICKACK,
  TCP_REPAIR,
} from '../sys/socket.ts';

/**
 * Closes a client's connection in silence. That takes the right to repair sockets (CAP_NET_ADMIN); without it a reset leaves
 * which no router passes on.
 */
export function silentDrop(client: Connection): void {
  const { fd, peer } = client;
  if (fd < 0) return;
  // The log may still ask for it.
  client.local();
  // What was received is acknowledged first: retransmissions would be answered with a reset.
  setOption(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
  if (setOption(fd, IPPROTO_TCP, TCP_REPAIR, 1) < 0) {
    if (peer?.family === AF_INET) setOption(fd, IPPROTO_IP, IP_TTL, 1);
    else if (peer?.family === AF_INET6) setOption(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1);
  }
  client.abort();
}
