import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { receiveDescriptors, sendDescriptors } from '../../src/sys/descriptor-passing.ts';
import * as epoll from '../../src/sys/epoll.ts';
import { EAGAIN, EBADF, ECONNREFUSED, EINPROGRESS, EINVAL, EPIPE, EPROTO } from '../../src/sys/errno.ts';
import { addressOf, allocate } from '../../src/sys/memory.ts';
import { packetAddress, packetOrigin } from '../../src/sys/packet-address.ts';
import * as net from '../../src/sys/socket.ts';
import { interfaceIndex, SocketAddress } from '../../src/sys/socket-address.ts';

const STREAM = net.SOCK_STREAM | net.SOCK_NONBLOCK | net.SOCK_CLOEXEC;
const peer = allocate(net.ADDRESS_SIZE);
const buffer = allocate(65536);

/** Waits until `fd` is ready for `events`; the test fails by its own time limit otherwise. */
function waitFor(fd: number, events: number): void {
  const set = epoll.create();
  const list = new epoll.EventList(1);
  epoll.add(set, fd, events);
  if (epoll.wait(set, list, 5000) !== 1) throw new Error(`descriptor ${fd} not ready in 5 s`);
  net.close(set);
}

function listenAt(address: SocketAddress): { fd: number; address: SocketAddress } {
  const fd = net.socket(address.family, STREAM, 0);
  if (net.bind(fd, address) < 0 || net.listen(fd, 16) < 0) throw new Error(`cannot listen at ${address}`);
  return { fd, address: net.localAddress(fd) as SocketAddress };
}

/** A connected pair over `address`: [ours, accepted, listener]. */
function connectTo(address: SocketAddress): [number, number, number] {
  const listener = listenAt(address);
  const client = net.socket(address.family, STREAM, 0);
  const result = net.connect(client, listener.address);
  if (result !== 0 && result !== -EINPROGRESS) throw new Error(`connect: ${result}`);
  waitFor(listener.fd, epoll.EPOLLIN);
  const server = net.accept(listener.fd, peer);
  waitFor(client, epoll.EPOLLOUT);
  return [client, server, listener.fd];
}

function closeAll(...fds: number[]): void {
  for (const fd of fds) net.close(fd);
}

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

t.test('bytes cross a connection, and the end of the stream reads as 0', (t) => {
  for (const address of [
    SocketAddress.ipv4('127.0.0.1', 0),
    SocketAddress.ipv6('::1', 0),
    SocketAddress.abstract(`mahalo-test-${process.pid}`),
  ]) {
    const [client, server, listener] = connectTo(address);
    t.ok(server >= 0, `accepted over ${address}`);
    t.equal(net.connectError(client), 0);
    t.equal(net.recv(server, buffer.address, 100, 0), -EAGAIN, 'sockets do not block');
    buffer.bytes.write('hello');
    t.equal(net.send(client, buffer.address, 5, net.MSG_NOSIGNAL), 5);
    waitFor(server, epoll.EPOLLIN);
    t.equal(net.recv(server, buffer.address + 100, 100, 0), 5, 'received behind an offset of the address');
    t.equal(buffer.bytes.toString('latin1', 100, 105), 'hello');
    t.equal(net.shutdown(client, net.SHUT_WR), 0);
    waitFor(server, epoll.EPOLLRDHUP);
    t.equal(net.recv(server, buffer.address, 100, 0), 0);
    closeAll(client, server, listener);
  }
  t.end();
});

t.test('addresses of both ends are told', (t) => {
  const [client, server, listener] = connectTo(SocketAddress.ipv4('127.0.0.1', 0));
  const accepted = SocketAddress.fromBytes(peer.bytes, net.acceptedLength());
  const ours = net.localAddress(client) as SocketAddress;
  t.equal(`${accepted}`, `${ours}`, 'accept names the client');
  t.equal(`${net.peerAddress(server)}`, `${ours}`);
  t.equal(`${net.peerAddress(client)}`, `${net.localAddress(server)}`);
  t.equal(net.originalDestination(server), null, 'nothing was redirected');
  t.equal(net.localAddress(-1), null);
  closeAll(client, server, listener);
  t.end();
});

