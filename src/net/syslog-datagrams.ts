/**
 * Datagrams of log lines made while a batch of events is dealt with: they wait for its end and leave with one call a
 * socket, those of equal length that follow one another as one message (`DatagramVector`). Besides the calls that saves
 * most of the wake-ups of whoever receives them, the dearest part of a short datagram.
 * Bounded: so many messages, so many bytes, no longer than the batch. Lines made at any other time leave at once.
 */
import type { Deferred, Reactor } from '../loop/reactor.ts';
import { canSegment, DatagramVector } from '../sys/datagram-vector.ts';
import { EAGAIN, EINVAL, EIO, EMSGSIZE } from '../sys/errno.ts';
import { allocate, type NativeMemory } from '../sys/memory.ts';
import { close, MSG_DONTWAIT, MSG_NOSIGNAL, sendto } from '../sys/socket.ts';
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

/** A path that cannot take runs says one of these; what it says of single datagrams is told then. */
function isRefusalOfRuns(errno: number): boolean {
  return errno === EINVAL || errno === EMSGSIZE || errno === EIO;
}

/** The datagrams of one socket. */
export class DatagramQueue implements Deferred {
  readonly #reactor: Reactor;
  readonly #report: DatagramReport;
  /** -1 once closed. */
  #fd: number;
  readonly #vector = new DatagramVector(MOST);
  readonly #memory: NativeMemory = allocate(BYTES);
  #end = 0;
  #deferred = false;

  constructor(reactor: Reactor, report: DatagramReport, fd: number) {
    this.#reactor = reactor;
    this.#report = report;
    this.#fd = fd;
    this.#vector.segments = canSegment(fd);
  }

  /** Takes a line; one that comes after `close` is dropped. */
  send(memory: NativeMemory, start: number, length: number, to: SocketAddress): void {
    if (this.#fd < 0) return;
    if (length > LONGEST || !(this.#reactor.batchGoesOn || this.#deferred)) {
      this.flush();
      const result = sendto(this.#fd, memory.address + start, length, FLAGS, to);
      if (result < 0) this.#report.countError(-result, CALL);
      else this.#report.countSent(1);
      return;
    }
    if (this.#vector.count === MOST || this.#end + length > BYTES) this.flush();
    const at = this.#end;
    memory.bytes.copy(this.#memory.bytes, at, start, start + length);
    this.#vector.add(this.#memory.address + at, length, to);
    this.#end = at + length;
    if (!this.#deferred) {
      this.#deferred = true;
      this.#reactor.defer(this);
    }
  }

  /** Sends what waits; the kernel's refusals are counted, what it has no room for is dropped. */
  flush(): void {
    const vector = this.#vector;
    for (let at = 0; at < vector.count; ) {
      const result = vector.send(this.#fd, at, FLAGS);
      if (result > 0) {
        for (const end = at + result; at < end; at++) this.#report.countSent(vector.datagrams(at));
      } else if (result === -EAGAIN) {
        for (; at < vector.count; at++) this.#countErrors(EAGAIN, vector.datagrams(at));
      } else if (vector.datagrams(at) > 1 && isRefusalOfRuns(-result)) {
        vector.segments = false;
        this.#sendParts(at++);
      } else {
        this.#countErrors(-result, vector.datagrams(at++));
      }
    }
    vector.clear();
    this.#end = 0;
  }

  /** The run that was refused, a line at a time. */
  #sendParts(index: number): void {
    const lines = this.#vector.datagrams(index);
    for (let line = 0; line < lines; line++) {
      const result = this.#vector.sendPart(this.#fd, index, line, FLAGS);
      if (result < 0) this.#report.countError(-result, CALL);
      else this.#report.countSent(1);
    }
  }

  #countErrors(errno: number, lines: number): void {
    for (let line = 0; line < lines; line++) this.#report.countError(errno, CALL);
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
