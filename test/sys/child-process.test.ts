import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  endingSignal,
  exitCode,
  openProcess,
  reap,
  STILL_RUNNING,
  StringTable,
  sendSignal,
  spawnProcess,
} from '../../src/sys/child-process.ts';
import { ENOENT, ENOEXEC, ESRCH } from '../../src/sys/errno.ts';
import { close } from '../../src/sys/socket.ts';

const environment = new StringTable(['PATH=/usr/bin:/bin', 'MARK=here']);

async function ended(pid: number): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const status = reap(pid);
    if (status !== STILL_RUNNING) return status;
    if (Date.now() > deadline) throw new Error(`process ${pid} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The parent goes on a moment before the new program's name and credentials are those of the process. */
async function started(pid: number): Promise<string> {
  for (const deadline = Date.now() + 60_000; ; ) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (status.startsWith('Name:\tsleep\n')) return status;
    if (Date.now() > deadline) throw new Error(`process ${pid} does not sleep`);
  }
}

function spawned(program: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve) => spawnProcess(program, new StringTable(words), environment, resolve));
}

function shell(script: string): Promise<number> {
  return spawned('/bin/sh', ['sh', '-c', script]);
}

t.test('a program gets its arguments and environment, and its exit code is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-spawn-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const script = `printf '%s|' "$0" "$@" "$MARK" > ${folder}/out; exit 7`;
  const pid = await spawned('/bin/sh', ['sh', '-c', script, 'zero', 'a b', '']);
  t.ok(pid > 0);
  const descriptor = openProcess(pid);
  t.ok(descriptor >= 0, 'a pidfd');
  const status = await ended(pid);
  t.equal(exitCode(status), 7);
  t.equal(endingSignal(status), 0);
  close(descriptor);
  t.equal(readFileSync(join(folder, 'out'), 'utf8'), 'zero|a b||here|');
});

t.test('a program that is not there is an error of the call', async (t) => {
  t.equal(await spawned('/nonexistent/program', ['x']), -ENOENT);
});

t.test('a script without #! line is told apart', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-spawn-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'bare'), 'exit 0\n');
  chmodSync(join(folder, 'bare'), 0o755);
  t.equal(await spawned(join(folder, 'bare'), ['bare']), -ENOEXEC);
});

t.test('a program is in its own process group, so that its children end with it', async (t) => {
  const pid = await shell('sleep 30 & wait');
  const group = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
  t.equal(Number(group), pid);
  t.equal(sendSignal(-pid, 15), 0);
  t.equal(endingSignal(await ended(pid)), 15);
  // Its orphan is reaped by somebody else, in time.
  for (const deadline = Date.now() + 60_000; sendSignal(-pid, 0) !== -ESRCH; ) {
    if (Date.now() > deadline) throw new Error(`somebody of group ${pid} is left`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

t.test('signals that this process ignores or blocks are usual ones for a program', async (t) => {
  const pid = await spawned('/bin/sleep', ['sleep', '30']);
  const status = await started(pid);
  t.match(status, /SigBlk:\s0{16}/);
  t.match(status, /SigIgn:\s0{7}[01]80{7}|SigIgn:\s0{16}/, 'but the two that the C library keeps for itself');
  sendSignal(-pid, 9);
  t.equal(endingSignal(await ended(pid)), 9);
});

t.test('many at once', async (t) => {
  const pids = await Promise.all(Array.from({ length: 20 }, (_, code) => shell(`exit ${code}`)));
  t.equal(new Set(pids).size, 20);
  const codes = await Promise.all(pids.map(async (pid) => exitCode(await ended(pid))));
  t.same(codes, [...codes.keys()]);
});
