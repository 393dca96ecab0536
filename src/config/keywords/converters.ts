/** All converters by name (manual 7.3.1). */

import type { ConverterEntry } from './converter.ts';
import { BYTE_CONVERTERS } from './converters-bytes.ts';
import { MAP_CONVERTERS } from './converters-maps.ts';
import { NUMBER_CONVERTERS } from './converters-numbers.ts';
import { PROTOCOL_CONVERTERS } from './converters-protocols.ts';
import { TABLE_CONVERTERS } from './converters-tables.ts';
import { TEXT_CONVERTERS } from './converters-text.ts';
import { VARIABLE_CONVERTERS } from './variables.ts';

export const CONVERTERS: ReadonlyMap<string, ConverterEntry> = new Map(
  [
    ...MAP_CONVERTERS,
    ...TEXT_CONVERTERS,
    ...NUMBER_CONVERTERS,
    ...BYTE_CONVERTERS,
    ...PROTOCOL_CONVERTERS,
    ...TABLE_CONVERTERS,
    ...VARIABLE_CONVERTERS,
  ].map((entry) => [entry.name, entry]),
);
