/**
 * Ways out for log lines that never wait: what the kernel does not take at once is dropped and counted. One outlet per
 * destination kind and process, shared by all log senders: a datagram socket a family, a descriptor, a stream a peer.
 */
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Reactor } from '../loop/reactor.ts';
import { EAGAIN, errnoMessage } from '../sys/errno.ts';
import type { NativeMemory } from '../sys/memory.ts';
import {
  SHUT_RD,
  SO_RCVBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  setNonBlocking,
  setOption,
  shutdown,
  socket,
} from '../sys/socket.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import { DatagramQueue, type DatagramReport } from './syslog-datagrams.ts';
import type { LogCounters, LogOutlet } from './syslog-outlet.ts';
import { LogStream } from './syslog-stream.ts';

/** Where lines go; the configuration's addresses are such. Port 0 means syslog's own. */
export type LogAddress =
  | { readonly kind: 'ipv4' | 'ipv6'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix' | 'abstract'; readonly path: string }
  | { readonly kind: 'fd'; readonly fd: number };

export class LogOutlets implements DatagramReport {
  readonly counters: LogCounters = { sent: 0, dropped: 0, failed: 0 };
  readonly #reactor: Reactor;
  readonly #onFailure: (message: string) => void;
  readonly #queues = new Map<number, DatagramQueue>();
  readonly #outlets = new Map<string, LogOutlet>();
  readonly #streams: LogStream[] = [];
  #failureTold = false;

  /** @param onFailure gets HAProxy's alert text of the first failure that is not a full queue */
  constructor(reactor: Reactor, onFailure: (message: string) => void = () => {}) {
    this.#reactor = reactor;
    this.#onFailure = onFailure;
  }

  /** The outlet to this address; throws RangeError for an address that cannot be one. */
  outlet(address: LogAddress, protocol: 'datagram' | 'stream'): LogOutlet {
    if (address.kind === 'fd') return this.#shared(`fd ${address.fd}`, () => new DescriptorOutlet(this, address.fd));
    const to = socketAddressOf(address);
    return this.#shared(`${protocol} ${to}`, () => {
      if (protocol === 'datagram') return new DatagramOutlet(this, to);
      const stream = new LogStream(this.#reactor, to, this.counters);
      this.#streams.push(stream);
      return stream;
    });
  }

  #shared(key: string, make: () => LogOutlet): LogOutlet {
    let outlet = this.#outlets.get(key);
    if (outlet === undefined) {
      outlet = make();
      this.#outlets.set(key, outlet);
    }
    return outlet;
  }

  /** The way out for datagrams of the family, or `-errno`. */
  datagrams(family: number): DatagramQueue | number {
    const known = this.#queues.get(family);
    if (known !== undefined) return known;
    const fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fd;
    // Nothing is to be received: let nobody fill our memory.
    setOption(fd, SOL_SOCKET, SO_RCVBUF, 0);
    shutdown(fd, SHUT_RD);
    const queue = new DatagramQueue(this.#reactor, this, fd);
    this.#queues.set(family, queue);
    return queue;
  }

  countSent(lines: number): void {
    this.counters.sent += lines;
  }

  /** @param errno positive */
  countError(errno: number, call: string): void {
    if (errno === EAGAIN) {
      this.counters.dropped++;
      return;
    }
    this.counters.failed++;
    if (this.#failureTold) return;
    this.#failureTold = true;
    this.#onFailure(`${call} failed in logger: ${errnoMessage(errno)} (errno=${errno})`);
  }

  /** Closes what it opened; lines sent later are dropped. */
  close(): void {
    for (const queue of this.#queues.values()) queue.close();
    for (const stream of this.#streams) stream.close();
  }
}

class DatagramOutlet implements LogOutlet {
  readonly #outlets: LogOutlets;
  readonly #to: SocketAddress;
  #queue: DatagramQueue | null = null;

  constructor(outlets: LogOutlets, to: SocketAddress) {
    this.#outlets = outlets;
    this.#to = to;
  }

  write(memory: NativeMemory, start: number, length: number): void {
    let queue = this.#queue;
    if (queue === null) {
      const made = this.#outlets.datagrams(this.#to.family);
      if (typeof made === 'number') {
        this.#outlets.countError(-made, 'socket()');
        return;
      }
      this.#queue = made;
      queue = made;
    }
    queue.send(memory, start, length, this.#to);
  }
}

/** `fd@N`, stdout, stderr: made non-blocking at first use, unless it is a terminal. */
class DescriptorOutlet implements LogOutlet {
  readonly #outlets: LogOutlets;
  readonly #fd: number;
  #prepared = false;

  constructor(outlets: LogOutlets, fd: number) {
    this.#outlets = outlets;
    this.#fd = fd;
  }

  write(memory: NativeMemory, start: number, length: number): void {
    if (!this.#prepared) {
      this.#prepared = true;
      if (!isatty(this.#fd)) setNonBlocking(this.#fd);
    }
    try {
      // A line that was only begun cannot be taken back; pipes take up to 4096 bytes whole or not at all.
      writeSync(this.#fd, memory.bytes, start, length);
      this.#outlets.counters.sent++;
    } catch (error) {
      this.#outlets.countError(-((error as { errno?: number }).errno ?? 0), 'sendmsg()/writev()');
    }
  }
}

function socketAddressOf(address: Exclude<LogAddress, { kind: 'fd' }>): SocketAddress {
  switch (address.kind) {
    case 'ipv4':
      return SocketAddress.ipv4(address.host, address.port || SYSLOG_PORT);
    case 'ipv6':
      return SocketAddress.ipv6(address.host, address.port || SYSLOG_PORT);
    case 'unix':
      return SocketAddress.unix(address.path);
    case 'abstract':
      return SocketAddress.abstract(address.path, true);
  }
}

const SYSLOG_PORT = 514;
