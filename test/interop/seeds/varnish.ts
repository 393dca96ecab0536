/** A real Varnish cache in front of an origin, as the seeds put it behind the proxy. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { findProgram } from '../../find-program.ts';
import { freePort } from '../differential/free-port.ts';

/** The program's path, or null: Debian's package `varnish` is not installed. */
export function findVarnish(): string | null {
  return findProgram('varnishd');
}

/** Starts a cache in front of `origin` until the test ends; resolves with its address. */
export async function startVarnish(test: Test, program: string, origin: string): Promise<string> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'varnish-'));
  // Jailed, it would have to write into a directory that is ours.
  const words = [
    '-j',
    'none',
    '-F',
    '-n',
    directory,
    '-a',
    `127.0.0.1:${port}`,
    '-b',
    origin,
    '-s',
    'default,8m',
    '-T',
    'none',
  ];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  const ended = once(child, 'close');
  test.teardown(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  });
  const deadline = Date.now() + 60_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`varnishd did not start: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return `127.0.0.1:${port}`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
