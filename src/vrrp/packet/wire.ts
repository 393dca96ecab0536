/** Numbers of the wire: VRRP (RFC 3768, RFC 5798, RFC 9568) and what carries it. Offsets are from the VRRP header. */

export const PROTOCOL_VRRP = 112;
export const TYPE_ADVERTISEMENT = 1;
/** What a multicast advertisement is sent with, and must arrive with: no router has touched it. */
export const HOPS = 255;

/** Version and type, VRID, priority, count of addresses, two bytes by version, checksum. */
export const VRRP_HEADER = 8;
export const AT_VRID = 1;
export const AT_PRIORITY = 2;
export const AT_COUNT = 3;
/** v2: authentication type, interval in seconds. v3: 4 reserved bits, 12 bits of interval in centiseconds. */
export const AT_INTERVAL = 4;
export const AT_CHECKSUM = 6;
/** Trailing authentication data; v2 over IPv4 always has it. */
export const AUTHENTICATION_BYTES = 8;

export const IPV4_HEADER = 20;
/** Ethernet's least payload: shorter packets may arrive with padding behind them. */
export const ETHERNET_LEAST_PAYLOAD = 46;

export const CENTISECOND_MS = 10;
export const INTERVAL_BITS = 0x0fff;

/** VRRP bytes of an advertisement with `count` addresses. */
export function advertisementLength(family: 4 | 6, version: number, count: number): number {
  if (family === 6) return VRRP_HEADER + count * 16;
  return VRRP_HEADER + count * 4 + (version === 2 ? AUTHENTICATION_BYTES : 0);
}
