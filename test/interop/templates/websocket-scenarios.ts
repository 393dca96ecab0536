/** Templates for WebSockets, with a real client and server. */
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { Test } from 'tap';
import { WebSocket, WebSocketServer } from 'ws';
import { fetchText, listen } from '../seeds/seed-proxy.ts';
import { fetchWith, origins, until } from './ends.ts';
import type { Scenario } from './scenario.ts';

interface EchoServer {
  readonly address: string;
  /** Handshakes of health checks. */
  checks: number;
}

async function echoServer(test: Test, name: string): Promise<EchoServer> {
  const http = createHttpServer((_request, response) => response.end(name));
  const sockets = new WebSocketServer({ server: http });
  const echo = { address: '', checks: 0 };
  sockets.on('connection', (socket: WebSocket, asked: IncomingMessage) => {
    if (asked.headers['sec-websocket-key'] === 'bWFoYWxvLWhlYWx0aC1jaA==') echo.checks++;
    socket.on('error', () => {}); // a check that is answered resets
    socket.on('message', (data: Buffer) => socket.send(`${name}: ${data}`));
  });
  test.teardown(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
  echo.address = await listen(test, http);
  return echo;
}

async function say(
  test: Test,
  port: number,
  message: string,
  { protocol, headers = {} }: { readonly protocol?: string; readonly headers?: Record<string, string> } = {},
): Promise<string> {
  const address = `ws://127.0.0.1:${port}/`;
  const socket =
    protocol === undefined ? new WebSocket(address, { headers }) : new WebSocket(address, protocol, { headers });
  test.teardown(() => socket.terminate());
  await once(socket, 'open');
  const answer = once(socket, 'message');
  socket.send(message);
  return String((await answer)[0]);
}

export const WEBSOCKET_SCENARIOS: readonly Scenario[] = [
  {
    template: 'websocket-simple',
    what: 'pages and messages come from the same servers',
    async play(test, start) {
      const servers = [await echoServer(test, 'web1'), await echoServer(test, 'web2')];
      const port = await start({ servers: servers.map((server) => server.address) });
      test.match(await say(test, port, 'hello'), /^web[12]: hello$/);
      test.match((await fetchText(port, '/')).body, /^web[12]$/);
    },
  },
  {
    template: 'websocket-advanced',
    what: 'handshakes go to their own servers, are watched, and keep these up',
    async play(test, start) {
      const sockets = await echoServer(test, 'ws');
      const port = await start({
        host: 'ws.example.com',
        webServers: await origins(test, 'pages'),
        socketServers: [sockets.address],
        protocols: ['echo-protocol'],
      });
      const protocol = 'echo-protocol';
      test.equal(await say(test, port, 'a', { protocol }), 'ws: a');
      test.equal(await say(test, port, 'b', { protocol, headers: { host: 'ws.example.com:80' } }), 'ws: b');
      test.equal((await fetchText(port, '/')).body, 'pages');
      test.equal((await fetchWith(port, '/', { host: 'ws.example.com' })).status, 403, 'no handshake at all');
      await test.rejects(say(test, port, 'c', { protocol: 'another' }), /403/, 'a protocol that is not known');
      // A server whose checks fail would be down after three.
      await until('four checks were made', async () => sockets.checks >= 4);
      test.equal(await say(test, port, 'd', { protocol }), 'ws: d');
    },
  },
];
