/** Multicast DNS on links: a socket a link and family, so that it is known where a question came from. */
import type { Pollable, Reactor } from '../../../loop/reactor.ts';
import { EPOLLIN } from '../../../sys/epoll.ts';
import { allocate } from '../../../sys/memory.ts';
import { joinGroup, setMulticastInterface, setMulticastLoop, setOwnGroupsOnly } from '../../../sys/multicast.ts';
import { bindToInterface } from '../../../sys/raw-ip.ts';
import {
  ADDRESS_SIZE,
  AF_INET,
  AF_INET6,
  acceptedLength,
  bind,
  close,
  MSG_DONTWAIT,
  recvfrom,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  sendto,
  setOption,
  socket,
} from '../../../sys/socket.ts';
import { SocketAddress } from '../../../sys/socket-address.ts';
import {
  IP_MULTICAST_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_MULTICAST_HOPS,
  IPV6_V6ONLY,
} from '../../../sys/socket-constants.ts';
import { addressBytes } from '../prefix.ts';
import { type Asker, MDNS_PORT } from './responder.ts';

const GROUP4 = '224.0.0.251';
const GROUP6 = 'ff02::fb';
const HOPS = 255;
/** RFC 6762 section 17. */
const LONGEST = 9000;
const MOST_READS = 32;
const TYPE = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

export interface MdnsLink {
  readonly name: string;
  readonly index: number;
}

export class MdnsSockets {
  readonly #reactor: Reactor;
  readonly #receive: (link: string, bytes: Buffer, from: Asker) => void;
  readonly #links = new Map<string, { readonly index: number; readonly sockets: readonly MdnsSocket[] }>();

  constructor(reactor: Reactor, receive: (link: string, bytes: Buffer, from: Asker) => void) {
    this.#reactor = reactor;
    this.#receive = receive;
  }

  /** From now on these links; a link of the same name with another index is another one. */
  use(links: readonly MdnsLink[]): void {
    for (const [name, { index, sockets }] of this.#links) {
      if (links.some((link) => link.name === name && link.index === index)) continue;
      for (const one of sockets) one.close();
      this.#links.delete(name);
    }
    for (const { name, index } of links) {
      if (this.#links.has(name)) continue;
      const hear = (bytes: Buffer, from: Asker): void => this.#receive(name, bytes, from);
      // A family that is switched off on the link has no socket; the other one works.
      const sockets = [AF_INET, AF_INET6].flatMap(
        (family) => MdnsSocket.open(this.#reactor, family, index, hear) ?? [],
      );
      this.#links.set(name, { index, sockets });
    }
  }

  send(link: string, message: Buffer, to: Asker | undefined): void {
    const family =
      to === undefined ? undefined : addressBytes(withoutZone(to.address))?.length === 4 ? AF_INET : AF_INET6;
    for (const one of this.#links.get(link)?.sockets ?? []) {
      if (family === undefined || one.family === family) one.send(message, to);
    }
  }

  close(): void {
    this.use([]);
  }
}

function withoutZone(address: string): string {
  return address.replace(/%.*/, '');
}

class MdnsSocket implements Pollable {
  readonly family: number;
  readonly #reactor: Reactor;
  readonly #fd: number;
  readonly #index: number;
  readonly #hear: (bytes: Buffer, from: Asker) => void;
  readonly #room = allocate(LONGEST);
  readonly #from = allocate(ADDRESS_SIZE);
  #open = true;

  private constructor(
    reactor: Reactor,
    family: number,
    fd: number,
    index: number,
    hear: (bytes: Buffer, from: Asker) => void,
  ) {
    this.family = family;
    this.#reactor = reactor;
    this.#fd = fd;
    this.#index = index;
    this.#hear = hear;
  }

  static open(
    reactor: Reactor,
    family: number,
    index: number,
    hear: (bytes: Buffer, from: Asker) => void,
  ): MdnsSocket | undefined {
    const fd = socket(family, TYPE, 0);
    if (fd < 0) return undefined;
    const isIpv4 = family === AF_INET;
    const results = [
      setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1),
      bindToInterface(fd, index),
      isIpv4
        ? setOption(fd, IPPROTO_IP, IP_MULTICAST_TTL, HOPS)
        : setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, HOPS),
      isIpv4 ? 0 : setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1),
      bind(fd, isIpv4 ? SocketAddress.ipv4('0.0.0.0', MDNS_PORT) : SocketAddress.ipv6('::', MDNS_PORT)),
      setOwnGroupsOnly(fd, family),
      setMulticastLoop(fd, family, false),
      setMulticastInterface(fd, family, index),
      joinGroup(fd, addressBytes(isIpv4 ? GROUP4 : GROUP6) as Uint8Array, index),
    ];
    const one = new MdnsSocket(reactor, family, fd, index, hear);
    if (results.every((result) => result >= 0) && reactor.add(fd, one, EPOLLIN) >= 0) return one;
    close(fd);
    return undefined;
  }

  send(message: Buffer, to: Asker | undefined): void {
    const room = allocate(message.length);
    room.bytes.set(message);
    // What cannot be sent (the link has just gone) is not missed: it is told again when it is back.
    sendto(this.#fd, room.address, message.length, MSG_DONTWAIT, this.#target(to));
  }

  onEvents(): void {
    for (let reads = 0; reads < MOST_READS && this.#open; reads++) {
      const length = recvfrom(this.#fd, this.#room.address, LONGEST, MSG_DONTWAIT, this.#from);
      if (length < 0) return;
      const from = SocketAddress.fromBytes(this.#from.bytes, acceptedLength());
      this.#hear(this.#room.bytes.subarray(0, length), { address: from.host, port: from.port });
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#reactor.remove(this.#fd);
    close(this.#fd);
  }

  #target(to: Asker | undefined): SocketAddress {
    const port = to?.port ?? MDNS_PORT;
    if (this.family === AF_INET) return SocketAddress.ipv4(to?.address ?? GROUP4, port);
    return SocketAddress.ipv6(`${withoutZone(to?.address ?? GROUP6)}%${this.#index}`, port);
  }
}
