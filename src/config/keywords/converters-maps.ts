/** Converters that look their input up in a map file (manual 7.3.1, `map`). */

import { loadMap, type MapKind } from '../map-loading.ts';
import { type ConverterEntry, converter } from './converter.ts';

const TEXT_MATCHES = ['str', 'beg', 'sub', 'dir', 'dom', 'end', 'reg'] as const;
const MATCHES = [...TEXT_MATCHES, 'int', 'ip'] as const;

const HELP: Readonly<Record<string, string>> = {
  str: 'The value of the entry that equals it.',
  beg: 'The value of the longest entry that begins it.',
  sub: 'The value of the first entry that it contains.',
  dir: 'The value of the first entry that stands in it between slashes.',
  dom: 'The value of the first entry that stands in it between dots.',
  end: 'The value of the first entry that ends it.',
  reg: 'The value of the first expression that matches.',
  regm: 'The value of the first expression that matches, with \\1 to \\9 replaced by its groups.',
  int: 'The value of the first range that it lies in.',
  ip: 'The value of the smallest network that it lies in.',
};

function inputOf(match: MapKind['match']): 'sint' | 'addr' | 'str' {
  return match === 'int' ? 'sint' : match === 'ip' ? 'addr' : 'str';
}

function map(name: string, match: MapKind['match'], value: 'str' | 'sint' | 'addr'): ConverterEntry {
  return converter(`${name}(<map_file>[,<default_value>])`, `${inputOf(match)} => ${value}`, HELP[match] ?? '', {
    arguments: ['string', value === 'sint' ? 'integer' : 'string'],
    least: 1,
    validate: (values) => loadMap({ match, value }, values),
  });
}

export const MAP_CONVERTERS: readonly ConverterEntry[] = [
  map('map', 'str', 'str'),
  ...MATCHES.map((match) => map(`map_${match}`, match, 'str')),
  map('map_regm', 'regm', 'str'),
  ...MATCHES.map((match) => map(`map_${match}_int`, match, 'sint')),
  ...MATCHES.map((match) => map(`map_${match}_ip`, match, 'addr')),
];
