/** `debug` (manual 7.3.1): tells what passes, and leaves it as it is. */
import { SAMPLE_TYPES } from '../../config/sample-types.ts';
import { cast } from '../casts.ts';
import type { EventSink } from '../context.ts';
import type { Converter } from '../converter.ts';
import { ANY, Sample, STR } from '../sample.ts';

const shown = new Sample();

/** The value as text, dots for what cannot be printed. */
function display(sample: Sample): string {
  shown.copy(sample);
  if (shown.type !== STR && !cast(shown, STR)) return '(undisplayable)';
  return `<${shown.text().replace(/[^\x20-\x7e]/g, '.')}>`;
}

const DEBUG: Converter = {
  input: ANY,
  output: ANY,
  make: ([prefix = '', sink = 'buf0'], { environment }) => {
    return (sample) => {
      const text = `[debug] ${prefix}: type=${SAMPLE_TYPES[sample.type]} ${display(sample)}`;
      environment.tell(sink as EventSink, text);
      return true;
    };
  },
};

export const DEBUGGING_CONVERTERS: readonly (readonly [string, Converter])[] = [['debug', DEBUG]];
