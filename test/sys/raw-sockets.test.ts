/** Raw and packet sockets: many messages in one call, control data, filters, multicast; in a network of its own. */
import { execFileSync } from 'node:child_process';
import t from 'tap';
import { EAGAIN } from '../../src/sys/errno.ts';
import { addressOf, allocate } from '../../src/sys/memory.ts';
import { MessageBatch } from '../../src/sys/message-batch.ts';
import { joinGroup, setMulticastInterface, setMulticastLoop, setOwnGroupsOnly } from '../../src/sys/multicast.ts';
import { unshareNetwork } from '../../src/sys/netns.ts';
import { attachFilter, DROP_ALL, NEIGHBOUR_MESSAGES } from '../../src/sys/packet-filter.ts';
import {
  bindToInterface,
  destinationOffset,
  hopLimit,
  IPV6_CONTROL_SIZE,
  Ipv4Message,
  Ipv6Message,
  rawAddress,
  receiveIpv6Details,
  setIpv6Checksum,
} from '../../src/sys/raw-ip.ts';
import * as net from '../../src/sys/socket.ts';
import { interfaceIndex, SocketAddress } from '../../src/sys/socket-address.ts';

/** For experimentation (RFC 3692): nobody else speaks it. */
const PROTOCOL = 253;
const RAW = net.SOCK_RAW | net.SOCK_NONBLOCK | net.SOCK_CLOEXEC;
const LOCAL = Uint8Array.of(127, 0, 0, 1);
const LOCAL6 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

