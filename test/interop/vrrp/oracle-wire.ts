/**
 * The test's own place on the lab's switch: a packet socket in the client's namespace. Sends any IP packet, to the VRRP
 * group or straight to the unit, and hears what the unit sends, time-stamped.
 */
import { addressOf, allocate } from '../../../src/sys/memory.ts';
import { sharedNamespace, socketIn } from '../../../src/sys/netns.ts';
import { packetAddress } from '../../../src/sys/packet-address.ts';
import {
  AF_PACKET,
  bind,
  close,
  ETH_P_ALL,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  PACKET_OUTGOING,
  recvfrom,
  SO_RCVBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  sendto,
  setOption,
} from '../../../src/sys/socket.ts';
import { clockMs } from './lab/command.ts';
import type { LabNode } from './lab/node.ts';
import { readAdvertisement, type SeenAdvertisement } from './oracle-packet.ts';

const MULTICAST_MAC = Uint8Array.from([0x01, 0x00, 0x5e, 0x00, 0x00, 0x12]);
const MULTICAST6_MAC = Uint8Array.from([0x33, 0x33, 0x00, 0x00, 0x00, 0x12]);
const BROADCAST_MAC = new Uint8Array(6).fill(0xff);
const RECEIVE_BYTES = 2048;
const RECEIVE_BUFFER = 4 << 20;
const POLL_MS = 2;

export type Cast = 'multicast' | 'unicast' | 'broadcast';

export interface Heard {
  readonly atMs: number;
  readonly advertisement: SeenAdvertisement | undefined;
  /** The target of an ARP packet. */
  readonly arpTarget: string | undefined;
}

interface LinkDump {
  readonly ifindex: number;
  readonly address: string;
}

function linkOf(node: LabNode): LinkDump {
  return (JSON.parse(node.ipNow('-j', 'link', 'show', 'eth0')) as LinkDump[])[0] as LinkDump;
}

export class OracleWire {
  readonly heard: Heard[] = [];
  readonly #socket: number;
  readonly #index: number;
  readonly #unitMac: Uint8Array;
  readonly #buffer = allocate(RECEIVE_BYTES);
  readonly #from = allocate(128);
  readonly #poll: NodeJS.Timeout;
  #closed = false;

  constructor(client: LabNode, unit: LabNode) {
    this.#unitMac = Uint8Array.from(
      linkOf(unit)
        .address.split(':')
        .map((byte) => Number.parseInt(byte, 16)),
    );
    this.#index = linkOf(client).ifindex;
    const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    this.#socket = socketIn(sharedNamespace(client.namespace), AF_PACKET, type, 0);
    if (this.#socket < 0) throw new Error(`no packet socket in ${client.namespace}: ${this.#socket}`);
    setOption(this.#socket, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
    bind(this.#socket, packetAddress(this.#index, ETH_P_ALL));
    this.#poll = setInterval(() => this.listen(), POLL_MS);
    this.#poll.unref();
  }

  send(packet: Buffer, cast: Cast = 'multicast'): void {
    const family6 = (packet[0] as number) >> 4 === 6;
    const group = family6 ? MULTICAST6_MAC : MULTICAST_MAC;
    const mac = cast === 'unicast' ? this.#unitMac : cast === 'broadcast' ? BROADCAST_MAC : group;
    const bytes = Buffer.allocUnsafeSlow(packet.length);
    bytes.set(packet);
    const to = packetAddress(this.#index, family6 ? ETH_P_IPV6 : ETH_P_IP, mac);
    const sent = sendto(this.#socket, addressOf(bytes), bytes.length, 0, to);
    if (sent !== bytes.length) throw new Error(`a packet of ${bytes.length} bytes was not sent: ${sent}`);
  }

  /** Takes in what arrived; also done every 2 ms. */
  listen(): void {
    if (this.#closed) return;
    for (;;) {
      const length = recvfrom(this.#socket, this.#buffer.address, RECEIVE_BYTES, 0, this.#from);
      if (length <= 0) return;
      if (this.#from.bytes[10] === PACKET_OUTGOING) continue;
      const packet = Buffer.from(this.#buffer.bytes.subarray(0, length));
      const etherType = this.#from.bytes.readUInt16BE(2);
      this.heard.push({
        atMs: clockMs(),
        advertisement: etherType === ETH_P_IP || etherType === ETH_P_IPV6 ? readAdvertisement(packet) : undefined,
        arpTarget: etherType === ETH_P_ARP ? packet.subarray(24, 28).join('.') : undefined,
      });
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#poll);
    close(this.#socket);
  }
}
