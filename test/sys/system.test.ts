import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import t from 'tap';
import * as credentials from '../../src/sys/credentials.ts';
import * as epoll from '../../src/sys/epoll.ts';
import { check, EAGAIN, ENOENT, errnoMessage, errnoName, SystemError } from '../../src/sys/errno.ts';
import { allocate, readWord, writeWord } from '../../src/sys/memory.ts';
import { openNamespace, openNamespaceFile, socketIn } from '../../src/sys/netns.ts';
import * as pipes from '../../src/sys/pipe.ts';
import * as limits from '../../src/sys/process.ts';
import * as signalfd from '../../src/sys/signalfd.ts';
import * as net from '../../src/sys/socket.ts';
import * as timerfd from '../../src/sys/timerfd.ts';

const needsRoot = { skip: process.getuid?.() !== 0 && 'needs root' };
const here = import.meta.dirname;

/** Runs a script in a process of its own: what it does to itself must not touch the tests. */
function inChild(script: string): string {
  const sys = `${here}/../../src/sys`;
  const source = script.replaceAll('SYS/', `${sys}/`);
  return execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' }).trim();
}

t.test('errors carry the name, the text and the call', (t) => {
  t.equal(errnoName(111), 'ECONNREFUSED');
  t.equal(errnoMessage(98), 'Address already in use');
  t.equal(errnoName(9999), 'E9999');
  t.equal(check(3, 'open'), 3);
  t.throws(() => check(-13, 'bind', '127.0.0.1:80'), {
    name: 'SystemError',
    code: 'EACCES',
    errno: 13,
    call: 'bind',
    message: 'bind: Permission denied (127.0.0.1:80)',
  });
  t.ok(new SystemError(1, 'x') instanceof Error);
  t.end();
});

t.test('64-bit words are written without a BigInt', (t) => {
  const memory = allocate(8);
  for (const value of [0, 1, 0xffff_ffff, 0x1_0000_0000, 0x7fff_1234_5678, Number.MAX_SAFE_INTEGER]) {
    writeWord(memory.bytes, 0, value);
    t.equal(readWord(memory.bytes, 0), value);
    t.equal(memory.bytes.readBigUInt64LE(0), BigInt(value));
  }
  t.end();
});

t.test('epoll gives back descriptor and generation', (t) => {
  const set = epoll.create();
  const [readEnd, writeEnd] = pipes.pipe() as readonly [number, number];
  const list = new epoll.EventList(4);
  t.equal(epoll.add(set, readEnd, epoll.EPOLLIN | epoll.EPOLLET, 77), 0);
  t.equal(epoll.wait(set, list, 0), 0);
  pipes.write(writeEnd, allocate(4).address, 4);
  t.equal(epoll.wait(set, list, 1000), 1);
  t.same([list.fd(0), list.generation(0), list.events(0)], [readEnd, 77, epoll.EPOLLIN]);
  t.equal(epoll.wait(set, list, 0), 0, 'edge-triggered: once');
  t.equal(epoll.modify(set, readEnd, epoll.EPOLLIN, 78), 0);
  t.equal(epoll.wait(set, list, 0), 1);
  t.equal(list.generation(0), 78);
  t.equal(epoll.remove(set, readEnd), 0);
  t.equal(epoll.remove(set, readEnd), -ENOENT);
  for (const fd of [set, readEnd, writeEnd]) net.close(fd);
  t.end();
});

