import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Reactor } from '../../src/loop/reactor.ts';
import { LogSender, type LogTarget } from '../../src/net/syslog.ts';
import { type LogFormat, LogHeader } from '../../src/net/syslog-header.ts';
import { type LogAddress, LogOutlets } from '../../src/net/syslog-outlets.ts';
import { allocate } from '../../src/sys/memory.ts';
import { AF_UNIX, bind, close, MSG_DONTWAIT, recv, SOCK_DGRAM, socket } from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { haproxyMissing, RealHaproxy, waitUntil } from '../balance/real-haproxy.ts';

const identity = { tag: 'haproxy', pid: 4711, hostname: undefined };

function ipv4(port: number): LogAddress {
  return { kind: 'ipv4', host: '127.0.0.1', port };
}

function target(address: LogAddress, more: Partial<LogTarget> = {}): LogTarget {
  return {
    address,
    protocol: 'datagram',
    format: 'default',
    facility: 'local0',
    maxLevel: 7,
    minLevel: 0,
    length: 1024,
    ...more,
  };
}

async function receiver(): Promise<{ socket: DatagramSocket; port: number; lines: string[] }> {
  const socket = createSocket('udp4');
  const lines: string[] = [];
  socket.on('message', (message) => lines.push(message.toString('latin1')));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { socket, port: socket.address().port, lines };
}

const formats: LogFormat[] = ['default', 'rfc3164', 'rfc5424', 'local', 'priority', 'short', 'timed', 'iso', 'raw'];

t.test('headers have their texts, levels and cached times', async (t) => {
  const at = Date.UTC(2026, 10, 1, 10, 11, 12, 7);
  const text = (format: LogFormat, hostname?: string, level = 6, now = at) =>
    new LogHeader(format, 'local7', { ...identity, hostname }).at(level, now).toString();
  const zone = new Date(at).getTimezoneOffset();
  if (zone !== 0) t.comment(`local time is ${zone} minutes from UTC`);
  else {
    t.equal(text('default'), '<190>Nov  1 10:11:12 haproxy[4711]: ');
    t.equal(text('default', 'box'), '<190>Nov  1 10:11:12 box haproxy[4711]: ');
    t.equal(text('rfc3164'), '<190>Nov  1 10:11:12 localhost haproxy[4711]: ');
    t.equal(text('rfc5424', 'box', 0), '<184>1 2026-11-01T10:11:12.007000+00:00 box haproxy 4711 - - ');
    t.equal(text('iso'), '2026-11-01T10:11:12.007000+00:00 ');
  }
  t.equal(text('short', undefined, 3), '<3>');
  t.equal(text('priority', undefined, 3), '<187>');
  t.equal(text('raw'), '');

  const header = new LogHeader('timed', 'kern', identity);
  t.match(header.at(5, at).toString(), /:12\.007000/);
  t.match(header.at(5, at + 980).toString(), /:12\.987000/, 'only the fraction changes within a second');
  t.match(header.at(5, at + 993).toString(), /:13\.000000/);
  t.match(header.at(6, at + 994).toString(), /^<6>.*:13\.001000/);
});

