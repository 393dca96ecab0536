/** A program running in a namespace of the lab: its lines, its end, and its whole family of processes. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { clockMs, until } from './command.ts';

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Called with each line of standard output; those lines are not kept. Without it both outputs are kept as the log. */
  readonly onLine?: (line: string) => void;
  /** Called with each chunk of standard output instead. */
  readonly onData?: (chunk: Buffer) => void;
}

function splitLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

/** `pid` and all below it, parents first. */
export function processFamily(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(processFamily)];
  } catch {
    return []; // It has ended.
  }
}

/** Sends the signal; false: there is no such process any more. */
export function signalProcess(pid: number, signal: NodeJS.Signals | number): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

export class LabProcess {
  readonly pid: number;
  readonly lines: LogLine[] = [];
  readonly ended: Promise<number | null>;
  exitCode: number | null | undefined;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(namespace: string, words: readonly string[], options: ProcessOptions = {}) {
    const child = spawn('ip', ['netns', 'exec', namespace, ...words], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
    });
    this.#child = child;
    this.pid = child.pid ?? 0;
    const keep = (text: string): void => {
      this.lines.push({ atMs: clockMs(), text });
    };
    if (options.onData) child.stdout.on('data', options.onData);
    else splitLines(child.stdout, options.onLine ?? keep);
    splitLines(child.stderr, keep);
    child.stdin.on('error', () => undefined); // It ended first: `ended` tells.
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        keep(String(error));
        this.exitCode = null;
        resolve(null);
      });
      child.on('exit', (code) => {
        this.exitCode = code;
        resolve(code);
      });
    });
  }

  get running(): boolean {
    return this.exitCode === undefined;
  }

  log(): string {
    return this.lines.map((line) => line.text).join('\n');
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** The first kept line that matches, from index `from` on, waited for. */
  async line(pattern: RegExp, limitMs?: number, from = 0): Promise<LogLine> {
    let found: LogLine | undefined;
    await until(
      `${pattern} in the log:\n${this.log()}`,
      () => {
        found = this.lines.slice(from).find((line) => pattern.test(line.text));
        return found !== undefined || !this.running;
      },
      limitMs,
    );
    if (found === undefined) throw new Error(`ended without ${pattern}:\n${this.log()}`);
    return found;
  }

  signal(signal: NodeJS.Signals | number): boolean {
    return this.running && signalProcess(this.pid, signal);
  }

  /** The same signal to everything it has started, parents first. */
  signalFamily(signal: NodeJS.Signals): void {
    for (const pid of processFamily(this.pid)) signalProcess(pid, signal);
  }

  /** Asks it to end, and after `graceMs` does not ask any more. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 30_000): Promise<number | null> {
    if (!this.running) return this.exitCode ?? null;
    const family = processFamily(this.pid);
    this.signal(signal);
    const timer = setTimeout(() => {
      for (const pid of family) signalProcess(pid, 'SIGKILL');
    }, graceMs);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }
}
