/**
 * What finds the patterns that match a sample, one class for each kind of comparison. An index holds entries of a store
 * by number; `collect` finds all that match, so that one lookup can serve many rules.
 */
import type { Sample } from '../sample.ts';
import type { Hits } from './hits.ts';
import type { TextHash } from './text-hash.ts';

export interface PatternIndex {
  /** Throws an Error when the entry's text is no such pattern (`validatePattern` knows before). */
  add(entry: number): void;
  remove(entry: number): void;
  /** Does now what the first lookup would have to wait for. */
  prepare?(): void;
  /**
   * Adds all entries that match to the hits, the sample being of the type that the match takes. `text` has read the
   * sample's bytes where `readsText` is set.
   */
  collect(sample: Sample, text: TextHash, hits: Hits): void;
  readonly readsText: boolean;
  /** The best entry or -1, where there is a shorter way to it than by all that match. */
  readonly find?: (sample: Sample) => number;
}
