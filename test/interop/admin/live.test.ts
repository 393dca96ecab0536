/** The running proxy from outside: figures, the state of servers, the feed, VRRP passed through, the end. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { WebSocket } from 'ws';
import { AdminProcess, type Answer, type Browser, PASSWORD, until } from '../../admin/admin-process.ts';
import { ProxyLab } from '../../admin/proxy-lab.ts';

t.setTimeout(240_000);
/** The other end of the control socket, as docs/vrrp.md has it: the agent itself needs root and interfaces. */
const place = mkdtempSync(join(tmpdir(), 'mahalo-vrrp-'));
const agent = createServer((socket) => {
  socket.setEncoding('utf8');
  socket.on('data', (line) => {
    const { id, command } = JSON.parse(String(line));
    const answer =
      command === 'why'
        ? { id, ok: false, error: { code: 'unknown-instance', message: 'there is no instance' } }
        : { id, ok: true, result: { asked: command, instances: [] } };
    socket.write(`${JSON.stringify(answer)}\n`);
  });
});
await once(agent.listen(join(place, 'vrrp.sock')), 'listening');
const lab = await ProxyLab.open('--vrrp-socket', join(place, 'vrrp.sock'));
const { admin, owner } = lab;
t.setTimeout(600_000);
t.teardown(async () => {
  agent.close();
  await lab.close();
  rmSync(place, { recursive: true });
});

await t.test('a proxy that serves', async (t) => {
  await lab.apply('one', 0);
  t.equal((await lab.confirm(1)).status, 200);
  await until('it serves', async () => (await lab.mark()) === 'one');
});

await t.test(
  'live: figures for viewers, the state of servers for operators, nobody gets a command through',
  async (t) => {
    for (const role of ['operator', 'viewer']) {
      await owner.call('POST', '/api/users', { body: { name: role, role, password: PASSWORD } });
    }
    const viewer = admin.browser();
    await viewer.logIn('viewer');
    const operator = admin.browser();
    await operator.logIn('operator');
    t.match((await viewer.call('GET', '/api/proxy')).json, { running: true, info: { Name: 'HAProxy' } });
    const { rows } = (await viewer.call('GET', '/api/proxy/statistics')).json;
    t.match(
      rows.find((row: { svname: string }) => row.svname === 's1'),
      { pxname: 'servers', kind: 'server', weight: 1 },
    );
    t.equal((await viewer.call('GET', '/api/configuration')).status, 403, 'texts hold passwords');
    const set = (browser: Browser, server: string, what: string, body: object): Promise<Answer> =>
      browser.call('POST', `/api/proxy/servers/servers/${server}/${what}`, { body });
    t.equal((await set(viewer, 's1', 'state', { state: 'maint' })).status, 403);
    t.match((await set(operator, 's1', 'state', { state: 'maint' })).json, { now: { status: 'MAINT' } });
    t.match((await set(operator, 's1', 'state', { state: 'ready' })).json, { before: { status: 'MAINT' } });
    t.match((await set(operator, 's2', 'weight', { weight: 7 })).json, { before: { weight: 1 }, now: { weight: 7 } });
    t.equal((await set(operator, 's3', 'state', { state: 'drain' })).status, 404);
    t.equal((await set(operator, 's1;show%20info', 'state', { state: 'drain' })).status, 400);
    t.equal((await set(operator, 's1%0ashow%20info', 'state', { state: 'drain' })).status, 400);
    t.equal((await set(operator, 's1', 'state', { state: 'ready; disable frontend web' })).status, 400);
    t.match(lab.audit, /"operator".*server\.change.*s1 state maint/);
  },
);

await t.test('the feed: for those who are logged in and on our pages, until their session ends', async (t) => {
  const viewer = admin.browser();
  await viewer.logIn('viewer');
  const open = (
    headers: Record<string, string>,
  ): Promise<{ socket: WebSocket; first: Promise<string>; end: Promise<number> }> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://127.0.0.1:${admin.port}/api/live`, { headers, rejectUnauthorized: false });
      const first = new Promise<string>((got) => socket.once('message', (data) => got(String(data))));
      const end = new Promise<number>((closed) => socket.once('close', closed));
      socket.once('open', () => resolve({ socket, first, end }));
      socket.on('error', reject);
    });
  const { cookieHeader: cookie } = viewer;
  const own = { cookie, origin: viewer.origin };
  await t.rejects(open({ ...own, origin: 'https://evil.example' }), /403/, 'a page of somebody else');
  await t.rejects(open({ cookie }), /403/, 'no origin');
  await t.rejects(open({ origin: viewer.origin }), /401/, 'nobody');
  await t.rejects(open({ ...own, host: 'evil.example' }), /421/, 'a name that is not ours');
  const { first, end } = await open(own);
  const message = JSON.parse(await first);
  t.equal(message.type, 'statistics');
  t.ok(message.rows.some((row: unknown[]) => row.includes('s1')));
  const talker = await open(own);
  talker.socket.send('x'.repeat(5000));
  t.equal(await talker.end, 1009, 'nobody may talk that much');
  const { sessionId } = (await viewer.call('GET', '/api/session')).json;
  t.equal((await owner.call('DELETE', `/api/sessions/${sessionId}`)).status, 200);
  t.equal(await end, 1008, 'ended with its session');
});

await t.test('VRRP: what the agent says of itself is passed through', async (t) => {
  t.same((await owner.call('GET', '/api/vrrp/status')).json, { asked: 'status', instances: [] });
  t.match((await owner.call('GET', '/api/vrrp/why')).json, { error: { message: 'there is no instance' } });
  t.equal((await owner.call('GET', '/api/vrrp/reload')).status, 400);
  agent.close();
  await until('nobody listens', () => !agent.listening);
  t.equal((await owner.call('GET', '/api/vrrp/status')).json.error.code, 'vrrp-unreachable');
});

await t.test('with --stop-proxy the proxy ends with admin; without, not', async (t) => {
  await admin.end();
  t.equal(await lab.mark(), 'one');
  const last = new AdminProcess(['--stop-proxy'], admin.directory);
  await last.start();
  t.equal(await lab.mark(), 'one');
  await last.end();
  await until('the proxy ended', async () => (await lab.mark()) === '');
});
