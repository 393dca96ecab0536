/**
 * Netlink messages as bytes (netlink(7), RFC 3549): a writer that fills one reused piece of memory and a reader that
 * walks what came. Pure: no call is made here. A length that lies ends the walk; nothing that was received can throw.
 *
 *   0 length (u32)  4 type (u16)  6 flags (u16)  8 sequence (u32)  12 port (u32)  16 the family's own head,
 *   then attributes: 0 length (u16, its 4 bytes of head counted)  2 type (u16)  4 value, padded to 4 bytes
 */
import { allocate, type NativeMemory } from './memory.ts';

export const HEADER_SIZE = 16;
const ATTRIBUTE_HEADER_SIZE = 4;
/** The two upper bits of an attribute's type say NESTED and NET_BYTEORDER. */
const TYPE_MASK = 0x3fff;
const WRITER_SIZE = 16384;

function aligned(length: number): number {
  return (length + 3) & ~3;
}

/** One request at a time: `begin`, the head's fields, attributes; `length` bytes at `address` are then the message. */
export class NetlinkWriter {
  readonly bytes: Buffer;
  readonly address: number;
  length = 0;
  /** Something did not fit; the message must not be sent. */
  overflown = false;

  readonly #memory: NativeMemory;

  constructor(size: number = WRITER_SIZE) {
    this.#memory = allocate(size);
    this.bytes = this.#memory.bytes;
    this.address = this.#memory.address;
  }

  /** Starts a message with `headSize` zero bytes of head after the common header; they begin at HEADER_SIZE. */
  begin(type: number, flags: number, headSize: number): void {
    this.length = HEADER_SIZE + aligned(headSize);
    this.overflown = false;
    this.bytes.fill(0, 0, this.length);
    this.bytes.writeUInt16LE(type, 4);
    this.bytes.writeUInt16LE(flags, 6);
    this.bytes.writeUInt32LE(this.length, 0);
  }

  attribute(type: number, value: Uint8Array): void {
    const at = this.#room(type, value.length);
    if (at >= 0) this.bytes.set(value, at);
  }

  attributeU8(type: number, value: number): void {
    const at = this.#room(type, 1);
    if (at >= 0) this.bytes.writeUInt8(value & 0xff, at);
  }

  attributeU16(type: number, value: number): void {
    const at = this.#room(type, 2);
    if (at >= 0) this.bytes.writeUInt16LE(value & 0xffff, at);
  }

  attributeU32(type: number, value: number): void {
    const at = this.#room(type, 4);
    if (at >= 0) this.bytes.writeUInt32LE(value >>> 0, at);
  }

  /** A name, with its NUL. */
  attributeText(type: number, text: string): void {
    const encoded = Buffer.from(text, 'utf8');
    const at = this.#room(type, encoded.length + 1);
    if (at >= 0) encoded.copy(this.bytes, at);
  }

  /** Space of `size` zero bytes for a value the caller writes; where it begins, or -1 when it does not fit. */
  attributeSpace(type: number, size: number): number {
    return this.#room(type, size);
  }

  /** Begins an attribute that holds attributes; its result goes to `endNest`. */
  beginNest(type: number): number {
    return this.#room(type, 0) - ATTRIBUTE_HEADER_SIZE;
  }

  endNest(nest: number): void {
    if (!this.overflown) this.bytes.writeUInt16LE(this.length - nest, nest);
  }

  /** Zero bytes without an attribute's head (struct rtnexthop within RTA_MULTIPATH); where, or -1. */
  space(size: number): number {
    if (this.length + aligned(size) > this.bytes.length) this.overflown = true;
    if (this.overflown) return -1;
    const at = this.length;
    this.length += aligned(size);
    this.bytes.fill(0, at, this.length);
    this.bytes.writeUInt32LE(this.length, 0);
    return at;
  }

  #room(type: number, size: number): number {
    const at = this.space(ATTRIBUTE_HEADER_SIZE + size);
    if (at < 0) return -1;
    this.bytes.writeUInt16LE(ATTRIBUTE_HEADER_SIZE + size, at);
    this.bytes.writeUInt16LE(type, at + 2);
    return at + ATTRIBUTE_HEADER_SIZE;
  }
}

/** Walks the messages of one received piece: `reset`, then the fields are those of a message after each `next()`. */
export class NetlinkReader {
  bytes: Buffer = Buffer.alloc(0);
  type = 0;
  flags = 0;
  sequence = 0;
  /** Where the family's head begins, and the end of the message. */
  start = 0;
  end = 0;
  #next = 0;
  #limit = 0;

  reset(bytes: Buffer, length: number): void {
    this.bytes = bytes;
    this.#next = 0;
    this.#limit = Math.min(length, bytes.length);
  }

  next(): boolean {
    const at = this.#next;
    if (at + HEADER_SIZE > this.#limit) return false;
    const length = this.bytes.readUInt32LE(at);
    if (length < HEADER_SIZE || length > this.#limit - at) return false;
    this.type = this.bytes.readUInt16LE(at + 4);
    this.flags = this.bytes.readUInt16LE(at + 6);
    this.sequence = this.bytes.readUInt32LE(at + 8);
    this.start = at + HEADER_SIZE;
    this.end = at + length;
    this.#next = at + aligned(length);
    return true;
  }

  /** Of NLMSG_ERROR and NLMSG_DONE: 0 or `-errno`; 0 too where the message is too short to say. */
  get status(): number {
    return this.end - this.start >= 4 ? this.bytes.readInt32LE(this.start) : 0;
  }

  /** The attributes that follow a head of `headSize` bytes; none when it is not even whole. */
  attributes(headSize: number): Attributes {
    return readAttributes(this.bytes, this.start + aligned(headSize), this.end);
  }
}

/** Values by type, the last one of a type; views into what was received, so use or copy them before the next read. */
export type Attributes = ReadonlyMap<number, Buffer>;

export function readAttributes(bytes: Buffer, start: number, end: number): Attributes {
  const found = new Map<number, Buffer>();
  const limit = Math.min(end, bytes.length);
  let at = start;
  while (at + ATTRIBUTE_HEADER_SIZE <= limit) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER_SIZE || length > limit - at) break;
    found.set(bytes.readUInt16LE(at + 2) & TYPE_MASK, bytes.subarray(at + ATTRIBUTE_HEADER_SIZE, at + length));
    at += aligned(length);
  }
  return found;
}

/** The attributes within one. */
export function nestedAttributes(value: Buffer | undefined): Attributes {
  return value === undefined ? NONE : readAttributes(value, 0, value.length);
}

const NONE: Attributes = new Map();

/** The number of a u8, u16 or u32 attribute; undefined when it is missing or of another size. */
export function attributeNumber(value: Buffer | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.length === 4) return value.readUInt32LE(0);
  if (value.length === 2) return value.readUInt16LE(0);
  return value.length === 1 ? value[0] : undefined;
}

/** The text up to its NUL. */
export function attributeText(value: Buffer | undefined): string | undefined {
  if (value === undefined) return undefined;
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end < 0 ? value.length : end);
}
