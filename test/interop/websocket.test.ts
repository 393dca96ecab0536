/** The WebSocket post's configurations with a real WebSocket client and server (npm's ws) through them. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { WebSocket, WebSocketServer } from 'ws';
import { SyslogSocket } from './differential/syslog-socket.ts';
import { normaliseLogLine } from './differential/transcript.ts';
import { fetchText, forEachProgram, listenAddress, type Replacements, startSeed } from './seeds/seed-proxy.ts';

t.setTimeout(600_000);

/** RFC 6455 section 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

interface EchoServer {
  readonly address: string;
  readonly upgrades: IncomingMessage[];
  readonly server: WebSocketServer;
}

/** A web server that also echoes WebSocket messages, prefixed by its name when they are text. */
async function echoServer(test: Test, name: string): Promise<EchoServer> {
  const http = createServer((_request, response) => response.end(name));
  const upgrades: IncomingMessage[] = [];
  const server = new WebSocketServer({
    server: http,
    verifyClient: ({ req }: { req: IncomingMessage }) => req.url !== '/refused',
  });
  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    upgrades.push(request);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) socket.send(data);
      else if (String(data) === 'close me') socket.close(4001, 'as you wish');
      else if (String(data) === 'die') socket.terminate();
      else if (String(data) === 'ping me') socket.ping('from server');
      else socket.send(`${name}: ${data}`);
    });
    socket.on('pong', (data: Buffer) => socket.send(`pong ${data}`));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  test.teardown(() => {
    for (const client of server.clients) client.terminate();
    server.close();
    http.closeAllConnections();
    http.close();
  });
  return { address: `127.0.0.1:${(http.address() as AddressInfo).port}`, upgrades, server };
}

interface Setup {
  readonly port: number;
  readonly servers: readonly [EchoServer, EchoServer];
  readonly syslog: SyslogSocket;
}

async function setUp(test: Test, program: string, timeouts: Replacements = {}): Promise<Setup> {
  const { port, address } = await listenAddress();
  const servers = [await echoServer(test, 'websrv1'), await echoServer(test, 'websrv2')] as const;
  const syslog = await SyslogSocket.open();
  test.teardown(() => syslog.close());
  await startSeed(test, program, 'websocket-simple', {
    '127.0.0.1:18080': address,
    '127.0.0.1 local0': `127.0.0.1:${syslog.port} local0`,
    '192.168.10.11:8080': servers[0].address,
    '192.168.10.12:8080': servers[1].address,
    ...timeouts,
  });
  return { port, servers, syslog };
}

async function openSocket(test: Test, port: number, path = '/'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  test.teardown(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** Sends and resolves with the next message. */
async function ask(socket: WebSocket, message: string | Uint8Array): Promise<Buffer> {
  const answer = once(socket, 'message');
  socket.send(message);
  const [data] = (await answer) as [Buffer];
  return data;
}

/** Waits for a log line of a request for `path`; the deadline only ends a failed test. */
async function logLine(syslog: SyslogSocket, path: string): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const line = syslog.lines.find((one) => one.includes(` ${path} HTTP`));
    if (line !== undefined) return normaliseLogLine(line);
    if (Date.now() > deadline) throw new Error(`no log line for ${path}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

forEachProgram(t, 'messages of every size pass both ways, and the closing code too', async (test, program) => {
  const { port, servers, syslog } = await setUp(test, program);
  const socket = await openSocket(test, port, '/chat');
  test.equal(String(await ask(socket, 'hello')), 'websrv1: hello');
  for (const size of [0, 1, 125, 126, 16_384, 61_440, 65_536, 1_000_000]) {
    const sent = Buffer.alloc(size, size % 251);
    test.ok((await ask(socket, sent)).equals(sent), `${size} bytes come back as they went`);
  }
  test.equal(servers[0].upgrades[0]?.headers['x-forwarded-for'], '127.0.0.1');
  const gone = once(socket, 'close');
  socket.close(4000, 'enough');
  const [code] = (await gone) as [number];
  test.equal(code, 4000, 'the server answered the closing frame with the same code');
  const line = await logLine(syslog, '/chat');
  test.match(
    line,
    /^<134>DATE haproxy\[PID\]: 127\.0\.0\.1:PORT \[DATE\.MS\] ft_web bk_web\/websrv1 T\/T\/T\/T\/T 101 \d+ - - ---- /,
  );
});

forEachProgram(t, 'ping and pong pass both ways', async (test, program) => {
  const { port } = await setUp(test, program);
  const socket = await openSocket(test, port);
  const pong = once(socket, 'pong');
  socket.ping('from client');
  test.equal(String((await pong)[0]), 'from client');
  test.equal(String(await ask(socket, 'ping me')), 'pong from server');
});

forEachProgram(t, 'sockets and pages take the servers in turn, many at a time', async (test, program) => {
  const { port } = await setUp(test, program);
  const names: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    const socket = await openSocket(test, port);
    names.push(String(await ask(socket, 'who')));
  }
  test.strictSame(names, ['websrv1: who', 'websrv2: who', 'websrv1: who', 'websrv2: who']);
  test.strictSame([(await fetchText(port, '/')).body, (await fetchText(port, '/')).body], ['websrv1', 'websrv2']);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(test, port)));
  const answers = await Promise.all(sockets.map((socket, index) => ask(socket, `number ${index}`)));
  for (const [index, answer] of answers.entries())
    test.match(String(answer), new RegExp(`^websrv[12]: number ${index}$`));
});

forEachProgram(t, 'the server closes, dies or refuses, and the client learns it', async (test, program) => {
  const { port, syslog } = await setUp(test, program);
  const closing = await openSocket(test, port, '/closing');
  const closed = once(closing, 'close');
  closing.send('close me');
  const [code, reason] = (await closed) as [number, Buffer];
  test.equal(code, 4001);
  test.equal(String(reason), 'as you wish');

  const dying = await openSocket(test, port, '/dying');
  const died = once(dying, 'close');
  dying.send('die');
  test.equal((await died)[0], 1006, 'no closing frame');
  await logLine(syslog, '/dying');

  const refused = new WebSocket(`ws://127.0.0.1:${port}/refused`);
  const [, response] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage];
  test.equal(response.statusCode, 401);
  response.resume();
  test.match(await logLine(syslog, '/refused'), / 401 /);
});

