/** The exporter beside haproxy's own, after the same traffic: the same metrics, types, labels and (where time has no say) values. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import t, { type Test } from 'tap';
import { freePort } from './differential/free-port.ts';
import { findCandidate, findReference, ProxyProcess } from './differential/proxy-process.ts';
import { webOrigin } from './seeds/seed-proxy.ts';

t.setTimeout(600_000);

const reference = findReference();
const candidate = findCandidate();
const skip = reference === null || candidate === null ? 'haproxy and ours must both be here' : false;

async function ask(
  port: number,
  path: string,
  method = 'GET',
): Promise<{ status: number; type: string; body: string }> {
  const asking = request({ host: '127.0.0.1', port, path, method, agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body };
}

interface Exporter {
  readonly port: number;
  readonly proxy: ProxyProcess;
}

async function start(test: Test, program: string, origin: string): Promise<Exporter> {
  const port = await freePort();
  const tcpPort = await freePort();
  const proxy = await ProxyProcess.start(
    program,
    `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend fe
  bind 127.0.0.1:${port} name first
  option socket-stats
  http-request use-service prometheus-exporter if { path /metrics }
  http-request deny if { path /no }
  default_backend be
frontend tcp
  mode tcp
  bind 127.0.0.1:${tcpPort}
  default_backend raw
backend be
  server one ${origin} weight 30 check inter 100
  server two ${origin} backup
  server three ${origin} disabled
backend raw
  mode tcp
  server s ${origin}
backend none
`,
  );
  test.teardown(() => proxy.stop());
  return { port, proxy };
}

/** Lines by metric and labels. */
function samples(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) found.set(name, value);
  }
  return found;
}

function types(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('# TYPE '));
}

/** What depends on the moment, the machine or the program. */
const VARIABLE =
  /seconds|_rate|(?:limit|max)_sessions|^haproxy_process_|bytes_(?:in|out)_total|check_|weight|idle_connections|connections_current|connection_(?:attempts|reuses)/;

t.test('metrics, types, labels and counters are those of haproxy', { skip }, async (test) => {
  const origin = await webOrigin(test, 'origin');
  const texts: string[] = [];
  for (const program of [reference as string, candidate as string]) {
    const { port } = await start(test, program, origin.address);
    for (const path of ['/a', '/no', '/b', '/c']) await ask(port, path);
    await new Promise((resolve) => setTimeout(resolve, 300)); // let a check pass
    const { status, type, body } = await ask(port, '/metrics');
    test.equal(status, 200);
    test.equal(type, 'text/plain; version=0.0.4');
    texts.push(body);
  }
  const [theirs = '', ours = ''] = texts;
  test.strictSame(types(ours).sort(), types(theirs).sort(), 'metrics and types');
  const wanted = samples(theirs);
  const given = samples(ours);
  const named = (from: Map<string, string>) =>
    [...from.keys()].map((key) => key.replace(/version=".*"/, 'version')).sort();
  test.strictSame(named(given), named(wanted), 'samples');
  const stable = (from: Map<string, string>) => [...from].filter(([key]) => !VARIABLE.test(key)).sort();
  test.strictSame(stable(given), stable(wanted), 'values');
  for (const text of texts) test.notMatch(text, /^(?!#|[a-z_]+(?:\{[^}]*\})? (?:-?[0-9.]+|NaN)$).+$/m, 'well-formed');
});

t.test('scopes, maintenance, HEAD and nonsense', { skip }, async (test) => {
  const origin = await webOrigin(test, 'origin');
  const exporters = [];
  for (const program of [reference as string, candidate as string]) {
    exporters.push(await start(test, program, origin.address));
  }
  const [theirs, ours] = exporters as [Exporter, Exporter];
  for (const query of [
    '?scope=frontend',
    '?scope=server&no-maint',
    '?scope=',
    '?scope=*&scope=',
    '?scope=global&scope=listener',
    '?x=y',
  ]) {
    const [one, other] = await Promise.all([ask(theirs.port, `/metrics${query}`), ask(ours.port, `/metrics${query}`)]);
    test.equal(other.status, one.status, query);
    test.strictSame(types(other.body).sort(), types(one.body).sort(), `${query}: metrics`);
    test.equal(samples(other.body).size, samples(one.body).size, `${query}: samples`);
  }
  for (const query of ['?scope=nothing', '?scope', '?scope=a=b']) {
    const [one, other] = await Promise.all([ask(theirs.port, `/metrics${query}`), ask(ours.port, `/metrics${query}`)]);
    test.equal(other.status, one.status, query);
    test.equal(other.status, 400, query);
  }
  const [one, other] = await Promise.all([ask(theirs.port, '/metrics', 'HEAD'), ask(ours.port, '/metrics', 'HEAD')]);
  test.equal(other.status, one.status);
  test.equal(other.body, '');
});
