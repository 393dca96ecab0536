/**
 * Receives ahead of the events that announce them: what several sockets of a batch of events hold is fetched by one system call
 * before the first of them is told. The kernel's code for receiving then stays in the processor's caches from the first to the
 * last, and so does ours behind it. Where the kernel offers no such call, nothing is fetched ahead (`SocketRing`).
 *
 * Nobody sees a difference: what was fetched is given out by the event, as if it were received then (see `Connection`).
 */
import type { LookAhead } from '../loop/reactor.ts';
import type { NativeMemory } from '../sys/memory.ts';
import type { SocketRing } from '../sys/socket-ring.ts';
import type { ChunkPool } from './chunk.ts';

/** How many sockets are asked at once: the bytes of the last wait while those of the others are dealt with. A power of two. */
export const MOST_AHEAD = 16;

/** Whose bytes they are. */
export interface Receiver {
  /** `memory` is its own now; `result` bytes stand at its start, or none: 0 (the peer has ended) or -errno. */
  onReceived(memory: NativeMemory, result: number): void;
}

export class ReceiveBatch implements LookAhead {
  readonly #ring: SocketRing | null;
  readonly #chunks: ChunkPool;
  readonly #receivers: (Receiver | null)[];
  readonly #memories: (NativeMemory | null)[];
  #count = 0;

  /** How many sockets may be asked at once; 0: there is no such call. */
  get capacity(): number {
    return this.#ring?.usable === true ? this.#ring.capacity : 0;
  }

  constructor(ring: SocketRing | null, chunks: ChunkPool) {
    this.#ring = ring;
    this.#chunks = chunks;
    this.#receivers = new Array<Receiver | null>(ring?.capacity ?? 0).fill(null);
    this.#memories = new Array<NativeMemory | null>(ring?.capacity ?? 0).fill(null);
  }

  /** Asks for what waits in `fd`, a buffer full at most. At most `capacity` until `carryOut`. */
  add(receiver: Receiver, fd: number): void {
    const memory = this.#chunks.take();
    this.#ring?.queue(fd, memory.address, memory.bytes.length);
    const index = this.#count++;
    this.#receivers[index] = receiver;
    this.#memories[index] = memory;
  }

  carryOut(): void {
    const ring = this.#ring;
    if (ring === null || this.#count === 0) return;
    ring.carryOut();
    for (let index = 0; index < this.#count; index++) {
      const receiver = this.#receivers[index] as Receiver;
      this.#receivers[index] = null;
      receiver.onReceived(this.#memories[index] as NativeMemory, ring.results[index] as number);
      this.#memories[index] = null;
    }
    this.#count = 0;
  }
}
