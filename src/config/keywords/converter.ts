/** What the declaration of a converter is (manual 7.3.1). */

import type { ArgumentType } from '../arguments.ts';
import type { KeywordEntry } from '../keyword.ts';
import type { SampleType } from '../sample-types.ts';

/** What is wrong with arguments, in HAProxy's words; undefined when nothing is. */
export type ValidateArguments = (values: readonly string[]) => string | undefined;

export interface ConverterEntry extends KeywordEntry {
  /** What it takes; samples are cast to it. `any`: as they come. */
  readonly input: SampleType;
  readonly output: SampleType;
  readonly arguments: readonly ArgumentType[];
  readonly least: number;
  readonly validate?: ValidateArguments;
  /** Adds to the arguments what they stand for: the contents of a file. */
  readonly complete?: (values: readonly string[]) => readonly string[];
}

type Types = `${SampleType} => ${SampleType}`;

type Details = Partial<Pick<ConverterEntry, 'arguments' | 'least' | 'validate' | 'complete' | 'since' | 'implemented'>>;

/** `grammar` as in the manual: the name and what stands in parentheses. */
export function converter(grammar: string, types: Types, help: string, details: Details = {}): ConverterEntry {
  const [input, output] = types.split(' => ') as [SampleType, SampleType];
  return {
    kind: 'converter',
    name: grammar.replace(/\(.*/s, ''),
    sections: [],
    grammar,
    help,
    initially: '',
    since: '1.5',
    manual: '7.3.1',
    implemented: true,
    input,
    output,
    arguments: [],
    least: 0,
    ...details,
  };
}
