import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { errnoName } from '../../src/sys/errno.ts';
import { NetlinkReader } from '../../src/sys/netlink-message.ts';
import { type ProcessEventListener, ProcessEvents, tellProcessEvent } from '../../src/sys/process-events.ts';

const needsRoot = { skip: process.getuid?.() !== 0 && 'needs root' };

class Diary implements ProcessEventListener {
  readonly heard = new Set<string>();
  onFork(pid: number, parentPid: number): void {
    this.heard.add(`fork ${pid} of ${parentPid}`);
  }
  onExec(pid: number): void {
    this.heard.add(`exec ${pid}`);
  }
  onName(pid: number, name: string): void {
    this.heard.add(`name ${pid} ${name}`);
  }
  onExit(pid: number): void {
    this.heard.add(`exit ${pid}`);
  }
  onLost(): void {
    this.heard.add('lost');
  }
}

t.test('a process that begins, executes, is named and ends is told, its threads are not', async (t) => {
  const events = ProcessEvents.open();
  if (typeof events === 'number') {
    t.pass('process events', { skip: `the kernel does not tell this process of others (${errnoName(-events)})` });
    return;
  }
  t.teardown(() => events.close());
  const diary = new Diary();
  const hears = async (entry: string): Promise<boolean> => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(5)) {
      while (events.read(diary) === 0);
      if (diary.heard.has(entry)) return true;
    }
    return false;
  };
  const child = spawn('sh', ['-c', 'printf renamed > /proc/self/comm; true; sleep 0.01'], { stdio: 'ignore' });
  t.ok(await hears(`fork ${child.pid} of ${process.pid}`));
  t.ok(await hears(`exec ${child.pid}`));
  t.ok(await hears(`name ${child.pid} renamed`));
  t.ok(await hears(`exit ${child.pid}`));
  const threaded = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  t.ok(await hears(`exit ${threaded.pid}`));
  t.equal([...diary.heard].filter((entry) => entry === `exit ${threaded.pid}`).length, 1);
  t.notOk(
    [...diary.heard].some((entry) => entry.endsWith(`of ${threaded.pid}`)),
    'Node made threads only',
  );
});

t.test('in a network namespace of its own a process is told so, and nothing stays open', needsRoot, (t) => {
  const source = `
    import { readdirSync } from 'node:fs';
    import { unshareNetwork } from '${new URL('../../src/sys/netns.ts', import.meta.url)}';
    import { ProcessEvents } from '${new URL('../../src/sys/process-events.ts', import.meta.url)}';
    if (unshareNetwork() < 0) throw new Error('no namespace');
    const before = readdirSync('/proc/self/fd').length;
    const events = ProcessEvents.open();
    console.log(typeof events, events < 0, readdirSync('/proc/self/fd').length - before);
  `;
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  t.equal(told, 'number true 0\n');
  t.end();
});

t.test('no bytes make the event decoder throw', (t) => {
  const diary = new Diary();
  const reader = new NetlinkReader();
  const plausible = fc.tuple(
    fc.constantFrom(1, 2, 0x200, 0x8000_0000, 7),
    fc.uint8Array({ maxLength: 64 }),
    fc.nat(120),
  );
  fc.assert(
    fc.property(plausible, ([what, tail, cut]) => {
      const bytes = Buffer.alloc(16 + 20 + 16 + tail.length);
      bytes.writeUInt32LE(bytes.length, 0);
      bytes.writeUInt16LE(3, 4);
      bytes.writeUInt32LE(1, 16);
      bytes.writeUInt32LE(1, 20);
      bytes.writeUInt32LE(what, 36);
      bytes.set(tail, 52);
      const length = Math.min(cut, bytes.length);
      if (length >= 4) bytes.writeUInt32LE(length, 0);
      reader.reset(bytes.subarray(0, length), length);
      while (reader.next()) tellProcessEvent(reader, diary);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      reader.reset(Buffer.from(bytes), bytes.length);
      while (reader.next()) tellProcessEvent(reader, diary);
    }),
  );
  t.pass();
  t.end();
});
