/**
 * Two namespaces joined by a cable: an agent lives in one, the test speaks from the other with a packet socket and hears
 * every packet the agent sends, time-stamped. Smaller than the fail-over lab: no bridge, no second agent.
 */
import { execFileSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { addressOf, allocate } from '../../../src/sys/memory.ts';
import { openNamespace, socketIn } from '../../../src/sys/netns.ts';
import { packetAddress } from '../../../src/sys/packet-address.ts';
import {
  AF_PACKET,
  bind,
  close,
  ETH_P_ALL,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  recvfrom,
  SO_RCVBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  sendto,
  setOption,
} from '../../../src/sys/socket.ts';
import { readAdvertisement, type SeenAdvertisement } from './oracle-packet.ts';

const MULTICAST_MAC = Uint8Array.from([0x01, 0x00, 0x5e, 0x00, 0x00, 0x12]);
const MULTICAST6_MAC = Uint8Array.from([0x33, 0x33, 0x00, 0x00, 0x00, 0x12]);
const BROADCAST_MAC = new Uint8Array(6).fill(0xff);
const PACKET_HOST_OUTGOING = 4;
const RECEIVE_BYTES = 2048;
const POLL_MS = 2;

export function ip(...words: readonly string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why a lab cannot be built here, or `false`. */
export function labMissing(): string | false {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    const name = `mv${process.pid}probe`;
    ip('netns', 'add', name);
    ip('netns', 'delete', name);
    return false;
  } catch (error) {
    return `no network namespaces here: ${(error as Error).message.split('\n')[0]}`;
  }
}

export interface Heard {
  readonly atMs: number;
  readonly advertisement: SeenAdvertisement | undefined;
  /** The target of an ARP packet. */
  readonly arpTarget: string | undefined;
}

let serial = 0;

export class OracleLab {
  readonly agentSpace: string;
  readonly testSpace: string;
  readonly heard: Heard[] = [];
  readonly #namespace: number;
  readonly #socket: number;
  readonly #index: number;
  readonly #agentMac: Uint8Array;
  readonly #buffer = allocate(RECEIVE_BYTES);
  readonly #from = allocate(128);
  readonly #poll: NodeJS.Timeout;
  #closed = false;

  constructor() {
    serial++;
    this.agentSpace = `mv${process.pid}o${serial}`;
    this.testSpace = `mv${process.pid}t${serial}`;
    ip('netns', 'add', this.agentSpace);
    ip('netns', 'add', this.testSpace);
    const cable = ['link', 'add', 'eth0', 'netns', this.agentSpace, 'type', 'veth', 'peer', 'name', 'eth0'];
    ip(...cable, 'netns', this.testSpace);
    for (const [space, host] of [
      [this.agentSpace, 2],
      [this.testSpace, 9],
    ] as const) {
      ip('-n', space, 'addr', 'add', `10.77.0.${host}/24`, 'dev', 'eth0');
      ip('-n', space, 'addr', 'add', `fe80::${host}/64`, 'dev', 'eth0', 'nodad');
      ip('-n', space, 'link', 'set', 'eth0', 'up');
      ip('-n', space, 'link', 'set', 'lo', 'up');
    }
    this.#agentMac = macOf(this.agentSpace);
    this.#namespace = openNamespace(this.testSpace);
    this.#socket = socketIn(this.#namespace, AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (this.#socket < 0) throw new Error(`no packet socket in ${this.testSpace}: ${this.#socket}`);
    setOption(this.#socket, SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20);
    this.#index = indexOf(this.testSpace);
    bind(this.#socket, packetAddress(this.#index, ETH_P_ALL));
    this.#poll = setInterval(() => this.listen(), POLL_MS);
    this.#poll.unref();
  }

  /** Sends an IP packet, to the VRRP group's MAC or straight to the agent's. */
  send(packet: Buffer, cast: 'multicast' | 'unicast' | 'broadcast' = 'multicast'): void {
    const family6 = (packet[0] as number) >> 4 === 6;
    const group = family6 ? MULTICAST6_MAC : MULTICAST_MAC;
    const mac = cast === 'unicast' ? this.#agentMac : cast === 'broadcast' ? BROADCAST_MAC : group;
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
      if (this.#from.bytes[10] === PACKET_HOST_OUTGOING) continue;
      const packet = Buffer.from(this.#buffer.bytes.subarray(0, length));
      const etherType = this.#from.bytes.readUInt16BE(2);
      this.heard.push({
        atMs: performance.now(),
        advertisement: etherType === ETH_P_IP ? readAdvertisement(packet) : undefined,
        arpTarget: etherType === ETH_P_ARP ? packet.subarray(24, 28).join('.') : undefined,
      });
    }
  }

  /** IPv4 addresses on the agent's interface. */
  agentAddresses(): string[] {
    return addressesOf(this.agentSpace);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#poll);
    close(this.#socket);
    closeSync(this.#namespace);
    ip('netns', 'delete', this.agentSpace);
    ip('netns', 'delete', this.testSpace);
  }
}

interface LinkDump {
  readonly ifindex: number;
  readonly address: string;
}
interface AddressDump {
  readonly addr_info?: readonly { readonly local?: string }[];
}

function linkOf(space: string): LinkDump {
  return (JSON.parse(ip('-n', space, '-j', 'link', 'show', 'eth0')) as LinkDump[])[0] as LinkDump;
}

function indexOf(space: string): number {
  return linkOf(space).ifindex;
}

function macOf(space: string): Uint8Array {
  return Uint8Array.from(
    linkOf(space)
      .address.split(':')
      .map((byte) => Number.parseInt(byte, 16)),
  );
}

export function addressesOf(space: string, interfaceName = 'eth0'): string[] {
  const dump = JSON.parse(ip('-n', space, '-j', 'addr', 'show', 'dev', interfaceName)) as AddressDump[];
  return dump.flatMap((link) =>
    (link.addr_info ?? []).flatMap((entry) => (entry.local === undefined ? [] : [entry.local])),
  );
}
