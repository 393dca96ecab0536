/**
 * Sends whole Ethernet frames on any interface (packet(7)). One socket for all: bound to no protocol, it receives
 * nothing. Also the sockets that probes listen on.
 */

import type { Family } from '../../sys/link-messages.ts';
import { allocate, type NativeMemory } from '../../sys/memory.ts';
import { packetAddress } from '../../sys/packet-address.ts';
import { attachFilter, NEIGHBOUR_MESSAGES } from '../../sys/packet-filter.ts';
import {
  AF_PACKET,
  bind,
  close,
  ETH_P_ARP,
  ETH_P_IPV6,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  sendto,
  socket,
} from '../../sys/socket.ts';
import type { SocketAddress } from '../../sys/socket-address.ts';

/** The part of a NetworkInterface that is needed here. */
export interface LinkEnd {
  readonly index: number;
  readonly name: string;
  readonly mac: Uint8Array;
  /** IFF_*. */
  readonly flags?: number;
}

const LONGEST_FRAME = 128;
const MOST_ADDRESSES = 256;
const TYPE = SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK;

export class LinkSender {
  /** The frame to send is written here. */
  readonly frame: NativeMemory = allocate(LONGEST_FRAME);
  #fd = -1;
  /** Interface index * 2 + (IPv6 ? 1 : 0) to its address. */
  readonly #addresses = new Map<number, SocketAddress>();

  /** Sends the first `length` bytes of `frame`; bytes sent, or `-errno`. */
  send(interfaceIndex: number, family: Family, length: number): number {
    if (this.#fd < 0) {
      this.#fd = socket(AF_PACKET, TYPE, 0);
      if (this.#fd < 0) return this.#fd;
    }
    const key = interfaceIndex * 2 + (family === 6 ? 1 : 0);
    let address = this.#addresses.get(key);
    if (address === undefined) {
      // Interfaces that come and go have ever new indexes.
      if (this.#addresses.size >= MOST_ADDRESSES) this.#addresses.clear();
      address = packetAddress(interfaceIndex, etherTypeOf(family));
      this.#addresses.set(key, address);
    }
    return sendto(this.#fd, this.frame.address, length, 0, address);
  }

  close(): void {
    if (this.#fd >= 0) close(this.#fd);
    this.#fd = -1;
  }
}

/** Receives ARP, or neighbour discovery, of one interface; `-errno` on failure. */
export function openNeighbourListener(interfaceIndex: number, family: Family): number {
  const etherType = etherTypeOf(family);
  // Bound to no protocol until the filter is there.
  const fd = socket(AF_PACKET, TYPE, 0);
  if (fd < 0) return fd;
  let result = family === 6 ? attachFilter(fd, NEIGHBOUR_MESSAGES) : 0;
  if (result >= 0) result = bind(fd, packetAddress(interfaceIndex, etherType));
  if (result >= 0) return fd;
  close(fd);
  return result;
}

function etherTypeOf(family: Family): number {
  return family === 4 ? ETH_P_ARP : ETH_P_IPV6;
}
