/** All converters by name. What the configuration's registry offers must be among them. */
import type { Converter } from './converter.ts';
import { TEXT_CONVERTERS } from './converters/text.ts';
import { VARIABLE_CONVERTERS } from './converters/variables.ts';

export const CONVERTERS: ReadonlyMap<string, Converter> = new Map([...TEXT_CONVERTERS, ...VARIABLE_CONVERTERS]);
