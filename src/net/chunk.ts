/**
 * Receive buffers of `tune.bufsize` bytes, lent to a connection while it holds bytes nobody consumed yet.
 *
 * An idle connection holds none, so ten thousand of them cost no buffer; a busy one gives its buffer back as soon as
 * it is empty and the next takes that same one, still warm in the cache: the pool is last in, first out.
 */
import { allocate, type NativeMemory } from '../sys/memory.ts';

/** How many free buffers are kept; beyond it they are left to the collector. */
const KEPT = 512;

export class ChunkPool {
  /** Bytes in each buffer. */
  readonly size: number;
  readonly #free: NativeMemory[] = [];
  /** Buffers lent out now. */
  lent = 0;

  constructor(size: number) {
    this.size = size;
  }

  take(): NativeMemory {
    this.lent++;
    return this.#free.pop() ?? allocate(this.size);
  }

  give(chunk: NativeMemory): void {
    this.lent--;
    if (this.#free.length < KEPT) this.#free.push(chunk);
  }

  /** Buffers waiting to be lent again. */
  get idle(): number {
    return this.#free.length;
  }

  /** Lets go of all buffers but `keep`, so that a burst does not hold its memory for ever. */
  trim(keep: number): void {
    if (this.#free.length > keep) this.#free.length = keep;
  }
}
