/** `field` and `word`: a part of a text between delimiters, counted from either end, perhaps with some that follow. */
import type { Converter } from '../converter.ts';
import { type Sample, STR } from '../sample.ts';
import { byteSet, countArgument } from './arguments.ts';

/** The part `[start,end)` found; `end` is -1 when there is none. */
const found = { start: 0, end: -1 };

type Find = (sample: Sample, index: number, delimiters: Uint8Array, count: number) => void;

function fieldFromLeft(
  { bytes, start: first, end: last }: Sample,
  index: number,
  set: Uint8Array,
  count: number,
): void {
  let field = 1;
  let start = first;
  let left = count;
  let end = first;
  for (; end < last; end++) {
    if (set[bytes[end] as number] === 0) continue;
    if (field !== index) {
      start = end + 1;
      field++;
    } else if (left === 1) break;
    else if (left > 1) left--;
  }
  found.start = start;
  found.end = field === index ? end : -1;
}

function fieldFromRight({ bytes, start: first, end: last }: Sample, index: number, set: Uint8Array, count: number) {
  let field = -1;
  let end = last;
  let left = count;
  let start = last;
  for (; start > first; start--) {
    if (set[bytes[start - 1] as number] === 0) continue;
    if (field !== index) {
      end = start - 1;
      field--;
    } else if (left === 1) break;
    else if (left > 1) left--;
  }
  found.start = start;
  found.end = field === index ? end : -1;
}

function wordFromLeft({ bytes, start: first, end: last }: Sample, index: number, set: Uint8Array, count: number): void {
  let word = 0;
  let inside = false;
  let start = first;
  let left = count;
  let end = first;
  for (; end < last; end++) {
    const delimiter = set[bytes[end] as number] === 1;
    if (!inside && !delimiter) {
      if (word !== index) {
        word++;
        start = end;
      }
      inside = true;
    } else if (inside && delimiter) {
      if (word === index) {
        if (left === 1) break;
        if (left > 1) left--;
      }
      inside = false;
    }
  }
  found.start = start;
  found.end = word === index ? end : -1;
}

function wordFromRight(
  { bytes, start: first, end: last }: Sample,
  index: number,
  set: Uint8Array,
  count: number,
): void {
  let word = 0;
  let inside = false;
  let end = last;
  let left = count;
  let start = last;
  for (; start > first; start--) {
    const delimiter = set[bytes[start - 1] as number] === 1;
    if (!inside && !delimiter) {
      if (word !== index) {
        word--;
        end = start;
      }
      inside = true;
    } else if (inside && delimiter) {
      if (word === index) {
        if (left === 1) break;
        if (left > 1) left--;
      }
      inside = false;
    }
  }
  found.start = start;
  found.end = word === index ? end : -1;
}

/** `missing`: whether a part that is not there is an empty text, or no sample at all. */
function part(fromLeft: Find, fromRight: Find, missing: 'empty' | 'none'): Converter {
  return {
    input: STR,
    output: STR,
    make: (args) => {
      const index = countArgument(args[0], 1);
      const delimiters = byteSet(args[1]);
      const count = countArgument(args[2], 1) | 0;
      const find = index < 0 ? fromRight : fromLeft;
      return (sample) => {
        find(sample, index, delimiters, count);
        if (found.end < 0) {
          sample.end = sample.start;
          return missing === 'empty';
        }
        sample.start = found.start;
        sample.end = found.end;
        return true;
      };
    },
  };
}

export const PART_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['field', part(fieldFromLeft, fieldFromRight, 'none')],
  ['word', part(wordFromLeft, wordFromRight, 'empty')],
];
