/** Overview, map, history, sessions, and servers drained while they serve: a real admin, a real proxy, real origins. */
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { WebSocket } from 'ws';
import { PASSWORD, until } from '../../admin/admin-process.ts';
import { ProxyLab } from '../../admin/proxy-lab.ts';
import { freePort } from '../differential/free-port.ts';

t.setTimeout(300_000);
const lab = await ProxyLab.open();
const { admin, owner } = lab;
/** Answers at once, but for `/wait`, which is answered when the test says so. */
const held: ServerResponse[] = [];
const origins = [1, 2].map((number) =>
  createServer((request, response) => {
    if (request.url === '/wait') held.push(response);
    else response.end(`s${number}`);
  }),
);
for (const origin of origins) await once(origin.listen(0, '127.0.0.1'), 'listening');
const [one = 0, two = 0] = origins.map((origin) => (origin.address() as AddressInfo).port);
const port = await freePort();
const dead = await freePort();
const agent = new Agent({ keepAlive: false });
t.teardown(async () => {
  for (const response of held) response.destroy();
  for (const origin of origins) origin.close();
  await lab.close();
});

const TEXT = `defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend web
    bind 127.0.0.1:${port}
    use_backend spare if { path_beg /spare }
    default_backend farm
backend farm
    server s1 127.0.0.1:${one} check inter 200ms
    server s2 127.0.0.1:${two} check inter 200ms
    server s3 127.0.0.1:${dead} check inter 200ms
backend spare
    server only 127.0.0.1:${two}
`;

