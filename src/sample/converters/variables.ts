/** The converters that set and unset variables in passing (manual 7.3.1): the sample stays what it is. */
import type { Converter } from '../converter.ts';
import { ANY } from '../sample.ts';
import { clearVariable, writeVariable } from '../variable-access.ts';

export const VARIABLE_CONVERTERS: readonly (readonly [string, Converter])[] = [
  [
    'set-var',
    {
      input: ANY,
      output: ANY,
      make: ([name = '', ...conditions], options) => {
        const write = writeVariable(name, conditions, options);
        return (sample, context) => write(context, sample);
      },
    },
  ],
  [
    'unset-var',
    {
      input: ANY,
      output: ANY,
      make: ([name = ''], options) => {
        const clear = clearVariable(name, options);
        return (_sample, context) => clear(context);
      },
    },
  ],
];
