/**
 * What a process costs, read from /proc: CPU time in nanoseconds and resident memory. utime+stime of /proc/PID/stat
 * count in ticks of 10 ms, too coarse for rounds of a few seconds; the first number of schedstat is the same time in
 * nanoseconds (Linux Documentation/scheduler/sched-stats.rst), one file a thread.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  /** Resident pages, those shared with other processes counted whole. */
  readonly rssBytes: number;
  /** Resident pages, those shared counted by their share. */
  readonly pssBytes: number;
}

/** How often the threads of a process were scheduled away: a thread that sleeps throughout adds nothing. */
export interface Activity {
  readonly switches: number;
  /** Those of them in which a thread waited for something: each ends with a wake-up. */
  readonly waits: number;
  readonly cpuNanoseconds: number;
}

/** A file of /proc, or '' when the process or thread has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // Ended between the listing and the reading: it has no figures any more.
  }
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // The process has ended.
  }
}

/** `pid` and everything it started that still runs (a wrapper script, worker processes). */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) {
      continue;
    }
    const stat = read(`/proc/${name}/stat`);
    // The command name stands in parentheses and may hold anything, so count fields behind the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (const member of tree) {
    tree.push(...(children.get(member) ?? []));
  }
  return tree;
}

/** CPU time of all threads of `pids` since they began, user and system, in nanoseconds. */
export function cpuNanoseconds(pids: readonly number[]): number {
  let sum = 0;
  for (const pid of pids) {
    for (const thread of threads(pid)) {
      sum += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]);
    }
  }
  return sum;
}

/** How much `pids` did so far; equal figures at two moments mean that no thread ran in between. */
export function activity(pids: readonly number[]): Activity {
  let switches = 0;
  let waits = 0;
  for (const pid of pids) {
    for (const thread of threads(pid)) {
      for (const match of read(`/proc/${pid}/task/${thread}/status`).matchAll(
        /(\w*)voluntary_ctxt_switches:\s+(\d+)/g,
      )) {
        switches += Number(match[2]);
        if (match[1] === '') waits += Number(match[2]);
      }
    }
  }
  return { switches, waits, cpuNanoseconds: cpuNanoseconds(pids) };
}

/** Resident memory of `pids` together. */
export function memory(pids: readonly number[]): Memory {
  let rssBytes = 0;
  let pssBytes = 0;
  for (const pid of pids) {
    const text = read(`/proc/${pid}/smaps_rollup`);
    rssBytes += Number(/^Rss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
    pssBytes += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  }
  return { rssBytes, pssBytes };
}

/** The most descriptors a process may be given here (RLIMIT_NOFILE, hard). */
export function descriptorLimit(): number {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(read('/proc/self/limits'))?.[1] ?? '1024';
  return line === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line);
}
