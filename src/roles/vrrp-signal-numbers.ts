/**
 * The signals of keepalived 2.2.7, by the names that `--signum` knows. JSON and STATS_CLEAR are real-time signals, whose
 * numbers are the C library's (SIGRTMIN is 34 with glibc, SIGRTMAX 64).
 */

const SIGRTMIN = 34;
const SIGRTMAX = 64;
export const SIGJSON = SIGRTMIN + 2;
export const SIGSTATS_CLEAR = SIGRTMAX - 1;

/** TDATA, a thread dump, is not in the keepalived that we stand for either. */
const NUMBERS = new Map([
  ['STOP', 15],
  ['RELOAD', 1],
  ['DATA', 10],
  ['STATS', 12],
  ['STATS_CLEAR', SIGSTATS_CLEAR],
  ['JSON', SIGJSON],
]);

/** For `--signum`; undefined: unknown. */
export function signalNumber(name: string): number | undefined {
  return NUMBERS.get(name);
}
