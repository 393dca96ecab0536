/** Peers that break, flood or leave at the worst moment: nobody else notices, and all is given back. */
import t, { type Test } from 'tap';
import { DEFAULTS, Origin, RunningProxy, until } from './running-proxy.ts';

const HELLO = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';
const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const CAUSE_KILLED = 0x4b;

async function serve(t: Test, serverLine: string, extra = ''): Promise<RunningProxy> {
  const proxy = await RunningProxy.start(`${DEFAULTS}
listen web
 bind 127.0.0.1:$port
${extra}
 server s ${serverLine}
`);
  t.teardown(() => proxy.stop());
  return proxy;
}

async function origin(t: Test, started: Promise<Origin>): Promise<Origin> {
  const one = await started;
  t.teardown(() => one.stop());
  return one;
}

t.test("a server that opens a tunnel and is gone before the client's first bytes ends only that stream", async (t) => {
  const server = await origin(
    t,
    Origin.start((peer) =>
      peer.socket.once('data', () => {
        peer.send(
          'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\n',
        );
        setImmediate(() => peer.socket.resetAndDestroy());
      }),
    ),
  );
  const proxy = await serve(t, `127.0.0.1:${server.port}`);
  for (let i = 0; i < 20; i++) {
    const client = await proxy.connect();
    client.send(
      'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
        `sec-websocket-key: ${'k'.repeat(24)}\r\n\r\n${'early'.repeat(1000)}`,
    );
    await client.isEnded();
    client.socket.destroy();
  }
  await proxy.isQuiet();
  t.strictSame(proxy.messages, [], 'nothing to be told');
});

