/**
 * Everything at once: sane and mad clients, origins that break in every way, servers that come and go. Afterwards nobody may
 * have got an answer that was another's, or none, and the proxy must be as it was: no stream, no count, no descriptor left.
 *
 * The run prints its seed; CHAOS_SEED plays the same choices again (the interleaving stays the kernel's), CHAOS_CLIENTS and
 * CHAOS_AT_ONCE change how much there is of it.
 */
import { readdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import t from 'tap';
import { ApiSession } from '../../src/control/api-session.ts';
import { LEVEL_ADMIN } from '../../src/control/command.ts';
import { BIN, BOUT, STOT } from '../../src/proxy/counters.ts';
import { freePort } from '../interop/differential/free-port.ts';
import { chaosClient } from './chaos-client.ts';
import { ChaosOrigin } from './chaos-origin.ts';
import { Chance, pause } from './chaos-random.ts';
import { RunningProxy, until } from './running-proxy.ts';

const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const clients = Number(process.env['CHAOS_CLIENTS'] ?? 1500);
const atOnce = Number(process.env['CHAOS_AT_ONCE'] ?? 60);

interface Ports {
  readonly announced: number;
  readonly echo: number;
  readonly one: number;
  readonly two: number;
  readonly echoServer: number;
  readonly dead: number;
}

function configuration(ports: Ports): string {
  const servers = (options = ''): string =>
    ` server a 127.0.0.1:${ports.one} ${options}\n server b 127.0.0.1:${ports.two} ${options}\n`;
  return `
global
 maxconn 500
 tune.rcvbuf.client 32768
 tune.sndbuf.client 32768
 tune.rcvbuf.server 32768
defaults
 mode http
 option redispatch
 retries 2
 timeout connect 200ms
 timeout client 700ms
 timeout server 600ms
 timeout queue 300ms
 timeout http-request 700ms
 timeout http-keep-alive 300ms
 timeout tunnel 800ms
 timeout client-fin 300ms
 timeout server-fin 300ms
 log 127.0.0.1:9 local0
frontend web
 bind 127.0.0.1:$port
 bind 127.0.0.1:${ports.announced} accept-proxy
 option httplog
 option forwardfor
 http-request set-header x-path %[path]
 http-request deny deny_status 403 if { path_beg /deny }
 redirect prefix /elsewhere if { path_beg /away }
 http-response add-header x-passed yes
${['never', 'safe', 'aggressive', 'always', 'queue', 'flap', 'dead', 'gone', 'named'].map((name) => ` use_backend ${name} if { path_beg /${name} }\n`).join('')}
backend never
 http-reuse never
${servers()}
backend safe
 http-reuse safe
${servers()}
backend aggressive
 http-reuse aggressive
 balance leastconn
${servers()}
backend always
 http-reuse always
 option abortonclose
${servers()}
backend queue
${servers('maxconn 2')}
backend flap
 balance leastconn
${servers('maxconn 4 maxqueue 20')}
backend dead
 server x 127.0.0.1:${ports.dead} maxconn 3
 server y 127.0.0.1:${ports.dead}
${servers('maxconn 10')}
backend gone
 server x 127.0.0.1:${ports.dead}
backend named
 http-reuse always
${servers('send-proxy')}
listen echo
 mode tcp
 option tcplog
 bind 127.0.0.1:${ports.echo}
 server x 127.0.0.1:${ports.dead}
 server e 127.0.0.1:${ports.echoServer} maxconn 5
`;
}

/** The runtime API, as its socket would hand it the text. */
function ask(proxy: RunningProxy, command: string): string {
  let said = '';
  const session = new ApiSession(
    {
      runtime: proxy.runtime,
      facts: { version: '0', releaseDate: '2026/11/21', descriptorLimit: 4096, maxSockets: 1100 },
      sessions: [],
      sockets: [],
    },
    {
      write: (piece) => {
        said += piece;
      },
      offer: () => false,
      end: () => undefined,
    },
    { serial: 0, level: LEVEL_ADMIN, timeoutMs: 10_000, nowMs: proxy.reactor.nowMs },
  );
  session.receive(`${command}\n`);
  return said;
}

async function meddle(proxy: RunningProxy, signal: AbortSignal): Promise<void> {
  const chance = new Chance(seed, 'operator');
  while (!signal.aborted) {
    const server = chance.pick(['a', 'b']);
    ask(
      proxy,
      chance.pick([
        `disable server flap/${server}`,
        `enable server flap/${server}`,
        `enable server flap/${server}`,
        `set server flap/${server} state drain`,
        `set server flap/${server} state ready`,
        `set server flap/${server} health down`,
        `set server flap/${server} health up`,
        `set server flap/${server} weight ${chance.below(20)}`,
        `shutdown sessions server flap/${server}`,
        `set maxconn server queue/${server} ${1 + chance.below(4)}`,
        `set maxconn frontend web ${chance.pick([30, 400])}`,
        'show stat',
        'show sess',
        'show info',
        'show errors',
      ]),
    );
    await pause(chance.below(30));
  }
  for (const server of ['a', 'b']) {
    ask(proxy, `set server flap/${server} health up`);
    ask(proxy, `set server flap/${server} state ready`);
    ask(proxy, `set server flap/${server} weight 1`);
  }
  ask(proxy, 'set maxconn frontend web 400');
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

t.test(`a proxy amid chaos serves whom it can and gives everything back (CHAOS_SEED=${seed})`, async (t) => {
  const origins = [new ChaosOrigin(seed), new ChaosOrigin(seed + 1)];
  const echoes = new Set<Socket>();
  const echo = createServer({ allowHalfOpen: true }, (socket) => {
    echoes.add(socket);
    socket.on('close', () => echoes.delete(socket));
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const [one, two] = (await Promise.all(origins.map((origin) => origin.listen()))) as [number, number];
  const ports: Ports = {
    announced: await freePort(),
    echo: await freePort(),
    one,
    two,
    echoServer: (echo.address() as { port: number }).port,
    dead: await freePort(),
  };
  const proxy = await RunningProxy.start(configuration(ports));
  t.teardown(() => {
    proxy.stop();
    for (const origin of origins) origin.stop();
    echo.close();
    for (const socket of echoes) socket.destroy();
  });
  // One of each, so that what is opened once and kept is there.
  await chaosClient(seed, 0, { web: proxy.port, ...ports });
  await proxy.isQuiet();
  for (const { servers } of proxy.runtime.proxies) for (const server of servers) server.closeIdle();
  await pause(100);
  const before = descriptors();
  const uncaught: string[] = [];
  const note = (error: unknown): void => {
    uncaught.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  process.on('uncaughtException', note);
  t.teardown(() => process.off('uncaughtException', note));

  const violations: string[] = [];
  let next = 1;
  let answers = 0;
  const stop = new AbortController();
  const meddling = meddle(proxy, stop.signal);
  const actor = async (): Promise<void> => {
    while (next < clients) {
      const verdict = await chaosClient(seed, next++, { web: proxy.port, ...ports });
      answers += verdict.answers;
      violations.push(...verdict.violations);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, actor));
  stop.abort();
  await meddling;

  t.strictSame(violations.slice(0, 10), [], 'clients got their answers or an end');
  t.strictSame(origins.flatMap((origin) => origin.violations).slice(0, 10), [], 'origins got what was sent to them');
  t.strictSame(uncaught, [], 'nothing was thrown');
  t.strictSame(
    proxy.messages.filter((message) => message.includes('Internal error')),
    [],
    'nothing was thrown within the proxy',
  );
  t.ok(answers > clients / 2, `${answers} answers to ${clients} clients`);

  await proxy.isQuiet();
  const { runtime } = proxy;
  for (const { servers } of runtime.proxies) for (const server of servers) server.closeIdle();
  t.equal(runtime.context.chunks.lent, 0, 'all buffers are back');
  t.equal(runtime.headsLent, 0, 'all heads are back');
  await until(
    () => `${before} descriptors, but ${descriptors()}`,
    () => descriptors() <= before,
  );
  for (const one of runtime.proxies) {
    for (const block of [one.frontendCounters, one.backendCounters]) {
      t.ok(
        block.every((value) => Number.isFinite(value) && value >= 0),
        `no count of ${one.name} is below zero`,
      );
    }
  }
  const [web] = runtime.proxies;
  t.ok((web?.frontendCounters[STOT] ?? 0) > clients / 2);
  for (const index of [BIN, BOUT]) {
    let sum = 0;
    for (const one of runtime.proxies) if (!one.model.frontend) sum += one.backendCounters[index] as number;
    const all = web?.frontendCounters[index] as number;
    t.ok(sum > 0 && sum <= all, `the backends' bytes (${sum}) are among the frontend's (${all})`);
  }
});
