/** A network namespace for this test process alone: what it does to interfaces touches nobody and ends with it. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { check } from '../../../src/sys/errno.ts';
import { unshareNetwork } from '../../../src/sys/netns.ts';

/** Why namespaces cannot be had here, or false. */
export function cannotUnshare(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    execFileSync('ip', ['-V'], { stdio: 'ignore' });
  } catch {
    return 'needs iproute2';
  }
  return false;
}

/** Moves this process to a new namespace; children follow. Loopback is up. */
export function enterNamespace(): void {
  check(unshareNetwork(), 'unshare');
  ip('link set lo up');
}

export function ip(line: string): string {
  return execFileSync('ip', line.split(' '), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** As `ip`, its JSON; empty when it printed nothing. */
export function ipJson(line: string): Record<string, unknown>[] {
  const text = ip(`-j ${line}`).trim();
  return text === '' ? [] : (JSON.parse(text) as Record<string, unknown>[]);
}

/** A pair of interfaces, both up. */
export function makePair(one: string, other: string): void {
  ip(`link add ${one} type veth peer name ${other}`);
  ip(`link set ${one} up`);
  ip(`link set ${other} up`);
}

/** Waits until `condition` holds; false when it did not in `limitMs`. */
export async function until(condition: () => boolean, limitMs = 60_000): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await delay(5);
  }
  return true;
}

const KEEPALIVED = '/usr/sbin/keepalived';

export function cannotRunKeepalived(): string | false {
  return existsSync(KEEPALIVED) ? false : 'keepalived is not installed';
}

/** Runs keepalived with `configuration` in this namespace, calls `look` once `ready` holds, then stops it. */
export async function withKeepalived<T>(configuration: string, ready: () => boolean, look: () => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-keepalived-'));
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, configuration);
  const pids = ['-p', join(folder, 'pid'), '-r', join(folder, 'vrrp.pid')];
  let said = '';
  const child = spawn(KEEPALIVED, ['-n', '-l', '-D', '-P', '-f', file, ...pids], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    if (!(await until(ready))) throw new Error(`keepalived did not get there:\n${said}`);
    return look();
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