t.test('splice moves bytes from a socket through a pipe to another socket', (t) => {
  const from = net.socketPair(net.AF_UNIX, net.SOCK_STREAM | net.SOCK_NONBLOCK) as readonly [number, number];
  const to = net.socketPair(net.AF_UNIX, net.SOCK_STREAM | net.SOCK_NONBLOCK) as readonly [number, number];
  const [readEnd, writeEnd] = pipes.pipe() as readonly [number, number];
  const flags = pipes.SPLICE_F_MOVE | pipes.SPLICE_F_NONBLOCK;
  const memory = allocate(100);
  memory.bytes.write('spliced');
  t.equal(pipes.splice(from[1], writeEnd, 1000, flags), -EAGAIN);
  net.send(from[0], memory.address, 7, 0);
  t.equal(pipes.splice(from[1], writeEnd, 1000, flags), 7);
  t.equal(pipes.waitingBytes(readEnd), 7);
  t.equal(pipes.splice(readEnd, to[0], 7, flags), 7);
  t.equal(net.recv(to[1], memory.address + 50, 50, 0), 7);
  t.equal(memory.bytes.toString('latin1', 50, 57), 'spliced');
  net.shutdown(from[0], net.SHUT_WR);
  t.equal(pipes.splice(from[1], writeEnd, 1000, flags), 0, 'the end of the stream');
  t.equal(pipes.setPipeSize(writeEnd, 16384), 16384);
  t.equal(pipes.pipeSize(writeEnd), 16384);
  for (const fd of [...from, ...to, readEnd, writeEnd]) net.close(fd);
  t.end();
});

t.test('a timerfd becomes readable when its time has come', (t) => {
  const fd = timerfd.create();
  t.equal(timerfd.take(fd), -EAGAIN);
  t.equal(timerfd.set(fd, 1.5), 0);
  const set = epoll.create();
  epoll.add(set, fd, epoll.EPOLLIN);
  t.equal(epoll.wait(set, new epoll.EventList(1), 5000), 1);
  t.equal(timerfd.take(fd), 1);
  net.close(fd);
  net.close(set);
  t.end();
});

t.test('a signalfd reads what is sent to the thread', (t) => {
  const fd = signalfd.create(['SIGUSR2']);
  t.ok(fd >= 0);
  t.equal(signalfd.take(fd), -EAGAIN);
  signalfd.raiseInThread('SIGUSR2');
  t.equal(signalfd.take(fd), constants.signals.SIGUSR2);
  t.equal(signalfd.take(fd), -EAGAIN);
  t.equal(signalfd.unblock(['SIGUSR2']), 0);
  net.close(fd);
  t.end();
});

t.test('limits and processors are read and set', (t) => {
  const files = limits.getLimit(limits.RLIMIT_NOFILE) as limits.ResourceLimit;
  t.ok(files.soft > 0 && files.soft <= files.hard);
  t.equal(limits.setLimit(limits.RLIMIT_NOFILE, files), 0);
  t.equal(
    inChild(`import * as l from 'SYS/process.ts';
      l.setLimit(l.RLIMIT_NOFILE, { soft: 100, hard: 200 }); l.setLimit(l.RLIMIT_CORE, { soft: 0, hard: Infinity });
      console.log(JSON.stringify(l.getLimit(l.RLIMIT_NOFILE)))`),
    '{"soft":100,"hard":200}',
  );
  const processors = limits.getAffinity() as readonly number[];
  t.ok(processors.length > 0);
  t.equal(limits.setAffinity([processors[0] as number]), 0);
  t.same(limits.getAffinity(), [processors[0]]);
  t.equal(limits.setAffinity(processors), 0);
  t.end();
});

t.test('accounts are found by name', (t) => {
  t.same(credentials.userByName('root'), { uid: 0, gid: 0 });
  t.equal(credentials.userByName('no-such-user-here'), -ENOENT);
  t.equal(credentials.groupByName('root'), 0);
  t.equal(credentials.groupByName('no-such-group-here'), -ENOENT);
  t.end();
});