function run(): void {
  const opened: number[] = [];
  const open = (family: number, type: number, protocol: number): number => {
    const fd = net.socket(family, type, protocol);
    if (fd < 0) throw new Error(`socket: ${fd}`);
    opened.push(fd);
    return fd;
  };
  t.afterEach(() => {
    for (const fd of opened.splice(0)) net.close(fd);
  });
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const loopback = interfaceIndex('lo');

  /** A whole IPv4 packet of the experimental protocol. */
  const packet4 = (text: string) => {
    const memory = allocate(20 + text.length);
    memory.bytes.set([0x45, 0xc0, 0, 0, 0, 0, 0, 0, 77, PROTOCOL, 0, 0, ...LOCAL, ...LOCAL]);
    memory.bytes.write(text, 20, 'latin1');
    return memory;
  };

  t.test('what a raw socket sends with its own header arrives with it', (t) => {
    const [receiver, sender] = [open(net.AF_INET, RAW, PROTOCOL), open(net.AF_INET, RAW, PROTOCOL)];
    net.setOption(sender, net.IPPROTO_IP, net.IP_HDRINCL, 1);
    t.equal(attachFilter(sender, DROP_ALL), 0);
    const message = new Ipv4Message();
    const batch = new MessageBatch(4, 64, 0);
    t.equal(batch.receive(receiver), -EAGAIN);
    for (const text of ['one', 'two', 'three']) {
      const packet = packet4(text);
      t.equal(message.send(sender, packet.address, packet.bytes.length, LOCAL, 0), packet.bytes.length);
    }
    t.equal(batch.receive(receiver), 3, 'all with one call');
    const texts = [0, 1, 2].map((index) => {
      const at = batch.slotAt(index);
      t.equal(batch.bytes[at + 8], 77, 'TTL');
      t.equal(batch.truncated(index), false);
      return batch.bytes.toString('latin1', at + 20, at + batch.length(index));
    });
    t.same(texts, ['one', 'two', 'three']);
    batch.release(3);
    const room = allocate(8);
    t.equal(net.recv(sender, room.address, 8, 0), -EAGAIN, 'its filter drops everything');
    t.end();
  });

  t.test('a message longer than its slot is marked, more than there are slots wait', (t) => {
    const [receiver, sender] = [open(net.AF_INET, RAW, PROTOCOL), open(net.AF_INET, RAW, PROTOCOL)];
    net.setOption(sender, net.IPPROTO_IP, net.IP_HDRINCL, 1);
    const message = new Ipv4Message();
    const long = packet4('x'.repeat(100));
    const short = packet4('y');
    message.send(sender, long.address, long.bytes.length, LOCAL, 0);
    message.send(sender, short.address, short.bytes.length, LOCAL, 0);
    message.send(sender, short.address, short.bytes.length, LOCAL, 0);
    const batch = new MessageBatch(2, 32, 0);
    t.equal(batch.receive(receiver), 2);
    t.same([batch.truncated(0), batch.truncated(1)], [true, false]);
    t.equal(batch.length(0), 32);
    t.equal(batch.receive(receiver), 1);
    t.end();
  });

  t.test('many messages leave with one call', (t) => {
    const receiver = open(net.AF_INET, net.SOCK_DGRAM | net.SOCK_NONBLOCK, 0);
    net.bind(receiver, SocketAddress.ipv4('127.0.0.1', 0));
    const to = net.localAddress(receiver) as SocketAddress;
    const sender = open(net.AF_INET, net.SOCK_DGRAM, 0);
    const batch = new MessageBatch(3, 16, 0);
    batch.setDestination(addressOf(to.bytes), to.length);
    for (const [index, text] of ['a', 'bb', 'ccc'].entries()) {
      batch.bytes.write(text, batch.slotAt(index), 'latin1');
      batch.setLength(index, text.length);
    }
    t.equal(batch.send(sender, 3), 3);
    const arrived = new MessageBatch(4, 16, 0);
    t.equal(arrived.receive(receiver), 3);
    t.same(
      [0, 1, 2].map((index) => arrived.length(index)),
      [1, 2, 3],
    );
    t.end();
  });

  t.test('IPv6: chosen source and hop limit go out, source, destination and hop limit come in', (t) => {
    const [receiver, sender] = [open(net.AF_INET6, RAW, PROTOCOL), open(net.AF_INET6, RAW, PROTOCOL)];
    for (const fd of [receiver, sender]) t.equal(setIpv6Checksum(fd, 6), 0);
    t.equal(receiveIpv6Details(receiver), 0);
    t.equal(net.bind(receiver, rawAddress(LOCAL6, 0)), 0);
    const message = new Ipv6Message();
    const payload = allocate(12);
    payload.bytes.fill(7);
    payload.bytes.writeUInt16BE(0, 6);
    const batch = new MessageBatch(2, 64, IPV6_CONTROL_SIZE);
    for (const hops of [9, -1, 200]) {
      t.equal(message.send(sender, payload.address, 12, LOCAL6, LOCAL6, loopback, hops, 0), 12);
      t.equal(batch.receive(receiver), 1);
      const control = batch.controlAt(0);
      const length = batch.controlLength(0);
      t.equal(hopLimit(batch.bytes, control, length), hops < 0 ? 64 : hops);
      const destination = destinationOffset(batch.bytes, control, length);
      t.same(batch.bytes.subarray(destination, destination + 16), Buffer.from(LOCAL6));
      const source = batch.nameAt(0) + 8;
      t.same(batch.bytes.subarray(source, source + 16), Buffer.from(LOCAL6));
      t.not(batch.bytes.readUInt16BE(batch.slotAt(0) + 6), 0, "the kernel's checksum");
      t.equal(hopLimit(batch.bytes, control, 10), -1, 'cut short');
      t.equal(destinationOffset(batch.bytes, control, 0), -1);
      batch.release(1);
    }
    t.end();
  });

  t.test('a group is joined by interface index, and refused for an index that is none', (t) => {
    execFileSync('ip', ['link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two']);
    const index = interfaceIndex('one');
    const group = Uint8Array.of(224, 0, 0, 18);
    const group6 = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12);
    for (const [family, address] of [
      [net.AF_INET, group],
      [net.AF_INET6, group6],
    ] as const) {
      const fd = open(family, RAW, PROTOCOL);
      t.equal(bindToInterface(fd, index), 0);
      t.equal(setOwnGroupsOnly(fd, family), 0);
      t.equal(setMulticastInterface(fd, family, index), 0);
      t.equal(setMulticastLoop(fd, family, false), 0);
      t.equal(joinGroup(fd, address, index), 0);
      t.equal(net.bind(fd, rawAddress(address, index)), 0);
      t.ok(joinGroup(fd, address, 9999) < 0, `${joinGroup(fd, address, 9999)}`);
    }
    t.match(
      execFileSync('ip', ['maddress', 'show', 'dev', 'one'], { encoding: 'utf8' }),
      /224\.0\.0\.18[\s\S]*ff02::12/,
    );
    t.end();
  });

  t.test('a filter lets neighbour messages pass and nothing else', (t) => {
    // A filter works on datagrams of any kind: here on a pair of local sockets that carry frames.
    const pair = net.socketPair(net.AF_UNIX, net.SOCK_DGRAM | net.SOCK_NONBLOCK) as readonly [number, number];
    opened.push(...pair);
    t.equal(attachFilter(pair[1], NEIGHBOUR_MESSAGES), 0);
    const frame = (etherType: number, nextHeader: number, type: number) => {
      const memory = allocate(86);
      memory.bytes.writeUInt16BE(etherType, 12);
      memory.bytes[20] = nextHeader;
      memory.bytes[54] = type;
      return memory;
    };
    const passes = (...fields: [number, number, number]): boolean => {
      const memory = frame(...fields);
      net.send(pair[0], memory.address, 86, net.MSG_NOSIGNAL);
      return net.recv(pair[1], memory.address, 86, 0) === 86;
    };
    t.equal(passes(0x86dd, 58, 135), true);
    t.equal(passes(0x86dd, 58, 136), true);
    t.equal(passes(0x86dd, 58, 134), false, 'router advertisement');
    t.equal(passes(0x86dd, 58, 128), false, 'echo');
    t.equal(passes(0x86dd, 17, 135), false);
    t.equal(passes(0x0800, 58, 135), false);
    t.end();
  });
}

if (process.getuid?.() === 0 && unshareNetwork() === 0) run();
else t.plan(0, 'a network namespace needs root');
