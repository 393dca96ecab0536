/** How much the processors have had to do since the last look, by /proc/stat. */

import { readFileSync } from 'node:fs';

/** user nice system idle iowait irq softirq ..., in clock ticks. */
const IDLE_FIELDS = new Set([3, 4]);
const TICKS_PER_SECOND = 100;

export class BusyCores {
  #ticks = 0;
  #ms = 0;
  #value = 0;

  /** Cores' worth of work between the last two looks. */
  get value(): number {
    return this.#value;
  }

  look(): void {
    const fields = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]?.split(' ').map(Number) ?? [];
    // What guests of a virtual machine did stands in the first two already.
    const ticks = fields.slice(0, 8).reduce((sum, count, index) => sum + (IDLE_FIELDS.has(index) ? 0 : count), 0);
    const ms = performance.now();
    if (this.#ms > 0) this.#value = Math.max(0, (1000 * (ticks - this.#ticks)) / TICKS_PER_SECOND / (ms - this.#ms));
    this.#ticks = ticks;
    this.#ms = ms;
  }
}
