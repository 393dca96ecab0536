/** The two raw sockets of an advertisement socket, set up as keepalived sets up its own. */

import { allocate } from '../../sys/memory.ts';
import { joinGroup, setMulticastInterface, setMulticastLoop, setOwnGroupsOnly } from '../../sys/multicast.ts';
import { attachFilter, DROP_ALL } from '../../sys/packet-filter.ts';
import { bindToInterface, rawAddress, receiveIpv6Details, setIpv6Checksum } from '../../sys/raw-ip.ts';
import {
  AF_INET,
  AF_INET6,
  bind,
  close,
  IP_HDRINCL,
  IP_TOS,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_VRRP,
  IPV6_MULTICAST_HOPS,
  IPV6_TCLASS,
  MSG_DONTWAIT,
  recv,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_SOCKET,
  setOption,
  socket,
} from '../../sys/socket.ts';
import { AT_CHECKSUM, HOPS } from '../packet/wire.ts';
import type { AdvertisementSocketOptions } from './advertisement-sockets.ts';

const INTERNETWORK_CONTROL = 0xc0;
/** TC_PRIO_CONTROL: queueing disciplines let control traffic pass first. */
const PRIORITY_CONTROL = 7;
/**
 * Room for some ten thousand small packets, taken only while they wait: neither a storm nor a machine that gives us no
 * time for 200 ms of it may push the one that counts out.
 */
const RECEIVE_BUFFER = 1 << 22;

type Step = () => number;

/** Runs the steps until one fails: the descriptor, or `-errno` with it closed. */
function prepared(fd: number, steps: readonly Step[]): number {
  if (fd < 0) return fd;
  for (const step of steps) {
    const result = step();
    if (result < 0) {
      close(fd);
      return result;
    }
  }
  return fd;
}

function openRaw(family: number): number {
  return socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_VRRP);
}

/** Receives the group (or the unicast source's address) on one interface and nothing else; `-errno` on failure. */
export function openReceiver(options: AdvertisementSocketOptions): number {
  const family = options.family === 4 ? AF_INET : AF_INET6;
  // Unicast comes to the parent's own MAC, and so to the parent.
  const index = options.unicast ? options.interfaceIndex : (options.sendInterfaceIndex ?? options.interfaceIndex);
  const fd = openRaw(family);
  const steps: Step[] = [
    () => bindToInterface(fd, index),
    () => setOwnGroupsOnly(fd, family),
    () => setReceiveBuffer(fd, options.receiveBuffer),
  ];
  if (options.unicast) {
    steps.push(() => bind(fd, rawAddress(options.source, index)));
  } else {
    // Bound to the group: unicast packets to this machine are not received.
    steps.push(() => joinGroup(fd, options.group, index));
    // Switches that snoop learn where the listener is from the parent; the VMAC's reports may be kept off the wire.
    if (index !== options.interfaceIndex) steps.push(() => joinGroup(fd, options.group, options.interfaceIndex));
    steps.push(() => bind(fd, rawAddress(options.group, index)));
  }
  if (family === AF_INET6) {
    steps.push(
      () => receiveIpv6Details(fd),
      () => setIpv6Checksum(fd, AT_CHECKSUM),
    );
  }
  const ready = prepared(fd, steps);
  if (ready >= 0) drain(ready);
  return ready;
}

function setReceiveBuffer(fd: number, size: number): number {
  const wanted = size > 0 ? size : RECEIVE_BUFFER;
  const result = setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, wanted);
  return result < 0 ? setOption(fd, SOL_SOCKET, SO_RCVBUF, wanted) : result;
}

/** What came before the socket was bound may be of another interface. */
function drain(fd: number): void {
  const one = allocate(1);
  for (let count = 0; count < 100_000 && recv(fd, one.address, 1, MSG_DONTWAIT) >= 0; count++);
}

/** Sends from one interface, never receives; `-errno` on failure. */
export function openSender(options: AdvertisementSocketOptions): number {
  const family = options.family === 4 ? AF_INET : AF_INET6;
  const index = options.sendInterfaceIndex ?? options.interfaceIndex;
  const fd = openRaw(family);
  const steps: Step[] = [
    () => attachFilter(fd, DROP_ALL),
    () => setOption(fd, SOL_SOCKET, SO_RCVBUF, 0),
    () => setOwnGroupsOnly(fd, family),
    () => bindToInterface(fd, index),
  ];
  if (family === AF_INET) {
    steps.push(
      () => setOption(fd, IPPROTO_IP, IP_HDRINCL, 1),
      () => setOption(fd, IPPROTO_IP, IP_TOS, INTERNETWORK_CONTROL),
    );
  } else {
    steps.push(
      () => setIpv6Checksum(fd, AT_CHECKSUM),
      () => setOption(fd, IPPROTO_IPV6, IPV6_TCLASS, INTERNETWORK_CONTROL),
    );
  }
  if (!options.unicast) {
    if (family === AF_INET6) steps.push(() => setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, HOPS));
    steps.push(
      () => setMulticastInterface(fd, family, index),
      () => setMulticastLoop(fd, family, false),
    );
  }
  // After IP_TOS, which sets a priority of its own.
  steps.push(() => setOption(fd, SOL_SOCKET, SO_PRIORITY, PRIORITY_CONTROL));
  return prepared(fd, steps);
}
