/** Random configuration texts: words of the language, and everything that makes cutting a line hard. */

import fc from 'fast-check';
import { allKeywords } from '../../../src/config/registry.ts';

const NAMES = [...new Set(allKeywords().flatMap((entry) => entry.name.split(' ')))];

const PIECES = [
  '"',
  "'",
  '\\',
  '\\ ',
  '\\#',
  '\\"',
  '\\x41',
  '\\x4',
  '#',
  '# comment',
  '""',
  "''",
  '"a b"',
  "'#'",
  '"$A"',
  '"${A}"',
  '"${A[*]}"',
  '"${A-b c}"',
  '"$"',
  '{',
  '}',
  '!',
  'if',
  'unless',
  'web',
  'from',
  '10.0.0.1:80',
  '%[src]',
  '\r',
  '\0',
  '\v',
  '\f',
  '\u00e9',
  '[a]',
  'no',
  'default',
];

const piece = fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...NAMES), fc.string({ maxLength: 6 }));
const word = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
const gap = fc.constantFrom(' ', ' ', ' ', '  ', '\t', '\t ', '\f', '');
const line = fc
  .tuple(
    gap,
    fc.array(fc.tuple(fc.oneof(piece, piece, word), gap), { maxLength: 7 }),
    fc.constantFrom('\n', '\n', '\r\n'),
  )
  .map(([indent, words, end]) => indent + words.flat().join('') + end);

export const anyText: fc.Arbitrary<string> = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.oneof(fc.constant(''), word))
  .map(([lines, last]) => lines.join('') + last);
