/**
 * The series of all objects, below a ceiling of memory. Objects beyond it are counted and named, not forgotten silently;
 * one that has gone from the configuration makes room for one that came.
 */

import type { Metric, ObjectHistory } from '../answers/figures.ts';
import { REST_PERIOD_MS, type Snapshot } from '../live/statistics-watch.ts';
import { type Counters, countersOf, figuresOf, METRICS, objectOf, WIDTH } from './figures.ts';
import { COARSE, SERIES_BYTES, Series, SHAPES } from './series.ts';

/** Documented in docs/admin.md. */
export const CEILING_BYTES = 8 * 1024 * 1024;
export const MOST_OBJECTS = Math.floor(CEILING_BYTES / SERIES_BYTES);
const MOST_NAMED = 100;
/** Rates over longer gaps would tell nothing of when it happened. One question at rest may be lost. */
const LONGEST_GAP_MS = 2 * REST_PERIOD_MS + 5_000;
/** A board without a battery begins in 1970: its history waits until the clock is set. */
const UNSET_CLOCK_MS = 365 * 86_400_000;

export class History {
  readonly series = new Map<string, Series>();
  readonly #before = new Map<string, Counters>();
  readonly #omitted = new Set<string>();
  readonly #values = new Float32Array(WIDTH);
  #lastMs = 0;
  #interrupted = false;
  #omittedCount = 0;

  /** Names of objects for which there was no room, at most so many of them. */
  get omitted(): { readonly count: number; readonly names: readonly string[] } {
    return { count: this.#omittedCount, names: [...this.#omitted] };
  }

  get bytes(): number {
    return this.series.size * SERIES_BYTES;
  }

  /** The newest moment recorded, milliseconds since 1970. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** After a restart: samples older than that belong to a clock that is not set. */
  restored(lastMs: number): void {
    this.#lastMs = lastMs;
  }

  record(snapshot: Snapshot): void {
    const { timeMs } = snapshot;
    if (snapshot.kind === 'unreachable') {
      // What was not seen to serve is not drawn as if it had.
      this.#interrupted = true;
      return;
    }
    if (timeMs < this.#lastMs - UNSET_CLOCK_MS) return;
    const gapMs = timeMs - this.#lastMs;
    const known = gapMs > 0 && gapMs <= LONGEST_GAP_MS && !this.#interrupted;
    this.#interrupted = false;
    this.#lastMs = timeMs;
    this.#omitted.clear();
    this.#omittedCount = 0;
    for (const row of snapshot.rows) {
      const name = objectOf(row);
      if (name === undefined) continue;
      const series = this.#seriesOf(name, timeMs);
      if (series === undefined) {
        this.#omittedCount++;
        if (this.#omitted.size < MOST_NAMED) this.#omitted.add(name);
        continue;
      }
      const counters = countersOf(row);
      figuresOf(row, counters, known ? this.#before.get(name) : undefined, gapMs, this.#values);
      series.record(timeMs, known ? gapMs : 0, this.#values);
      this.#before.set(name, counters);
    }
  }

  /** The figures of the newest second, in the order of METRICS; undefined: nothing was measured in it. */
  current(name: string): Float32Array | undefined {
    return this.series.get(name)?.at(0, Math.floor(this.#lastMs / (SHAPES[0]?.stepMs ?? 1)));
  }

  /** The sum of a rate over the last `seconds`, where it was measured. */
  sum(name: string, metric: Metric, seconds: number): number {
    const series = this.series.get(name);
    const end = Math.floor(this.#lastMs / 1000);
    const index = METRICS.indexOf(metric);
    let sum = 0;
    for (let slot = end - seconds + 1; slot <= end; slot++) {
      const value = series?.at(0, slot)?.[index] ?? Number.NaN;
      if (!Number.isNaN(value)) sum += value;
    }
    return sum;
  }

  /** Undefined: there is no such object, or no such step. */
  read(name: string, stepMs: number): ObjectHistory | undefined {
    const ringIndex = SHAPES.findIndex((shape) => shape.stepMs === stepMs);
    const series = this.series.get(name);
    const ring = series?.rings[ringIndex];
    if (series === undefined || ring === undefined) return undefined;
    const { length } = ring.shape;
    const end = Math.floor(this.#lastMs / stepMs);
    const from = end - length + 1;
    const columns = METRICS.map((): (number | null)[] => []);
    for (let slot = from; slot <= end; slot++) {
      const values = series.at(ringIndex, slot);
      for (let index = 0; index < WIDTH; index++) (columns[index] as (number | null)[]).push(shown(values?.[index]));
    }
    const values = Object.fromEntries(METRICS.map((metric, index) => [metric, columns[index] ?? []]));
    return { stepMs, fromMs: from * stepMs, values: values as unknown as ObjectHistory['values'] };
  }

  /** The series to put what was on disk into; undefined: no room. */
  open(name: string): Series | undefined {
    return this.#seriesOf(name, 0);
  }

  #seriesOf(name: string, timeMs: number): Series | undefined {
    const known = this.series.get(name);
    if (known !== undefined) return known;
    if (this.series.size >= MOST_OBJECTS && !this.#makeRoom(timeMs)) return undefined;
    const made = new Series();
    this.series.set(name, made);
    return made;
  }

  /** Lets the one go that was not seen for the longest time, unless all are still there. */
  #makeRoom(timeMs: number): boolean {
    let oldest: string | undefined;
    let oldestMs = timeMs - LONGEST_GAP_MS;
    for (const [name, { seenMs }] of this.series) {
      if (seenMs >= oldestMs) continue;
      oldest = name;
      oldestMs = seenMs;
    }
    if (oldest === undefined) return false;
    this.series.delete(oldest);
    this.#before.delete(oldest);
    return true;
  }
}

/** Four digits that count are enough for a graph, and a third of the bytes. */
function shown(value: number | undefined): number | null {
  if (value === undefined || Number.isNaN(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

/** The means of two minutes that are complete, by slot: what the journal keeps. */
export function coarseSlot(timeMs: number): number {
  return Math.floor(timeMs / (SHAPES[COARSE]?.stepMs ?? 1));
}
