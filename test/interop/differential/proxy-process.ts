/**
 * Starts and stops a proxy program (the real haproxy, or ours) in the foreground with a configuration text. Readiness
 * is asked of the program itself: an extra frontend answers `monitor-uri`, so the event loop must be running.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, isExecutable } from '../../find-program.ts';
import { freePort } from './free-port.ts';

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 10_000;
const running = new Set<ProxyProcess>();

process.on('exit', () => {
  for (const one of running) one.kill();
});
// A test that is itself told to stop (a runner's timeout) must not leave its programs behind.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

export class ProxyStartError extends Error {
  readonly output: string;

  constructor(program: string, output: string) {
    super(`${program} did not start: ${output}`);
    this.output = output;
  }
}

export class ProxyProcess {
  readonly program: string;
  readonly directory: string;
  output = '';
  exited = false;
  readonly #child: ChildProcess;
  readonly #onExit: () => void;

  private constructor(program: string, directory: string, file: string, onExit: () => void) {
    this.program = program;
    this.directory = directory;
    this.#onExit = onExit;
    // A group of its own: a wrapper script and what it starts are stopped together.
    this.#child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const keep = (part: Buffer): void => {
      this.output += part.toString('latin1');
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#child.on('error', (error) => {
      this.output += error.message;
      this.#gone();
    });
    this.#child.on('exit', (code, signal) => {
      this.output += `[exit ${code ?? signal}]`;
      this.#gone();
    });
    running.add(this);
  }

  #gone(): void {
    if (this.exited) return;
    this.exited = true;
    running.delete(this);
    this.#onExit();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the program serves; throws ProxyStartError with its output when it does not. */
  static async start(program: string, configuration: string, onExit: () => void = () => {}): Promise<ProxyProcess> {
    const readyPort = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-interop-'));
    const file = join(directory, 'proxy.cfg');
    const ready = [
      '',
      'defaults',
      '  timeout client 5s',
      'frontend harness-ready',
      '  mode http',
      `  bind 127.0.0.1:${readyPort}`,
      '  monitor-uri /ready',
      '',
    ];
    writeFileSync(file, configuration + ready.join('\n'));
    const started = new ProxyProcess(program, directory, file, onExit);
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await answers(readyPort))) {
      if (started.exited || Date.now() > deadline) {
        const { output } = started;
        await started.stop();
        throw new ProxyStartError(program, output);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return started;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    const { pid } = this.#child;
    if (pid === undefined || this.exited) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async stop(): Promise<void> {
    if (!this.exited) {
      const gone = new Promise<void>((resolve) => {
        this.#child.once('exit', () => resolve());
      });
      this.kill('SIGTERM');
      const timer = setTimeout(() => this.kill(), STOP_DEADLINE_MS);
      await gone;
      clearTimeout(timer);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, path: '/ready', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asking.on('error', () => resolve(false));
    asking.setTimeout(5000, () => asking.destroy());
    asking.end();
  });
}

/** The real haproxy on this machine, or null. */
export function findReference(): string | null {
  return findProgram('haproxy');
}

/** Our drop-in, or null when it is not built yet. */
export function findCandidate(): string | null {
  const file = process.env['DIFFERENTIAL_PROGRAM'] ?? join(import.meta.dirname, '../../../scripts/haproxy');
  return isExecutable(file) ? file : null;
}