t.test('sendGather sends two pieces in order with one call', (t) => {
  const [client, server, listener] = connectTo(SocketAddress.ipv4('127.0.0.1', 0));
  const head = Buffer.from('HEAD'.padEnd(100, '.'));
  const body = Buffer.from('body'.padEnd(100, '-'));
  t.equal(net.sendGather(client, addressOf(head), 4, addressOf(body) + 1, 3, net.MSG_NOSIGNAL), 7);
  waitFor(server, epoll.EPOLLIN);
  t.equal(net.recv(server, buffer.address, 100, net.MSG_PEEK), 7);
  t.equal(net.recv(server, buffer.address, 100, 0), 7);
  t.equal(buffer.bytes.toString('latin1', 0, 7), 'HEADody');
  closeAll(client, server, listener);
  t.end();
});

t.test('failures are -errno, never exceptions', (t) => {
  t.equal(net.recv(-1, buffer.address, 1, 0), -EBADF);
  t.equal(net.close(-1), -EBADF);
  t.equal(net.listen(-1, 1), -EBADF);
  t.equal(net.getOption(-1, net.SOL_SOCKET, net.SO_ERROR), -EBADF);
  const [client, server, listener] = connectTo(SocketAddress.ipv4('127.0.0.1', 0));
  t.equal(net.setLinger(server, 0), 0);
  net.close(server); // with linger 0 this resets the connection
  waitFor(client, epoll.EPOLLERR | epoll.EPOLLHUP | epoll.EPOLLIN);
  t.ok(net.recv(client, buffer.address, 1, 0) < 0);
  t.equal(net.send(client, buffer.address, 1, net.MSG_NOSIGNAL), -EPIPE);
  closeAll(client, listener);
  t.end();
});

t.test('a refused connection leaves its errno', (t) => {
  const { fd, address } = listenAt(SocketAddress.ipv4('127.0.0.1', 0));
  net.close(fd);
  const client = net.socket(net.AF_INET, STREAM, 0);
  const result = net.connect(client, address);
  if (result === -EINPROGRESS) {
    waitFor(client, epoll.EPOLLERR);
    t.equal(net.connectError(client), ECONNREFUSED);
  } else {
    t.equal(result, -ECONNREFUSED);
  }
  net.close(client);
  t.end();
});

t.test('options that bind and server lines ask for can be set and read', (t) => {
  const fd = net.socket(net.AF_INET, STREAM, 0);
  const options: [string, number, number, number][] = [
    ['SO_REUSEADDR', net.SOL_SOCKET, net.SO_REUSEADDR, 1],
    ['SO_REUSEPORT', net.SOL_SOCKET, net.SO_REUSEPORT, 1],
    ['SO_KEEPALIVE', net.SOL_SOCKET, net.SO_KEEPALIVE, 1],
    ['SO_PRIORITY', net.SOL_SOCKET, net.SO_PRIORITY, 3],
    ['TCP_NODELAY', net.IPPROTO_TCP, net.TCP_NODELAY, 1],
    ['TCP_KEEPIDLE', net.IPPROTO_TCP, net.TCP_KEEPIDLE, 30],
    ['TCP_KEEPINTVL', net.IPPROTO_TCP, net.TCP_KEEPINTVL, 5],
    ['TCP_KEEPCNT', net.IPPROTO_TCP, net.TCP_KEEPCNT, 4],
    ['TCP_USER_TIMEOUT', net.IPPROTO_TCP, net.TCP_USER_TIMEOUT, 1500],
    ['TCP_FASTOPEN_CONNECT', net.IPPROTO_TCP, net.TCP_FASTOPEN_CONNECT, 1],
    ['IP_FREEBIND', net.IPPROTO_IP, net.IP_FREEBIND, 1],
    ['IP_BIND_ADDRESS_NO_PORT', net.IPPROTO_IP, net.IP_BIND_ADDRESS_NO_PORT, 1],
    ['IP_TOS', net.IPPROTO_IP, net.IP_TOS, 0x10],
  ];
  for (const [name, level, option, value] of options) {
    t.equal(net.setOption(fd, level, option, value), 0, `${name} is set`);
    t.equal(net.getOption(fd, level, option), value, `${name} reads back`);
  }
  const linger = (): Buffer => net.getOptionBytes(fd, net.SOL_SOCKET, net.SO_LINGER, 8) as Buffer;
  net.setLinger(fd, 0);
  t.same([linger().readInt32LE(0), linger().readInt32LE(4)], [1, 0]);
  net.setLinger(fd, -1);
  t.equal(linger().readInt32LE(0), 0);
  t.equal(net.setOptionBytes(fd, net.IPPROTO_TCP, net.TCP_CONGESTION, Buffer.from('reno')), 0);
  net.close(fd);
  t.end();
});

