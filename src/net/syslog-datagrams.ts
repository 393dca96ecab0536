/**
 * Datagrams of log lines made while a batch of events is dealt with: they wait for its end and leave with one call a
 * socket. Besides the calls that saves most of the wake-ups of whoever receives them, the dearest part of a short datagram.
 * Bounded: so many lines, so many bytes, no longer than the batch. Lines made at any other time leave at once.
 */
import type { Deferred, Reactor } from '../loop/reactor.ts';
import { EAGAIN } from '../sys/errno.ts';
import { allocate, type NativeMemory } from '../sys/memory.ts';
import { close, DatagramVector, MSG_DONTWAIT, MSG_NOSIGNAL, sendto } from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';

const MOST = 64;
const BYTES = 32_768;
/** Longer lines are rare, and not worth their copy. */
const LONGEST = 2048;
const FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;

/** Told what became of lines. */
export interface DatagramReport {
  countSent(lines: number): void;
  /** @param errno positive */
  countError(errno: number, call: string): void;
}

const CALL = 'sendmsg()/writev()';

/** The datagrams of one socket. */
export class DatagramQueue implements Deferred {
  readonly #reactor: Reactor;
  readonly #report: DatagramReport;
  /** -1 once closed. */
  #fd: number;
  readonly #vector = new DatagramVector(MOST);
  readonly #memory: NativeMemory = allocate(BYTES);
  #count = 0;
  #end = 0;
  #deferred = false;

  constructor(reactor: Reactor, report: DatagramReport, fd: number) {
    this.#reactor = reactor;
    this.#report = report;
    this.#fd = fd;
  }

  /** Takes a line; one that comes after `close` is dropped. */
  send(memory: NativeMemory, start: number, length: number, to: SocketAddress): void {
    if (this.#fd < 0) return;
    if (length > LONGEST || !this.#reactor.batchGoesOn) {
      this.flush();
      const result = sendto(this.#fd, memory.address + start, length, FLAGS, to);
      if (result < 0) this.#report.countError(-result, CALL);
      else this.#report.countSent(1);
      return;
    }
    if (this.#count === MOST || this.#end + length > BYTES) this.flush();
    const at = this.#end;
    memory.bytes.copy(this.#memory.bytes, at, start, start + length);
    this.#vector.set(this.#count++, this.#memory.address + at, length, to);
    this.#end = at + length;
    if (!this.#deferred) {
      this.#deferred = true;
      this.#reactor.defer(this);
    }
  }

  /** Sends what waits; the kernel's refusals are counted, what it has no room for is dropped. */
  flush(): void {
    const count = this.#count;
    for (let at = 0; at < count; ) {
      const result = this.#vector.send(this.#fd, at, count - at, FLAGS);
      if (result > 0) {
        this.#report.countSent(result);
        at += result;
      } else if (result === -EAGAIN) {
        for (; at < count; at++) this.#report.countError(EAGAIN, CALL);
      } else {
        this.#report.countError(-result, CALL);
        at++;
      }
    }
    this.#count = 0;
    this.#end = 0;
  }

  /** Sends what waits and closes the socket. */
  close(): void {
    if (this.#fd < 0) return;
    this.flush();
    close(this.#fd);
    this.#fd = -1;
  }

  runDeferred(): void {
    this.#deferred = false;
    this.flush();
  }
}
