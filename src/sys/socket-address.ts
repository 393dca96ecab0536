/**
 * Socket addresses as the kernel takes them (struct sockaddr_in, _in6, _un) and as people read them. An instance never
 * changes; names are not resolved here. Texts follow inet_ntop(3), which HAProxy's logs use.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { native } from './ffi.ts';
import { addressOf, cString } from './memory.ts';
import { AF_INET, AF_INET6, AF_UNIX } from './socket-constants.ts';

const IPV4_LENGTH = 16;
const IPV6_LENGTH = 28;
/** sun_path begins after the 2 bytes of sun_family and has 108 bytes. */
const UNIX_PATH_START = 2;
const UNIX_PATH_SIZE = 108;

const ifNameToIndex = native('uint32_t if_nametoindex(uintptr_t)');

/** The kernel's index of a network interface, 0 if there is none of that name. */
export function interfaceIndex(name: string): number {
  const text = cString(name);
  return ifNameToIndex(text.address);
}

export class SocketAddress {
  /** AF_INET, AF_INET6, AF_UNIX, or whatever the kernel gave. */
  readonly family: number;
  /** The sockaddr itself, `length` bytes. Never write to it. */
  readonly bytes: Buffer;
  readonly length: number;
  #address = 0;
  #host: string | undefined;

  private constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.family = bytes.length >= 2 ? (bytes[0] as number) | ((bytes[1] as number) << 8) : 0;
  }

  /** `host` in dotted form; throws RangeError on anything else or a port outside 0..65535. */
  static ipv4(host: string, port: number): SocketAddress {
    if (!isIPv4(host)) throw new RangeError(`not an IPv4 address: '${host}'`);
    const bytes = Buffer.alloc(IPV4_LENGTH);
    bytes[0] = AF_INET;
    bytes.writeUInt16BE(port, 2);
    const parts = host.split('.');
    for (let index = 0; index < 4; index++) bytes[4 + index] = Number(parts[index]);
    return new SocketAddress(bytes);
  }

  /** `host` as RFC 4291 text, a zone (`fe80::1%eth0`, `%2`) allowed; throws RangeError on anything else. */
  static ipv6(host: string, port: number): SocketAddress {
    if (!isIPv6(host)) throw new RangeError(`not an IPv6 address: '${host}'`);
    const bytes = Buffer.alloc(IPV6_LENGTH);
    bytes[0] = AF_INET6;
    bytes.writeUInt16BE(port, 2);
    const percent = host.indexOf('%');
    writeIpv6(percent < 0 ? host : host.slice(0, percent), bytes, 8);
    if (percent >= 0) {
      const zone = host.slice(percent + 1);
      const scope = /^\d+$/.test(zone) ? Number(zone) : interfaceIndex(zone);
      if (scope === 0) throw new RangeError(`no such interface: '${zone}'`);
      bytes.writeUInt32LE(scope, 24);
    }
    return new SocketAddress(bytes);
  }

  /** A socket in the file system; throws RangeError when the path does not fit (107 bytes). */
  static unix(path: string): SocketAddress {
    const encoded = Buffer.from(path, 'utf8');
    if (encoded.length === 0 || encoded.length >= UNIX_PATH_SIZE || encoded.includes(0)) {
      throw new RangeError(`unix socket path empty or longer than ${UNIX_PATH_SIZE - 1} bytes: '${path}'`);
    }
    const bytes = Buffer.alloc(UNIX_PATH_START + encoded.length + 1);
    bytes[0] = AF_UNIX;
    encoded.copy(bytes, UNIX_PATH_START);
    return new SocketAddress(bytes);
  }

  /** A socket in Linux's abstract name space. The length tells names apart, so nothing is padded (HAProxy pads: see `padded`). */
  static abstract(name: string, padded = false): SocketAddress {
    const encoded = Buffer.from(name, 'utf8');
    if (encoded.length === 0 || encoded.length >= UNIX_PATH_SIZE) {
      throw new RangeError(`abstract socket name empty or longer than ${UNIX_PATH_SIZE - 1} bytes: '${name}'`);
    }
    const bytes = Buffer.alloc(UNIX_PATH_START + (padded ? UNIX_PATH_SIZE : 1 + encoded.length));
    bytes[0] = AF_UNIX;
    encoded.copy(bytes, UNIX_PATH_START + 1);
    return new SocketAddress(bytes);
  }

  /** Copies what the kernel wrote: the first `length` bytes. */
  static fromBytes(buffer: Uint8Array, length: number): SocketAddress {
    const bytes = Buffer.allocUnsafe(length);
    bytes.set(buffer.subarray(0, length));
    return new SocketAddress(bytes);
  }

  /** Where `bytes` lie, for system calls; found at first use, since most peers are only printed. */
  get address(): number {
    if (this.#address === 0) this.#address = addressOf(this.bytes);
    return this.#address;
  }

  /** IP text, or the unix path, or the abstract name without its NUL; '' for an unnamed unix socket. */
  get host(): string {
    this.#host ??= hostText(this.family, this.bytes);
    return this.#host;
  }

  /** 0 for families without ports. */
  get port(): number {
    return this.family === AF_INET || this.family === AF_INET6
      ? ((this.bytes[2] as number) << 8) | (this.bytes[3] as number)
      : 0;
  }

  /** True for names in the abstract space. */
  get isAbstract(): boolean {
    return this.family === AF_UNIX && this.length > UNIX_PATH_START && this.bytes[UNIX_PATH_START] === 0;
  }

  /** True for ::ffff:0:0/96 (an IPv4 peer on a v4v6 listener). */
  get isMappedIpv4(): boolean {
    return this.family === AF_INET6 && isMapped(this.bytes, 8);
  }

  /** The same host with another port; for families without ports, itself. */
  withPort(port: number): SocketAddress {
    if (this.family !== AF_INET && this.family !== AF_INET6) return this;
    const bytes = Buffer.from(this.bytes);
    bytes.writeUInt16BE(port, 2);
    return new SocketAddress(bytes);
  }

  /** An IPv4-mapped IPv6 address as the IPv4 address it is; anything else, itself. */
  unmapped(): SocketAddress {
    if (!this.isMappedIpv4) return this;
    const bytes = Buffer.alloc(IPV4_LENGTH);
    bytes[0] = AF_INET;
    this.bytes.copy(bytes, 2, 2, 4);
    this.bytes.copy(bytes, 4, 20, 24);
    return new SocketAddress(bytes);
  }

  equals(other: SocketAddress): boolean {
    return this.bytes.equals(other.bytes);
  }

  toString(): string {
    if (this.family === AF_INET) return `${this.host}:${this.port}`;
    if (this.family === AF_INET6) return `[${this.host}]:${this.port}`;
    if (this.family === AF_UNIX) return this.isAbstract ? `abns@${this.host}` : `unix:${this.host}`;
    return `family ${this.family}`;
  }
}

