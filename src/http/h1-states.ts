/** The states of the HTTP/1 parser, and the two ways in which it stops before the end of a head. */
import type { Http1Head } from './h1-head.ts';
import { INVALID, NEED_MORE } from './h1-verdict.ts';

export const BEFORE = 0;
export const BEFORE_LF = 1;
export const METHOD = 2;
export const METHOD_BLANK = 3;
export const TARGET = 4;
export const TARGET_BLANK = 5;
export const VERSION = 6;
export const VERSION_BLANK = 7;
export const STATUS = 8;
export const STATUS_BLANK = 9;
export const REASON = 10;
export const LINE_LF = 11;
export const LINE_START = 12;
export const NAME = 13;
export const VALUE_BLANK = 14;
export const EMPTY_LF = 15;
export const EMPTY_FOLD = 16;
export const VALUE = 17;
export const VALUE_LF = 18;
export const FOLD = 19;
export const LAST_LF = 20;
export const ENDED = 21;
export const FAILED = 22;

/** Data ran out: remembers state and place. */
export function suspend(head: Http1Head, state: number, at: number): number {
  head.state = state;
  head.position = at;
  return NEED_MORE;
}

/** The message is wrong at `at`. */
export function refuse(head: Http1Head, at: number, reason: string): number {
  head.refuse(at, reason);
  head.state = FAILED;
  head.position = at;
  return INVALID;
}
