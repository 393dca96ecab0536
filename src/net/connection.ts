/**
 * One stream connection, client's or server's: bytes in, bytes out, ends and failures told to its user.
 *
 * The user never sees readiness: it says whether it wants bytes (`startReading`, `stopReading`), finds them in
 * `input[inputStart, inputEnd)`, consumes them, and offers bytes with `send`, which says how many were taken. What was not
 * taken stays where it is (usually in the other connection's input, which is then not read any further: that is the whole of
 * back-pressure) until `onDrained`. Underneath, a socket is registered once, edge-triggered, and never again
 * modified: an edge is remembered in `#readable` and `#writable` until a call says the kernel has no more.
 *
 *   reactor --edge--> Connection --onInput/onDrained/onConnected/onFailure--> user
 */
import type { Pollable } from '../loop/reactor.ts';
import { EPOLLERR, EPOLLET, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../sys/epoll.ts';
import { EAGAIN, ECONNRESET, EINTR, EPIPE } from '../sys/errno.ts';
import type { NativeMemory } from '../sys/memory.ts';
import {
  close,
  localAddress,
  MSG_NOSIGNAL,
  recv,
  SHUT_WR,
  send,
  sendGather,
  setLinger,
  shutdown,
} from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { ConnectionContext, ConnectionUser } from './connection-user.ts';
import { PendingOutput } from './pending-output.ts';
import type { Receiver } from './receive-batch.ts';
import { type Sender, SHORT_MESSAGE } from './send-batch.ts';
import { connectOutcome, discardUnread } from './socket-ends.ts';

const STREAM_EVENTS = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
const READ_EDGES = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
const END_EDGES = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
const WRITE_EDGES = EPOLLOUT | EPOLLHUP | EPOLLERR;

/** Bytes received in one go at most: whoever sends faster than we read must leave a turn to others. */
const PUMP_BYTES = 1024 * 1024;

export class Connection implements Pollable, Sender, Receiver {
  readonly context: ConnectionContext;
  user: ConnectionUser;
  /** -1 once closed. */
  fd: number;
  /** The peer; null where it has none (a unix client without a name). */
  peer: SocketAddress | null = null;
  #local: SocketAddress | null = null;

  /** Connect attempt under way. */
  connecting = false;
  /** The peer sent all it will send. */
  readEnded = false;
  /** We have said that we send no more. */
  writeEnded = false;
  /** errno of what broke the connection, 0 while it is whole. */
  error = 0;

  /** Received and not consumed: input.bytes[inputStart, inputEnd). Null when there is none. */
  input: NativeMemory | null = null;
  inputStart = 0;
  inputEnd = 0;

  /** Bytes received and sent since it was opened. */
  received = 0;
  sent = 0;
  /** When its life as it is now began (accepted, connected, or given to the idle pool), loop milliseconds. */
  sinceMs = 0;
  /** Requests it has carried (server side). */
  requests = 0;
  /** Serial of the client that a PROXY header sent on it names; -1: none. */
  namedClient = -1;
  /** Where it leads, if its server's connections do not all lead to one address. */
  destination: SocketAddress | null = null;

  #reading = false;
  #pumping = false;
  /** The last receive filled its buffer: there is more than that to come. */
  #flooded = false;
  #readable = false;
  #ended = false;
  #writable = false;
  #blocked = false;
  /** Output made by us (not relayed) that the kernel did not take. */
  #pending: PendingOutput | null = null;
  #resumeQueued = false;
  /** What was received ahead of its event, and how much (or -errno): the next to be read. Null: nothing was. */
  #ahead: NativeMemory | null = null;
  #aheadResult = 0;
  /** Something of ours waits in the batch. */
  #held = false;
  /** What waited there could not be sent, and nobody was told yet. */
  #failed = false;

  constructor(context: ConnectionContext, fd: number, user: ConnectionUser) {
    this.context = context;
    this.fd = fd;
    this.user = user;
    this.sinceMs = context.reactor.nowMs;
  }

  /** Registers the socket. Returns 0 or -errno. */
  open(connecting: boolean): number {
    this.connecting = connecting;
    this.#writable = !connecting;
    return this.context.reactor.add(this.fd, this, STREAM_EVENTS);
  }

  get closed(): boolean {
    return this.fd < 0;
  }

  get reading(): boolean {
    return this.#reading;
  }

  /** Bytes accepted by `write` that the kernel has not taken yet. */
  get pendingLength(): number {
    return this.#pending === null ? 0 : this.#pending.length;
  }

  get inputLength(): number {
    return this.inputEnd - this.inputStart;
  }

  /** The address it was accepted on or connects from. */
  local(): SocketAddress | null {
    if (this.#local === null && this.fd >= 0) this.#local = localAddress(this.fd);
    return this.#local;
  }

  /** The destination told by a PROXY header in place of the socket's own. */
  overrideLocal(address: SocketAddress | null): void {
    this.#local = address;
  }

  // -- receiving

  /**
   * From now on `onInput` is called. Bytes that already wait are delivered after the present batch of events. A user that
   * left the buffer full has thereby stopped reading, and starts again when it has made room.
   */
  startReading(): void {
    if (this.#reading || this.fd < 0) return;
    this.#reading = true;
    if ((this.#readable || this.#ended) && !this.#pumping) this.#resumeLater();
  }

  #resumeLater(): void {
    if (this.#resumeQueued) return;
    this.#resumeQueued = true;
    this.context.reactor.defer(this);
  }

  stopReading(): void {
    this.#reading = false;
  }

  runDeferred(): void {
    this.#resumeQueued = false;
    if (this.fd < 0) return;
    if (this.#failed) {
      this.#failed = false;
      this.user.onFailure(this);
    } else if (this.#reading && !this.connecting) this.#pump();
  }

  /** Marks `count` bytes at the start of the input as used; an empty buffer goes back to the pool. */
  consume(count: number): void {
    this.inputStart += count;
    if (this.inputStart >= this.inputEnd) this.releaseInput();
  }

  releaseInput(): void {
    const input = this.input;
    this.inputStart = 0;
    this.inputEnd = 0;
    // While pumping the buffer is kept for the next receive.
    if (input !== null && !this.#pumping) {
      this.input = null;
      this.context.chunks.give(input);
    }
  }

  /** Moves the unread bytes to the start of the buffer to make room behind them. Returns how far they moved. */
  compactInput(): number {
    const input = this.input;
    const shift = this.inputStart;
    if (input === null || shift === 0) return 0;
    input.bytes.copyWithin(0, shift, this.inputEnd);
    this.inputStart = 0;
    this.inputEnd -= shift;
    return shift;
  }

  /** As `compactInput`, if there is no room behind the unread bytes. Nobody may hold offsets into the buffer. */
  makeRoom(): void {
    if (this.input !== null && this.inputEnd === this.input.bytes.length) this.compactInput();
  }

  #pump(): void {
    const chunks = this.context.chunks;
    let budget = PUMP_BYTES;
    this.#pumping = true;
    while (this.#reading && (this.#readable || this.#ended) && !this.readEnded && this.error === 0) {
      let input = this.input;
      const ahead = this.#ahead;
      if (ahead !== null) {
        // There was no input when it was received, and nothing else was read since.
        this.#ahead = null;
        input = ahead;
        this.input = input;
      } else if (input === null) {
        input = this.#flooded ? chunks.takeLarge() : chunks.take();
        this.input = input;
      } else if (this.#flooded && this.inputEnd === 0 && input.bytes.length === chunks.size) {
        chunks.give(input);
        input = chunks.takeLarge();
        this.input = input;
      }
      const room = input.bytes.length - this.inputEnd;
      if (room === 0) {
        // The user has all it can hold: it goes on when it has consumed some, or gives up.
        this.#reading = false;
        break;
      }
      const count = ahead === null ? recv(this.fd, input.address + this.inputEnd, room, 0) : this.#aheadResult;
      if (count > 0) {
        this.inputEnd += count;
        this.received += count;
        this.#flooded = count === room;
        // A short read emptied the socket, unless the peer's end still waits to be read.
        if (count < room && !this.#ended) this.#readable = false;
        this.user.onInput(this);
        budget -= count;
        if (budget <= 0 && this.#reading) {
          this.#resumeLater();
          break;
        }
      } else if (count === 0) {
        this.readEnded = true;
        this.#readable = false;
        this.user.onInput(this);
      } else if (count === -EAGAIN) {
        this.#readable = false;
        this.#ended = false;
      } else if (count !== -EINTR) {
        this.error = -count;
        this.#readable = false;
        this.user.onFailure(this);
      }
    }
    this.#pumping = false;
    if (this.input !== null && this.inputStart >= this.inputEnd) this.releaseInput();
  }

  // -- sending

  /**
   * Offers bytes that stay where they are until taken. Returns how many were taken; fewer than offered means: wait for
   * `onDrained`; -1 means the connection broke (`error`).
   */
  send(address: number, length: number): number {
    if (this.#held) this.context.outgoing.flush();
    if (!this.#writable || this.#pending !== null) {
      this.#blocked = true;
      return 0;
    }
    const count = send(this.fd, address, length, MSG_NOSIGNAL);
    if (count === length) {
      this.sent += count;
      return count;
    }
    return this.#partial(count);
  }

  /** As `send`, of two pieces in one go (a head made here and a body received elsewhere). */
  sendTwo(address: number, length: number, nextAddress: number, nextLength: number): number {
    if (this.#held) this.context.outgoing.flush();
    if (!this.#writable || this.#pending !== null) {
      this.#blocked = true;
      return 0;
    }
    const count = sendGather(this.fd, address, length, nextAddress, nextLength, MSG_NOSIGNAL);
    if (count === length + nextLength) {
      this.sent += count;
      return count;
    }
    return this.#partial(count);
  }

  /** Whether a message of `length` bytes is best sent by `sendSoon`: others may join it, and nothing speaks against waiting. */
  sendsSoon(length: number): boolean {
    const calm = this.#writable && !this.#held && !this.#ended && this.#pending === null && this.error === 0;
    return calm && length <= SHORT_MESSAGE && this.context.outgoing.open;
  }

  /**
   * Sends what stands in the batch's memory at `start`, at the end of the batch of events at the latest; only if `sendsSoon`.
   * What the kernel then does not take is kept. That the connection broke is told by an event later on.
   */
  sendSoon(start: number, length: number): void {
    this.#held = true;
    this.context.outgoing.add(this, this.fd, start, length);
  }

  /** What waits in the batch leaves before this returns; `pendingLength` then tells what the kernel did not take. */
  sendWaiting(): void {
    if (this.#held) this.context.outgoing.flush();
  }

  onSent(memory: NativeMemory, start: number, length: number, result: number): void {
    this.#held = false;
    if (result === length) {
      this.sent += result;
      return;
    }
    const taken = this.#partial(result);
    if (taken >= 0) {
      this.keep(memory.bytes, start + taken, start + length);
      return;
    }
    this.#failed = result !== -EPIPE && result !== -ECONNRESET;
    if (!this.#failed) {
      // The peer is gone: reading finds what it said before, and its end.
      this.error = 0;
      this.#readable = this.#ended = true;
    }
    if (this.#failed || this.#reading) this.#resumeLater();
  }

  #partial(count: number): number {
    if (count >= 0 || count === -EAGAIN || count === -EINTR) {
      this.#writable = false;
      this.#blocked = true;
      if (count <= 0) return 0;
      this.sent += count;
      return count;
    }
    if (this.error === 0) this.error = -count;
    return -1;
  }

  /**
   * Sends bytes made here, keeping a copy of what the kernel does not take. Not for relaying: whoever relays uses `send` and
   * leaves the rest with its source. Returns false if the connection broke.
   */
  write(memory: NativeMemory, start: number, end: number): boolean {
    const taken = this.send(memory.address + start, end - start);
    if (taken < 0) return false;
    if (taken < end - start) this.keep(memory.bytes, start + taken, end);
    return true;
  }

  /** Copies bytes to the end of the output that waits for the kernel. */
  keep(bytes: Buffer, start: number, end: number): void {
    this.#pending ??= new PendingOutput();
    this.#pending.append(bytes, start, end);
    this.#blocked = true;
  }

  #flush(pending: PendingOutput): void {
    const { length } = pending;
    const count = send(this.fd, pending.address, length, MSG_NOSIGNAL);
    if (count === length) {
      this.sent += count;
      this.#pending = null;
    } else if (this.#partial(count) > 0) pending.drop(count);
  }

  /** Tells the peer that we send no more. */
  shutdownWrite(): void {
    if (this.writeEnded || this.fd < 0) return;
    this.sendWaiting();
    this.writeEnded = true;
    shutdown(this.fd, SHUT_WR);
  }

  /** Sending failed, but what the peer said before may still be read: `onInput` gets it, then the end or failure. */
  readRest(): void {
    this.error = 0;
    this.#readable = true;
    this.#reading = false;
    this.startReading();
  }

  // -- events

  /** Receives ahead what `onEvents` will be told of, if all that is to be done then is to receive it. */
  onAhead(events: number): void {
    const more = this.#reading && !this.connecting && this.input === null && !this.#readable && !this.#ended;
    if (!more || (events & (EPOLLIN | END_EDGES)) !== EPOLLIN || this.#flooded || this.error !== 0) return;
    this.context.incoming.add(this, this.fd);
  }

  onReceived(memory: NativeMemory, result: number): void {
    this.#ahead = memory;
    this.#aheadResult = result;
  }

  onEvents(events: number): void {
    if ((events & WRITE_EDGES) !== 0) {
      this.#writable = true;
      if (this.connecting) {
        this.#finishConnect(events);
        if (this.fd < 0 || this.connecting) return;
      }
      if (this.#blocked) {
        if (this.#pending !== null) this.#flush(this.#pending);
        if (this.error !== 0) {
          this.user.onFailure(this);
        } else if (this.#pending === null) {
          this.#blocked = false;
          this.user.onDrained(this);
        }
        if (this.fd < 0) return;
      }
    }
    if ((events & READ_EDGES) !== 0) {
      this.#readable = true;
      if ((events & END_EDGES) !== 0) this.#ended = true;
      if (this.#reading && !this.connecting) this.#pump();
    }
  }

  #finishConnect(events: number): void {
    this.connecting = false;
    this.error = connectOutcome(this.fd, events);
    if (this.error === 0) this.user.onConnected(this);
    else this.user.onFailure(this);
  }

  /** The peer has ended its side or the connection broke, as far as the kernel told (bytes may still wait before that). */
  get endSeen(): boolean {
    return this.#ended || this.readEnded || this.error !== 0;
  }

  /** Bytes or an end wait in the kernel. */
  get readableNow(): boolean {
    return this.#readable || this.#ended;
  }

  // -- end of life

  /**
   * Closes. Bytes that the peer sent and nobody read would make the kernel answer with a reset, which can destroy
   * what we sent last; so they are read away first.
   */
  close(): void {
    if (this.fd < 0) return;
    this.sendWaiting();
    if (this.#readable && !this.readEnded && this.error === 0) discardUnread(this.fd);
    this.#dispose();
  }

  /** Closes with a reset: the peer learns that something went wrong, and no TIME_WAIT stays. */
  abort(): void {
    if (this.fd < 0) return;
    this.sendWaiting();
    setLinger(this.fd, 0);
    this.#dispose();
  }

  #dispose(): void {
    const fd = this.fd;
    this.fd = -1;
    this.#reading = false;
    this.#blocked = false;
    this.#pending = null;
    this.inputStart = 0;
    this.inputEnd = 0;
    if (this.input !== null) {
      this.context.chunks.give(this.input);
      this.input = null;
    }
    if (this.#ahead !== null) {
      this.context.chunks.give(this.#ahead);
      this.#ahead = null;
    }
    this.context.reactor.forget(fd);
    close(fd);
  }
}
