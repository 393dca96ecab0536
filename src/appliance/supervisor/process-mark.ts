/**
 * A process that outlives us is found again by its number and the moment it began, in clock ticks since the machine
 * started: numbers are used again, both together are not.
 */

import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMark {
  readonly pid: number;
  readonly startTicks: number;
}

/** Of /proc/<pid>/stat behind the name, which may contain anything: state is the first of them. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // gone
  }
}

const START_FIELD = 19;

/** Undefined: no such process, or one that has ended and waits to be reaped. */
export function markOf(pid: number): ProcessMark | undefined {
  const fields = statFields(pid);
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, startTicks: Number(fields[START_FIELD]) };
}

export function isAlive(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.startTicks === mark.startTicks;
}

/** Clock ticks are 100 a second for user space on every architecture of ours (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** When it began, by the wall clock of now. */
export function startedAtMs({ startTicks }: ProcessMark): number {
  const upSeconds = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
  return Math.round(Date.now() - 1000 * (upSeconds - startTicks / TICKS_PER_SECOND));
}

/** Its threads' own switches of context so far, those it waited for and those it was made to; 0 when it is gone. */
export function contextSwitches(pid: number): number {
  let sum = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1');
      for (const [, count] of text.matchAll(/^(?:non)?voluntary_ctxt_switches:\s+(\d+)$/gm)) sum += Number(count);
    }
  } catch {
    // A thread that ended meanwhile counts no more.
  }
  return sum;
}