t.test('datagrams carry their sender', (t) => {
  const receiver = net.socket(net.AF_INET, net.SOCK_DGRAM | net.SOCK_NONBLOCK, 0);
  net.bind(receiver, SocketAddress.ipv4('127.0.0.1', 0));
  const sender = net.socket(net.AF_INET, net.SOCK_DGRAM | net.SOCK_NONBLOCK, 0);
  net.bind(sender, SocketAddress.ipv4('127.0.0.1', 0));
  buffer.bytes.write('log line');
  t.equal(net.sendto(sender, buffer.address, 8, 0, net.localAddress(receiver) as SocketAddress), 8);
  waitFor(receiver, epoll.EPOLLIN);
  t.equal(net.recvfrom(receiver, buffer.address + 500, 100, 0, peer), 8);
  t.equal(`${SocketAddress.fromBytes(peer.bytes, net.acceptedLength())}`, `${net.localAddress(sender)}`);
  closeAll(receiver, sender);
  t.end();
});

t.test('a unix socket in the file system is bound and connected', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const [client, server, listener] = connectTo(SocketAddress.unix(join(directory, 's')));
  t.equal(`${net.localAddress(listener)}`, `unix:${join(directory, 's')}`);
  t.equal(`${net.peerAddress(server)}`, 'unix:', 'the client is unnamed');
  closeAll(client, server, listener);
  t.end();
});

t.test('descriptors travel over a unix socket', (t) => {
  const before = openDescriptors();
  const pair = net.socketPair(net.AF_UNIX, net.SOCK_STREAM) as readonly [number, number];
  const [client, server, listener] = connectTo(SocketAddress.ipv4('127.0.0.1', 0));
  t.equal(sendDescriptors(pair[0], [client, listener], Buffer.from('two')), 3);
  const received = receiveDescriptors(pair[1], 10);
  if (typeof received === 'number') throw new Error(`recvmsg: ${received}`);
  t.equal(`${received.data}`, 'two');
  t.equal(received.fds.length, 2);
  t.equal(`${net.localAddress(received.fds[0] as number)}`, `${net.localAddress(client)}`, 'the same socket');
  t.equal(net.getOption(received.fds[1] as number, net.SOL_SOCKET, net.SO_ACCEPTCONN), 1);
  closeAll(...received.fds);

  t.equal(sendDescriptors(pair[0], [client, listener, server, client], Buffer.from('x')), 1);
  t.equal(receiveDescriptors(pair[1], 2), -EPROTO, 'more than asked for is refused');
  t.equal(sendDescriptors(pair[0], [], Buffer.from('x')), -EINVAL);
  closeAll(client, server, listener, ...pair);
  t.equal(openDescriptors(), before, 'and none leaks');
  t.end();
});

t.test('descriptors can be duplicated and made inheritable', (t) => {
  const fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
  t.equal(net.setNonBlocking(fd), 0);
  t.equal(net.setCloseOnExec(fd, true), 0);
  const copy = net.duplicate(fd);
  t.ok(copy > fd);
  closeAll(fd, copy);
  t.end();
});

t.test('a packet socket hears the frames of an interface', { skip: process.getuid?.() !== 0 && 'needs root' }, (t) => {
  const fd = net.socket(net.AF_PACKET, net.SOCK_RAW | net.SOCK_NONBLOCK, net.networkOrder16(net.ETH_P_ALL));
  t.ok(fd >= 0);
  const loopback = interfaceIndex('lo');
  t.equal(net.bind(fd, packetAddress(loopback, net.ETH_P_ALL)), 0);
  const sender = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  buffer.bytes.write('mahalo-packet-test');
  net.sendto(sender, buffer.address, 18, 0, SocketAddress.ipv4('127.0.0.1', 9));
  let heard = '';
  for (let tries = 0; tries < 1000 && !heard.includes('mahalo-packet-test'); tries++) {
    waitFor(fd, epoll.EPOLLIN);
    const length = net.recvfrom(fd, buffer.address + 1000, 4000, 0, peer);
    if (length > 0) heard = buffer.bytes.toString('latin1', 1000, 1000 + length);
  }
  t.match(heard, 'mahalo-packet-test');
  const origin = packetOrigin(peer.bytes);
  t.equal(origin.interfaceIndex, loopback);
  t.equal(origin.etherType, net.ETH_P_IP);
  t.equal(origin.mac.length, 6);
  closeAll(fd, sender);
  t.end();
});
