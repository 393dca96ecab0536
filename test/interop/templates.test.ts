/**
 * What the templates of the web interface write runs as written, and traffic goes where their words say: on the real
 * haproxy and on ours. Templates that ours does not offer yet are played on haproxy alone.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { WebSocket, WebSocketServer } from 'ws';
import { exampleAnswers } from '../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../src/admin/templates/apply.ts';
import { availabilityOf } from '../../src/admin/templates/availability.ts';
import { APPLICATION_COOKIE } from '../../src/admin/templates/scenarios/application-cookie.ts';
import { HOST_MAP } from '../../src/admin/templates/scenarios/host-map.ts';
import { MYSQL_READ_FARM } from '../../src/admin/templates/scenarios/mysql-read-farm.ts';
import { RATE_LIMIT } from '../../src/admin/templates/scenarios/rate-limit.ts';
import { REDIS_MASTER } from '../../src/admin/templates/scenarios/redis-master.ts';
import { SMTP_BY_SOURCE } from '../../src/admin/templates/scenarios/smtp-by-source.ts';
import { STATIC_DYNAMIC } from '../../src/admin/templates/scenarios/static-dynamic.ts';
import { STATISTICS_PAGE } from '../../src/admin/templates/scenarios/statistics-page.ts';
import { VARNISH_FARM } from '../../src/admin/templates/scenarios/varnish-farm.ts';
import { WEB_FARM_COOKIE } from '../../src/admin/templates/scenarios/web-farm-cookie.ts';
import { WEBSOCKET_ADVANCED } from '../../src/admin/templates/scenarios/websocket-advanced.ts';
import { WEBSOCKET_SIMPLE } from '../../src/admin/templates/scenarios/websocket-simple.ts';
import type { Template } from '../../src/admin/templates/template.ts';
import { freePort } from './differential/free-port.ts';
import { findCandidate, findReference, ProxyProcess } from './differential/proxy-process.ts';
import { fetchText, mailDialogue, smtpOrigin, webOrigin } from './seeds/seed-proxy.ts';

t.setTimeout(180_000);

const DEADLINE_MS = 30_000;

/** Starts what the template writes for these answers, on 127.0.0.1 and a free port; resolves with the port. */
async function start(
  test: Test,
  program: string,
  template: Template,
  answers: Readonly<Record<string, unknown>>,
): Promise<number> {
  const port = await freePort();
  const given = { ...exampleAnswers(template.questions), address: '127.0.0.1', port, ...answers };
  const result = applyTemplate(template, given, { configuration: '' });
  if (result.kind === 'refused') throw new Error(result.errors.map((error) => error.message).join());
  for (const file of result.files) writeFileSync(file.path, file.text);
  const proxy = await ProxyProcess.start(program, result.configuration.text);
  test.teardown(() => proxy.stop());
  return port;
}

function play(template: Template, what: string, body: (test: Test, program: string) => Promise<void>): void {
  const reference = findReference();
  const title = `${template.id}: ${what}`;
  if (reference === null) t.test(`haproxy: ${title}`, { skip: 'haproxy is not here' }, async () => {});
  else t.test(`haproxy: ${title}`, (test) => body(test, reference));
  const candidate = findCandidate();
  if (candidate === null) t.test(`mahalo: ${title}`, { skip: 'mahalo is not here' }, async () => {});
  else {
    t.test(`mahalo: ${title}`, async (test) => {
      const { kind } = await availabilityOf(template);
      if (kind === 'offered') await body(test, candidate);
      else test.equal(kind, 'not-yet', 'is not offered yet');
    });
  }
}

/** Asks again until it holds. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function listen(test: Test, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // checks may reset
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function origins(test: Test, ...names: readonly string[]): Promise<readonly string[]> {
  return Promise.all(names.map(async (name) => (await webOrigin(test, name)).address));
}

/** One request; resolves with status, body and the cookies that were set. */
async function fetchWith(port: number, path: string, headers: Readonly<Record<string, string>>) {
  const asking = request({ host: '127.0.0.1', port, path, headers, agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode ?? 0, body, cookies: response.headers['set-cookie'] ?? [] };
}

play(STATIC_DYNAMIC, 'files come from the web servers, the rest from the application', async (test, program) => {
  const port = await start(test, program, STATIC_DYNAMIC, {
    staticServers: await origins(test, 'files1', 'files2'),
    dynamicServers: await origins(test, 'app'),
  });
  const bodies: string[] = [];
  for (const path of ['/', '/static/a', '/deep/LOGO.PNG?x', '/index.php', '/css/x', '/a.css.php']) {
    bodies.push((await fetchText(port, path)).body);
  }
  test.strictSame(bodies, ['app', 'files1', 'files2', 'app', 'files1', 'app']);
});

play(HOST_MAP, 'each site has its servers, the others go to those for other names', async (test, program) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-map-'));
  test.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const [shop, blog, other] = await origins(test, 'shop', 'blog', 'other');
  const port = await start(test, program, HOST_MAP, {
    map: join(directory, 'sites.map'),
    routes: [`shop.example ${shop}`, `blog.example ${blog}`],
    others: [other],
  });
  const answers: string[] = [];
  for (const host of ['shop.example', 'WWW.Shop.example:8080', 'blog.example', 'else.example']) {
    answers.push((await fetchWith(port, '/', { host })).body);
  }
  test.strictSame(answers, ['shop', 'shop', 'blog', 'other']);
});

