/** The lights of a board, by /sys/class/leds. The kernel's `timer` trigger blinks: nothing of ours wakes up for it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardLed } from '../board.ts';
import {
  IDENTIFY_PATTERN,
  type LedPattern,
  PAIR_PATTERNS,
  type PairStage,
  UNIT_PATTERNS,
  type UnitStage,
} from './patterns.ts';

export class Leds {
  readonly #leds: readonly BoardLed[];
  readonly #class: string;
  readonly #tell: (text: string) => void;
  readonly #shown = new Map<string, LedPattern>();
  #unit: UnitStage = 'starting';
  #pair: PairStage = 'alone';
  #identify: NodeJS.Timeout | undefined;

  constructor(leds: readonly BoardLed[], sys: string, tell: (text: string) => void) {
    this.#leds = leds;
    this.#class = join(sys, 'class/leds');
    this.#tell = tell;
  }

  get count(): number {
    return this.#leds.length;
  }

  show(unit: UnitStage, pair: PairStage): void {
    this.#unit = unit;
    this.#pair = pair;
    this.#refresh();
  }

  /** All of them blink in a hurry for a while. */
  identify(seconds: number): void {
    clearTimeout(this.#identify);
    this.#identify = setTimeout(() => {
      this.#identify = undefined;
      this.#refresh();
    }, 1000 * seconds).unref();
    this.#refresh();
  }

  stop(): void {
    clearTimeout(this.#identify);
    this.#identify = undefined;
  }

  #refresh(): void {
    for (const led of this.#leds) {
      const pattern = this.#identify !== undefined ? IDENTIFY_PATTERN : this.#patternOf(led.id);
      if (this.#shown.get(led.id) === pattern) continue;
      try {
        this.#write(join(this.#class, led.name), pattern);
        this.#shown.set(led.id, pattern);
      } catch (error) {
        this.#tell(`the light ${led.label}: ${(error as Error).message}`);
        this.#shown.set(led.id, pattern); // told once, not every ten seconds
      }
    }
  }

  /** Of the others none: they have no meaning, and are dark. */
  #patternOf(id: string): LedPattern {
    if (id === 'system') return UNIT_PATTERNS[this.#unit];
    return id === 'lan' ? PAIR_PATTERNS[this.#pair] : PAIR_PATTERNS.alone;
  }

  #write(directory: string, { litMs, darkMs }: LedPattern): void {
    const write = (file: string, value: string): void => writeFileSync(join(directory, file), value);
    if (litMs > 0 && darkMs > 0) {
      write('trigger', 'timer');
      write('delay_on', String(litMs));
      write('delay_off', String(darkMs));
      return;
    }
    write('trigger', 'none');
    write('brightness', litMs === 0 ? '0' : readFileSync(join(directory, 'max_brightness'), 'latin1').trim());
  }
}