forEachProgram(t, 'a client that vanishes is noticed by the server', async (test, program) => {
  const { port, servers } = await setUp(test, program);
  const socket = await openSocket(test, port);
  await ask(socket, 'hello');
  const [atServer] = servers[0].server.clients;
  if (atServer === undefined) throw new Error('the first socket is not at the first server');
  const gone = once(atServer, 'close');
  socket.terminate();
  test.equal((await gone)[0], 1006);
});

// The page's long timeouts are shortened here, in the same proportion to each other.
const SHORT: Replacements = {
  'timeout client          25s': 'timeout client 300ms',
  'timeout server          25s': 'timeout server 300ms',
};

forEachProgram(
  t,
  'a socket idle for longer than the client timeout stays: the tunnel timeout rules',
  async (test, program) => {
    const { port } = await setUp(test, program, SHORT);
    const socket = await openSocket(test, port);
    test.equal(String(await ask(socket, 'before')), 'websrv1: before');
    await new Promise((resolve) => setTimeout(resolve, 900));
    test.equal(String(await ask(socket, 'after')), 'websrv1: after');
  },
);

forEachProgram(t, 'a socket idle for longer than the tunnel timeout is closed', async (test, program) => {
  const { port, syslog } = await setUp(test, program, {
    ...SHORT,
    'timeout tunnel        3600s': 'timeout tunnel 600ms',
  });
  const socket = await openSocket(test, port, '/idle');
  const closed = once(socket, 'close');
  test.equal(String(await ask(socket, 'before')), 'websrv1: before');
  test.equal((await closed)[0], 1006);
  test.match(await logLine(syslog, '/idle'), / 101 \d+ - - [cs]D-- /);
});

interface AdvancedSetup {
  readonly port: number;
  readonly web: EchoServer;
  readonly sockets: EchoServer;
  /** Health checks that asked for the application's protocol. */
  readonly checks: readonly IncomingMessage[];
}

/**
 * The "advanced" configuration: its checks are upgrades with a key that no browser would send, so that a strict server
 * refuses them. Ours answers them itself.
 */
async function setUpAdvanced(test: Test, program: string): Promise<AdvancedSetup> {
  const { port, address } = await listenAddress();
  const web = await echoServer(test, 'web');
  const sockets = await echoServer(test, 'ws');
  const checks: IncomingMessage[] = [];
  const front = createServer();
  front.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {}); // the check resets what it opened
    if (request.headers['sec-websocket-key'] === 'haproxy') {
      checks.push(request);
      const accept = createHash('sha1').update(`haproxy${WEBSOCKET_GUID}`).digest('base64');
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      return;
    }
    sockets.server.handleUpgrade(request, socket, head, (open) => sockets.server.emit('connection', open, request));
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  test.teardown(() => {
    front.closeAllConnections();
    front.close();
  });
  const frontAddress = `127.0.0.1:${(front.address() as AddressInfo).port}`;
  const syslog = await SyslogSocket.open();
  test.teardown(() => syslog.close());
  await startSeed(test, program, 'blog-websocket-advanced', {
    '127.0.0.1:18080': address,
    '127.0.0.1 local0': `127.0.0.1:${syslog.port} local0`,
    'inter 3s': 'inter 200ms',
    '192.168.10.11:80 ': `${web.address} `,
    '192.168.10.12:80 ': `${web.address} `,
    '192.168.10.11:8080': frontAddress,
    '192.168.10.12:8080': frontAddress,
  });
  const deadline = Date.now() + 60_000;
  while (checks.length < 2) {
    if (Date.now() > deadline) throw new Error('the servers were not checked');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { port, web, sockets, checks };
}

forEachProgram(t, 'the advanced configuration parts sockets from pages and checks both', async (test, program) => {
  const { port, sockets, checks } = await setUpAdvanced(test, program);
  test.match(checks[0]?.headers, {
    host: 'ws.domain.com',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'echo-protocol',
  });
  test.equal((await fetchText(port, '/page')).body, 'web');
  for (const headers of [{}, { Host: 'ws.domain.com' }]) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, 'echo-protocol', { headers });
    test.teardown(() => socket.terminate());
    await once(socket, 'open');
    test.equal(socket.protocol, 'echo-protocol');
    test.equal(String(await ask(socket, 'hello')), 'ws: hello');
  }
  test.equal(sockets.upgrades.length, 2);
});

forEachProgram(t, 'the advanced configuration refuses other protocols', async (test, program) => {
  const { port, sockets } = await setUpAdvanced(test, program);
  const other = new WebSocket(`ws://127.0.0.1:${port}/chat`, 'other-protocol');
  const [refusal] = (await once(other, 'error')) as [Error];
  test.match(refusal.message, /403/);
  const plain = await new Promise<number>((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path: '/', headers: { Host: 'ws.domain.com' } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end();
  });
  test.equal(plain, 403, 'no upgrade at all');
  test.equal(sockets.upgrades.length, 0);
});
