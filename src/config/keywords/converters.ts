/** The converters that are implemented (manual 7.3.1). */

import type { ArgumentType } from '../arguments.ts';
import type { KeywordEntry } from '../keyword.ts';
import type { SampleType } from '../sample-types.ts';

export interface ConverterEntry extends KeywordEntry {
  /** What it takes; samples are cast to it. `any`: as they come. */
  readonly input: SampleType;
  readonly output: SampleType;
  readonly arguments: readonly ArgumentType[];
  readonly least: number;
  readonly validate?: (values: readonly string[]) => string | undefined;
}

function converter(name: string, output: SampleType, help: string): ConverterEntry {
  return {
    kind: 'converter',
    name,
    sections: [],
    grammar: name,
    help,
    initially: '',
    since: '1.5',
    manual: '7.3.1',
    implemented: true,
    input: 'str',
    output,
    arguments: [],
    least: 0,
  };
}

const ENTRIES: readonly ConverterEntry[] = [
  converter('lower', 'str', 'ASCII letters in lower case.'),
  converter('upper', 'str', 'ASCII letters in upper case.'),
];

export const CONVERTERS: ReadonlyMap<string, ConverterEntry> = new Map(ENTRIES.map((entry) => [entry.name, entry]));
