/**
 * struct sockaddr_ll of packet(7): where a raw Ethernet frame comes from or goes to.
 *
 *   0 family  2 protocol (network order)  4 interface index  8 hardware type  10 packet type  11 length  12 MAC (8)
 */

import { SocketAddress } from './socket-address.ts';
import { AF_PACKET, networkOrder16 } from './socket-constants.ts';

const SIZE = 20;
const ETHERNET_ADDRESS_LENGTH = 6;

/** To bind to an interface (index 0: all) and an Ethernet type, or with `mac` to send to. */
export function packetAddress(interfaceIndex: number, etherType: number, mac?: Uint8Array): SocketAddress {
  const bytes = Buffer.alloc(SIZE);
  bytes.writeUInt16LE(AF_PACKET, 0);
  bytes.writeUInt16LE(networkOrder16(etherType), 2);
  bytes.writeInt32LE(interfaceIndex, 4);
  if (mac !== undefined) {
    if (mac.length !== ETHERNET_ADDRESS_LENGTH) throw new RangeError(`a MAC address has 6 bytes, not ${mac.length}`);
    bytes[11] = ETHERNET_ADDRESS_LENGTH;
    bytes.set(mac, 12);
  }
  return SocketAddress.fromBytes(bytes, SIZE);
}

export interface PacketOrigin {
  readonly etherType: number;
  readonly interfaceIndex: number;
  /** PACKET_OUTGOING (4) for what this machine sent, 0 to it, 1 broadcast, 2 multicast, 3 to others. */
  readonly packetType: number;
  readonly mac: Buffer;
}

/** Reads what recvfrom(2) wrote for a packet socket. */
export function packetOrigin(bytes: Buffer): PacketOrigin {
  return {
    etherType: bytes.readUInt16BE(2),
    interfaceIndex: bytes.readInt32LE(4),
    packetType: bytes[10] as number,
    mac: Buffer.from(bytes.subarray(12, 12 + Math.min(bytes[11] as number, 8))),
  };
}
