/**
 * What people get wrong, and what they are told: the line, the column, the message, and the hint that says what to write
 * instead. Messages are HAProxy's to the letter where it has one.
 */

export interface Mistake {
  readonly name: string;
  readonly text: string;
  /** Line and column, from 1. */
  readonly at: readonly [line: number, column: number];
  readonly severity: 'error' | 'warning' | 'diag';
  readonly message: string | RegExp;
  readonly hint: string;
  /** HAProxy has no word for it, not even with -dD. */
  readonly own?: true;
}

const TIMEOUTS = ' timeout client 1s\n timeout connect 1s\n timeout server 1s\n timeout http-request 1s\n';

/** A defaults section in HTTP mode, and one in TCP mode; 6 lines. */
export const HTTP = `defaults\n mode http\n${TIMEOUTS}`;
export const TCP = `defaults\n mode tcp\n${TIMEOUTS}`;
/** And a frontend; 9 lines. Its backend `b` is yet to come. */
export const FRONT = `${HTTP}frontend f\n bind :18080\n default_backend b\n`;
/** And that backend with a server; 11 lines. */
export const WHOLE = `${FRONT}backend b\n server s 127.0.0.1:80\n`;