function hostText(family: number, bytes: Buffer): string {
  if (family === AF_INET) return `${bytes[4]}.${bytes[5]}.${bytes[6]}.${bytes[7]}`;
  if (family === AF_INET6) return ipv6Text(bytes, 8);
  if (family !== AF_UNIX || bytes.length <= UNIX_PATH_START) return '';
  const start = bytes[UNIX_PATH_START] === 0 ? UNIX_PATH_START + 1 : UNIX_PATH_START;
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end < 0 ? bytes.length : end);
}

function isMapped(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < 10; index++) if (bytes[at + index] !== 0) return false;
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
}

/** An IPv4 address behind zeros alone, as the first IPv6 stacks had them; ::1 and its like are none. */
function isCompatible(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < 12; index++) if (bytes[at + index] !== 0) return false;
  return bytes[at + 12] !== 0 || bytes[at + 13] !== 0;
}

/** RFC 5952 text of the 16 bytes at `at`; IPv4 addresses within it dotted, as inet_ntop does. */
export function ipv6Text(bytes: Buffer, at: number): string {
  const prefix = isMapped(bytes, at) ? '::ffff:' : isCompatible(bytes, at) ? '::' : undefined;
  if (prefix !== undefined) return `${prefix}${bytes.subarray(at + 12, at + 16).join('.')}`;
  let bestStart = -1;
  let bestLength = 1;
  for (let group = 0; group < 8; ) {
    let length = 0;
    while (group + length < 8 && bytes.readUInt16BE(at + 2 * (group + length)) === 0) length++;
    if (length > bestLength) {
      bestStart = group;
      bestLength = length;
    }
    group += length === 0 ? 1 : length;
  }
  let text = '';
  for (let group = 0; group < 8; group++) {
    if (group === bestStart) {
      text += '::';
      group += bestLength - 1;
      continue;
    }
    if (text !== '' && !text.endsWith(':')) text += ':';
    text += bytes.readUInt16BE(at + 2 * group).toString(16);
  }
  return text;
}

/** Writes 16 bytes; `host` was judged by isIPv6 and has no zone. */
function writeIpv6(host: string, bytes: Buffer, at: number): void {
  let text = host;
  const dot = text.indexOf('.');
  if (dot >= 0) {
    const start = text.lastIndexOf(':') + 1;
    const parts = text.slice(start).split('.').map(Number) as [number, number, number, number];
    text = `${text.slice(0, start)}${((parts[0] << 8) | parts[1]).toString(16)}:${((parts[2] << 8) | parts[3]).toString(16)}`;
  }
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  before.forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), at + 2 * index);
  });
  after.forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), at + 2 * (8 - after.length + index));
  });
}
