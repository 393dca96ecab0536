/**
 * Options of multicast sockets, by interface index (`struct ip_mreqn`, `struct ipv6_mreq`), so that an interface needs
 * no address of its own. Each returns 0 or `-errno`.
 */

import { setOption, setOptionBytes } from './socket.ts';
import {
  AF_INET,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_ADD_MEMBERSHIP,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
} from './socket-constants.ts';

const IP_MULTICAST_ALL = 49;
const IPV6_MULTICAST_ALL = 29;

/** Joins `group` (4 or 16 bytes) on the interface: the kernel tells switches and routers by IGMP or MLD. */
export function joinGroup(fd: number, group: Uint8Array, interfaceIndex: number): number {
  if (group.length === 4) return setOptionBytes(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, groupRequest(group, interfaceIndex));
  const request = Buffer.alloc(20);
  request.set(group);
  request.writeInt32LE(interfaceIndex, 16);
  return setOptionBytes(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, request);
}

/** Where multicast leaves. */
export function setMulticastInterface(fd: number, family: number, interfaceIndex: number): number {
  if (family !== AF_INET) return setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, interfaceIndex);
  return setOptionBytes(fd, IPPROTO_IP, IP_MULTICAST_IF, groupRequest(new Uint8Array(4), interfaceIndex));
}

/** Is what we send also delivered to this machine? */
export function setMulticastLoop(fd: number, family: number, loops: boolean): number {
  return family === AF_INET
    ? setOption(fd, IPPROTO_IP, IP_MULTICAST_LOOP, loops ? 1 : 0)
    : setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loops ? 1 : 0);
}

/** Only groups that this very socket has joined are delivered, not those of others on the machine. */
export function setOwnGroupsOnly(fd: number, family: number): number {
  return family === AF_INET
    ? setOption(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0)
    : setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
}

/** struct ip_mreqn: group, local address (any), interface index. */
function groupRequest(group: Uint8Array, interfaceIndex: number): Buffer {
  const request = Buffer.alloc(12);
  request.set(group);
  request.writeInt32LE(interfaceIndex, 8);
  return request;
}
