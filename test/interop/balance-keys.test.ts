/**
 * What `balance` hashes: haproxy and we send the same requests to the same servers, request by request, so that a farm of
 * caches may stand behind either.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import t from 'tap';
import { freePort } from './differential/free-port.ts';
import { findCandidate, findReference, ProxyProcess } from './differential/proxy-process.ts';
import { type Origin, webOrigin } from './seeds/seed-proxy.ts';

t.setTimeout(600_000);

const reference = findReference();
const candidate = findCandidate();
const skip = reference === null || candidate === null ? 'haproxy and ours must both be here' : false;

/** Lines of the backend; each gets a port of its own. */
const BACKENDS: readonly (readonly string[])[] = [
  ['balance uri'],
  ['balance uri', 'hash-type consistent'],
  ['balance uri whole', 'hash-type consistent djb2'],
  ['balance uri len 9', 'hash-type map-based wt6'],
  ['balance uri depth 2', 'hash-type map-based crc32 avalanche'],
  ['balance uri path-only', 'hash-type consistent sdbm avalanche'],
  ['balance url_param id'],
  ['balance url_param id check_post', 'hash-type consistent'],
  ['balance hdr(X-Key)'],
  ['balance hdr(x-key)', 'hash-type consistent wt6 avalanche'],
  ['balance hdr(Host) use_domain_only', 'hash-type map-based djb2'],
  ['http-request set-header X-LB %[req.hdr(Host),lower]%[url,lower]', 'balance hdr(X-LB)', 'hash-type consistent'],
  ['balance hash req.hdr(x-key),lower', 'hash-type consistent'],
  ['balance hash path,upper', 'hash-type map-based crc32'],
];

interface Asked {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const REQUESTS: readonly Asked[] = [
  ...Array.from({ length: 24 }, (_, i) => ({
    path: `/dir${i % 5}/sub${i % 7}/page${i}?q=${i}`,
    headers: { 'X-Key': `Key-${i * 37}`, Host: `www${i}.site${i % 9}.example.org` },
  })),
  { path: '/?id=one', headers: {} },
  { path: '/?a=1&id=two&b=3', headers: { 'X-Key': 'a, b' } },
  { path: '/x?id=', headers: { 'X-Key': '' } },
  { path: '/x?xid=5&id=77', headers: { Host: 'localhost' } },
  { path: 'http://abs.example.com/over/there?id=9', headers: { Host: 'abs.example.com' } },
  { path: '/form', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=b&id=posted&c=d' },
  { path: '/form', headers: {}, body: 'id=posted-too' },
  { path: '/none', headers: { Host: 'a.b' } },
  { path: '/none', headers: { Host: '.b' } },
  { path: '/none', headers: { Host: 'x.' } },
];

async function ask(port: number, { path, headers, body }: Asked): Promise<string> {
  const method = body === undefined ? 'GET' : 'POST';
  const asking = request({
    host: '127.0.0.1',
    port,
    path,
    headers: { Host: 'test', ...headers },
    method,
    agent: false,
  });
  asking.end(body);
  const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const part of response) text += part;
  return text;
}

async function servedBy(program: string, origins: readonly Origin[]): Promise<string[]> {
  const ports = await Promise.all(BACKENDS.map(() => freePort()));
  const servers = origins.map(({ address }, i) => `  server s${i} ${address} weight ${10 * (i + 1)}`);
  const sections = BACKENDS.map((lines, i) =>
    [`listen l${i}`, `  bind 127.0.0.1:${ports[i]}`, ...lines.map((line) => `  ${line}`), ...servers].join('\n'),
  );
  const defaults = 'defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n';
  const proxy = await ProxyProcess.start(program, `${defaults}${sections.join('\n')}\n`);
  try {
    const answers: string[] = [];
    for (const [i, port] of ports.entries()) {
      const names: string[] = [];
      for (const asked of REQUESTS) names.push(await ask(port, asked));
      answers.push(`${(BACKENDS[i] as readonly string[]).join('; ')}: ${names.join(' ')}`);
    }
    return answers;
  } finally {
    await proxy.stop();
  }
}

t.test('every request goes to the server that haproxy sends it to', { skip }, async (test) => {
  const origins = await Promise.all(['1', '2', '3', '4', '5'].map((name) => webOrigin(test, name)));
  const theirs = await servedBy(reference as string, origins);
  const ours = await servedBy(candidate as string, origins);
  for (const [i, line] of theirs.entries()) test.equal(ours[i], line);
});

t.test('random spreads the load over all servers', { skip: candidate === null }, async (test) => {
  const origins = await Promise.all(['1', '2', '3'].map((name) => webOrigin(test, name)));
  const port = await freePort();
  const servers = origins.map(({ address }, i) => `  server s${i} ${address}\n`).join('');
  const proxy = await ProxyProcess.start(
    candidate as string,
    `listen l\n  mode http\n  bind 127.0.0.1:${port}\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n  balance random(3)\n${servers}`,
  );
  test.teardown(() => proxy.stop());
  // That one of three is never drawn in 120 requests has a chance of (2/3)^360 when all are idle.
  for (let i = 0; i < 120; i++) await ask(port, { path: '/', headers: {} });
  for (const origin of origins) test.ok(origin.requests.length > 0);
});
