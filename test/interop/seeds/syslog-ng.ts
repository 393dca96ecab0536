/** A real syslog-ng that takes log lines apart as the article has it, and builds the URL from what was captured. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { findProgram } from '../../find-program.ts';
import { freePort } from '../differential/free-port.ts';

const DEADLINE_MS = 60_000;

/** The program's path, or null: Debian's package `syslog-ng-core` is not installed. */
export function findSyslogNg(): string | null {
  return findProgram('syslog-ng');
}

export interface SyslogNg {
  /** UDP, on 127.0.0.1. */
  readonly port: number;
  /** The lines written since the start, each as its fields; resolves once there are so many. */
  lines(count: number): Promise<readonly (readonly string[])[]>;
}

/** Starts it until the test ends. */
export async function startSyslogNg(test: Test, program: string): Promise<SyslogNg> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'syslog-ng-'));
  const written = join(directory, 'haproxy_full.log');
  const file = join(directory, 'syslog-ng.conf');
  const text = readFileSync(join(import.meta.dirname, 'blog-syslog-ng.conf'), 'utf8');
  writeFileSync(file, text.replace('port(514)', `port(${port})`).replace('/var/log/haproxy_full.log', written));
  const own = (name: string): string => join(directory, name);
  const words = ['-F', '--no-caps', '-f', file, '-R', own('persist'), '-p', own('pid'), '-c', own('control')];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      said += part;
    });
  }
  const ended = once(child, 'close');
  test.teardown(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  });

  const read = (): readonly string[] => (existsSync(written) ? readFileSync(written, 'latin1').split('\n') : []);
  const proper = (): readonly string[] => read().filter((line) => line !== '' && !line.startsWith('probe'));
  const wait = async (done: () => boolean): Promise<void> => {
    const deadline = Date.now() + DEADLINE_MS;
    while (!done()) {
      if (child.exitCode !== null) throw new Error(`syslog-ng has ended: ${said}`);
      if (Date.now() > deadline) throw new Error(`syslog-ng wrote only ${JSON.stringify(read())}; ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  // It listens when what is sent comes out.
  const socket = createSocket('udp4');
  const probing = setInterval(() => socket.send('<150>Jan  1 00:00:00 haproxy[1]: probe', port, '127.0.0.1'), 50);
  try {
    await wait(() => read().some((line) => line.startsWith('probe')));
  } finally {
    clearInterval(probing);
    socket.close();
  }
  return {
    port,
    async lines(count) {
      await wait(() => proper().length >= count);
      return proper().map((line) => line.split('\t'));
    },
  };
}
