import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { type Pollable, Reactor, STREAM_EVENTS } from '../../src/loop/reactor.ts';
import { Timer } from '../../src/loop/timer-wheel.ts';
import { EPOLLET, EPOLLIN } from '../../src/sys/epoll.ts';
import { EBADF } from '../../src/sys/errno.ts';
import { allocate } from '../../src/sys/memory.ts';
import { pipe, read, write } from '../../src/sys/pipe.ts';
import * as net from '../../src/sys/socket.ts';

const memory = allocate(4096);

function openPipe(): readonly [number, number] {
  const ends = pipe();
  if (typeof ends === 'number') throw new Error(`pipe: ${ends}`);
  return ends;
}

/** A reactor that runs for one test and is closed after it. */
function startReactor(t: { teardown: (callback: () => void) => unknown }): Reactor {
  const reactor = new Reactor();
  reactor.start();
  t.teardown(() => reactor.close());
  return reactor;
}

/** A promise and what fulfils it. */
function signal(): { promise: Promise<void>; done: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, done: resolve };
}

t.test('a readable descriptor reaches its pollable, again while level-triggered', async (t) => {
  const reactor = startReactor(t);
  const [readEnd, writeEnd] = openPipe();
  const { promise, done } = signal();
  let calls = 0;
  reactor.add(
    readEnd,
    {
      onEvents(events) {
        t.equal(events & EPOLLIN, EPOLLIN);
        if (++calls < 3) return;
        read(readEnd, memory.address, 10);
        done();
      },
    },
    EPOLLIN,
  );
  t.equal(reactor.watched, 1);
  write(writeEnd, memory.address, 1);
  await promise;
  t.equal(calls, 3);
  reactor.remove(readEnd);
  reactor.remove(readEnd);
  t.equal(reactor.watched, 0);
  net.close(readEnd);
  net.close(writeEnd);
});

t.test('registering what is no descriptor gives -errno and leaves nothing behind', (t) => {
  const reactor = new Reactor();
  t.equal(reactor.add(9999, { onEvents() {} }, EPOLLIN), -EBADF);
  t.equal(reactor.watched, 0);
  reactor.close();
  reactor.close();
  t.throws(() => reactor.start(), 'a closed reactor does not start');
  t.end();
});

t.test('an event of a descriptor removed in the same batch reaches nobody, nor its successor', async (t) => {
  const reactor = new Reactor();
  t.teardown(() => reactor.close());
  const first = openPipe();
  const second = openPipe();
  const { promise, done } = signal();
  const reached: string[] = [];
  let successor: readonly [number, number] | undefined;
  const replacing = (name: string, other: readonly [number, number]): Pollable => ({
    onEvents() {
      reached.push(name);
      // The other one's event is in this batch already: its number goes to a new pipe with nothing to read.
      reactor.forget(other[0]);
      net.close(other[0]);
      net.close(other[1]);
      successor = openPipe();
      t.ok(successor.includes(other[0]), 'the kernel gave the number out again');
      for (const fd of successor) reactor.add(fd, { onEvents: () => void reached.push('successor') }, EPOLLIN);
      reactor.defer({ runDeferred: () => reactor.defer({ runDeferred: done }) });
    },
  });
  reactor.add(first[0], replacing('first', second), EPOLLIN | EPOLLET);
  reactor.add(second[0], replacing('second', first), EPOLLIN | EPOLLET);
  write(first[1], memory.address, 1);
  write(second[1], memory.address, 1);
  reactor.start();
  await promise;
  t.equal(reached.length, 1, `only one: ${reached}`);
  for (const fd of [...(reached[0] === 'first' ? first : second), ...(successor ?? [])]) net.close(fd);
});

t.test('deferred tasks run after the batch, those they queue after the next', async (t) => {
  const reactor = startReactor(t);
  const { promise, done } = signal();
  const log: string[] = [];
  reactor.defer({
    runDeferred() {
      log.push('one');
      reactor.defer({
        runDeferred() {
          log.push('three');
          done();
        },
      });
    },
  });
  reactor.defer({ runDeferred: () => void log.push('two') });
  await promise;
  t.same(log, ['one', 'two', 'three']);
});

