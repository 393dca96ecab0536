/**
 * `~SEQ(var, start, step, end) rest` and `~LST({a, b}, {1, 2}, {3, 4}) rest`: the rest of the line is read once for each
 * value (man keepalived.conf, "Sequence blocks", "List blocks").
 */

import { slice, type Text } from './text.ts';

export interface Repetition {
  readonly names: readonly string[];
  /** The values of one turn, undefined after the last. */
  next(): readonly string[] | undefined;
  readonly rest: Text;
}

export function isRepetition(line: string): boolean {
  return line.startsWith('~SEQ') || line.startsWith('~LST');
}

/** C's strtol with base 0. */
function integer(text: string): number | undefined {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)\s*$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2] ?? '';
  const value = /^0[xX]/.test(digits)
    ? Number.parseInt(digits.slice(2), 16)
    : Number.parseInt(digits, digits.startsWith('0') ? 8 : 10);
  return match[1] === '-' ? -value : value;
}

function sequence(line: Text, substitute: (text: string) => string): Repetition | undefined {
  const match = /^~SEQ(x?)[ \t]*\([ \t]*([^ \t,)]+)[ \t]*,[ \t]*([^)]*)\)[ \t]*/.exec(line.text);
  if (match === null) return undefined;
  const hexadecimal = match[1] === 'x';
  const numbers = substitute(match[3] ?? '')
    .split(',')
    .map(integer);
  const [one, two, three] = numbers;
  if (numbers.includes(undefined) || one === undefined || numbers.length > 3) return undefined;
  let [start, step, end] = [one, two ?? 0, three ?? 0];
  if (two === undefined) {
    end = one;
    step = end < 1 ? -1 : 1;
    start = end < 0 ? -1 : 1;
  } else if (three === undefined) {
    end = two;
    step = start <= end ? 1 : -1;
  }
  if (step === 0 || (start < end && step < 0) || (start > end && step > 0)) return undefined;
  if (hexadecimal && (start < 0 || end < 0)) return undefined;
  let value = start;
  return {
    names: [match[2] ?? ''],
    next() {
      if (step > 0 ? value > end : value < end) return undefined;
      const text = value.toString(hexadecimal ? 16 : 10);
      value += step;
      return [text];
    },
    rest: slice(line, match[0].length),
  };
}

/** One `{a, b}` or one bare word. */
const GROUP = /^(?:\{[ \t]*([^{}]*?)[ \t]*\}|([^ \t,{})]*))[ \t]*/;

function list(line: Text): Repetition | undefined {
  const opening = /^~LST[ \t]*\([ \t]*/.exec(line.text);
  if (opening === null) return undefined;
  let at = opening[0].length;
  const groups: string[][] = [];
  for (;;) {
    const match = GROUP.exec(line.text.slice(at));
    if (match === null) return undefined;
    groups.push(match[1] === undefined ? [match[2] ?? ''] : match[1].split(/[ \t]*,[ \t]*/));
    at += match[0].length;
    const mark = line.text[at];
    if (mark === ')') break;
    if (mark !== ',') return undefined;
    at += 1 + (/^[ \t]*/.exec(line.text.slice(at + 1))?.[0].length ?? 0);
  }
  const [names = [], ...values] = groups;
  if (values.length === 0 || values.some((group) => group.length > names.length)) return undefined;
  let turn = 0;
  return {
    names,
    next() {
      const group = values[turn++];
      return group === undefined ? undefined : names.map((_, index) => group[index] ?? '');
    },
    rest: slice(line, at + 1 + (/^[ \t]*/.exec(line.text.slice(at + 1))?.[0].length ?? 0)),
  };
}

/** undefined: written wrongly. `substitute` replaces parameters between the parentheses of ~SEQ. */
export function parseRepetition(line: Text, substitute: (text: string) => string): Repetition | undefined {
  return line.text.startsWith('~SEQ') ? sequence(line, substitute) : list(line);
}
