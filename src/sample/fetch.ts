/** What a sample fetch is, compiled: the tables of `fetches/` are made of these. */
import type { CompileOptions, SampleContext } from './context.ts';
import type { Sample } from './sample.ts';

/** Puts a value into the sample; false when there is none. */
export type Read = (context: SampleContext, sample: Sample) => boolean;

export interface CompiledFetch {
  /** The type the sample will have (`ADDR`: IPV4 or IPV6). */
  readonly type: number;
  readonly read: Read;
  /** Goes on to the next value, from where `read` left the sample's cursor; null: there is only one. */
  readonly next: Read | null;
}

/** Makes the fetch of an expression, its arguments as the configuration's parser left them. */
export type FetchMaker = (args: readonly string[], options: CompileOptions) => CompiledFetch;

/** A fetch without arguments that has one value. */
export function simple(type: number, read: Read): FetchMaker {
  const compiled = { type, read, next: null };
  return () => compiled;
}
