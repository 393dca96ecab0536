/**
 * For indexes that can only be built as a whole: most entries stand in a base that is seldom built, what was added since
 * in a small layer of its own, what was taken away in a list of those to overlook. So a change costs what a thousand
 * entries cost, not what all do.
 */
import type { Sample } from '../sample.ts';
import type { Hits } from './hits.ts';

const FEW = 1000;

/** What is built from entries. It finds all that match, even where only the best is wanted: some may be gone. */
export interface Searchable {
  collect(sample: Sample, hits: Hits): void;
}

export class Layers {
  readonly #build: (entries: Iterable<number>) => Searchable;
  readonly #baseEntries = new Set<number>();
  readonly #recentEntries = new Set<number>();
  /** Still in the base, but no more in the list. */
  readonly #gone = new Set<number>();
  #base: Searchable | undefined;
  #recent: Searchable | undefined;

  constructor(build: (entries: Iterable<number>) => Searchable) {
    this.#build = build;
  }

  add(entry: number): void {
    this.#recentEntries.add(entry);
    this.#recent = undefined;
    if (this.#recentEntries.size > FEW) this.#merge();
  }

  remove(entry: number): void {
    if (this.#recentEntries.delete(entry)) this.#recent = undefined;
    else if (this.#baseEntries.has(entry)) this.#gone.add(entry);
    if (this.#gone.size > FEW) this.#merge();
  }

  /** Builds what the next lookup needs. */
  prepare(): void {
    if (this.#base === undefined) this.#merge();
    this.#base ??= this.#build(this.#baseEntries);
  }

  collect(sample: Sample, hits: Hits): void {
    this.prepare();
    const before = hits.count;
    this.#base?.collect(sample, hits);
    if (this.#gone.size > 0) hits.drop(before, this.#gone);
    if (this.#recentEntries.size === 0) return;
    this.#recent ??= this.#build(this.#recentEntries);
    this.#recent.collect(sample, hits);
  }

  #merge(): void {
    for (const entry of this.#recentEntries) this.#baseEntries.add(entry);
    for (const entry of this.#gone) this.#baseEntries.delete(entry);
    this.#recentEntries.clear();
    this.#gone.clear();
    this.#base = undefined;
    this.#recent = undefined;
  }
}
