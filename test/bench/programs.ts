/**
 * Starts and stops the programs that are measured, and those they are measured with. Whoever makes a `Programs` ends
 * it: every process is stopped by its id, and nothing outlives `stopAll`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../find-program.ts';
import { freePort } from '../interop/differential/free-port.ts';

const startDeadlineMs = 60_000;
const stopDeadlineMs = 5_000;
const outputKeptCharacters = 20_000;
/** Asked before the benchmark pins itself to one core, which would make it one. */
export const coreCount: number = availableParallelism();

/** The proxy under test: the tree's drop-in for haproxy, or whatever BENCH_PROGRAM names (to try the harness). */
export function proxyProgram(): string {
  return process.env['BENCH_PROGRAM'] ?? fileURLToPath(new URL('../../scripts/haproxy', import.meta.url));
}

/** `count` TCP ports nobody listens on at the moment of asking. */
export function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

export interface Program {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
  /** The last of what it wrote to standard output and standard error. */
  readonly output: string;
  /** Resolves when `port` of 127.0.0.1 accepts; rejects with the program's output when it ended or took too long. */
  listening(port: number): Promise<void>;
  /** SIGTERM, then SIGKILL for one that does not listen. May be called twice. */
  stop(): Promise<void>;
}

class RunningProgram implements Program {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';

  constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', (error) => {
        this.#output += `${error.message}\n`;
        resolve();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-outputKeptCharacters);
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get output(): string {
    return this.#output;
  }

  async listening(port: number): Promise<void> {
    const deadline = Date.now() + startDeadlineMs;
    while (!(await accepts(port))) {
      if (!this.running || Date.now() > deadline) {
        throw new Error(`${this.name} does not listen on port ${port}\n${this.#output}`);
      }
      await delay(20);
    }
  }

  async stop(): Promise<void> {
    if (!this.running) {
      return;
    }
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), stopDeadlineMs);
    await this.#ended;
    clearTimeout(killer);
  }
}

export interface StartOptions {
  /** Run on this core only. Without it the program stays where its parent runs. */
  readonly core?: number;
}

export class Programs {
  /** A directory for configuration files and sockets; gone with `stopAll`. */
  readonly directory: string = mkdtempSync(join(tmpdir(), 'mahalo-bench-'));
  readonly #started: Program[] = [];

  start(name: string, command: string, parameters: readonly string[], options: StartOptions = {}): Program {
    const [file, ...rest] = [...pinning(options.core), command, ...parameters];
    // taskset replaces itself by the program, so the process id is the program's.
    const child = spawn(file as string, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new RunningProgram(name, child);
    this.#started.push(program);
    return program;
  }

  /** Starts `program` (haproxy's flags) on the configuration at `path`. */
  startProxy(name: string, program: string, path: string, options: StartOptions = {}): Program {
    return this.start(name, program, ['-f', path, '-db'], options);
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((program) => program.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The words that put a command on one core: none where there is one core only, or no taskset. */
export function pinning(core: number | undefined): string[] {
  const taskset = findProgram('taskset');
  return core === undefined || taskset === null || coreCount < 2 ? [] : [taskset, '-c', `${core}`];
}
