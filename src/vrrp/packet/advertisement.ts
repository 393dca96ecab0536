/**
 * One received advertisement, as a register: the socket decodes every packet into the same object, the receiver reads
 * it and keeps nothing of it. Decoding looks at the shape only (is there a whole VRRP header?); whether the content may
 * be believed is check.ts.
 *
 * A raw IPv4 socket hands out the IP header, too; with IPv6 the kernel keeps it and tells source, destination and hop
 * limit beside the packet (`setIpv6` before `decode`).
 */
import { DROP_TRUNCATED, TAKEN, type Verdict } from '../counters.ts';
import type { Family } from '../model.ts';
import {
  AT_CHECKSUM,
  AT_COUNT,
  AT_INTERVAL,
  AT_PRIORITY,
  AT_VRID,
  CENTISECOND_MS,
  INTERVAL_BITS,
  IPV4_HEADER,
  PROTOCOL_VRRP,
  VRRP_HEADER,
} from './wire.ts';

/** The hop limit was not told. */
export const TTL_UNKNOWN = -1;

export class Advertisement {
  family: Family = 4;
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the VRRP header begins, and how many bytes are there from it on. */
  at = 0;
  length = 0;
  /** IPv4: bytes before the VRRP header, the total length its header claims, and the bytes received. IPv6: 0. */
  ipHeaderLength = 0;
  ipTotalLength = 0;
  receivedLength = 0;
  /** 4 or 16 bytes; overwritten by the next packet. */
  source: Uint8Array;
  destination: Uint8Array;
  /** The source of an IPv4 packet as a number: the key of small tables. */
  source4 = 0;
  ttl = TTL_UNKNOWN;

  version = 0;
  type = 0;
  vrid = 0;
  priority = 0;
  count = 0;
  /** v2 only. */
  authType = 0;
  /** As the packet says, 0 included. */
  intervalMs = 0;
  checksum = 0;
  /** Where the list of addresses begins; it need not be whole. */
  addressesAt = 0;

  readonly #source4 = new Uint8Array(4);
  readonly #destination4 = new Uint8Array(4);
  readonly #source6 = new Uint8Array(16);
  readonly #destination6 = new Uint8Array(16);

  constructor() {
    this.source = this.#source4;
    this.destination = this.#destination4;
  }

  get multicast(): boolean {
    const first = this.destination[0] as number;
    return this.family === 4 ? first >= 224 && first <= 239 : first === 0xff;
  }

  /** What the kernel says beside an IPv6 packet; 16 bytes each at their offsets. */
  setIpv6(
    source: Uint8Array,
    sourceAt: number,
    destination: Uint8Array,
    destinationAt: number,
    hopLimit: number,
  ): void {
    copyAddress(this.#source6, source, sourceAt, 16);
    copyAddress(this.#destination6, destination, destinationAt, 16);
    this.ttl = hopLimit;
  }

  /** TAKEN when there is a VRRP header to look at, else DROP_TRUNCATED (nothing but the addresses may be read then). */
  decode(family: Family, bytes: Uint8Array, start: number, length: number): Verdict {
    this.family = family;
    this.bytes = bytes;
    this.receivedLength = length;
    return family === 4 ? this.#decode4(bytes, start, length) : this.#decode6(bytes, start, length);
  }

  #decode4(bytes: Uint8Array, start: number, length: number): Verdict {
    this.source = this.#source4;
    this.destination = this.#destination4;
    if (length < IPV4_HEADER) return DROP_TRUNCATED;
    const headerLength = ((bytes[start] as number) & 0x0f) << 2;
    if ((bytes[start] as number) >> 4 !== 4 || headerLength < IPV4_HEADER) return DROP_TRUNCATED;
    copyAddress(this.#source4, bytes, start + 12, 4);
    copyAddress(this.#destination4, bytes, start + 16, 4);
    this.source4 = addressNumber(bytes, start + 12);
    if (bytes[start + 9] !== PROTOCOL_VRRP || length < headerLength + VRRP_HEADER) return DROP_TRUNCATED;
    this.ttl = bytes[start + 8] as number;
    this.ipHeaderLength = headerLength;
    this.ipTotalLength = word16(bytes, start + 2);
    this.#readHeader(bytes, start + headerLength, length - headerLength);
    return TAKEN;
  }

  #decode6(bytes: Uint8Array, start: number, length: number): Verdict {
    this.source = this.#source6;
    this.destination = this.#destination6;
    if (length < VRRP_HEADER) return DROP_TRUNCATED;
    this.ipHeaderLength = 0;
    this.ipTotalLength = 0;
    this.#readHeader(bytes, start, length);
    return TAKEN;
  }

  #readHeader(bytes: Uint8Array, at: number, length: number): void {
    this.at = at;
    this.length = length;
    const first = bytes[at] as number;
    this.version = first >> 4;
    this.type = first & 0x0f;
    this.vrid = bytes[at + AT_VRID] as number;
    this.priority = bytes[at + AT_PRIORITY] as number;
    this.count = bytes[at + AT_COUNT] as number;
    if (this.version === 2) {
      this.authType = bytes[at + AT_INTERVAL] as number;
      this.intervalMs = (bytes[at + AT_INTERVAL + 1] as number) * 1000;
    } else {
      this.authType = 0;
      this.intervalMs = (word16(bytes, at + AT_INTERVAL) & INTERVAL_BITS) * CENTISECOND_MS;
    }
    this.checksum = word16(bytes, at + AT_CHECKSUM);
    this.addressesAt = at + VRRP_HEADER;
  }
}

function copyAddress(into: Uint8Array, bytes: Uint8Array, at: number, length: number): void {
  for (let index = 0; index < length; index++) into[index] = bytes[at + index] as number;
}

function word16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** The IPv4 address at `bytes[at]` as a number. */
export function addressNumber(bytes: Uint8Array, at: number): number {
  return ((word16(bytes, at) << 16) | word16(bytes, at + 2)) >>> 0;
}
