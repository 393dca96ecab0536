/**
 * Says when the machine stood still: one process a core that does nothing but sleep for 5 ms at a time, and tells when it
 * woke late. A hypervisor that gives the core to somebody else for 300 ms makes a backup take over and an answer come
 * after its limit, and neither says anything of ours.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SLEEP_MS = 5;
/** Less is the scheduler's daily business. */
const TOLD_MS = 20;

/** Ends with its parent. Writes `lateMs`, a line each. No garbage, no threads, no timers. */
const SLEEPER = `
const { writeSync } = require('node:fs');
const cell = new Int32Array(new SharedArrayBuffer(4));
const parent = process.ppid;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
for (let beforeMs = nowMs(); process.ppid === parent; ) {
  Atomics.wait(cell, 0, 0, ${SLEEP_MS});
  const now = nowMs();
  const lateMs = now - beforeMs - ${SLEEP_MS};
  if (lateMs > ${TOLD_MS}) writeSync(1, lateMs.toFixed(0) + '\\n');
  beforeMs = now;
}`;

interface Stall {
  /** When it was heard of, `performance.now()`. */
  readonly atMs: number;
  readonly lastedMs: number;
}

/** `0-2,5` as the kernel writes the cores that this process may use. */
export function coresOf(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

function ourCores(): number[] {
  const [, list = '0'] = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return coresOf(list);
}

export class MachineWitness {
  readonly #stalls: Stall[] = [];
  readonly #sleepers: ChildProcess[];

  constructor() {
    this.#sleepers = ourCores().map((core) => this.#sleeper(core));
  }

  /** Without taskset (util-linux) there is no witness, and nothing is excused. */
  #sleeper(core: number): ChildProcess {
    const words = ['-c', `${core}`, process.execPath, '-e', SLEEPER];
    const child = spawn('taskset', words, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.on('error', () => undefined);
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      const atMs = performance.now();
      for (const line of text.split('\n').filter(Boolean)) this.#stalls.push({ atMs, lastedMs: Number(line) });
    });
    return child;
  }

  /** The longest stall in the time, milliseconds; 0: none worth telling. */
  longestMs(fromMs: number, toMs: number): number {
    const within = this.#stalls.filter(({ atMs, lastedMs }) => atMs >= fromMs && atMs - lastedMs <= toMs);
    return Math.max(0, ...within.map(({ lastedMs }) => lastedMs));
  }

  stop(): void {
    for (const sleeper of this.#sleepers) sleeper.kill('SIGKILL');
  }
}
