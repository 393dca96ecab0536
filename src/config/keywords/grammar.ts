/**
 * Grammar of keywords whose machinery is yet to come: their words are checked, and complained about as HAProxy does;
 * what is good is refused by name. A check gives what is wrong, or undefined.
 */

import type { PositionStyle } from '../diagnostics.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';

export interface Complaint {
  readonly message: string;
  readonly style?: PositionStyle;
  /** The word it is about. */
  readonly index?: number;
}

export type Check<Target = unknown> = (statement: Statement, target: Target) => Complaint | string | undefined;

export function tell(statement: Statement, complaint: Complaint | string): void {
  if (typeof complaint === 'string') statement.alert(complaint);
  else statement.alert(complaint.message, complaint.style ?? 'spaced', complaint.index ?? 0);
}

/** Refuses what passes the check as not implemented; `what` names it where the keyword alone does not. */
export function refuse<Target>(
  check: Check<Target>,
  what?: (statement: Statement) => string,
): (statement: Statement, target: Target) => void {
  return (statement, target) => {
    const complaint = check(statement, target);
    if (complaint === undefined) statement.notImplemented(what?.(statement) ?? statement.keyword);
    else tell(statement, complaint);
  };
}

/** All checks hold; the first complaint counts. */
export function all<Target = unknown>(...checks: readonly Check<Target>[]): Check<Target> {
  return (statement, target) => {
    for (const check of checks) {
      const complaint = check(statement, target);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  };
}

export const anything: Check = () => undefined;

/** No words after `maximum` arguments; `last` is the last word of the keyword itself. */
export function atMost(maximum: number, last = 0): Check {
  return (statement) => {
    const extra = statement.word(last + maximum + 1);
    if (extra === '') return undefined;
    const keyword = [0, 1, 2].slice(0, last + 1).map((at) => statement.word(at));
    const index = last + maximum + 1;
    return { message: `'${keyword.join(' ')}' cannot handle unexpected argument '${extra}'.`, index };
  };
}

/** The word at `index` is there. The message names the keyword where it has a `%`. */
export function needs(message: string, index = 1, style: PositionStyle = 'spaced'): Check {
  return (statement) =>
    statement.word(index) === '' ? { message: message.replace('%', statement.keyword), style } : undefined;
}

/** The word is one of these. */
export function oneOf(words: readonly string[], refusal: (word: string) => string, index = 1): Check {
  return (statement) => {
    const word = statement.word(index);
    return words.includes(word) ? undefined : { message: refusal(word), index };
  };
}

export interface Range {
  readonly low: number;
  readonly high?: number;
  readonly refusal: string;
}

/** A number read as leniently as HAProxy does, then held against limits. */
export function inRange({ low, high = 0x7fffffff, refusal }: Range, index = 1): Check {
  return (statement) => {
    const value = readInt32(statement.word(index));
    const message = refusal.replace('%', statement.keyword);
    return value < low || value > high ? { message, index } : undefined;
  };
}

interface DelayWords {
  readonly unit?: 'ms' | 's';
  readonly over: string;
  readonly under: string;
  /** `%` is the character. */
  readonly character: string;
  readonly style?: PositionStyle;
  readonly index?: number;
}

/** A delay; `#` in the messages is the argument. */
export function delay({ unit = 'ms', over, under, character, style, index = 1 }: DelayWords): Check {
  return (statement) => {
    const text = statement.word(index);
    const time = parseTime(text, unit);
    if (time.kind === 'value') return undefined;
    const messages = { over, under, character };
    const found = time.kind === 'character' ? time.character : '';
    const message = messages[time.kind].replace('#', text).replace('%', found);
    return style === undefined ? { message, index } : { message, index, style };
  };
}

/** A whole number in C's base 0 notation, nothing after it. */
export function anyBase(refusal: (character: string, word: string) => string, index = 1): Check {
  return (statement) => {
    const word = statement.word(index);
    const rest = word.replace(/^\s*[+-]?(?:0[xX][0-9a-fA-F]+|\d+)/, '');
    return rest === '' ? undefined : { message: refusal(rest.charAt(0), word), index };
  };
}

/** `on` or `off`. */
export const onOrOff: Check = all(atMost(1), (statement) => {
  const word = statement.word(1);
  if (word === 'on' || word === 'off') return undefined;
  return `'${statement.keyword}' expects either 'on' or 'off' but got '${word}'.`;
});
