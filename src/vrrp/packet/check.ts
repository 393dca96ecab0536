/**
 * May this advertisement be believed? RFC 5798 section 7.1, in keepalived's order (`vrrp_check_packet`), so that the
 * same packet moves the same counter in both. Where we are stricter or milder it is said at the check. Allocates
 * nothing and looks at nothing outside the packet's bytes.
 */

import { addWords, fold } from '../../net/neighbours/checksum.ts';
import {
  DROP_ADDRESS_COUNT,
  DROP_ADDRESS_LIST,
  DROP_AUTH_FAILURE,
  DROP_AUTH_TYPE_INVALID,
  DROP_AUTH_TYPE_MISMATCH,
  DROP_CAST,
  DROP_CHECKSUM,
  DROP_INTERVAL_MISMATCH,
  DROP_INTERVAL_ZERO,
  DROP_IP_LENGTH,
  DROP_LENGTH,
  DROP_OWN,
  DROP_TTL,
  DROP_TYPE,
  DROP_UNICAST_SOURCE,
  DROP_UNICAST_TTL,
  DROP_VERSION,
  TAKEN,
  type Verdict,
} from '../counters.ts';
import { type Advertisement, TTL_UNKNOWN } from './advertisement.ts';
import { AUTH_HEADER, AUTH_NONE, AUTH_PASSWORD, samePassword } from './authentication.ts';
import { STYLE_OLD_UNICAST, STYLE_PLAIN, STYLE_PSEUDO_HEADER } from './checksum-styles.ts';
import { type Expectation, NOT_A_PEER } from './expectation.ts';
import {
  AUTHENTICATION_BYTES,
  advertisementLength,
  ETHERNET_LEAST_PAYLOAD,
  HOPS,
  PROTOCOL_VRRP,
  TYPE_ADVERTISEMENT,
} from './wire.ts';

const RIGHT = 0xffff;

/**
 * TAKEN, or why not. `checkAddresses` false spares the list (`skip_check_adv_addr`, the same master as before).
 * TAKEN also teaches the peer's checksum style.
 */
export function checkAdvertisement(packet: Advertisement, expected: Expectation, checkAddresses: boolean): Verdict {
  const bodyLength = advertisementLength(expected.family, packet.version, packet.count);
  const packetLength = packet.ipHeaderLength + bodyLength;
  if (!isLength(packet, packetLength)) return DROP_LENGTH;
  if (!expected.unicast && packet.ttl !== TTL_UNKNOWN && packet.ttl !== HOPS) return DROP_TTL;
  if (packet.version !== expected.version) return DROP_VERSION;
  if (expected.version === 2) {
    const verdict = checkVersion2(packet, expected, bodyLength);
    if (verdict !== TAKEN) return verdict;
  }
  if (packet.type !== TYPE_ADVERTISEMENT) return DROP_TYPE;
  if (checkAddresses && packet.count !== expected.addresses.count) return DROP_ADDRESS_COUNT;
  if (expected.family === 4 && !isTotalLength(packet, packetLength)) return DROP_IP_LENGTH;
  const style = expected.family === 4 ? believedStyle(packet, expected, bodyLength) : STYLE_PSEUDO_HEADER;
  if (style === 0) return DROP_CHECKSUM;
  // keepalived takes 0 and then leaves and regains MASTER without end.
  if (packet.intervalMs === 0) return DROP_INTERVAL_ZERO;
  if (packet.multicast === expected.unicast) return DROP_CAST;
  if (checkAddresses && !expected.addresses.containedIn(packet.bytes, packet.addressesAt, packet.count)) {
    return DROP_ADDRESS_LIST;
  }
  // keepalived skips this, too, with skip_check_adv_addr; it costs nothing to look every time.
  if (expected.unicast && expected.checkUnicastSource) {
    const peer = expected.peerOf(packet);
    if (peer === NOT_A_PEER) return DROP_UNICAST_SOURCE;
    if (packet.ttl !== TTL_UNKNOWN) {
      if (packet.ttl < (expected.minTtl[peer] as number) || packet.ttl > (expected.maxTtl[peer] as number)) {
        return DROP_UNICAST_TTL;
      }
    }
  }
  if (expected.isOwn(packet)) return DROP_OWN;
  if (expected.family === 4 && expected.version === 3) expected.styles.teach(packet.source4, style);
  return TAKEN;
}

/** Exactly what the header promises, or Ethernet's padding behind a short packet (keepalived since 2.3.2). */
function isLength(packet: Advertisement, expectedLength: number): boolean {
  const length = packet.receivedLength;
  if (length === expectedLength) return true;
  return packet.family === 4 && length > expectedLength && length <= ETHERNET_LEAST_PAYLOAD;
}

/** The IP header agrees with what was received, or leaves the padding out. */
function isTotalLength(packet: Advertisement, expectedLength: number): boolean {
  return packet.ipTotalLength === packet.receivedLength || packet.ipTotalLength === expectedLength;
}

function checkVersion2(packet: Advertisement, expected: Expectation, bodyLength: number): Verdict {
  const type = packet.authType;
  if (type !== AUTH_NONE && type !== AUTH_PASSWORD && type !== AUTH_HEADER) return DROP_AUTH_TYPE_INVALID;
  if (type !== expected.authType) return DROP_AUTH_TYPE_MISMATCH;
  if (type === AUTH_PASSWORD) {
    const passwordAt = packet.at + bodyLength - AUTHENTICATION_BYTES;
    if (!samePassword(expected.authData, packet.bytes, passwordAt)) return DROP_AUTH_FAILURE;
  }
  return packet.intervalMs === expected.intervalMs ? TAKEN : DROP_INTERVAL_MISMATCH;
}

/** IPv4 only (the kernel checks IPv6): the checksum style to believe the packet by, 0 when it is wrong. */
function believedStyle(packet: Advertisement, expected: Expectation, bodyLength: number): number {
  const plain = addWords(0, packet.bytes, packet.at, packet.at + bodyLength);
  if (expected.version === 2) return fold(plain) === RIGHT ? STYLE_PLAIN : 0;
  const accepted = expected.acceptedStyles;
  const sourceSum = plain + PROTOCOL_VRRP + bodyLength + addWords(0, packet.source, 0, 4);
  let valid = 0;
  if (fold(sourceSum + addWords(0, packet.destination, 0, 4)) === RIGHT) valid |= STYLE_PSEUDO_HEADER;
  if (fold(plain) === RIGHT) valid |= STYLE_PLAIN;
  if (fold(sourceSum + addWords(0, expected.multicastGroup, 0, 4)) === RIGHT) valid |= STYLE_OLD_UNICAST;
  valid &= accepted;
  return valid === 0 ? 0 : expected.styles.judge(packet.source4, valid);
}