t.test('our datagrams equal the real haproxy line by line', { skip: haproxyMissing() ?? false }, async (t) => {
  for (const hostname of [undefined, 'some.host']) {
    const theirs = await receiver();
    const ours = await receiver();
    const haproxy = new RealHaproxy();
    t.teardown(async () => {
      theirs.socket.close();
      ours.socket.close();
      await haproxy.stop();
    });
    const lengths = [1024, 80];
    const log = lengths.flatMap((length) =>
      formats.map(
        (format) =>
          `  log 127.0.0.1:${theirs.port} len ${length} ${format === 'default' ? '' : `format ${format}`} local3 info notice`,
      ),
    );
    const text = `hello ${'long '.repeat(30)}end`;
    await haproxy.start(
      `defaults
  mode http
  timeout client 5s
frontend f
  bind unix@${haproxy.path('front')}
${log.join('\n')}
  log-format "${text}"
  http-request return status 200
`,
      hostname === undefined ? '' : `  log-send-hostname ${hostname}`,
    );
    await new Promise<void>((resolve, reject) => {
      request({ socketPath: haproxy.path('front') }, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
    const reactor = new Reactor();
    const outlets = new LogOutlets(reactor);
    const sender = new LogSender(
      lengths.flatMap((length) =>
        formats.map((format) =>
          target(ipv4(ours.port), { format, length, facility: 'local3', maxLevel: 6, minLevel: 5 }),
        ),
      ),
      { tag: 'haproxy', pid: haproxy.pid, hostname },
      outlets,
    );
    sender.send(6, `${text}\n`);
    sender.send(7, 'too much detail');
    await waitUntil(() => ours.lines.length >= 18 && theirs.lines.length >= 18, 'all lines');
    const timeless = (line: string) => line.replace(/\d\d:\d\d:\d\d/, 'TIME').replace(/\.\d{6}/, '.FRACTION');
    t.same(ours.lines.map(timeless), theirs.lines.map(timeless));
    t.equal(outlets.counters.sent, 18);
    outlets.close();
    reactor.close();
  }
});

t.test('levels are filtered and capped for each target', async (t) => {
  const peer = await receiver();
  const reactor = new Reactor();
  const outlets = new LogOutlets(reactor);
  t.teardown(() => {
    peer.socket.close();
    outlets.close();
    reactor.close();
  });
  const sender = new LogSender(
    [
      target(ipv4(peer.port), { format: 'short', maxLevel: 5, minLevel: 2 }),
      target(ipv4(peer.port), { format: 'short', maxLevel: 3 }),
    ],
    identity,
    outlets,
  );
  t.equal(sender.maxLevel, 5);
  for (let level = 0; level < 8; level++) sender.send(level, `level ${level}`);
  sender.sendBytes(0, Buffer.from('xx\xe9\n\n', 'latin1'), 2);
  await waitUntil(() => peer.lines.length >= 12, 'lines');
  t.same(peer.lines, [
    '<2>level 0\n',
    '<0>level 0\n',
    '<2>level 1\n',
    '<1>level 1\n',
    '<2>level 2\n',
    '<2>level 2\n',
    '<3>level 3\n',
    '<3>level 3\n',
    '<4>level 4\n',
    '<5>level 5\n',
    '<2>\xe9\n',
    '<0>\xe9\n',
  ]);
});

t.test('a full unix datagram socket loses lines and counts them, and a missing one is told once', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-syslog-'));
  const path = join(directory, 'log');
  const peer = socket(AF_UNIX, SOCK_DGRAM, 0);
  t.equal(bind(peer, SocketAddress.unix(path)), 0);
  const told: string[] = [];
  const reactor = new Reactor();
  const outlets = new LogOutlets(reactor, (message) => told.push(message));
  t.teardown(() => {
    outlets.close();
    reactor.close();
    rmSync(directory, { recursive: true });
  });
  const sender = new LogSender([target({ kind: 'unix', path }, { format: 'raw' })], identity, outlets);
  for (let i = 0; i < 2000; i++) sender.send(6, `line ${i}`);
  t.ok(outlets.counters.dropped > 0);
  t.equal(outlets.counters.dropped + outlets.counters.sent, 2000);
  const memory = allocate(100);
  const length = recv(peer, memory.address, 100, MSG_DONTWAIT);
  t.equal(memory.bytes.toString('latin1', 0, length), 'line 0\n');
  close(peer);
  sender.send(6, 'nobody');
  sender.send(6, 'nobody');
  t.equal(outlets.counters.failed, 2);
  t.same(told, ['sendmsg()/writev() failed in logger: Connection refused (errno=111)']);
});

t.test('a descriptor gets lines of at most len bytes, line feed included', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-syslog-'));
  const fd = openSync(join(directory, 'out'), 'w');
  const reactor = new Reactor();
  const outlets = new LogOutlets(reactor);
  const sender = new LogSender([target({ kind: 'fd', fd }, { format: 'short', length: 80 })], identity, outlets);
  sender.send(6, 'short');
  sender.send(6, 'x'.repeat(100));
  closeSync(fd);
  t.equal(readFileSync(join(directory, 'out'), 'utf8'), `<6>short\n<6>${'x'.repeat(76)}\n`);
  outlets.close();
  reactor.close();
  rmSync(directory, { recursive: true });
});

t.test('a stream target connects when needed, keeps lines in order and comes back after a loss', async (t) => {
  let received = '';
  const peers: Socket[] = [];
  const server = createServer((peer) => {
    peers.push(peer);
    peer.on('error', () => {});
    peer.on('data', (data) => {
      received += data.toString('latin1');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reactor = new Reactor();
  const outlets = new LogOutlets(reactor);
  reactor.start();
  t.teardown(() => {
    outlets.close();
    reactor.close();
    for (const peer of peers) peer.destroy();
    server.close();
  });
  const address = ipv4((server.address() as AddressInfo).port);
  const sender = new LogSender([target(address, { format: 'short', protocol: 'stream' })], identity, outlets);
  let expected = '';
  for (let i = 0; i < 100; i++) {
    sender.send(6, `line ${i}`);
    expected += `<6>line ${i}\n`;
  }
  await waitUntil(() => received.length >= expected.length, 'the lines');
  t.equal(received, expected);
  sender.send(6, 'direct');
  await waitUntil(() => received.endsWith('direct\n'), 'the direct line');

  peers[0]?.destroy();
  await waitUntil(() => {
    sender.send(6, 'again');
    return peers.length > 1 && received.includes('again\n');
  }, 'a second connection');
  t.equal(outlets.counters.failed, 0);

  // A peer that does not read: the queue is bounded, the rest is dropped, and what arrives is whole lines.
  received = '';
  const last = peers.at(-1);
  last?.pause();
  const dropped = outlets.counters.dropped;
  const line = 'y'.repeat(1000);
  for (let i = 0; i < 20_000 && outlets.counters.dropped < dropped + 10; i++) sender.send(6, line);
  t.ok(outlets.counters.dropped >= dropped + 10);
  last?.resume();
  sender.send(6, 'end');
  await waitUntil(() => {
    if (!received.endsWith('end\n')) sender.send(6, 'end');
    return received.endsWith('end\n');
  }, 'the queue to drain');
  t.match(received, /^(<6>(again|y{1000}|end)\n)+$/);
});

t.test('a closed set of outlets swallows lines', async (t) => {
  const reactor = new Reactor();
  const outlets = new LogOutlets(reactor);
  const sender = new LogSender([target(ipv4(9), { protocol: 'stream' })], identity, outlets);
  outlets.close();
  sender.send(6, 'late');
  t.equal(outlets.counters.dropped, 1);
  outlets.close();
  reactor.close();
});
