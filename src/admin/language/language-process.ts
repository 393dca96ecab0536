/**
 * The child that answers questions about texts (`mahalo language`): started by the first one, ended when nobody has asked
 * for a while, killed when an answer takes too long. It reads a JSON object a line and answers with one:
 *
 *   > {"id": 1, "call": "check", "given": {...}}
 *   < {"id": 1, "answer": ...}   or   {"id": 1, "error": "..."}
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { LanguageCalls } from './calls.ts';

/** Its start included, on a machine that does other things as well. */
const ANSWER_MS = 60_000;
const IDLE_MS = 60_000;
const MOST_WAITING = 16;
const LONGEST_ANSWER = 16 * 1024 * 1024;
const LONGEST_EXCUSE = 2000;

/** Not now: others are asking already, or the child took too long or was lost. */
export class LanguageBusy extends Error {}

type Given<Name extends keyof LanguageCalls> = Parameters<LanguageCalls[Name]>[0];
type Answer<Name extends keyof LanguageCalls> = Awaited<ReturnType<LanguageCalls[Name]>>;

export class LanguageProcess {
  readonly #command: readonly string[];
  readonly #directory: string;
  #child: Child | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;

  /**
   * @param command the words that start `mahalo language`
   * @param directory where relative paths of a text begin, as for the proxy
   */
  constructor(command: readonly string[], directory: string) {
    this.#command = command;
    this.#directory = directory;
  }

  /** One at a time: on a small device two would only slow each other down. */
  async ask<Name extends keyof LanguageCalls>(call: Name, given: Given<Name>): Promise<Answer<Name>> {
    if (this.#waiting >= MOST_WAITING) throw new LanguageBusy('others are asking already; try again');
    this.#waiting++;
    clearTimeout(this.#idle);
    const turn = this.#last.then(() => this.#run(call, given));
    this.#last = turn.catch(() => {}); // whoever asked is told
    try {
      return (await turn) as Answer<Name>;
    } finally {
      this.#waiting--;
      if (this.#waiting === 0 && !this.#stopped) this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#idle);
    this.#end();
  }

  #end(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  async #run(call: keyof LanguageCalls, given: unknown): Promise<unknown> {
    if (this.#stopped) throw new LanguageBusy('admin is stopping');
    if (this.#child?.alive !== true) this.#child = new Child(this.#command, this.#directory);
    const child = this.#child;
    const timer = setTimeout(() => child.kill(`no answer within ${ANSWER_MS / 1000} s`), ANSWER_MS);
    try {
      return await child.ask(call, given);
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Line {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** One process, one question at a time. */
class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  #received: string[] = [];
  #receivedLength = 0;
  #errors = '';
  #id = 0;
  #settle: ((line: Line | Error) => void) | undefined;
  alive = true;

  constructor([program = '', ...words]: readonly string[], directory: string) {
    this.#process = spawn(program, words, { cwd: directory, stdio: 'pipe' });
    const { stdin, stdout, stderr } = this.#process;
    stdout.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
    stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#errors = (this.#errors + chunk).slice(-LONGEST_EXCUSE);
    });
    stdin.on('error', () => {}); // 'close' tells it
    this.#process.on('error', (error) => this.#lose(error.message));
    this.#process.on('close', () => this.#lose(this.#errors.trim() || 'its process ended'));
  }

  ask(call: string, given: unknown): Promise<unknown> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#settle = (line) => {
        this.#settle = undefined;
        if (line instanceof Error) reject(line);
        else if (line.error !== undefined) reject(new Error(line.error));
        else resolve(line.answer);
      };
      this.#process.stdin.write(`${JSON.stringify({ id, call, given })}\n`);
    });
  }

  kill(reason?: string): void {
    this.#process.kill('SIGKILL');
    this.#lose(reason ?? 'it was ended');
  }

  #lose(reason: string): void {
    this.alive = false;
    this.#settle?.(new LanguageBusy(`nothing can be said about this text: ${reason}`));
  }

  #take(chunk: string): void {
    const end = chunk.indexOf('\n');
    this.#received.push(end < 0 ? chunk : chunk.slice(0, end));
    this.#receivedLength += chunk.length;
    if (this.#receivedLength > LONGEST_ANSWER) this.kill('the answer is too long');
    if (end < 0) return;
    const line = JSON.parse(this.#received.join('')) as Line;
    this.#received = [];
    this.#receivedLength = 0;
    if (line.id === this.#id) this.#settle?.(line);
  }
}