t.test('timers fire at rest and under load, also when armed from a callback of Node', async (t) => {
  const reactor = startReactor(t);
  const { promise, done } = signal();
  const fired: string[] = [];
  let started = 0;
  const far = new Timer({ onTimer: () => void fired.push('far') });
  const near = new Timer({
    onTimer(timer, nowMs) {
      t.ok(nowMs >= timer.deadlineMs, 'not before its time');
      t.ok(performance.now() >= timer.deadlineMs);
      fired.push('near');
      done();
    },
  });
  reactor.timers.arm(far, reactor.refresh() + 600_000);
  setTimeout(() => {
    started = reactor.refresh();
    reactor.timers.arm(near, started + 30);
  }, 20);
  await promise;
  t.same(fired, ['near']);
  t.ok(far.armed);
});

t.test('whoever asks for it is told what callbacks throw, in events, timers and deferred tasks', async (t) => {
  const reactor = startReactor(t);
  const told: string[] = [];
  const { promise, done } = signal();
  reactor.onFault = (error) => {
    told.push((error as Error).message);
    if (told.length === 3) done();
  };
  const fail = (where: string): never => {
    throw new Error(where);
  };
  const [reader, writer] = openPipe();
  reactor.add(reader, { onEvents: () => fail('event') }, EPOLLIN | EPOLLET);
  write(writer, memory.address, 1);
  reactor.timers.arm(new Timer({ onTimer: () => fail('timer') }), reactor.nowMs + 1);
  reactor.defer({ runDeferred: () => fail('task') });
  await promise;
  t.strictSame(told.sort(), ['event', 'task', 'timer']);
  reactor.remove(reader);
  net.close(reader);
  net.close(writer);
});

t.test('a callback that throws becomes an uncaught exception and costs nobody else an event', async (t) => {
  const reactor = startReactor(t);
  const one = openPipe();
  const two = openPipe();
  const { promise, done } = signal();
  const reached: string[] = [];
  const uncaught: unknown[] = [];
  const throwing = (name: string): Pollable => ({
    onEvents() {
      reached.push(name);
      throw new Error(name);
    },
  });
  const earlier = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => {
    uncaught.push(error.message);
    if (uncaught.length === 4) done();
  });
  reactor.add(one[0], throwing('one'), EPOLLIN | EPOLLET);
  reactor.add(two[0], throwing('two'), EPOLLIN | EPOLLET);
  write(one[1], memory.address, 1);
  write(two[1], memory.address, 1);
  reactor.defer({ runDeferred: () => { throw new Error('deferred'); } }); // biome-ignore format: one line says it
  reactor.timers.arm(new Timer({ onTimer: () => { throw new Error('timer'); } }), 0); // biome-ignore format: one line
  await promise;
  process.removeAllListeners('uncaughtException');
  for (const listener of earlier) process.on('uncaughtException', listener);
  t.same(reached.sort(), ['one', 'two']);
  t.same(uncaught.sort(), ['deferred', 'one', 'timer', 'two']);
  for (const fd of [...one, ...two]) net.close(fd);
});

t.test('many connections at once: every byte comes back, and no descriptor leaks', async (t) => {
  const before = readdirSync('/proc/self/fd').length;
  const reactor = new Reactor();
  reactor.start();
  const { promise, done } = signal();
  const pairs = 300; // more than one batch holds
  let finished = 0;
  for (let index = 0; index < pairs; index++) {
    const [near, far] = net.socketPair(net.AF_UNIX, net.SOCK_STREAM | net.SOCK_NONBLOCK) as readonly [number, number];
    let rounds = 0;
    reactor.add(far, {
      onEvents(events) {
        if ((events & EPOLLIN) === 0) return;
        const length = net.recv(far, memory.address, 4096, 0);
        if (length > 0) net.send(far, memory.address, length, net.MSG_NOSIGNAL);
        if (length !== 0) return;
        reactor.forget(far);
        net.close(far);
        if (++finished === pairs) done();
      },
    }, STREAM_EVENTS); // biome-ignore format: the callback is the matter
    reactor.add(near, {
      onEvents(events) {
        if ((events & EPOLLIN) === 0 || net.recv(near, memory.address, 4096, 0) <= 0 || rounds < 0) return;
        if (++rounds < 20) {
          net.send(near, memory.address, 1, net.MSG_NOSIGNAL);
          return;
        }
        reactor.remove(near);
        net.close(near);
      },
    }, STREAM_EVENTS); // biome-ignore format: as above
    net.send(near, memory.address, 1, net.MSG_NOSIGNAL);
  }
  await promise;
  t.equal(reactor.watched, 0);
  t.ok(reactor.events >= pairs * 20);
  reactor.close();
  // libuv closes its watch in the next turn of its loop.
  await new Promise(setImmediate);
  t.equal(readdirSync('/proc/self/fd').length, before);
});