play(VARNISH_FARM, 'an object is always asked of the same cache, pages of the application', async (test, program) => {
  const port = await start(test, program, VARNISH_FARM, {
    caches: await origins(test, 'cache1', 'cache2', 'cache3'),
    application: await origins(test, 'app'),
  });
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}.jpg`);
  const ask = () => Promise.all(paths.map(async (path) => (await fetchText(port, path)).body));
  const first = await ask();
  test.strictSame(await ask(), first);
  test.strictSame([...new Set(first)].sort(), ['cache1', 'cache2', 'cache3']);
  test.equal((await fetchText(port, '/1.jpg?other')).body, first[1]);
  test.equal((await fetchText(port, '/page')).body, 'app');
});

play(VARNISH_FARM, 'without any cache the application answers for all', async (test, program) => {
  const port = await start(test, program, VARNISH_FARM, {
    caches: [`127.0.0.1:${await freePort()}`],
    application: await origins(test, 'app'),
  });
  await until('the application has the pictures', async () => (await fetchText(port, '/1.jpg')).body === 'app');
  test.equal((await fetchText(port, '/2.jpg')).status, 200);
});

play(SMTP_BY_SOURCE, 'a sender always meets the same server', async (test, program) => {
  const port = await start(test, program, SMTP_BY_SOURCE, {
    servers: await Promise.all(['mail1', 'mail2', 'mail3'].map((name) => smtpOrigin(test, name))),
  });
  const serverOf = async (source: string): Promise<string> => {
    const heard = await mailDialogue(port, source);
    return /^220 (\w+) ESMTP\r\n250 \1\r\n221 \1 closing\r\n$/.exec(heard)?.[1] ?? heard;
  };
  const sources = Array.from({ length: 12 }, (_, index) => `127.0.0.${index + 1}`);
  const first = await Promise.all(sources.map(serverOf));
  test.ok(
    first.every((name) => /^mail[123]$/.test(name)),
    first.join(),
  );
  test.ok(new Set(first).size > 1, 'several servers are used');
  test.strictSame(await Promise.all(sources.map(serverOf)), first);
});

interface Redis {
  readonly address: string;
  role: 'master' | 'slave';
}

/** Redis as far as the check and one question go. */
async function redisOrigin(test: Test, name: string, role: Redis['role']): Promise<Redis> {
  const redis = { address: '', role };
  const server = createServer((socket) => {
    let heard = '';
    socket.on('data', (part) => {
      heard += part.toString('latin1');
      for (let end = heard.indexOf('\r\n'); end >= 0; end = heard.indexOf('\r\n')) {
        const command = heard.slice(0, end).toLowerCase();
        heard = heard.slice(end + 2);
        const info = `# Replication\r\nrole:${redis.role}\r\n`;
        if (command === 'ping') socket.write('+PONG\r\n');
        else if (command === 'info replication') socket.write(`$${info.length}\r\n${info}\r\n`);
        else if (command === 'quit') socket.end('+OK\r\n');
        else socket.write(`+${name}\r\n`);
      }
    });
  });
  redis.address = await listen(test, server);
  return redis;
}

/** Who answers; '' when nobody does. */
async function askLine(port: number, line: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {}); // told by the empty answer
  socket.write(`${line}\r\n`);
  const answer = await Promise.race([
    once(socket, 'data').then(([part]) => String(part).trim()),
    once(socket, 'close').then(() => ''),
  ]).catch(() => '');
  socket.destroy();
  return answer;
}

play(REDIS_MASTER, 'connections go to the master, and to the new one after a fail-over', async (test, program) => {
  const [one, two] = [await redisOrigin(test, 'one', 'master'), await redisOrigin(test, 'two', 'slave')];
  const port = await start(test, program, REDIS_MASTER, { servers: [one.address, two.address] });
  const allAre = async (name: string): Promise<boolean> => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => askLine(port, 'whoareyou')));
    return answers.every((answer) => answer === name);
  };
  await until('only the master is asked', () => allAre('+one'));
  const old = connect({ host: '127.0.0.1', port });
  old.on('error', () => {}); // closing is what is waited for
  old.write('whoareyou\r\n');
  await once(old, 'data');
  const closed = once(old, 'close');
  one.role = 'slave';
  two.role = 'master';
  await until('only the new master is asked', () => allAre('+two'));
  await closed;
  test.pass('the connection to the old master was closed');
});