function ask(path = '/'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    }).on('error', reject);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what tests look at is checked by looking
async function read(path: string): Promise<any> {
  const { status, json, text } = await owner.call('GET', path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return json;
}

await t.test('a fresh unit: nothing is balanced yet', async (t) => {
  await until('asked once', async () => (await read('/api/overview')).state !== 'starting');
  t.match(await read('/api/overview'), { state: 'empty', light: 'grey', proxy: null, services: [] });
  t.same((await read('/api/topology')).edges, []);
  t.equal((await owner.call('GET', '/api/history/frontend/web')).status, 404);
});

await t.test('overview: amber, with the server and the reason in words', async (t) => {
  const body = { text: TEXT, parent: 0, note: '' };
  t.equal((await owner.call('POST', '/api/configuration/apply', { body })).status, 200);
  await owner.call('POST', '/api/configuration/confirm', { body: { revision: 1 } });
  const processId = await lab.processId();
  const farm = async () =>
    (await read('/api/overview')).services.find((service: { name: string }) => service.name === 'farm');
  await until('s3 is found to be down', async () => /s3 fails its check/.test((await farm())?.reason));
  t.match(await farm(), {
    kind: 'backend',
    reason: '2 of 3 servers are up: s3 fails its check: connection refused',
    others: ['web'],
    servers: { up: 2, total: 3 },
  });
  t.ok(Math.abs(Date.now() - (await farm()).sinceMs) < 120_000);
  await until('since when it runs', async () => (await read('/api/overview')).proxy.startedMs > 0);
  t.match(await read('/api/overview'), { state: 'serving', light: 'amber', proxy: { revision: 1, processId } });
});

await t.test('the map: who leads to whom, with live rates', async (t) => {
  const traffic = setInterval(() => void ask().catch(() => {}), 100);
  t.teardown(() => clearInterval(traffic));
  const edge = async (to: string) =>
    (await read('/api/topology')).edges.find(
      (one: { from: string; to: string }) => one.from === 'web' && one.to === to,
    );
  await until('requests are seen on the edge', async () => (await edge('farm')).requests > 0);
  t.equal((await edge('spare')).requests, 0);
  const { frontends, backends } = await read('/api/topology');
  t.match(frontends, [{ name: 'web', binds: [`127.0.0.1:${port}`], computed: false }]);
  const [farm] = backends;
  t.match(farm.members[2], { name: 's3', light: 'red', title: 'down', reason: /connection refused/ });
  await until('every figure is there', async () => (await read('/api/overview')).totals.rates.requests > 0);
});

await t.test('history: by object and step, and it survives both roles', async (t) => {
  const history = await read('/api/history');
  t.ok(['frontend/web', 'backend/farm', 'server/farm/s1'].every((name) => history.objects.includes(name)));
  t.ok(history.bytes > 0 && history.bytes < history.ceilingBytes);
  const seen = async (path: string): Promise<number> =>
    (await read(path)).values.requests.filter((value: number | null) => (value ?? 0) > 0).length;
  await until('seconds with requests', async () => (await seen('/api/history/frontend/web')) > 0);
  t.match(await read('/api/history/server/farm/s1?step=15'), { object: 'server/farm/s1', stepMs: 15_000 });
  t.equal((await owner.call('GET', '/api/history/frontend/web?step=7')).status, 400);
  t.equal((await owner.call('GET', '/api/history/server/farm/none')).status, 404);
  const before = await seen('/api/history/frontend/web');
  await admin.end();
  t.ok(existsSync(join(admin.directory, 'history.snapshot')));
  await lab.back();
  await until('it is there again', async () => (await owner.call('GET', '/api/history/frontend/web')).status === 200);
  t.ok((await seen('/api/history/frontend/web')) >= before - 2, 'seconds of before the restart');
  process.kill(await lab.processId(), 'SIGKILL');
  await until('the proxy was started again', async () => {
    const { json } = await owner.call('GET', '/api/overview');
    return json.state === 'serving' && (await ask().catch(() => undefined))?.status === 200;
  });
  const { values } = await read('/api/history/frontend/web');
  const known = values.requests.filter((value: number | null) => value !== null);
  t.ok(Math.max(...known) < 1000, 'counters that began anew are no burst');
});

await t.test(
  'a proxy that does not answer, and one that is gone: in words, since when, what it said last',
  async (t) => {
    const parent = (await lab.state()).confirmed;
    const page = join(admin.directory, 'sorry.http');
    writeFileSync(page, 'HTTP/1.0 503 Sorry\r\n\r\nsorry\n');
    const body = { text: TEXT.replace('defaults\n', `defaults\n    errorfile 503 ${page}\n`), parent, note: '' };
    const applied = await owner.call('POST', '/api/configuration/apply', { body });
    t.equal(applied.status, 200, applied.text);
    await owner.call('POST', '/api/configuration/confirm', { body: { revision: applied.json.revision } });
    const reaches = (state: string): Promise<void> =>
      until(state, async () => (await owner.call('GET', '/api/overview')).json.state === state);
    await reaches('serving');
    const processId = await lab.processId();
    const beganMs = Date.now();

    process.kill(processId, 'SIGSTOP');
    await reaches('unreachable');
    const silent = await read('/api/overview');
    t.match(silent, {
      light: 'red',
      summary: /^The proxy runs, but cannot be asked how it is: .* within 3 seconds\.$/,
    });
    t.ok(silent.sinceMs >= beganMs && silent.sinceMs <= Date.now());
    process.kill(processId, 'SIGCONT');
    await reaches('serving');
    t.equal((await read('/api/overview')).sinceMs, null);

    // It cannot start without that file.
    rmSync(page);
    process.kill(processId, 'SIGKILL');
    await reaches('stopped');
    const gone = await read('/api/overview');
    t.match(gone, { light: 'red', summary: 'The proxy is not running: nothing is served.', services: [] });
    t.ok(gone.sinceMs > silent.sinceMs && gone.sinceMs <= Date.now());
    t.match(await read('/api/topology'), { state: 'stopped', sinceMs: gone.sinceMs, frontends: [] });
    const refused = await owner.call('GET', '/api/proxy/statistics');
    t.match(refused, { status: 503, json: { error: { message: 'the proxy is not running' } } });
    for (const said of [gone, silent, refused.json]) t.notMatch(JSON.stringify(said), /ENOENT|ECONN|runtime\.sock/);
    await until('its last words', async () => (await read('/api/proxy/last-words')).text.includes(page));
    await until('the audit log has them', () => /"configuration\.restart".*"failed".*sorry\.http/.test(lab.audit));

    writeFileSync(page, 'HTTP/1.0 503 Sorry\r\n\r\nsorry\n');
    await reaches('serving');
    t.not(await lab.processId(), processId, 'it was started again, without anybody asking');
  },
);

await t.test('several servers at once, and back', async (t) => {
  const change = (servers: object[]) => owner.call('POST', '/api/proxy/servers', { body: { servers } });
  const { json } = await change([
    { backend: 'farm', server: 's1', weight: 5 },
    { backend: 'farm', server: 's3', state: 'maint' },
  ]);
  t.match(json.servers, [
    { before: { weight: 1, state: 'ready' }, now: { weight: 5 } },
    { before: { state: 'ready' }, now: { state: 'maint' } },
  ]);
  const undo = json.servers.map(({ backend, server, before }: { backend: string; server: string; before: object }) => ({
    backend,
    server,
    state: (before as { state: string }).state,
    weight: (before as { weight: number }).weight,
  }));
  t.match((await change(undo)).json.servers, [{ now: { weight: 1 } }, { now: { state: 'ready' } }]);
  const wrong = await change([
    { backend: 'farm', server: 's1', weight: 9 },
    { backend: 'farm', server: 'none', weight: 1 },
  ]);
  t.equal(wrong.status, 404);
  const rows = (await read('/api/proxy/statistics')).rows;
  t.equal(rows.find((row: { svname: string }) => row.svname === 's1').weight, 1, 'nothing was done');
});

await t.test('sessions: listed with what they do, killed by an admin only', async (t) => {
  const waiting = ask('/wait').catch(() => ({ status: 0, text: '' }));
  await until('it waits for the origin', () => held.length === 1);
  const { sessions } = await read('/api/proxy/sessions');
  const [session] = sessions.filter((one: { frontend: string }) => one.frontend === 'web');
  t.match(session, { frontend: 'web', backend: 'farm', server: /^s[12]$/, client: /^127\.0\.0\.1:/ });
  for (const role of ['operator', 'viewer']) {
    await owner.call('POST', '/api/users', { body: { name: role, role, password: PASSWORD } });
  }
  const operator = admin.browser();
  await operator.logIn('operator');
  t.equal((await operator.call('DELETE', `/api/proxy/sessions/${session.id}`)).status, 403);
  t.equal((await owner.call('DELETE', `/api/proxy/sessions/${session.id}`)).status, 200);
  t.not((await waiting).status, 200);
  t.equal((await owner.call('DELETE', `/api/proxy/sessions/${session.id}`)).status, 404);
  held.length = 0;
});

await t.test('drain and wait: told on the way, cancelled, and done without a failed request', async (t) => {
  const operator = admin.browser();
  await operator.logIn('operator');
  const told: { state: string; sessionsNow: number }[] = [];
  const socket = new WebSocket(`wss://127.0.0.1:${admin.port}/api/live`, {
    headers: { cookie: operator.cookieHeader, origin: operator.origin },
    rejectUnauthorized: false,
  });
  t.teardown(() => socket.terminate());
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'drains') told.push(...message.waits);
  });
  await once(socket, 'open');
  const waiting = ask('/wait');
  await until('it waits for the origin', () => held.length === 1);
  const { sessions } = await read('/api/proxy/sessions');
  const name = sessions.find((one: { frontend: string }) => one.frontend === 'web').server;
  const path = `/api/proxy/servers/farm/${name}/drain`;
  const viewer = admin.browser();
  await viewer.logIn('viewer');
  t.equal((await viewer.call('POST', path, { body: {} })).status, 403);
  const first = (await operator.call('POST', path, { body: {} })).json;
  t.match(first, { state: 'waiting', sessions: 0, before: 'ready', actor: 'operator' });
  t.equal((await operator.call('POST', path, { body: {} })).json.error.code, 'waits-already');
  await until('progress is told', () => told.some((wait) => wait.state === 'waiting' && wait.sessionsNow === 1));
  t.match((await operator.call('DELETE', `/api/drains/${first.id}`)).json, { state: 'cancelled' });
  const status = async (): Promise<string> =>
    (await read('/api/proxy/statistics')).rows.find((row: { svname: string }) => row.svname === name).status;
  t.match(await status(), /^UP/);
  t.equal((await operator.call('DELETE', `/api/drains/${first.id}`)).status, 404);

  await operator.call('POST', path, { body: { afterwards: 'maint' } });
  t.match(await status(), /^DRAIN/);
  const others = await Promise.all(Array.from({ length: 20 }, () => ask()));
  t.ok(
    others.every((answer) => answer.status === 200 && answer.text !== name),
    'new ones go to the other',
  );
  held[0]?.end('done');
  t.equal((await waiting).status, 200, 'the one that was there came to its end');
  await until('it is in maintenance', async () => (await status()).startsWith('MAINT'));
  await until('that is told', () => told.some((wait) => wait.state === 'done'));
  t.match((await read('/api/drains'))[0], { state: 'done', sessionsAtStart: 1, sessionsNow: 0 });
  t.match(lab.audit, /"server\.drain".*farm\/s[12] done, 0 sessions, begun by operator/);

  const last = (await operator.call('POST', `/api/proxy/servers/farm/${name}/state`, { body: { state: 'ready' } }))
    .json;
  t.match(last, { before: { state: 'maint' }, now: { state: 'ready' } });
});
