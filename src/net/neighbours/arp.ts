/**
 * ARP for IPv4 over Ethernet (RFC 826): the gratuitous request that tells neighbours who has an address now
 * (RFC 5227 section 3, byte for byte keepalived's), the probe that asks who has it, and reading the answers.
 *
 *   0 destination MAC  6 source MAC  12 0x0806 | 14 hardware 1  16 protocol 0x0800  18 lengths 6 4  20 operation
 *   22 sender MAC  28 sender address  32 target MAC  38 target address
 */
export const ARP_FRAME_LENGTH = 42;
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;
export const MAC_LENGTH = 6;

const BROADCAST = 0xff;
const ETHERTYPE_HIGH = 0x08;
const ETHERTYPE_LOW = 0x06;
const HARDWARE_AT = 14;
const OPERATION_AT = 20;
const SENDER_MAC_AT = 22;
const SENDER_ADDRESS_AT = 28;
const TARGET_MAC_AT = 32;
const TARGET_ADDRESS_AT = 38;

function writeFrame(into: Uint8Array, mac: Uint8Array): void {
  into.fill(BROADCAST, 0, MAC_LENGTH);
  into.set(mac, MAC_LENGTH);
  into[12] = ETHERTYPE_HIGH;
  into[13] = ETHERTYPE_LOW;
  into[HARDWARE_AT] = 0;
  into[HARDWARE_AT + 1] = 1;
  into[HARDWARE_AT + 2] = 0x08;
  into[HARDWARE_AT + 3] = 0;
  into[HARDWARE_AT + 4] = MAC_LENGTH;
  into[HARDWARE_AT + 5] = 4;
  into[OPERATION_AT] = 0;
  into[OPERATION_AT + 1] = ARP_REQUEST;
  into.set(mac, SENDER_MAC_AT);
}

/** "`address` is at `mac`": a broadcast request of the address for itself, target MAC ff:ff:ff:ff:ff:ff. */
export function writeGratuitousArp(into: Uint8Array, mac: Uint8Array, address: Uint8Array): void {
  writeFrame(into, mac);
  into.set(address, SENDER_ADDRESS_AT);
  into.fill(BROADCAST, TARGET_MAC_AT, TARGET_MAC_AT + MAC_LENGTH);
  into.set(address, TARGET_ADDRESS_AT);
}

/**
 * "Who has `address`?" `sender`: our own address, or 0.0.0.0 for a probe before an address is used (RFC 5227 2.1),
 * which changes nobody's table.
 */
export function writeArpRequest(into: Uint8Array, mac: Uint8Array, sender: Uint8Array, address: Uint8Array): void {
  writeFrame(into, mac);
  into.set(sender, SENDER_ADDRESS_AT);
  into.fill(0, TARGET_MAC_AT, TARGET_MAC_AT + MAC_LENGTH);
  into.set(address, TARGET_ADDRESS_AT);
}

/** Does this frame say that somebody has `address` (its sender)? Then its sender's MAC stands at `arpSenderMacAt`. */
export function arpClaims(frame: Uint8Array, length: number, address: Uint8Array): boolean {
  if (length < ARP_FRAME_LENGTH || frame[12] !== ETHERTYPE_HIGH || frame[13] !== ETHERTYPE_LOW) return false;
  if (frame[HARDWARE_AT + 4] !== MAC_LENGTH || frame[HARDWARE_AT + 5] !== 4) return false;
  const operation = ((frame[OPERATION_AT] as number) << 8) | (frame[OPERATION_AT + 1] as number);
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return false;
  for (let index = 0; index < 4; index++) {
    if (frame[SENDER_ADDRESS_AT + index] !== address[index]) return false;
  }
  return true;
}

/** The MAC that claims the address, in a frame that `arpClaims`. */
export function arpSenderMac(frame: Uint8Array): Uint8Array {
  return frame.slice(SENDER_MAC_AT, SENDER_MAC_AT + MAC_LENGTH);
}
