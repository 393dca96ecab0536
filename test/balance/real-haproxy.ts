/**
 * The real haproxy for comparisons: started in the foreground with a configuration in a directory of its own, stopped by
 * process id. Configurations bind unix sockets in that directory, so no port is needed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A reason to skip, or undefined if haproxy 2.6 can be run. */
export function haproxyMissing(): string | undefined {
  const { stdout } = spawnSync('haproxy', ['-v'], { encoding: 'utf8' });
  if (!stdout) return 'haproxy is not installed';
  return stdout.startsWith('HAProxy version 2.6') ? undefined : 'haproxy is not version 2.6';
}

export async function waitUntil(condition: () => boolean | Promise<boolean>, what: string, limitMs = 60_000) {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export class RealHaproxy {
  readonly directory = mkdtempSync(join(tmpdir(), 'mahalo-haproxy-'));
  output = '';
  #process: ChildProcess | undefined;

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Starts it; the stats socket is `stats.sock` in the directory. */
  async start(configuration: string, globals = ''): Promise<void> {
    const file = this.path('haproxy.cfg');
    writeFileSync(
      file,
      `global\n  nbthread 1\n  maxconn 500\n  stats socket ${this.path('stats.sock')} level admin\n${globals}\n${configuration}`,
    );
    const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    child.stdout.on('data', (data) => {
      this.output += data;
    });
    child.stderr.on('data', (data) => {
      this.output += data;
    });
    await waitUntil(async () => {
      if (child.exitCode !== null) throw new Error(`haproxy ended: ${this.output}`);
      if (!existsSync(this.path('stats.sock'))) return false;
      return (await this.command('show info').catch(() => '')).includes('Pid:');
    }, 'haproxy to start');
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** One command on the stats socket. */
  command(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.path('stats.sock'));
      let answer = '';
      socket.on('data', (data) => {
        answer += data;
      });
      socket.on('end', () => resolve(answer));
      socket.on('error', reject);
      socket.write(`${line}\n`);
    });
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
