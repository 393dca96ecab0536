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

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const environment = new StringTable(['PATH=/usr/bin:/bin', 'MARK=here']);

async function ended(pid: number): Promise<number> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const status = reap(pid);
    if (status !== STILL_RUNNING) return status;
    if (Date.now() > deadline) throw new Error(`process ${pid} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The parent goes on a moment before the new program's name and credentials are those of the process. */
async function started(pid: number): Promise<string> {
  for (const deadline = Date.now() + 5000; ; ) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (status.startsWith('Name:\tsh\n')) return status;
    if (Date.now() > deadline) throw new Error(`process ${pid} does not run a shell`);
  }
}

function shell(script: string, user = own): number {
  return spawnProcess('/bin/sh', new StringTable(['sh', '-c', script]), environment, user);
}

t.test('a program gets its arguments and environment, and its exit code is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-spawn-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const pid = spawnProcess(
    '/bin/sh',
    new StringTable(['sh', '-c', `printf '%s|' "$0" "$@" "$MARK" > ${folder}/out; exit 7`, 'zero', 'a b', '']),
    environment,
    own,
  );
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
  t.equal(spawnProcess('/nonexistent/program', new StringTable(['x']), environment, own), -ENOENT);
});

t.test('a script without #! line is told apart', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-spawn-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'bare'), 'exit 0\n');
  chmodSync(join(folder, 'bare'), 0o755);
  t.equal(spawnProcess(join(folder, 'bare'), new StringTable(['bare']), environment, own), -ENOEXEC);
});

t.test('a program is in its own process group, so that its children end with it', async (t) => {
  const pid = shell('sleep 30 & wait');
  const group = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
  t.equal(Number(group), pid);
  t.equal(sendSignal(-pid, 15), 0);
  t.equal(endingSignal(await ended(pid)), 15);
  t.equal(sendSignal(-pid, 0), -ESRCH, 'nobody of the group is left');
});

t.test('signals that this process ignores or blocks are usual ones for a program', async (t) => {
  const pid = shell('while :; do sleep 1; done');
  const status = await started(pid);
  t.match(status, /SigBlk:\s0{16}/);
  t.match(status, /SigIgn:\s0{7}[01]80{7}|SigIgn:\s0{16}/, 'but the two that the C library keeps for itself');
  sendSignal(-pid, 9);
  t.equal(endingSignal(await ended(pid)), 9);
});

t.test(
  'a program runs as another user with none of our groups or capabilities',
  { skip: own.uid !== 0 && 'needs root' },
  async (t) => {
    const before = readFileSync('/proc/thread-self/status', 'utf8').match(/^(Uid|Gid|Groups|CapEff):.*/gm);
    const pid = shell('sleep 30; true', { uid: 65_534, gid: 65_533 });
    t.ok(pid > 0);
    const status = await started(pid);
    t.match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
    t.match(status, /^Gid:\t65533\t65533\t65533\t65533$/m);
    t.match(status, /^Groups:\t65533 *$/m);
    t.match(status, /^CapEff:\t0{16}$/m);
    t.match(status, /^CapPrm:\t0{16}$/m);
    sendSignal(-pid, 9);
    await ended(pid);
    const after = readFileSync('/proc/thread-self/status', 'utf8').match(/^(Uid|Gid|Groups|CapEff):.*/gm);
    t.same(after, before, 'the calling thread is whom it was');
  },
);
