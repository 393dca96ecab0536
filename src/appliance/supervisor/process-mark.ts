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

export interface ContextSwitches {
  /** A thread had nothing to do any more: it was woken as often. */
  readonly slept: number;
  /** A thread had to make room for another one. */
  readonly pushedAside: number;
}

/** Of all its threads, so far; zeros when it is gone. */
export function contextSwitches(pid: number): ContextSwitches {
  let slept = 0;
  let pushedAside = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1');
      slept += Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(text)?.[1] ?? 0);
      pushedAside += Number(/^nonvoluntary_ctxt_switches:\s+(\d+)$/m.exec(text)?.[1] ?? 0);
    }
  } catch {
    // A thread that ended meanwhile counts no more.
  }
  return { slept, pushedAside };
}
