/** Runs of datagrams as one message: what becomes one, and that a receiver cannot tell. */
import t, { type Test } from 'tap';
import { canSegment, DatagramVector } from '../../src/sys/datagram-vector.ts';
import { EAGAIN } from '../../src/sys/errno.ts';
import { allocate } from '../../src/sys/memory.ts';
import * as net from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';

const DATAGRAM = net.SOCK_DGRAM | net.SOCK_NONBLOCK | net.SOCK_CLOEXEC;
const FLAGS = net.MSG_DONTWAIT | net.MSG_NOSIGNAL;
const read = allocate(65_536);
const memory = allocate(1 << 18);

function open(t: Test, family: number): number {
  const fd = net.socket(family, DATAGRAM, 0);
  if (fd < 0) throw new Error(`socket: ${fd}`);
  t.teardown(() => net.close(fd));
  return fd;
}

function receiver(t: Test, host: SocketAddress): readonly [number, SocketAddress] {
  const fd = open(t, host.family);
  net.setOption(fd, net.SOL_SOCKET, net.SO_RCVBUFFORCE, 1 << 22);
  t.equal(net.bind(fd, host), 0);
  return [fd, net.localAddress(fd) as SocketAddress];
}

const ipv4 = SocketAddress.ipv4('127.0.0.1', 0);
const ipv6 = SocketAddress.ipv6('::1', 0);

/** Texts of these lengths, each unlike all others. */
function texts(lengths: readonly number[]): string[] {
  return lengths.map((length, index) => `${index}:`.padEnd(length, String.fromCharCode(97 + (index % 26))));
}

function lay(vector: DatagramVector, lines: readonly string[], to: SocketAddress, start = 0, gap = 0): number {
  let at = start;
  for (const line of lines) {
    memory.bytes.write(line, at, 'latin1');
    vector.add(memory.address + at, line.length, to);
    at += line.length + gap;
  }
  return at;
}

function received(fd: number): string[] {
  const lines: string[] = [];
  for (;;) {
    const length = net.recv(fd, read.address, read.bytes.length, net.MSG_DONTWAIT);
    if (length === -EAGAIN) return lines;
    lines.push(read.bytes.toString('latin1', 0, length));
  }
}

function runs(vector: DatagramVector): number[] {
  return Array.from({ length: vector.count }, (_, index) => vector.datagrams(index));
}

const cases = [
  { name: 'equal lengths', lengths: Array(10).fill(100), runs: [10] },
  { name: 'one alone', lengths: [100], runs: [1] },
  { name: 'the last of a run may be shorter', lengths: [100, 100, 40, 100, 100], runs: [3, 2] },
  { name: 'nothing follows a shorter one', lengths: [100, 40, 40, 40], runs: [2, 2] },
  { name: 'a longer one begins a run', lengths: [40, 100, 100], runs: [1, 2] },
  { name: 'all lengths unlike and growing', lengths: [10, 20, 30, 40], runs: [1, 1, 1, 1] },
  { name: 'more than a message may have', lengths: Array(150).fill(50), runs: [64, 64, 22] },
  { name: 'more bytes than a packet may have', lengths: Array(64).fill(1200), runs: [54, 10] },
  { name: 'as long as every path takes', lengths: [1232, 1232, 1232], runs: [3] },
  { name: 'longer than that', lengths: [1233, 1233, 1400, 9000], runs: [1, 1, 1, 1] },
  { name: 'the shortest', lengths: Array(9).fill(4), runs: [9] },
];

for (const [family, host] of [
  ['IPv4', ipv4],
  ['IPv6', ipv6],
] as const) {
  t.test(`${family}: each datagram arrives as it is and in its place`, (t) => {
    const [peer, to] = receiver(t, host);
    const fd = open(t, host.family);
    const segments = canSegment(fd);
    if (!segments) t.comment('this kernel knows no runs');
    const vector = new DatagramVector(200);
    for (const { name, lengths, runs: expected } of cases) {
      const lines = texts(lengths);
      for (vector.segments of segments ? [true, false] : [false]) {
        vector.clear();
        lay(vector, lines, to);
        t.same(runs(vector), vector.segments ? expected : lengths.map(() => 1), name);
        t.equal(vector.send(fd, 0, FLAGS), vector.count);
        t.same(received(peer), lines, name);
      }
    }
    t.end();
  });
}

t.test('a run has one receiver, and bytes that follow one another', { skip: cannotSegment() }, (t) => {
  const [one, toOne] = receiver(t, ipv4);
  const [two, toTwo] = receiver(t, ipv4);
  const fd = open(t, net.AF_INET);
  const vector = new DatagramVector(8);
  vector.segments = true;
  const lines = texts(Array(6).fill(20));
  let at = lay(vector, lines.slice(0, 2), toOne);
  at = lay(vector, lines.slice(2, 4), toTwo, at);
  at = lay(vector, lines.slice(4, 5), toOne, at);
  lay(vector, lines.slice(5), toOne, at + 1);
  t.same(runs(vector), [2, 2, 1, 1]);
  t.equal(vector.send(fd, 0, FLAGS), 4);
  t.same(
    received(one),
    [0, 1, 4, 5].map((index) => lines[index]),
  );
  t.same(received(two), lines.slice(2, 4));
  vector.clear();
  lay(vector, lines, toTwo);
  t.same(runs(vector), [6], 'what was cleared does not count');
  t.equal(vector.send(fd, 0, FLAGS), 1);
  t.same(received(two), lines);
  t.end();
});

t.test('a part of a run goes alone', { skip: cannotSegment() }, (t) => {
  const [peer, to] = receiver(t, ipv6);
  const fd = open(t, net.AF_INET6);
  const vector = new DatagramVector(2);
  vector.segments = true;
  const lines = texts([30, 30, 30, 12]);
  lay(vector, texts([5]), to);
  lay(vector, lines, to, 5);
  t.same(runs(vector), [1, 4]);
  for (const part of [3, 0, 2]) t.equal(vector.sendPart(fd, 1, part, FLAGS), 1);
  t.same(
    received(peer),
    [3, 0, 2].map((index) => lines[index]),
  );
  t.equal(vector.send(fd, 1, FLAGS), 1, 'the run is what it was');
  t.same(received(peer), lines);
  t.end();
});

t.test('sockets of other kinds have no runs', (t) => {
  t.equal(canSegment(open(t, net.AF_UNIX)), false);
  t.equal(canSegment(-1), false);
  t.end();
});

/** Runs came with Linux 4.18. */
function cannotSegment(): string | false {
  const fd = net.socket(net.AF_INET, DATAGRAM, 0);
  const can = canSegment(fd);
  net.close(fd);
  return can ? false : 'this kernel knows no runs';
}
