/**
 * Neighbour discovery for IPv6 over Ethernet (RFC 4861, RFC 2464): the unsolicited advertisement that tells neighbours
 * who has an address now (byte for byte keepalived's), the solicitation that asks, and reading the answers.
 *
 *   0 Ethernet (14) | 14 IPv6: 18 payload length  20 next header 58  21 hop limit  22 source  38 destination
 *   54 ICMPv6: type  56 checksum  58 flags  62 target | 78 option: type, length 1, MAC
 */
import { MAC_LENGTH } from './arp.ts';
import { addWords, checksumOf, pseudoHeaderSum } from './checksum.ts';

export const NEIGHBOUR_FRAME_LENGTH = 86;
/** A solicitation from the unspecified address has no option. */
export const NEIGHBOUR_PROBE_LENGTH = 78;

const ICMPV6 = 58;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const FLAG_ROUTER = 0x80;
const FLAG_OVERRIDE = 0x20;
const OPTION_SOURCE_MAC = 1;
const OPTION_TARGET_MAC = 2;
const HOPS = 255;

const IP_AT = 14;
const SOURCE_AT = 22;
const DESTINATION_AT = 38;
const ICMP_AT = 54;
const CHECKSUM_AT = 56;
const FLAGS_AT = 58;
const TARGET_AT = 62;
const OPTION_AT = 78;

/** ff02::1 */
export const ALL_NODES: Uint8Array = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const UNSPECIFIED = new Uint8Array(16);

/** ff02::1:ffXX:XXXX of an address: where its owner listens for solicitations. */
export function solicitedNodeGroup(address: Uint8Array): Uint8Array {
  const group = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0);
  group.set(address.subarray(13, 16), 13);
  return group;
}

function writeFrame(
  into: Uint8Array,
  mac: Uint8Array,
  source: Uint8Array,
  destination: Uint8Array,
  type: number,
  flags: number,
  target: Uint8Array,
  option: number,
): number {
  const length = option === 0 ? NEIGHBOUR_PROBE_LENGTH : NEIGHBOUR_FRAME_LENGTH;
  into.fill(0, 0, length);
  into[0] = 0x33;
  into[1] = 0x33;
  for (let index = 0; index < 4; index++) into[2 + index] = destination[12 + index] as number;
  into.set(mac, MAC_LENGTH);
  into[12] = 0x86;
  into[13] = 0xdd;
  into[IP_AT] = 0x60;
  into[IP_AT + 5] = length - ICMP_AT;
  into[IP_AT + 6] = ICMPV6;
  into[IP_AT + 7] = HOPS;
  into.set(source, SOURCE_AT);
  into.set(destination, DESTINATION_AT);
  into[ICMP_AT] = type;
  into[FLAGS_AT] = flags;
  into.set(target, TARGET_AT);
  if (option !== 0) {
    into[OPTION_AT] = option;
    into[OPTION_AT + 1] = 1;
    into.set(mac, OPTION_AT + 2);
  }
  const sum = pseudoHeaderSum(source, destination, ICMPV6, length - ICMP_AT);
  const checksum = checksumOf(addWords(sum, into, ICMP_AT, length));
  into[CHECKSUM_AT] = checksum >> 8;
  into[CHECKSUM_AT + 1] = checksum & 0xff;
  return length;
}

/** "`address` is at `mac`", to all nodes, from the address itself; bytes written (NEIGHBOUR_FRAME_LENGTH). */
export function writeNeighbourAdvertisement(
  into: Uint8Array,
  mac: Uint8Array,
  address: Uint8Array,
  isRouter: boolean,
): number {
  const flags = FLAG_OVERRIDE | (isRouter ? FLAG_ROUTER : 0);
  return writeFrame(into, mac, address, ALL_NODES, ADVERTISEMENT, flags, address, OPTION_TARGET_MAC);
}

/**
 * "Who has `address`?"; bytes written. Without a `sender` as duplicate detection asks (RFC 4862 section 5.4.2), which
 * is answered to all nodes.
 */
export function writeNeighbourSolicitation(
  into: Uint8Array,
  mac: Uint8Array,
  sender: Uint8Array | undefined,
  address: Uint8Array,
): number {
  const option = sender === undefined ? 0 : OPTION_SOURCE_MAC;
  return writeFrame(into, mac, sender ?? UNSPECIFIED, solicitedNodeGroup(address), SOLICITATION, 0, address, option);
}

/** Does this frame say that somebody has `address`? */
export function neighbourClaims(frame: Uint8Array, length: number, address: Uint8Array): boolean {
  if (length < NEIGHBOUR_PROBE_LENGTH || frame[12] !== 0x86 || frame[13] !== 0xdd) return false;
  if (frame[IP_AT + 6] !== ICMPV6 || frame[IP_AT + 7] !== HOPS || frame[ICMP_AT] !== ADVERTISEMENT) return false;
  for (let index = 0; index < 16; index++) {
    if (frame[TARGET_AT + index] !== address[index]) return false;
  }
  return true;
}

/** The MAC that claims the address: of the option, or where the frame came from. */
export function neighbourMac(frame: Uint8Array, length: number): Uint8Array {
  const hasOption = length >= NEIGHBOUR_FRAME_LENGTH && frame[OPTION_AT] === OPTION_TARGET_MAC;
  const at = hasOption ? OPTION_AT + 2 : MAC_LENGTH;
  return frame.slice(at, at + MAC_LENGTH);
}
