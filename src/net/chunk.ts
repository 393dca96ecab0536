/**
 * Receive buffers of `tune.bufsize` bytes, lent to a connection while it holds bytes nobody consumed yet.
 *
 * An idle connection holds none, so ten thousand of them cost no buffer; a busy one gives its buffer back as soon as
 * it is empty and the next takes that same one, still warm in the cache: the pool is last in, first out.
 *
 * A connection whose sender fills a whole buffer at once is lent a large one for as long as that lasts: a MB then takes
 * a quarter of the system calls and of the packets (loopback: 40 % less CPU). Slow readers may come to hold them, so no
 * more than LARGE_MOST are ever lent; whoever comes later copies in steps of `tune.bufsize`.
 */
import { allocate, type NativeMemory } from '../sys/memory.ts';

/** How many free buffers are kept; beyond it they are left to the collector. */
const KEPT = 512;
/** Bytes in a large buffer, how many may be lent at once, and how many free ones are kept. */
const LARGE_BYTES = 256 * 1024;
const LARGE_MOST = 64;
const LARGE_KEPT = 4;

export class ChunkPool {
  /** Bytes in each buffer. */
  readonly size: number;
  readonly #free: NativeMemory[] = [];
  readonly #freeLarge: NativeMemory[] = [];
  #largeLent = 0;
  /** Buffers lent out now. */
  lent = 0;

  constructor(size: number) {
    this.size = size;
  }

  take(): NativeMemory {
    this.lent++;
    return this.#free.pop() ?? allocate(this.size);
  }

  /** A large buffer while there are any to lend, else as `take`. */
  takeLarge(): NativeMemory {
    if (this.#largeLent >= LARGE_MOST || this.size >= LARGE_BYTES) return this.take();
    this.lent++;
    this.#largeLent++;
    return this.#freeLarge.pop() ?? allocate(LARGE_BYTES);
  }

  give(chunk: NativeMemory): void {
    this.lent--;
    if (chunk.bytes.length !== this.size) {
      this.#largeLent--;
      if (this.#freeLarge.length < LARGE_KEPT) this.#freeLarge.push(chunk);
      return;
    }
    if (this.#free.length < KEPT) this.#free.push(chunk);
  }

  /** Buffers waiting to be lent again. */
  get idle(): number {
    return this.#free.length;
  }

  /** Lets go of all buffers but `keep`, so that a burst does not hold its memory for ever. */
  trim(keep: number): void {
    if (this.#free.length > keep) this.#free.length = keep;
    this.#freeLarge.length = 0;
  }
}
