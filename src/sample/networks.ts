/** Sets of IPv4 and IPv6 networks (match `ip`): one hash set per prefix length, so that a lookup costs no walk. */
import { isIPv4, isIPv6 } from 'node:net';
import { SocketAddress } from '../sys/socket-address.ts';
import { AF_INET, AF_INET6 } from '../sys/socket-constants.ts';

/** Where the address begins in sockaddr_in and sockaddr_in6. */
const IPV4_AT = 4;
const IPV6_AT = 8;
const MAPPED_PREFIX = '00000000000000000000ffff';

export class NetworkSet {
  /** Prefix length -> masked addresses. */
  readonly #ipv4 = new Map<number, Set<number>>();
  readonly #ipv6 = new Map<number, Set<string>>();

  /** Adds `address`, `address/bits` or `address/mask`; throws RangeError on anything else. */
  add(text: string): void {
    const [host = '', suffix] = text.split('/', 2);
    if (isIPv4(host)) {
      const bits = suffix === undefined ? 32 : isIPv4(suffix) ? maskBits(ipv4Number(suffix), text) : Number(suffix);
      if (!(bits >= 0 && bits <= 32)) throw new RangeError(`invalid network '${text}'`);
      grouped(this.#ipv4, bits).add(maskIpv4(ipv4Number(host), bits));
      return;
    }
    if (!isIPv6(host)) throw new RangeError(`invalid address '${text}'`);
    const bits = suffix === undefined ? 128 : Number(suffix);
    if (!(bits >= 0 && bits <= 128)) throw new RangeError(`invalid network '${text}'`);
    grouped(this.#ipv6, bits).add(maskIpv6(SocketAddress.ipv6(host, 0).bytes, IPV6_AT, bits));
  }

  /** Whether the address lies in one of the networks; an IPv4-mapped one counts as both, as in HAProxy. */
  has(address: SocketAddress): boolean {
    if (address.family === AF_INET) return this.hasIpv4(address.bytes.readUInt32BE(IPV4_AT));
    return address.family === AF_INET6 && this.hasIpv6(address.bytes, IPV6_AT);
  }

  hasIpv4(number: number): boolean {
    if (this.#hasIpv4(number)) return true;
    return this.#ipv6.size > 0 && this.#hasIpv6(mapped(number), IPV6_AT);
  }

  /** 16 bytes at `at`. */
  hasIpv6(bytes: Buffer, at: number): boolean {
    if (this.#hasIpv6(bytes, at)) return true;
    return isMapped(bytes, at) && this.#hasIpv4(bytes.readUInt32BE(at + 12));
  }

  #hasIpv4(number: number): boolean {
    for (const [bits, set] of this.#ipv4) if (set.has(maskIpv4(number, bits))) return true;
    return false;
  }

  #hasIpv6(bytes: Buffer, at: number): boolean {
    for (const [bits, set] of this.#ipv6) if (set.has(maskIpv6(bytes, at, bits))) return true;
    return false;
  }
}

function grouped<T>(map: Map<number, Set<T>>, bits: number): Set<T> {
  let set = map.get(bits);
  if (set === undefined) map.set(bits, (set = new Set()));
  return set;
}

function ipv4Number(text: string): number {
  return text.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function maskIpv4(number: number, bits: number): number {
  return bits === 0 ? 0 : (number & (-1 << (32 - bits))) >>> 0;
}

function maskBits(mask: number, text: string): number {
  for (let bits = 0; bits <= 32; bits++) if (maskIpv4(0xffffffff, bits) === mask) return bits;
  throw new RangeError(`invalid network mask in '${text}'`);
}

/** The masked address in hexadecimal. */
function maskIpv6(bytes: Buffer, at: number, bits: number): string {
  const masked = Buffer.from(bytes.subarray(at, at + 16));
  for (let i = 0; i < 16; i++) {
    const kept = Math.max(0, Math.min(8, bits - i * 8));
    masked[i] = (masked[i] as number) & (0xff << (8 - kept));
  }
  return masked.toString('hex');
}

function mapped(number: number): Buffer {
  const bytes = Buffer.alloc(IPV6_AT + 16);
  bytes.write(MAPPED_PREFIX, IPV6_AT, 'hex');
  bytes.writeUInt32BE(number, IPV6_AT + 12);
  return bytes;
}

function isMapped(bytes: Buffer, at: number): boolean {
  return bytes.toString('hex', at, at + 12) === MAPPED_PREFIX;
}
