/**
 * The figures of one object over time, in rings of one fixed size: a slot is a span of time by the wall clock, so a gap is
 * a gap whatever happened in it.
 *
 *   slot = floor(time / step), stored at slot % length:  [ m0 m1 .. m8 | m0 m1 .. m8 | ... ]
 */

import { WIDTH } from './figures.ts';

export interface RingShape {
  readonly stepMs: number;
  readonly length: number;
}

/** Five minutes of seconds, an hour, a day. */
export const SHAPES: readonly RingShape[] = [
  { stepMs: 1_000, length: 300 },
  { stepMs: 15_000, length: 240 },
  { stepMs: 120_000, length: 720 },
];
export const COARSE = SHAPES.length - 1;
export const SERIES_BYTES = SHAPES.reduce((sum, { length }) => sum + length * WIDTH * 4, 0);

/** A sample that comes late stands for the seconds that were missed, as far as it was measured over them. */
const MOST_BRIDGED = 25;
/** Of a ring's length. */
const SMALL_STEP_BACK = 0.1;

class Ring {
  readonly shape: RingShape;
  readonly values: Float32Array;
  /** The newest slot written; -1: none. */
  last = -1;
  /** Of the values that make up the newest slot. */
  readonly #sums = new Float64Array(WIDTH);
  readonly #counts = new Uint32Array(WIDTH);

  constructor(shape: RingShape) {
    this.shape = shape;
    this.values = new Float32Array(shape.length * WIDTH).fill(Number.NaN);
  }

  /** Makes `slot` the newest one; what lies between is unknown. */
  advance(slot: number): void {
    const { length } = this.shape;
    const from = this.last < 0 ? slot : Math.max(this.last + 1, slot - length + 1);
    for (let at = from; at <= slot; at++) {
      const start = (at % length) * WIDTH;
      this.values.fill(Number.NaN, start, start + WIDTH);
    }
    this.last = slot;
    this.#sums.fill(0);
    this.#counts.fill(0);
  }

  /** The mean of what came within the newest slot. */
  add(values: Float32Array): void {
    const start = (this.last % this.shape.length) * WIDTH;
    for (let index = 0; index < WIDTH; index++) {
      const value = values[index] as number;
      if (Number.isNaN(value)) continue;
      this.#sums[index] = (this.#sums[index] as number) + value;
      this.#counts[index] = (this.#counts[index] as number) + 1;
      this.values[start + index] = (this.#sums[index] as number) / (this.#counts[index] as number);
    }
  }

  clear(): void {
    this.values.fill(Number.NaN);
    this.last = -1;
  }
}

export class Series {
  readonly rings: readonly Ring[] = SHAPES.map((shape) => new Ring(shape));
  /** When the object was seen last, milliseconds since 1970. */
  seenMs = 0;

  /** @param elapsedMs since the sample before; the values hold for all of it */
  record(timeMs: number, elapsedMs: number, values: Float32Array): void {
    this.seenMs = timeMs;
    for (const ring of this.rings) {
      const { stepMs } = ring.shape;
      const slot = Math.floor(timeMs / stepMs);
      if (slot < ring.last) {
        // The clock was set back: by a little, the moments are there already; by much, new ones would mix with old ones.
        if (ring.last - slot <= ring.shape.length * SMALL_STEP_BACK) continue;
        ring.clear();
      }
      // Within the newest slot nothing was missed.
      const missed = ring.last < 0 ? 0 : Math.max(0, slot - ring.last - 1);
      const bridged = missed <= MOST_BRIDGED && missed * stepMs <= elapsedMs ? missed : 0;
      for (let at = slot - bridged; at <= slot; at++) {
        if (at > ring.last) ring.advance(at);
        ring.add(values);
      }
    }
  }

  /** Values of a slot, NaN where nothing was measured. */
  at(ringIndex: number, slot: number): Float32Array | undefined {
    const ring = this.rings[ringIndex];
    if (ring === undefined || ring.last < 0 || slot > ring.last || slot <= ring.last - ring.shape.length)
      return undefined;
    const start = (slot % ring.shape.length) * WIDTH;
    return ring.values.subarray(start, start + WIDTH);
  }
}
