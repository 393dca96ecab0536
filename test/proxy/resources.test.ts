/** Descriptors and source ports run out: requests are refused, nothing leaks, and all goes on when there are some again. */
import { closeSync, openSync, readdirSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ECON, EINT } from '../../src/proxy/counters.ts';
import { getLimit, RLIMIT_NOFILE, setLimit } from '../../src/sys/process.ts';
import { AF_UNIX, bind, close, listen, SOCK_STREAM, socket } from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { freePort } from '../interop/differential/free-port.ts';
import { DEFAULTS, Origin, RunningProxy, until } from './running-proxy.ts';

const HELLO = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';
const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

/** Leaves the process `free` descriptors; returns what gives the others back. */
function exhaustDescriptors(free: number): () => void {
  const limit = getLimit(RLIMIT_NOFILE);
  if (typeof limit === 'number') throw new Error('no limit to be had');
  const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
  setLimit(RLIMIT_NOFILE, { soft: highest + 20, hard: limit.hard });
  const filled: number[] = [];
  try {
    for (;;) filled.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE: full.
  }
  for (let i = 0; i < free; i++) closeSync(filled.pop() as number);
  return () => {
    for (const fd of filled.splice(0)) closeSync(fd);
    setLimit(RLIMIT_NOFILE, limit);
  };
}

async function serve(t: Test, text: string): Promise<RunningProxy> {
  const proxy = await RunningProxy.start(`${DEFAULTS}\nlisten web\n bind 127.0.0.1:$port\n${text}`);
  t.teardown(() => proxy.stop());
  return proxy;
}

async function hello(t: Test): Promise<Origin> {
  const origin = await Origin.answering(HELLO);
  t.teardown(() => origin.stop());
  return origin;
}

t.test('no descriptor for a server: the request is answered 500 and nothing stays counted', async (t) => {
  const origin = await hello(t);
  const proxy = await serve(t, ` server s 127.0.0.1:${origin.port} maxconn 1\n`);
  const client = await proxy.connect();
  await until('it is accepted', () => proxy.streams === 1);
  const giveBack = exhaustDescriptors(0);
  t.teardown(giveBack);
  client.send(GET);
  await client.has('HTTP/1.1 500');
  const server = proxy.runtime.proxies[0]?.servers[0];
  t.equal(server?.current, 0, 'no session is counted');
  t.equal(server?.sessions, 0, 'the place is free');
  t.equal(server?.counters[ECON], 1);
  giveBack();
  const again = await proxy.connect();
  again.send(GET);
  await again.has('hello');
  client.socket.destroy();
  again.socket.destroy();
  await proxy.isQuiet();
});

t.test('no descriptor for a client: accepting rests, and goes on when there is one', async (t) => {
  const origin = await hello(t);
  const proxy = await serve(t, ` server s 127.0.0.1:${origin.port}\n`);
  const giveBack = exhaustDescriptors(1);
  t.teardown(giveBack);
  const client = await proxy.connect();
  client.send(GET);
  await until('accepting failed', () => proxy.runtime.acceptFailures > 0);
  const before = proxy.reactor.batches;
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.ok(proxy.reactor.batches - before < 10, 'it does not try all the time');
  giveBack();
  await client.has('hello');
  client.socket.destroy();
  await proxy.isQuiet();
});

t.test('source ports come back, also from attempts that failed', async (t) => {
  const origin = await hello(t);
  const low = await freePort();
  // Somebody else sits on the only port.
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(low, '127.0.0.1', resolve));
  const proxy = await serve(
    t,
    ` http-reuse always\n server s 127.0.0.1:${origin.port} source 127.0.0.1:${low}-${low + 1}\n`,
  );
  const ports = proxy.runtime.proxies[0]?.servers[0]?.sourcePorts;
  for (let i = 0; i < 6; i++) {
    const client = await proxy.connect();
    client.send(GET);
    await until('an answer', () => /hello|HTTP\/1.1 50[03]/.test(client.received));
    client.socket.destroy();
    await proxy.isQuiet();
    t.equal(ports?.free, 2, 'both are free');
  }
  squatter.close();
});

t.test('a connect refused for its source port gives the port back', async (t) => {
  const origin = await hello(t);
  const low = await freePort();
  const proxy = await serve(t, ` server s 127.0.0.1:${origin.port} source 127.0.0.1:${low}-${low + 1}\n`);
  const server = proxy.runtime.proxies[0]?.servers[0];
  // Somebody has a connection between the same ends: bind succeeds, connect is refused with EADDRNOTAVAIL.
  const other = connect({ port: origin.port, host: '127.0.0.1', localPort: low });
  await until('it is connected', () => origin.peers.length === 1);
  const answers: string[] = [];
  for (let i = 0; i < 3; i++) {
    const client = await proxy.connect();
    client.send(GET);
    await until('an answer', () => /hello|HTTP\/1.1 500/.test(client.received));
    answers.push(client.received.slice(9, 12));
    client.socket.destroy();
    await proxy.isQuiet();
  }
  other.destroy();
  t.ok(answers.includes('500'), 'it happened');
  t.equal(server?.sourcePorts?.free, 2);
});

t.test('a unix server whose backlog is full is tried again, then given up', async (t) => {
  const path = join(tmpdir(), `mahalo-full-${process.pid}.sock`);
  const fd = socket(AF_UNIX, SOCK_STREAM, 0);
  t.equal(bind(fd, SocketAddress.unix(path)), 0);
  t.equal(listen(fd, 0), 0);
  t.teardown(() => {
    close(fd);
    unlinkSync(path);
  });
  const proxy = await serve(t, ` retries 1\n timeout connect 100ms\n timeout server 100ms\n server s unix@${path}\n`);
  const clients = await Promise.all([proxy.connect(), proxy.connect(), proxy.connect()]);
  for (const client of clients) client.send(GET);
  for (const client of clients) await client.has('HTTP/1.1 50');
  t.ok(
    clients.some((client) => client.received.startsWith('HTTP/1.1 503')),
    'one found no room in the backlog',
  );
  for (const client of clients) client.socket.destroy();
  await proxy.isQuiet();
  t.equal(proxy.runtime.proxies[0]?.backendCounters[EINT], 0, 'that is no error of ours');
});

t.test('a full listener neither spins when it is enabled nor accepts while it is disabled', async (t) => {
  const origin = await hello(t);
  const proxy = await serve(t, ` maxconn 1\n server s 127.0.0.1:${origin.port}\n`);
  const listener = proxy.runtime.listeners[0];
  const first = await proxy.connect();
  first.send(GET);
  await first.has('hello');
  const second = await proxy.connect();
  await until('the listener is full', () => listener?.full === true);
  listener?.suspend();
  listener?.restore();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = proxy.reactor.batches;
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.ok(proxy.reactor.batches - before < 10, 'it waits for the first to leave');
  listener?.suspend();
  first.socket.destroy();
  await proxy.isQuiet();
  second.send(GET);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(second.received, '', 'disabled is disabled');
  listener?.restore();
  await second.has('hello');
  second.socket.destroy();
  await proxy.isQuiet();
});

t.test('a stopped proxy keeps no idle connection', async (t) => {
  const origin = await Origin.start();
  t.teardown(() => origin.stop());
  const proxy = await serve(t, ` server s 127.0.0.1:${origin.port}\n`);
  const client = await proxy.connect();
  client.send(GET);
  const peer = await origin.peer();
  await peer.has('GET');
  proxy.runtime.softStop();
  peer.send(HELLO);
  await client.isEnded();
  t.match(client.received, /hello/, 'the request under way is served');
  await peer.isEnded();
  await proxy.isQuiet();
});