play(MYSQL_READ_FARM, 'replicas are reached from each of the source addresses', async (test, program) => {
  const seen = new Map<string, number>();
  const server = createServer((socket) => {
    socket.on('data', () => {
      const from = socket.remoteAddress ?? '';
      seen.set(from, (seen.get(from) ?? 0) + 1);
      socket.end(`${from}\r\n`);
    });
  });
  const port = await start(test, program, MYSQL_READ_FARM, {
    servers: [await listen(test, server)],
    sources: ['127.0.0.2', '127.0.0.3'],
  });
  for (let index = 0; index < 6; index++) await askLine(port, 'select 1');
  test.strictSame([...seen.keys()].sort(), ['127.0.0.2', '127.0.0.3']);
  test.strictSame([...seen.values()], [3, 3]);
});

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

play(WEBSOCKET_SIMPLE, 'pages and messages come from the same servers', async (test, program) => {
  const servers = [await echoServer(test, 'web1'), await echoServer(test, 'web2')];
  const port = await start(test, program, WEBSOCKET_SIMPLE, { servers: servers.map((server) => server.address) });
  test.match(await say(test, port, 'hello'), /^web[12]: hello$/);
  test.match((await fetchText(port, '/')).body, /^web[12]$/);
});

play(
  WEBSOCKET_ADVANCED,
  'handshakes go to their own servers, are watched, and keep these up',
  async (test, program) => {
    const sockets = await echoServer(test, 'ws');
    const port = await start(test, program, WEBSOCKET_ADVANCED, {
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
);

play(WEB_FARM_COOKIE, 'visitors stay on their server', async (test, program) => {
  const port = await start(test, program, WEB_FARM_COOKIE, { servers: await origins(test, 'web1', 'web2') });
  const first = await fetchWith(port, '/', {});
  test.match(first.cookies, [/^SERVERID=web1; .*HttpOnly/]);
  test.equal((await fetchWith(port, '/', {})).body, 'web2', 'another visitor meets the other server');
  for (let index = 0; index < 3; index++) {
    const again = await fetchWith(port, '/', { cookie: 'SERVERID=web1' });
    test.strictSame([again.body, again.cookies], ['web1', []]);
  }
});

play(APPLICATION_COOKIE, "the application's cookie leads back", async (test, program) => {
  const heard: string[] = [];
  const servers = await Promise.all(
    ['one', 'two'].map((name) =>
      listen(
        test,
        createHttpServer((asked, response) => {
          if (asked.headers.cookie !== undefined) heard.push(`${name} ${asked.headers.cookie}`);
          response.setHeader('set-cookie', `JSESSIONID=${name}-session`);
          response.end(name);
        }),
      ),
    ),
  );
  const port = await start(test, program, APPLICATION_COOKIE, { servers });
  const { body, cookies } = await fetchWith(port, '/', {});
  const cookie = cookies[0]?.split(';')[0] ?? '';
  test.match(cookie, /^JSESSIONID=tomcat[12]~(one|two)-session$/);
  test.equal((await fetchWith(port, '/', { cookie })).body, body);
  test.strictSame(heard, [`${body} JSESSIONID=${body}-session`]);
});

play(RATE_LIMIT, 'who asks too often is told so, and trusted addresses are spared', async (test, program) => {
  const servers = await origins(test, 'web');
  const settings = { servers, requests: 5, period: 60 };
  const statuses = async (port: number): Promise<readonly number[]> => {
    const all: number[] = [];
    for (let index = 0; index < 8; index++) all.push((await fetchText(port, '/')).status);
    return all;
  };
  const limited = await start(test, program, RATE_LIMIT, settings);
  test.strictSame(await statuses(limited), [200, 200, 200, 200, 200, 429, 429, 429]);
  const spared = await start(test, program, RATE_LIMIT, { ...settings, trusted: ['127.0.0.1'] });
  test.strictSame(new Set(await statuses(spared)), new Set([200]));
});

play(STATISTICS_PAGE, 'shows the page to who knows the password', async (test, program) => {
  const port = await start(test, program, STATISTICS_PAGE, { password: 'not-a-secret-1' });
  test.equal((await fetchText(port, '/stats')).status, 401);
  const authorization = `Basic ${Buffer.from('operator:not-a-secret-1').toString('base64')}`;
  const page = await fetchWith(port, '/stats;csv', { authorization });
  test.equal(page.status, 200);
  test.match(page.body, /^# pxname,svname/);
});
