/** Quotes, variables, the ends of lines. */

import { FRONT, type Mistake, WHOLE } from './mistake.ts';

export const QUOTES: readonly Mistake[] = [
  {
    name: 'a quote that is not closed',
    text: `${FRONT} http-request set-header X-A "b\nbackend b\n`,
    at: [10, 30],
    severity: 'error',
    message: 'unmatched quote at position 30',
    hint: "close the quote; an apostrophe that is none is written \\'",
  },
  {
    name: 'an apostrophe',
    text: `${FRONT} http-request set-header X-A it's\nbackend b\n`,
    at: [10, 32],
    severity: 'error',
    message: 'unmatched quote at position 32',
    hint: "close the quote; an apostrophe that is none is written \\'",
  },
  {
    name: 'a brace that is not closed',
    text: `${FRONT} http-request set-header X-A "\${B"\nbackend b\n`,
    at: [10, 32],
    severity: 'error',
    message: 'unmatched brace in environment variable name at position 32',
    hint: "close the brace: '${NAME}'",
  },
  {
    name: 'blanks in a value without quotes',
    text: `${FRONT} http-request set-header X-A one two\nbackend b\n`,
    at: [10, 34],
    severity: 'error',
    message: "'http-request set-header' expects either 'if' or 'unless' followed by a condition but found 'two'.",
    hint: 'a value with blanks stands in quotes: "one two"',
  },
  {
    name: 'a dollar sign before a digit',
    text: `${FRONT} http-request set-header X-A "$1"\nbackend b\n`,
    at: [10, 32],
    severity: 'error',
    message: 'forbidden first char in environment variable name at position 32',
    hint: "a dollar sign is written '\\$' in double quotes; in single quotes nothing is special",
  },
  {
    name: 'an escape that is none',
    text: `${FRONT} http-request set-header X-A \\xzz\nbackend b\n`,
    at: [10, 30],
    severity: 'error',
    message: 'truncated or invalid hexadecimal sequence at position 30',
    hint: "'\\x' takes two hexadecimal digits; a backslash is written '\\\\'",
  },
  {
    name: 'a last line without its end',
    text: `${WHOLE.slice(0, -1)}`,
    at: [11, 23],
    severity: 'error',
    message: 'Missing LF on last line, file might have been truncated at position 23.',
    hint: 'end the last line with a line feed',
  },
];
