/**
 * Raw IP sockets: options by number and the control data of IPv6 packets (RFC 3542), whose header the kernel keeps.
 *
 *   struct cmsghdr, 16 bytes: 0 length (this header included)  8 level  12 type  then the data, padded to 8
 *   struct in6_pktinfo, 20 bytes: 0 address  16 interface index
 */
import { native, settle } from './ffi.ts';
import { allocate, type NativeMemory, writeWord } from './memory.ts';
import { setOption } from './socket.ts';
import { SocketAddress } from './socket-address.ts';
import { AF_INET, AF_INET6, IPPROTO_IPV6, SOL_SOCKET } from './socket-constants.ts';

const cSendTo = native('intptr_t sendto(int, uintptr_t, size_t, int, uintptr_t, int)');
const cSendMessage = native('intptr_t sendmsg(int, uintptr_t, int)');

const SO_BINDTOIFINDEX = 62;
const IPV6_CHECKSUM = 7;
const IPV6_RECVPKTINFO = 49;
const IPV6_PKTINFO = 50;
const IPV6_RECVHOPLIMIT = 51;
const IPV6_HOPLIMIT = 52;

const CONTROL_HEADER = 16;
const PACKET_INFO_SPACE = CONTROL_HEADER + 24;
const HOP_LIMIT_SPACE = CONTROL_HEADER + 8;
/** Room for what `receiveIpv6Details` asks for. */
export const IPV6_CONTROL_SIZE = PACKET_INFO_SPACE + HOP_LIMIT_SPACE;

/** To bind a raw socket: 4 or 16 bytes, no port; a link-local or multicast IPv6 address needs its interface as scope. */
export function rawAddress(address: Uint8Array, scope: number): SocketAddress {
  if (address.length === 4) {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt16LE(AF_INET, 0);
    bytes.set(address, 4);
    return SocketAddress.fromBytes(bytes, bytes.length);
  }
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(AF_INET6, 0);
  bytes.set(address, 8);
  bytes.writeUInt32LE(scope, 24);
  return SocketAddress.fromBytes(bytes, bytes.length);
}

/** Only packets of this interface are received, and packets leave by it; as SO_BINDTODEVICE, by index. */
export function bindToInterface(fd: number, interfaceIndex: number): number {
  return setOption(fd, SOL_SOCKET, SO_BINDTOIFINDEX, interfaceIndex);
}

/** The kernel fills and checks the 16-bit checksum at `offset` of every packet; wrong ones never arrive. */
export function setIpv6Checksum(fd: number, offset: number): number {
  return setOption(fd, IPPROTO_IPV6, IPV6_CHECKSUM, offset);
}

/** Asks for destination and hop limit with every packet. */
export function receiveIpv6Details(fd: number): number {
  const result = setOption(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  return result < 0 ? result : setOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

/** The offset of an IPv6 packet's destination in `bytes[at, at + length)`, -1 when the kernel told none. */
export function destinationOffset(bytes: Buffer, at: number, length: number): number {
  return findControl(bytes, at, length, IPV6_PKTINFO);
}

/** An IPv6 packet's hop limit, -1 when the kernel told none. */
export function hopLimit(bytes: Buffer, at: number, length: number): number {
  const found = findControl(bytes, at, length, IPV6_HOPLIMIT);
  return found < 0 ? -1 : bytes.readInt32LE(found);
}

function findControl(bytes: Buffer, at: number, length: number, type: number): number {
  const end = at + length;
  let next = at;
  while (next + CONTROL_HEADER <= end) {
    const size = bytes.readUInt32LE(next);
    if (size < CONTROL_HEADER || next + size > end) return -1;
    if (bytes.readInt32LE(next + 8) === IPPROTO_IPV6 && bytes.readInt32LE(next + 12) === type) {
      return next + CONTROL_HEADER;
    }
    next += (size + 7) & ~7;
  }
  return -1;
}

/** Sends packets that bring their own IPv4 header (IP_HDRINCL); sockaddr_in is changed in place. */
export class Ipv4Message {
  readonly #name: NativeMemory = allocate(16);

  constructor() {
    this.#name.bytes.writeUInt16LE(AF_INET, 0);
  }

  /** Bytes sent or `-errno`. */
  send(fd: number, packet: number, length: number, destination: Uint8Array, flags: number): number {
    const { bytes, address } = this.#name;
    for (let index = 0; index < 4; index++) bytes[4 + index] = destination[index] as number;
    return settle(cSendTo(fd, packet, length, flags, address, 16));
  }
}

/**
 * A message to an IPv6 address with a source of the sender's choice: struct msghdr (56 bytes), its iovec, sockaddr_in6
 * and control data, laid out once and changed in place.
 */
export class Ipv6Message {
  readonly #memory: NativeMemory = allocate(200);
  readonly #vectorAt = 56;
  readonly #nameAt = 72;
  readonly #controlAt = 104;

  constructor() {
    const { bytes, address } = this.#memory;
    writeWord(bytes, 0, address + this.#nameAt);
    bytes.writeUInt32LE(28, 8);
    writeWord(bytes, 16, address + this.#vectorAt);
    writeWord(bytes, 24, 1);
    writeWord(bytes, 32, address + this.#controlAt);
    bytes.writeUInt16LE(AF_INET6, this.#nameAt);
    this.#layControl(this.#controlAt, IPV6_PKTINFO, 20);
    this.#layControl(this.#controlAt + PACKET_INFO_SPACE, IPV6_HOPLIMIT, 4);
  }

  #layControl(at: number, type: number, dataLength: number): void {
    const { bytes } = this.#memory;
    writeWord(bytes, at, CONTROL_HEADER + dataLength);
    bytes.writeInt32LE(IPPROTO_IPV6, at + 8);
    bytes.writeInt32LE(type, at + 12);
  }

  /** Bytes sent or `-errno`. `hops` < 0: the socket's own hop limit. Scope and source interface are `interfaceIndex`. */
  send(
    fd: number,
    payload: number,
    length: number,
    source: Uint8Array,
    destination: Uint8Array,
    interfaceIndex: number,
    hops: number,
    flags: number,
  ): number {
    const { bytes, address } = this.#memory;
    writeWord(bytes, this.#vectorAt, payload);
    writeWord(bytes, this.#vectorAt + 8, length);
    const information = this.#controlAt + CONTROL_HEADER;
    for (let index = 0; index < 16; index++) {
      bytes[this.#nameAt + 8 + index] = destination[index] as number;
      bytes[information + index] = source[index] as number;
    }
    bytes.writeUInt32LE(interfaceIndex, this.#nameAt + 24);
    bytes.writeUInt32LE(interfaceIndex, information + 16);
    bytes.writeInt32LE(Math.max(hops, 0), this.#controlAt + PACKET_INFO_SPACE + CONTROL_HEADER);
    writeWord(bytes, 40, hops < 0 ? PACKET_INFO_SPACE : IPV6_CONTROL_SIZE);
    return settle(cSendMessage(fd, address, flags));
  }
}
