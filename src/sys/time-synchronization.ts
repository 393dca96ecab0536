/** What the kernel knows of how right its clock is: whatever disciplines it (chrony, ntpd, timesyncd) tells it. */

import { nativeIfPresent } from './ffi.ts';
import { allocate, readWord } from './memory.ts';

/** struct timex of 64-bit Linux. */
const TIMEX_BYTES = 208;
const ESTIMATED_ERROR = 32;
const TIME_ERROR = 5;

const cAdjtimex = nativeIfPresent('int adjtimex(uintptr_t)');

export interface ClockState {
  /** Does anything keep it right? */
  readonly synchronized: boolean;
  /** As its keeper estimates; meaningless otherwise. */
  readonly estimatedErrorUs: number;
}

/** Undefined: the kernel does not tell (a sandbox). */
export function clockState(): ClockState | undefined {
  if (cAdjtimex === undefined) return undefined;
  // Zero modes: nothing is changed.
  const timex = allocate(TIMEX_BYTES);
  const state = cAdjtimex(timex.address);
  if (state < 0) return undefined;
  return { synchronized: state !== TIME_ERROR, estimatedErrorUs: readWord(timex.bytes, ESTIMATED_ERROR) };
}