t.test('interim responses that the client does not read wait with the server', async (t) => {
  const flood = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(5000);
  const server = await origin(
    t,
    Origin.start((peer) =>
      peer.socket.once('data', () => {
        for (let i = 0; i < 5; i++) peer.send(flood);
        peer.send(HELLO);
      }),
    ),
  );
  const proxy = await serve(t, `127.0.0.1:${server.port}`);
  const client = await proxy.connect();
  client.socket.pause();
  client.send(GET);
  const waiting = (): number => proxy.runtime.firstStream?.client.pendingLength ?? 0;
  await until('the client is full', () => waiting() > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.ok(waiting() < 4096, `only one waits with us (${waiting()} bytes)`);
  client.socket.resume();
  await until('the answer', () => client.received.endsWith('hello'));
  t.equal(client.received.length, flood.length * 5 + HELLO.length, 'all have passed');
  client.socket.end();
  await proxy.isQuiet();
});

t.test('a stream killed between being given a place and using it loses nobody behind it', async (t) => {
  const server = await origin(t, Origin.start());
  const proxy = await serve(t, `127.0.0.1:${server.port} maxconn 1`);
  const clients = [];
  for (let i = 0; i < 5; i++) {
    const client = await proxy.connect();
    client.send(GET);
    clients.push(client);
    await until(`client ${i} is served or waits`, () => {
      return proxy.runtime.proxies[0]?.queuedTotal === i;
    });
    if (i === 0) await server.peer(0);
  }
  const streams: { kill(cause: number): void }[] = [];
  proxy.runtime.eachStream((stream) => streams.push(stream));
  // In one go: the first leaves its place to the second, which dies before its turn comes; a third dies in the queue.
  for (const at of [0, 1, 3]) streams[at]?.kill(CAUSE_KILLED);
  const served = await server.peer(1);
  await served.has(GET.slice(0, 10));
  served.send(HELLO);
  await clients[2]?.has('hello');
  const last = (await server.peer(1)).count('GET') > 1 ? served : await server.peer(2).catch(() => served);
  await until('the last request', () => last.count('GET') > 0);
  last.send(HELLO);
  await clients[4]?.has('hello');
  for (const client of clients) client.socket.destroy();
  await proxy.isQuiet();
});

t.test('a stream killed in the queue while its client still sends is not connected afterwards', async (t) => {
  const server = await origin(t, Origin.start());
  const proxy = await serve(t, `127.0.0.1:${server.port} maxconn 1`);
  const first = await proxy.connect();
  first.send(GET);
  const served = await server.peer(0);
  const second = await proxy.connect();
  second.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\nbegun');
  await until('it waits', () => proxy.runtime.proxies[0]?.queuedTotal === 1);
  proxy.runtime.lastStream?.kill(CAUSE_KILLED);
  t.equal(proxy.runtime.proxies[0]?.queuedTotal, 0, 'it waits no longer');
  await served.has('GET');
  served.send(HELLO);
  await first.has('hello');
  for (const client of [first, second]) client.socket.destroy();
  await proxy.isQuiet();
  t.equal(served.count('POST'), 0);
  t.equal(server.peers.length, 1, 'nobody else came');
});

t.test('a client killed before its PROXY header came is not served when it comes', async (t) => {
  const server = await origin(t, Origin.answering(HELLO));
  const proxy = await RunningProxy.start(`${DEFAULTS}
listen web
 bind 127.0.0.1:$port accept-proxy
 server s 127.0.0.1:${server.port}
`);
  t.teardown(() => proxy.stop());
  const client = await proxy.connect();
  await until('it is accepted', () => proxy.streams === 1);
  proxy.runtime.firstStream?.kill(CAUSE_KILLED);
  client.send(`PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${GET}`);
  await client.isEnded();
  client.socket.destroy();
  await proxy.isQuiet();
  t.equal(server.peers.length, 0);
});

t.test('an exception ends the stream that met it, is told once and counted each time', async (t) => {
  const server = await origin(t, Origin.answering(HELLO));
  const proxy = await serve(t, `127.0.0.1:${server.port}`);
  const bystander = await proxy.connect();
  bystander.send(GET);
  await bystander.has('hello');
  const { runtime } = proxy;
  const choose = runtime.chooseBackend.bind(runtime);
  runtime.chooseBackend = (stream) => {
    if (stream.request?.uriString() === '/boom') throw new Error('a bug');
    return choose(stream);
  };
  for (let i = 0; i < 2; i++) {
    const client = await proxy.connect();
    client.send('GET /boom HTTP/1.1\r\nhost: a\r\n\r\n');
    await client.isEnded();
    client.socket.destroy();
  }
  t.equal(runtime.faults, 2);
  t.equal(proxy.messages.length, 1, 'one message');
  t.match(proxy.messages[0], /^\[alert\] .*Error: a bug\n *at /s);
  bystander.send(GET);
  await bystander.has('hello', 2);
  bystander.socket.end();
  await proxy.isQuiet();
});

t.test('a sender that never pauses leaves others their turn', async (t) => {
  const block = Buffer.alloc(1 << 20, 'x');
  const server = await origin(
    t,
    Origin.start((peer) => {
      peer.socket.once('data', () => {
        if (peer.received.startsWith('GET /small')) {
          peer.send(HELLO);
          return;
        }
        peer.send('HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n');
        const more = (): void => {
          while (!peer.socket.destroyed && peer.socket.write(block));
        };
        peer.socket.on('drain', more);
        more();
      });
    }),
  );
  const proxy = await serve(t, `127.0.0.1:${server.port}`);
  const greedy = await proxy.connect();
  greedy.socket.removeAllListeners('data');
  greedy.socket.on('data', () => undefined);
  greedy.send('GET /big HTTP/1.1\r\nhost: a\r\n\r\n');
  for (let i = 0; i < 20; i++) {
    const client = await proxy.connect();
    client.send('GET /small HTTP/1.1\r\nhost: a\r\n\r\n');
    await client.has('hello');
    client.socket.destroy();
  }
  greedy.socket.destroy();
  await proxy.isQuiet();
  t.pass('twenty small answers beside the endless one');
});
