/** What a converter is, compiled: the tables of `converters/` are made of these. */
import type { CompileOptions, SampleContext } from './context.ts';
import type { Sample } from './sample.ts';

/** Changes the sample in place, which has the type the converter asks for; false: there is no sample any more. */
export type Convert = (sample: Sample, context: SampleContext) => boolean;

export interface Converter {
  /** The type it takes; the sample is cast to it before. `ANY`: as it comes. */
  readonly input: number;
  /** The type it makes; `ANY`: depends on the value. */
  readonly output: number;
  /** Arguments as the configuration's parser left them. */
  readonly make: (args: readonly string[], options: CompileOptions) => Convert;
}