t.test('a process drops root, keeps one capability, and the other threads keep none', needsRoot, (t) => {
  const output = inChild(`import { readdirSync, readFileSync } from 'node:fs';
    import * as c from 'SYS/credentials.ts';
    const keep = new Set([c.CAP_NET_BIND_SERVICE]);
    const results = [c.keepCapabilities(true), c.setGroups([65534]), c.setGroup(65534), c.setUser(65534),
      c.setCapabilities({ effective: keep, permitted: keep, inheritable: keep }),
      c.raiseAmbient(c.CAP_NET_BIND_SERVICE), c.isAmbient(c.CAP_NET_BIND_SERVICE), c.clearAmbient(),
      c.forbidNewPrivileges(), c.setDumpable(true)];
    const own = c.getCapabilities();
    const threads = readdirSync('/proc/self/task').map((id) => {
      const status = readFileSync('/proc/self/task/' + id + '/status', 'latin1');
      return [/Uid:\\s+(\\d+)/.exec(status)[1], /CapPrm:\\s+(\\w+)/.exec(status)[1], id === String(process.pid)];
    });
    console.log(JSON.stringify({ results, permitted: [...own.permitted], effective: [...own.effective], threads }));`);
  const told = JSON.parse(output);
  t.same(told.results, [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  t.same(told.permitted, [credentials.CAP_NET_BIND_SERVICE]);
  t.same(told.effective, [credentials.CAP_NET_BIND_SERVICE]);
  t.ok(told.threads.length > 1);
  for (const [uid, permitted, main] of told.threads) {
    t.equal(uid, '65534', 'every thread changed its user');
    t.equal(Number.parseInt(permitted, 16), main ? 1 << credentials.CAP_NET_BIND_SERVICE : 0);
  }
  t.end();
});

t.test('chroot makes a directory the root', needsRoot, (t) => {
  const output = inChild(`import { existsSync } from 'node:fs'; import { chroot } from 'SYS/credentials.ts';
    console.log(chroot('/no/such/directory'), chroot('/sys'), existsSync('/kernel'), process.cwd())`);
  t.equal(output, `${-ENOENT} 0 true /`);
  t.end();
});

t.test('a socket is made in another network namespace', needsRoot, (t) => {
  t.equal(openNamespace('no-such-namespace'), -ENOENT);
  const own = openNamespaceFile('/proc/self/ns/net');
  const fd = socketIn(own, net.AF_INET, net.SOCK_STREAM, 0);
  net.close(own);
  t.ok(fd >= 0);
  t.equal(net.close(fd), 0);
  const output = inChild(`import { Worker } from 'node:worker_threads'; import { readlinkSync } from 'node:fs';
    import { openNamespaceFile, socketIn, unshareNetwork } from 'SYS/netns.ts';
    import * as net from 'SYS/socket.ts'; import { SocketAddress } from 'SYS/socket-address.ts';
    const before = readlinkSync('/proc/thread-self/ns/net');
    const old = openNamespaceFile('/proc/thread-self/ns/net');
    const moved = unshareNetwork();
    const inside = readlinkSync('/proc/thread-self/ns/net');
    const outer = socketIn(old, net.AF_INET, net.SOCK_STREAM, 0);
    const inner = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
    console.log(JSON.stringify([moved, before !== inside, inside === readlinkSync('/proc/thread-self/ns/net'),
      net.bind(outer, SocketAddress.ipv4('127.0.0.1', 0)) === 0 && net.listen(outer, 1) === 0,
      net.connect(inner, net.localAddress(outer))]));`);
  // A fresh namespace has its loopback down: from inside, the listener outside cannot be reached.
  t.same(JSON.parse(output), [0, true, true, true, -101]);
  t.end();
});

t.test('a process that enters a namespace is there with its children', needsRoot, (t) => {
  const name = `mahalo-sys-${process.pid}`;
  execFileSync('ip', ['netns', 'add', name]);
  t.teardown(() => execFileSync('ip', ['netns', 'del', name]));
  const output = inChild(`import { execFileSync } from 'node:child_process';
    import { enterNamespace } from 'SYS/netns.ts';
    const identify = () => execFileSync('ip', ['netns', 'identify'], { encoding: 'utf8' }).trim();
    console.log(JSON.stringify([enterNamespace('no-such-namespace'), enterNamespace('${name}'), identify()]));`);
  t.same(JSON.parse(output), [-ENOENT, 0, name]);
  t.end();
});
