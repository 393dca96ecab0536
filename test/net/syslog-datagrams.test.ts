/** Log lines as datagrams: whatever the path, each arrives once and in order, or is counted; in a network of its own. */
import t, { type Test } from 'tap';
import type { Deferred, Reactor } from '../../src/loop/reactor.ts';
import { DatagramQueue } from '../../src/net/syslog-datagrams.ts';
import { ENETUNREACH } from '../../src/sys/errno.ts';
import { allocate } from '../../src/sys/memory.ts';
import * as net from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { cannotUnshare, enterNamespace, ip } from '../vrrp/network/namespace.ts';

const skip = cannotUnshare();
if (skip === false) enterNamespace();

const DATAGRAM = net.SOCK_DGRAM | net.SOCK_NONBLOCK | net.SOCK_CLOEXEC;
const line = allocate(8192);
const read = allocate(8192);

/** A queue in the middle of a batch of events, and what it tells. */
class Scene {
  readonly deferred: Deferred[] = [];
  readonly errors: number[] = [];
  readonly queue: DatagramQueue;
  sent = 0;
  batchGoesOn = true;

  constructor(t: Test, family: number) {
    const scene = this;
    const reactor = {
      get batchGoesOn(): boolean {
        return scene.batchGoesOn;
      },
      defer: (task: Deferred) => this.deferred.push(task),
    } as unknown as Reactor;
    const report = {
      countSent: (lines: number) => {
        this.sent += lines;
      },
      countError: (errno: number) => this.errors.push(errno),
    };
    this.queue = new DatagramQueue(reactor, report, net.socket(family, DATAGRAM, 0));
    t.teardown(() => this.queue.close());
  }

  write(texts: readonly string[], to: SocketAddress): void {
    for (const text of texts) this.queue.send(line, 0, line.bytes.write(text, 'latin1'), to);
  }

  endBatch(): void {
    this.batchGoesOn = false;
    for (const task of this.deferred.splice(0)) task.runDeferred();
    this.batchGoesOn = true;
  }
}

function receiver(t: Test, host: SocketAddress): readonly [number, SocketAddress] {
  const fd = net.socket(host.family, DATAGRAM, 0);
  net.setOption(fd, net.SOL_SOCKET, net.SO_RCVBUFFORCE, 1 << 22);
  t.teardown(() => net.close(fd));
  t.equal(net.bind(fd, host), 0);
  return [fd, net.localAddress(fd) as SocketAddress];
}

function received(fd: number): string[] {
  const lines: string[] = [];
  for (;;) {
    const length = net.recv(fd, read.address, read.bytes.length, net.MSG_DONTWAIT);
    if (length < 0) return lines;
    lines.push(read.bytes.toString('latin1', 0, length));
  }
}

function lines(lengths: readonly number[]): string[] {
  return lengths.map((length, index) => `${index}:`.padEnd(length, String.fromCharCode(97 + (index % 26))));
}

const mixed = lines([...Array(20).fill(234), 232, 234, 236, 236, 3000, ...Array(80).fill(100), 1400, 1400, 1400, 7, 7]);
const ipv4 = SocketAddress.ipv4('127.0.0.1', 0);
const ipv6 = SocketAddress.ipv6('::1', 0);

for (const host of [ipv4, ipv6]) {
  t.test(`${host.host}: lines wait for the end of the batch and arrive in order`, { skip }, (t) => {
    const scene = new Scene(t, host.family);
    const [peer, to] = receiver(t, host);
    const first = mixed.slice(0, 20);
    scene.write(first, to);
    t.same(received(peer), []);
    t.equal(scene.deferred.length, 1);
    scene.endBatch();
    t.same(received(peer), first);
    scene.write(mixed, to);
    scene.endBatch();
    t.same(received(peer), mixed, 'the long one, sent at once, drove those before it out');
    t.equal(scene.sent, first.length + mixed.length);
    t.same(scene.errors, []);
    t.end();
  });
}

t.test('the last line of a batch goes with those that wait, one without any at once', { skip }, (t) => {
  const scene = new Scene(t, net.AF_INET);
  const [peer, to] = receiver(t, ipv4);
  scene.write(['one\n'], to);
  scene.batchGoesOn = false;
  scene.write(['two\n'], to);
  t.same(received(peer), []);
  scene.endBatch();
  t.same(received(peer), ['one\n', 'two\n']);
  scene.batchGoesOn = false;
  scene.write(['alone\n'], to);
  t.same(received(peer), ['alone\n']);
  t.equal(scene.deferred.length, 0);
  scene.batchGoesOn = true;
  scene.write(['waits\n'], to);
  scene.queue.close();
  t.same(received(peer), ['waits\n'], 'closing sends it');
  t.end();
});

t.test('a path too narrow for a run of long lines loses none', { skip }, (t) => {
  const scene = new Scene(t, net.AF_INET);
  const [peer, to] = receiver(t, ipv4);
  ip('link set lo mtu 600');
  t.teardown(() => ip('link set lo mtu 65536'));
  const long = lines([...Array(30).fill(700), 650, 100, 100, 100]);
  for (let batch = 0; batch < 3; batch++) {
    scene.write(long, to);
    scene.write(mixed, to);
    scene.endBatch();
    t.same(received(peer), [...long, ...mixed]);
  }
  t.equal(scene.sent, 3 * (long.length + mixed.length));
  t.same(scene.errors, [], 'nobody hears of it');
  t.end();
});

t.test('a receiver that is absent costs only the lines it misses', { skip }, (t) => {
  const scene = new Scene(t, net.AF_INET);
  const [peer, to] = receiver(t, ipv4);
  const gone = net.socket(net.AF_INET, DATAGRAM, 0);
  t.equal(net.bind(gone, ipv4), 0);
  const late = net.localAddress(gone) as SocketAddress;
  net.close(gone);
  const some = mixed.slice(0, 20);
  for (let batch = 0; batch < 3; batch++) {
    scene.write(some, late);
    scene.write(some, to);
    scene.write(some, late);
    scene.endBatch();
    t.same(received(peer), some);
  }
  const [come] = receiver(t, late);
  scene.write(some, late);
  scene.endBatch();
  t.same(received(come), some);
  t.equal(scene.sent, 200);
  t.same(scene.errors, []);
  t.end();
});

t.test('an error that runs are not to blame for is counted for each line', { skip }, (t) => {
  const scene = new Scene(t, net.AF_INET);
  const [peer, to] = receiver(t, ipv4);
  const nowhere = SocketAddress.ipv4('192.0.2.1', 514);
  const some = mixed.slice(0, 15);
  scene.write(some, to);
  scene.write(some, nowhere);
  scene.write(some, to);
  scene.endBatch();
  t.same(received(peer), [...some, ...some]);
  t.same(scene.errors, Array(15).fill(ENETUNREACH));
  t.equal(scene.sent, 30);
  t.end();
});
