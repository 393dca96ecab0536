/** All converters by name. What the configuration's registry offers must be among them. */
import type { Converter } from './converter.ts';
import { TEXT_CONVERTERS } from './converters/text.ts';

export const CONVERTERS: ReadonlyMap<string, Converter> = new Map([...TEXT_CONVERTERS]);
