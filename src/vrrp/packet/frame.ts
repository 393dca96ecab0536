/**
 * The advertisement an instance sends, laid out once: only priority, destination and checksum change from packet to
 * packet, and the sum of everything else is kept, so a tick writes a dozen bytes and allocates nothing.
 *
 * IPv4 has its IP header in front (IP_HDRINCL), as keepalived's: TOS 0xC0 (internetwork control), no identification,
 * TTL 255; the kernel fills the header's own checksum. IPv6 is the VRRP part alone: the kernel adds header and checksum
 * (IPV6_CHECKSUM at offset 6).
 */

import { addWords, checksumOf } from '../../net/neighbours/checksum.ts';
import { allocate, type NativeMemory } from '../../sys/memory.ts';
import type { Family, InstanceModel } from '../model.ts';
import { type ChecksumStyle, STYLE_OLD_UNICAST, STYLE_PLAIN, STYLE_PSEUDO_HEADER } from './checksum-styles.ts';
import { checksumStyleOf } from './expectation.ts';
import {
  AT_CHECKSUM,
  AT_COUNT,
  AT_INTERVAL,
  AT_PRIORITY,
  AT_VRID,
  advertisementLength,
  CENTISECOND_MS,
  HOPS,
  INTERVAL_BITS,
  IPV4_HEADER,
  PROTOCOL_VRRP,
  TYPE_ADVERTISEMENT,
  VRRP_HEADER,
} from './wire.ts';

const INTERNETWORK_CONTROL = 0xc0;
const SOURCE_AT = 12;
const DESTINATION_AT = 16;

export class AdvertisementFrame {
  readonly family: Family;
  /** What is handed to the kernel: `length` bytes at `address`. */
  readonly bytes: Buffer;
  readonly address: number;
  readonly length: number;
  /** Of unicast; -1: the multicast 255. */
  readonly hopLimit: number;
  /** Where it is sent from: 4 or 16 bytes, changed by `setSource`. */
  readonly source: Uint8Array;

  readonly #memory: NativeMemory;
  readonly #version: number;
  readonly #group: Uint8Array;
  readonly #style: ChecksumStyle;
  /** Where the VRRP header begins. */
  readonly #at: number;
  /** Of all words of the VRRP part but priority and checksum. */
  readonly #constantSum: number;
  /** Of the pseudo-header without its destination. */
  #pseudoSum = 0;
  #groupSum = 0;

  constructor(model: InstanceModel, source: Uint8Array) {
    this.family = model.family;
    this.#version = model.version;
    this.#group = model.multicastGroup;
    this.#style = checksumStyleOf(model);
    this.hopLimit = model.unicast ? model.unicastTtl : -1;
    const addresses = model.addresses.filter((address) => address.family === model.family);
    const bodyLength = advertisementLength(model.family, model.version, addresses.length);
    this.#at = model.family === 4 ? IPV4_HEADER : 0;
    this.length = this.#at + bodyLength;
    this.#memory = allocate(this.length);
    this.bytes = this.#memory.bytes;
    this.address = this.#memory.address;
    this.source = new Uint8Array(model.family === 4 ? 4 : 16);

    if (model.family === 4) this.#layHeader();
    this.#layBody(
      model,
      addresses.map((address) => address.address),
    );
    this.#constantSum = addWords(0, this.bytes, this.#at, this.length);
    this.setSource(source);
    this.write(model.priority);
  }

  /** The interface's address has changed. Takes effect with the next `write`. */
  setSource(source: Uint8Array): void {
    this.source.set(source);
    if (this.family === 6) return;
    this.bytes.set(source, SOURCE_AT);
    this.#pseudoSum = addWords(PROTOCOL_VRRP + this.length - this.#at, source, 0, 4);
    this.#groupSum = addWords(0, this.#group, 0, 4);
  }

  /**
   * Fills in what changes. `destination`: the multicast group unless told; `style`: the configured checksum unless a
   * peer of v3 was heard to use another.
   */
  write(priority: number, destination: Uint8Array = this.#group, style: ChecksumStyle = this.#style): void {
    const bytes = this.bytes;
    const at = this.#at;
    bytes[at + AT_PRIORITY] = priority;
    if (this.family === 6) return;
    for (let index = 0; index < 4; index++) bytes[DESTINATION_AT + index] = destination[index] as number;
    let sum = this.#constantSum + (priority << 8);
    if (this.#version === 3 && style !== STYLE_PLAIN) {
      sum += this.#pseudoSum;
      sum += style === STYLE_OLD_UNICAST ? this.#groupSum : addWords(0, destination, 0, 4);
    }
    const checksum = checksumOf(sum);
    bytes[at + AT_CHECKSUM] = checksum >> 8;
    bytes[at + AT_CHECKSUM + 1] = checksum & 0xff;
  }

  /**
   * The style to answer a unicast peer in: what it uses itself (keepalived does so, too, for its old unicast checksum),
   * or the configured one when nothing was heard (0) or the configuration asks for a special one.
   */
  styleFor(heard: ChecksumStyle): ChecksumStyle {
    return heard === 0 || this.#style !== STYLE_PSEUDO_HEADER ? this.#style : heard;
  }

  #layHeader(): void {
    const bytes = this.bytes;
    bytes[0] = 0x45;
    bytes[1] = INTERNETWORK_CONTROL;
    bytes.writeUInt16BE(this.length, 2);
    bytes[8] = this.hopLimit < 0 ? HOPS : this.hopLimit;
    bytes[9] = PROTOCOL_VRRP;
  }

  #layBody(model: InstanceModel, addresses: readonly Uint8Array[]): void {
    const bytes = this.bytes;
    const at = this.#at;
    bytes[at] = (model.version << 4) | TYPE_ADVERTISEMENT;
    bytes[at + AT_VRID] = model.vrid;
    bytes[at + AT_COUNT] = addresses.length;
    if (model.version === 2) {
      bytes[at + AT_INTERVAL] = model.authentication.type;
      bytes[at + AT_INTERVAL + 1] = Math.floor(model.advertIntervalMs / 1000);
    } else {
      bytes.writeUInt16BE(Math.floor(model.advertIntervalMs / CENTISECOND_MS) & INTERVAL_BITS, at + AT_INTERVAL);
    }
    let next = at + VRRP_HEADER;
    for (const address of addresses) {
      bytes.set(address, next);
      next += address.length;
    }
    if (model.version === 2 && model.family === 4) bytes.set(model.authentication.data, next);
  }
}
