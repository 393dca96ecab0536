/** A unit's slots behind a control socket, in a process of their own, and what a test sends there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundleHead } from '../../../firmware/bundle/bundle-bytes.ts';
import type { SlotsView } from '../../../src/appliance/boot/slot-view.ts';
import { askAppliance } from '../../../src/appliance/control/ask.ts';
import type { UpdateStatus } from '../../../src/appliance/update/update-service.ts';
import { BOARD } from '../unit-root.ts';

export const ours = generateKeyPairSync('ed25519').privateKey;
export const facts = { version: '0.2.0', build: 'second', boards: [BOARD] };

/** Bytes like those of a file system, of any length, always the same. */
export function payloadOf(size: number, seed: string): Buffer {
  const bytes = Buffer.alloc(size, createHash('sha512').update(seed).digest());
  bytes.write('hsqs', 0, 'latin1');
  for (let at = 64; at + 4 < size; at += 997) bytes.writeUInt32LE(at, at);
  return bytes;
}

export function bundle(payload: Buffer, change: Partial<typeof facts> = {}, key: KeyObject = ours): Buffer {
  return Buffer.concat([bundleHead(payload, { ...facts, ...change }, key), payload]);
}

/** @param before what runs it: `strace` and its options */
export async function startReceiver(root: string, before: readonly string[] = []): Promise<ChildProcess> {
  const program = join(import.meta.dirname, 'receiver-program.ts');
  const [command, ...words] = [...before, process.execPath, program, root];
  // One thread for files: the n-th write is always the same one.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const child = spawn(command as string, words, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const [text] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!String(text).startsWith('ready')) throw new Error(`the receiver says ${text}`);
  return child;
}

async function* inParts(bytes: Buffer, partSize = 40_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += partSize) yield bytes.subarray(at, at + partSize);
}

export function send(socket: string, bytes: Buffer): Promise<unknown> {
  return askAppliance(socket, { command: 'update', size: bytes.length }, { bytes: inParts(bytes) });
}

export interface Told {
  readonly slot: SlotsView;
  readonly update: UpdateStatus;
}

export async function told(socket: string): Promise<Told> {
  return (await askAppliance(socket, { command: 'status' })) as Told;
}
