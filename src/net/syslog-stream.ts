/**
 * Log lines over a stream (`log tcp@...`): each ends with a line feed and has no length before it, as HAProxy 2.6 sends them.
 * The connection is made when there is something to send. What the peer does not take waits in one buffer of fixed
 * size; lines that do not fit are dropped. After a failure the next attempt is a second away.
 *
 *   closed --write--> connecting --> open --peer's end--> closed
 *     ^   waiting <---- failure -------'
 *     '------'  (timer, if lines wait)
 */
import type { Pollable, Reactor } from '../loop/reactor.ts';
import { STREAM_EVENTS } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../sys/epoll.ts';
import { EAGAIN, EINPROGRESS } from '../sys/errno.ts';
import { allocate, type NativeMemory } from '../sys/memory.ts';
import {
  close,
  connect,
  connectError,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  recv,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  send,
  socket,
} from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { LogCounters, LogOutlet } from './syslog-outlet.ts';

/** Bytes that may wait for the peer. */
const QUEUE_SIZE = 65_536;
const RETRY_MS = 1000;
const LINE_FEED = 10;

/** What the peer says is read and thrown away. */
const scratch = allocate(1024);

export class LogStream implements LogOutlet, Pollable, TimerOwner {
  readonly #reactor: Reactor;
  readonly #peer: SocketAddress;
  readonly #counters: LogCounters;
  readonly #retry: Timer = new Timer(this);
  #state: 'closed' | 'connecting' | 'open' | 'waiting' | 'stopped' = 'closed';
  #fd = -1;
  /** Made when a line must wait for the first time. */
  #queue: NativeMemory | null = null;
  #queued = 0;
  /** The peer has got the beginning of the line that heads the queue. */
  #lineBegun = false;

  constructor(reactor: Reactor, peer: SocketAddress, counters: LogCounters) {
    this.#reactor = reactor;
    this.#peer = peer;
    this.#counters = counters;
  }

  write(memory: NativeMemory, start: number, length: number): void {
    if (this.#state === 'stopped') {
      this.#counters.dropped++;
      return;
    }
    let taken = 0;
    if (this.#state === 'open' && this.#queued === 0) {
      const result = send(this.#fd, memory.address + start, length, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (result === length) {
        this.#counters.sent++;
        return;
      }
      if (result < 0 && result !== -EAGAIN) this.#fail();
      taken = Math.max(result, 0);
      this.#lineBegun = taken > 0;
    }
    const rest = length - taken;
    // The rest of a line that was begun always fits: the queue is empty then.
    if (this.#queued + rest > QUEUE_SIZE) {
      this.#counters.dropped++;
      return;
    }
    this.#queue ??= allocate(QUEUE_SIZE);
    memory.bytes.copy(this.#queue.bytes, this.#queued, start + taken, start + length);
    this.#queued += rest;
    this.#counters.sent++;
    if (this.#state === 'closed') this.#connect();
  }

  onEvents(events: number): void {
    if (this.#state === 'connecting') {
      if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) === 0) return;
      if (connectError(this.#fd) !== 0) {
        this.#fail();
        return;
      }
      this.#state = 'open';
    }
    if ((events & EPOLLOUT) !== 0) this.#drain();
    if (this.#state === 'open' && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0) this.#discardInput();
  }

  onTimer(): void {
    this.#state = 'closed';
    if (this.#queued > 0) this.#connect();
  }

  close(): void {
    this.#release();
    this.#reactor.timers.cancel(this.#retry);
    this.#state = 'stopped';
    this.#queued = 0;
  }

  #connect(): void {
    this.#fd = socket(this.#peer.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (this.#fd < 0) {
      this.#fail();
      return;
    }
    this.#state = 'connecting';
    const result = connect(this.#fd, this.#peer);
    if ((result < 0 && result !== -EINPROGRESS) || this.#reactor.add(this.#fd, this, STREAM_EVENTS) < 0) this.#fail();
  }

  #drain(): void {
    const queue = this.#queue;
    if (queue === null || this.#queued === 0) return;
    let start = 0;
    while (start < this.#queued) {
      const result = send(this.#fd, queue.address + start, this.#queued - start, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (result === -EAGAIN) break;
      if (result < 0) {
        this.#shift(start);
        this.#fail();
        return;
      }
      start += result;
      this.#lineBegun = queue.bytes[start - 1] !== LINE_FEED;
    }
    this.#shift(start);
  }

  #shift(count: number): void {
    this.#queue?.bytes.copyWithin(0, count, this.#queued);
    this.#queued -= count;
  }

  #discardInput(): void {
    for (;;) {
      const result = recv(this.#fd, scratch.address, scratch.bytes.length, MSG_DONTWAIT);
      if (result === -EAGAIN) return;
      if (result > 0) continue;
      this.#fail();
      return;
    }
  }

  #fail(): void {
    this.#release();
    if (this.#lineBegun && this.#queue !== null) {
      // The next connection must not begin in the middle of a line.
      this.#shift(this.#queue.bytes.indexOf(LINE_FEED) + 1);
      this.#counters.dropped++;
    }
    this.#lineBegun = false;
    this.#state = 'waiting';
    this.#reactor.timers.arm(this.#retry, this.#reactor.nowMs + RETRY_MS);
  }

  #release(): void {
    if (this.#fd < 0) return;
    this.#reactor.remove(this.#fd);
    close(this.#fd);
    this.#fd = -1;
  }
}
