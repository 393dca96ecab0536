/** Output that the kernel did not take: a copy that waits until it does. */
import { allocate, type NativeMemory } from '../sys/memory.ts';

export class PendingOutput {
  #memory: NativeMemory | null = null;
  #start = 0;

  get length(): number {
    return this.#memory === null ? 0 : this.#memory.bytes.length - this.#start;
  }

  /** Where the first of them lies, until the next `append`. */
  get address(): number {
    return this.#memory === null ? 0 : this.#memory.address + this.#start;
  }

  /** Copies `bytes[start,end)` behind what is there. */
  append(bytes: Buffer, start: number, end: number): void {
    const held = this.length;
    const memory = allocate(held + end - start);
    if (this.#memory !== null) this.#memory.bytes.copy(memory.bytes, 0, this.#start);
    bytes.copy(memory.bytes, held, start, end);
    this.#memory = memory;
    this.#start = 0;
  }

  /** The first `count` bytes were taken. */
  drop(count: number): void {
    this.#start += count;
  }
}