t.test("Node's own loop runs beside a reactor that never rests", async (t) => {
  const reactor = startReactor(t);
  const [near, far] = net.socketPair(net.AF_UNIX, net.SOCK_STREAM | net.SOCK_NONBLOCK) as readonly [number, number];
  const bounce = (fd: number): Pollable => ({
    onEvents() {
      const length = net.recv(fd, memory.address, 16, 0);
      if (length > 0) net.send(fd, memory.address, length, net.MSG_NOSIGNAL);
    },
  });
  reactor.add(near, bounce(near), EPOLLIN);
  reactor.add(far, bounce(far), EPOLLIN);
  net.send(near, memory.address, 1, 0);
  let ticks = 0;
  const interval = setInterval(() => ticks++, 5);
  const text = await readFile(import.meta.filename, 'utf8');
  t.match(text, 'never rests');
  await new Promise((resolve) => setTimeout(resolve, 100));
  clearInterval(interval);
  t.ok(ticks >= 3, `setInterval ran ${ticks} times`);
  t.ok(reactor.events > 100, `${reactor.events} events meanwhile`);
  reactor.remove(near);
  reactor.remove(far);
  net.close(near);
  net.close(far);
});

const IDLE = `
  import { Reactor } from 'LOOP/reactor.ts';
  import { Signals } from 'LOOP/signals.ts';
  import { Timer } from 'LOOP/timer-wheel.ts';
  import { EPOLLIN } from 'SYS/epoll.ts';
  import * as net from 'SYS/socket.ts';
  import { SocketAddress } from 'SYS/socket-address.ts';
  const reactor = new Reactor();
  const fd = net.socket(net.AF_INET, net.SOCK_STREAM | net.SOCK_NONBLOCK, 0);
  net.bind(fd, SocketAddress.ipv4('127.0.0.1', 0));
  net.listen(fd, 10);
  reactor.add(fd, { onEvents() {} }, EPOLLIN);
  reactor.start();
  setTimeout(() => {}, 3_600_000);
  reactor.timers.arm(new Timer({ onTimer() {} }), reactor.nowMs + 3_600_000);
  const signals = new Signals();
  signals.on('SIGTERM', () => { console.log('stopping'); process.exit(0); });
  setTimeout(() => console.log('ready'), 50);
`;

function spawnIdle() {
  const source = `${import.meta.dirname}/../../src`;
  const script = IDLE.replaceAll('LOOP/', `${source}/loop/`).replaceAll('SYS/', `${source}/sys/`);
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

t.test('an idle process hears SIGTERM at once', async (t) => {
  const child = spawnIdle();
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  t.match(`${(await once(child.stdout, 'data'))[0]}`, 'stopping');
  if (child.exitCode === null) await once(child, 'exit');
  t.equal(child.exitCode, 0);
});

const strace = spawnSync('strace', ['-V']).status === 0;
t.test('an idle process makes no system call', { skip: !strace && 'strace is not installed' }, async (t) => {
  const child = spawnIdle();
  await once(child.stdout, 'data');
  // V8's memory reducer collects once or twice in the first seconds; after that there must be silence for good.
  let trace = 'nothing traced';
  for (let attempt = 0; attempt < 6 && trace !== ''; attempt++) trace = await traceCalls(child.pid as number, 4000);
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  t.equal(trace, '');
});

/** The system calls that all threads of a process make (finish or begin) within a time. */
async function traceCalls(pid: number, durationMs: number): Promise<string> {
  const tracer = spawn('strace', ['-f', '-qq', '-e', 'signal=none', '-p', `${pid}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let trace = '';
  tracer.stderr.on('data', (data) => {
    trace += data;
  });
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  tracer.kill('SIGINT');
  await once(tracer, 'exit');
  // What was blocked when strace came is shown as unfinished, once a thread.
  return trace
    .split('\n')
    .filter((line) => line !== '' && !/<unfinished|<detached|restart_syscall/.test(line))
    .join('\n');
}
