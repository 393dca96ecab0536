/**
 * Going to the background without fork(), which Node does not have: the command starts itself again in a session of its
 * own and waits until that child has bound its listeners. So the exit code and the messages are those of HAProxy's `-D`:
 * 0 means that the service listens, anything else comes with the reason on standard error.
 *
 *   parent --spawn--> child: configuration, bind, pidfile, user, "ready" on a pipe, /dev/null for 0 1 2
 *   parent <--------- "ready": exit 0      or the child's exit code: exit with it
 */

import type { StdioOptions } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Model } from '../config/model.ts';
import { ownCommand } from '../sys/own-program.ts';

/** Names the descriptor on which the child says that it is ready. */
const READY_VARIABLE = 'MAHALO_DAEMON_READY_FD';

/** Where the child reports, or undefined when this process is no daemon's child. */
export function readyDescriptor(): number | undefined {
  const text = process.env[READY_VARIABLE];
  return text === undefined || text === '' ? undefined : Number(text);
}

/** `fd@N` listeners: these descriptors must keep their numbers in the child. */
export function inheritedDescriptors(model: Model): readonly number[] {
  const addresses = [
    ...model.proxies.flatMap((proxy) => proxy.binds.flatMap((bind) => bind.addresses)),
    ...model.global.statsSockets.flatMap((socket) => socket.addresses),
    ...model.global.logTargets.map((target) => target.address),
    ...model.proxies.flatMap((proxy) => proxy.logTargets.map((target) => target.address)),
  ];
  return addresses.flatMap((address) => (address.kind === 'fd' && address.fd > 2 ? [address.fd] : []));
}

/** Starts the child and waits for its word. Returns this process's exit code. */
export async function runInBackground(inherited: readonly number[]): Promise<number> {
  const { spawn } = await import('node:child_process');
  const readyFd = Math.max(2, ...inherited) + 1;
  const stdio: Exclude<StdioOptions, string> = ['ignore', 'inherit', 'inherit'];
  for (let fd = 3; fd < readyFd; fd++) {
    stdio[fd] = inherited.includes(fd) ? fd : 'ignore';
  }
  stdio[readyFd] = 'pipe';
  const [program, ...words] = ownCommand(...process.argv.slice(2));
  const child = spawn(program, words, {
    stdio,
    detached: true,
    env: { ...process.env, [READY_VARIABLE]: String(readyFd) },
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code === null || code === 0 ? 1 : code));
    const ready = child.stdio[readyFd];
    ready?.on('data', () => {
      // Nothing of the child may keep us here.
      child.unref();
      ready.destroy();
      resolve(0);
    });
  });
}

/** In the child: tells the parent and lets go of the terminal. */
export function reportReady(fd: number): void {
  writeSync(fd, 'ready\n');
  closeSync(fd);
  delete process.env[READY_VARIABLE];
  // The lowest free number is taken: each /dev/null ends up where the descriptor just closed was.
  for (const standard of [1, 2]) {
    closeSync(standard);
    openSync('/dev/null', 'r+');
  }
}
