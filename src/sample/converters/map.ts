/**
 * Maps (manual 7.3.1, `map`): the input is looked up in a file's list of keys, the value takes its place. Values are
 * read where they lie when they are asked for; they were checked when they were loaded.
 */
import { isIPv4 } from 'node:net';
import { ipv6Words } from '../../config/pattern-values.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import { leadingInteger, readIpv4 } from '../casts.ts';
import type { CompileOptions } from '../context.ts';
import type { Convert, Converter } from '../converter.ts';
import type { PatternReference } from '../pattern-reference.ts';
import { type Lookup, type Match, matchedType } from '../patterns/lookup.ts';
import { expandReplacement } from '../replacement.ts';
import { ADDR, type Sample, SINT, STR, takeScratch } from '../sample.ts';

type ValueKind = 'str' | 'sint' | 'addr';

const VALUE_TYPES: Readonly<Record<ValueKind, number>> = { str: STR, sint: SINT, addr: ADDR };

function map(name: string, match: Match, kind: ValueKind): readonly [string, Converter] {
  const make = (args: readonly string[], options: CompileOptions): Convert => makeLookup(args, options, match, kind);
  return [name, { input: matchedType(match), output: VALUE_TYPES[kind], make }];
}

function makeLookup(
  [file = '', standard]: readonly string[],
  { environment }: CompileOptions,
  match: Match,
  kind: ValueKind,
): Convert {
  const reference = environment.patterns.byFile(file);
  if (reference === undefined) throw new Error(`map file '${file}' was not loaded`);
  const lookup = reference.lookupFor(match, false);
  const give = match === 'regm' ? giveExpanded(reference, lookup, environment.bufferSize) : giver(reference, kind);
  const bytes = Buffer.from(standard ?? '', 'latin1');
  return (sample) => {
    const entry = lookup.find(sample);
    if (entry >= 0) return give(sample, entry);
    return standard !== undefined && setValue(sample, kind, bytes, 0, bytes.length);
  };
}

type Give = (sample: Sample, entry: number) => boolean;

function giver({ store }: PatternReference, kind: ValueKind): Give {
  return (sample, entry) =>
    setValue(sample, kind, store.bytes, store.valueStart[entry] as number, store.valueEnd[entry] as number);
}

function setValue(sample: Sample, kind: ValueKind, bytes: Buffer, start: number, end: number): boolean {
  switch (kind) {
    case 'str':
      return sample.setBytes(STR, bytes, start, end);
    case 'sint':
      return sample.setInteger(leadingInteger(bytes, start, end));
    case 'addr':
      return setAddress(sample, bytes, start, end);
  }
}

function setAddress(sample: Sample, bytes: Buffer, start: number, end: number): boolean {
  const text = latin1Text(bytes, start, end);
  if (isIPv4(text)) return sample.setIpv4(readIpv4(bytes, start, end));
  const piece = takeScratch(16);
  ipv6Words(text).forEach((word, index) => {
    piece.writeInt32BE(word, 4 * index);
  });
  return sample.setIpv6(piece, 0);
}

/** `map_regm`: `\0` to `\9` in the value stand for what the expression's groups matched. */
function giveExpanded({ store }: PatternReference, lookup: Lookup, limit: number): Give {
  return (sample, entry) => {
    const groups = lookup.expressionOf(entry)?.exec(sample.text());
    if (groups === null || groups === undefined) return false;
    const text = expandReplacement(store.value(entry) ?? '', groups, limit);
    return text !== null && text !== undefined && sample.setText(text);
  };
}

const TEXT_MATCHES = ['str', 'beg', 'sub', 'dir', 'dom', 'end', 'reg', 'int', 'ip'] as const;

export const MAP_CONVERTERS: readonly (readonly [string, Converter])[] = [
  map('map', 'str', 'str'),
  ...TEXT_MATCHES.map((match) => map(`map_${match}`, match, 'str')),
  map('map_regm', 'regm', 'str'),
  ...TEXT_MATCHES.map((match) => map(`map_${match}_int`, match, 'sint')),
  ...TEXT_MATCHES.map((match) => map(`map_${match}_ip`, match, 'addr')),
];
