/**
 * `kill -9` at a certain moment of what a process does, by no clock: strace holds it at a system call, before the kernel
 * does it. Of its main thread only; its children are left alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../../admin/admin-process.ts';

/** Far longer than any test: a call that is held here ends by a kill. */
const HELD_MICROSECONDS = 3_000_000_000;
/** What starts a process, on one machine or another. */
const SPAWN = 'clone,clone3,fork,vfork';

export class Strace {
  readonly #child: ChildProcess;
  /** The calls it saw, one a line. */
  output = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      this.output += chunk;
    });
  }

  /** Kills the process when it is about to make this call for the n-th time from now. Resolves when it watches. */
  static killBefore(processId: number, call: 'rename' | 'fsync' | 'spawn', nth: number): Promise<Strace> {
    const calls = call === 'spawn' ? SPAWN : call;
    return Strace.#attach(processId, calls, `signal=SIGKILL:when=${nth}`);
  }

  /** The next process it starts runs, and it does not get to hear of that. */
  static holdAfterSpawn(processId: number): Promise<Strace> {
    return Strace.#attach(processId, SPAWN, `delay_exit=${HELD_MICROSECONDS}:when=1`);
  }

  static async #attach(processId: number, calls: string, what: string): Promise<Strace> {
    const words = ['-p', String(processId), '-y', '-s', '200', '-e', `trace=${calls}`, '-e', `inject=${calls}:${what}`];
    const strace = new Strace(spawn('strace', words, { stdio: ['ignore', 'ignore', 'pipe'] }));
    strace.#child.on('error', (error) => {
      strace.output += error.message;
    });
    await until(`strace is attached: ${strace.output}`, () => {
      if (strace.#child.exitCode !== null) throw new Error(strace.output);
      return / attached$/m.test(strace.output);
    });
    return strace;
  }

  /** Watches no more. Who was killed while it was held dies now: strace does not notice. */
  end(): void {
    this.#child.kill('SIGKILL');
  }

  /** The last call before the end of the process. */
  async lastCall(): Promise<string> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
    const calls = this.output.split('\n').filter((line) => /^\w+\(/.test(line));
    return calls.at(-1) ?? this.output;
  }
}
