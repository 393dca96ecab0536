/** Fetches that ask nothing of the traffic (manual 7.3.2). */
import { type FetchMaker, simple } from '../fetch.ts';
import { BOOL } from '../sample.ts';

export const INTERNAL_STATE_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['always_true', simple(BOOL, (_context, sample) => sample.setBoolean(true))],
  ['always_false', simple(BOOL, (_context, sample) => sample.setBoolean(false))],
];
