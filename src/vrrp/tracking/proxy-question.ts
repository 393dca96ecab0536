/**
 * One question to a runtime API: connect, ask, read to the end. Bounded in time and size, so that a proxy that hangs
 * (SIGSTOP: the kernel still accepts) or talks without end costs nothing but a failure.
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer } from '../../loop/timer-wheel.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT } from '../../sys/epoll.ts';
import { EAGAIN, EINPROGRESS, errnoMessage } from '../../sys/errno.ts';
import { allocate, type NativeMemory } from '../../sys/memory.ts';
import {
  AF_UNIX,
  close,
  connect,
  connectError,
  MSG_NOSIGNAL,
  recv,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  send,
  socket,
} from '../../sys/socket.ts';
import { SocketAddress } from '../../sys/socket-address.ts';

/** A row of `show stat` is about 700 bytes, `show info` about 2 KiB. */
const LONGEST_ANSWER = 256 * 1024;

export interface QuestionListener {
  onAnswer(answer: string): void;
  /** For people. */
  onNoAnswer(reason: string): void;
}

export class ProxyQuestion {
  readonly #reactor: Reactor;
  readonly #listener: QuestionListener;
  readonly #address: SocketAddress;
  readonly #timeoutMs: number;
  readonly #request: NativeMemory;
  readonly #requestLength: number;
  readonly #timer = new Timer(this);
  #answer: NativeMemory = allocate(16 * 1024);
  #received = 0;
  #sent = 0;
  #fd = -1;

  constructor(reactor: Reactor, path: string, commands: string, timeoutMs: number, listener: QuestionListener) {
    this.#reactor = reactor;
    this.#listener = listener;
    this.#address = SocketAddress.unix(path);
    this.#timeoutMs = timeoutMs;
    this.#requestLength = Buffer.byteLength(commands);
    this.#request = allocate(this.#requestLength);
    this.#request.bytes.write(commands);
  }

  get asking(): boolean {
    return this.#fd >= 0;
  }

  /** The listener is told once, perhaps before this returns. */
  ask(): void {
    const fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      this.#listener.onNoAnswer(`no socket: ${errnoMessage(-fd)}`);
      return;
    }
    this.#received = 0;
    this.#sent = 0;
    this.#fd = fd;
    const connected = connect(fd, this.#address);
    if (connected < 0 && connected !== -EINPROGRESS) {
      // EAGAIN: its queue of connections is full, since nobody takes them.
      const reason = connected === -EAGAIN ? 'it accepts no connection' : errnoMessage(-connected);
      this.#fail(`${this.#address.toString()}: ${reason}`);
      return;
    }
    this.#reactor.add(fd, this, EPOLLIN | EPOLLOUT);
    this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + this.#timeoutMs);
  }

  /** Gives up without telling. */
  cancel(): void {
    if (this.#fd < 0) return;
    this.#reactor.timers.cancel(this.#timer);
    this.#reactor.remove(this.#fd);
    close(this.#fd);
    this.#fd = -1;
  }

  onTimer(): void {
    this.#fail(`no answer within ${this.#timeoutMs} ms`);
  }

  onEvents(events: number): void {
    if (this.#sent < this.#requestLength && !this.#send()) return;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) !== 0) this.#receive();
  }

  #send(): boolean {
    const failed = connectError(this.#fd);
    const length = this.#requestLength - this.#sent;
    const result = failed < 0 ? failed : send(this.#fd, this.#request.address + this.#sent, length, MSG_NOSIGNAL);
    if (result === -EAGAIN) return false;
    if (result < 0) {
      this.#fail(`${this.#address.toString()}: ${errnoMessage(-result)}`);
      return false;
    }
    this.#sent += result;
    if (this.#sent === this.#requestLength) this.#reactor.modify(this.#fd, EPOLLIN);
    return true;
  }

  #receive(): void {
    for (;;) {
      const room = this.#answer.bytes.length - this.#received;
      if (room === 0) {
        if (!this.#grow()) return;
        continue;
      }
      const length = recv(this.#fd, this.#answer.address + this.#received, room, 0);
      if (length === -EAGAIN) return;
      if (length < 0) {
        this.#fail(`${this.#address.toString()}: ${errnoMessage(-length)}`);
        return;
      }
      if (length === 0) {
        const answer = this.#answer.bytes.toString('latin1', 0, this.#received);
        this.cancel();
        this.#listener.onAnswer(answer);
        return;
      }
      this.#received += length;
    }
  }

  #grow(): boolean {
    if (this.#answer.bytes.length >= LONGEST_ANSWER) {
      this.#fail(`the answer is longer than ${LONGEST_ANSWER} bytes`);
      return false;
    }
    const larger = allocate(this.#answer.bytes.length * 2);
    this.#answer.bytes.copy(larger.bytes, 0, 0, this.#received);
    this.#answer = larger;
    return true;
  }

  #fail(reason: string): void {
    this.cancel();
    this.#listener.onNoAnswer(reason);
  }
}
