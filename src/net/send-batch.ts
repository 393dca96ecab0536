/**
 * Short messages made while a batch of events is dealt with: they wait for its end and leave with one system call. Code of the
 * kernel for sending, and ours for everything else, then stay in the processor's caches for the whole batch, and a peer that
 * sleeps is woken by the first message, not by each. Bounded: so many messages, so many bytes, no longer than the
 * batch. Where the kernel offers no such call, nothing waits: `open` is never true.
 *
 *   memory | message | message | message | room ...
 *                                        ^- #end: the next is written here (`place`), then handed over (`add`)
 */
import type { Deferred, Reactor } from '../loop/reactor.ts';
import { allocate, type NativeMemory } from '../sys/memory.ts';
import type { SocketRing } from '../sys/socket-ring.ts';

const BYTES = 65_536;
/** A longer one is not worth a copy: it is sent from where it lies. */
export const SHORT_MESSAGE = 2048;

/** How many messages may wait: the first does so while the others are made, about 10 us each. A power of two. */
export const MOST_MESSAGES = 32;

/** Whose message it is. */
export interface Sender {
  /** `memory.bytes[start, start + length)` was sent: `result` bytes of it were taken, or -errno. Must call nothing of the batch. */
  onSent(memory: NativeMemory, start: number, length: number, result: number): void;
}

export class SendBatch implements Deferred {
  readonly #reactor: Reactor;
  readonly #ring: SocketRing | null;
  /** Where messages are made. Another one after `place`. */
  memory: NativeMemory = allocate(BYTES);
  readonly #senders: (Sender | null)[] = new Array<Sender | null>(MOST_MESSAGES).fill(null);
  readonly #starts = new Int32Array(MOST_MESSAGES);
  readonly #lengths = new Int32Array(MOST_MESSAGES);
  #count = 0;
  #end = 0;
  #deferred = false;

  /** @param ring with room for MOST_MESSAGES; null: nothing waits */
  constructor(reactor: Reactor, ring: SocketRing | null) {
    this.#reactor = reactor;
    this.#ring = ring;
  }

  /** Whether a message may wait: there are more events to come before the batch ends, so that others can join it. */
  get open(): boolean {
    return this.#ring?.usable === true && this.#reactor.batchGoesOn;
  }

  /** Where in `memory` the next message of at most `length` bytes may be written; good until the next call of anything here. */
  place(length: number): number {
    if (this.#count === MOST_MESSAGES || this.#end + length > this.memory.bytes.length) {
      this.flush();
      if (length > this.memory.bytes.length) this.memory = allocate(length * 2);
    }
    return this.#end;
  }

  /** Takes the message for `fd` that was written at `start`. Only while `open`, and one of a socket until `flush`. */
  add(sender: Sender, fd: number, start: number, length: number): void {
    this.#ring?.queue(fd, this.memory.address + start, length);
    const index = this.#count++;
    this.#senders[index] = sender;
    this.#starts[index] = start;
    this.#lengths[index] = length;
    this.#end = start + length;
    if (!this.#deferred) {
      this.#deferred = true;
      this.#reactor.defer(this);
    }
  }

  /** Sends all that wait. */
  flush(): void {
    const ring = this.#ring;
    if (ring === null || this.#count === 0) return;
    ring.carryOut();
    for (let index = 0; index < this.#count; index++) {
      const sender = this.#senders[index] as Sender;
      this.#senders[index] = null;
      const length = this.#lengths[index] as number;
      sender.onSent(this.memory, this.#starts[index] as number, length, ring.results[index] as number);
    }
    this.#count = 0;
    this.#end = 0;
  }

  runDeferred(): void {
    this.#deferred = false;
    this.flush();
  }
}
