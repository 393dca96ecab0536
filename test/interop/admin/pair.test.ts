/** Two units that know of each other: pairing by fingerprint and token, and what is said when the other one is gone. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { makeOwnCertificate } from '../../../src/admin/security/own-certificate.ts';
import { AdminProcess, type Answer, type Browser, PASSWORD, until } from '../../admin/admin-process.ts';

/** The other end of the control socket (docs/vrrp.md): rehearsals end when a test says so. */
const place = mkdtempSync(join(tmpdir(), 'mahalo-pair-'));
let rehearsing: Socket | undefined;
const REPORT = { outcome: 'passed', address: '10.0.0.100', darkMs: 412.5, backAfterMs: 700.1, note: 'master again' };
const agent = createServer((socket) => {
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  socket.on('data', (line) => {
    const { id, command, instance } = JSON.parse(String(line));
    const instances = [{ name: 'VI_1', state: 'MASTER', text: 'VI_1 is MASTER.' }];
    const results: Record<string, unknown> = {
      status: { version: '1', pid: 1, routerId: 'lab', instances },
      why: instances,
      transitions: [{ name: 'VI_1', transitions: [{ from: 'BACKUP', to: 'MASTER' }] }],
    };
    if (command === 'rehearse' && instance === 'VI_1') {
      socket.write(`${JSON.stringify({ id, progress: 'gave up being master' })}\n`);
      rehearsing = socket;
    } else if (command === 'rehearse') {
      const error = { code: 'not-master', message: 'VI_2 is not master' };
      socket.write(`${JSON.stringify({ id, ok: false, error })}\n`);
    } else socket.write(`${JSON.stringify({ id, ok: true, result: results[command] })}\n`);
  });
});
await once(agent.listen(join(place, 'vrrp.sock')), 'listening');

const here = new AdminProcess();
const there = new AdminProcess(['--vrrp-socket', join(place, 'vrrp.sock')]);
t.setTimeout(240_000);
t.teardown(async () => {
  agent.close();
  await Promise.all([here.remove(), there.remove()]);
  rmSync(place, { recursive: true });
});
await Promise.all([here.start(), there.start()]);
const [owner, neighbour] = await Promise.all([here.claim(), there.claim()]);

function audit(admin: AdminProcess): string {
  return readFileSync(join(admin.directory, 'audit.log'), 'utf8');
}

async function token(browser: Browser, role: string): Promise<string> {
  return (await browser.call('POST', '/api/tokens', { body: { name: 'pair', role, days: 0 } })).json.token;
}

const address = (): string => `127.0.0.1:${there.port}`;
const pair = (given: object): Promise<Answer> =>
  owner.call('PUT', '/api/vrrp/peer', { body: { address: address(), ...given } });
const other = async (): Promise<Answer['json']> => (await owner.call('GET', '/api/vrrp/pair')).json.other;

await t.test('a unit that stands alone says so', async (t) => {
  const { json } = await owner.call('GET', '/api/vrrp/pair');
  t.match(json, { here: { agent: 'none', unit: 'test unit', callerRole: 'admin' }, other: null });
  const body = { unit: 'other', instance: 'VI_1', confirmed: false };
  t.equal((await owner.call('POST', '/api/vrrp/rehearsal', { body })).json.error.code, 'no-peer');
  const local = { ...body, unit: 'this' };
  t.equal((await owner.call('POST', '/api/vrrp/rehearsal', { body: local })).json.error.code, 'no-vrrp');
});

await t.test('looking tells the fingerprint that stands on the console of the other', async (t) => {
  const { json } = await owner.call('POST', '/api/vrrp/peer/look', { body: { address: address() } });
  t.match(json, { unit: 'test unit', address: address(), fingerprint: there.announced('certificate') });
  for (const wrong of ['no address', 'a b', 'http://x', '1.2.3.4:99999', '']) {
    const answer = await owner.call('POST', '/api/vrrp/peer/look', { body: { address: wrong } });
    t.equal(answer.json.error.code, 'bad-address', wrong);
  }
  const nobody = await owner.call('POST', '/api/vrrp/peer/look', { body: { address: '127.0.0.1:1' } });
  t.equal(nobody.json.error.code, 'peer-silent');
});

await t.test('paired with the right fingerprint and a modest token only', async (t) => {
  const fingerprint = there.announced('certificate');
  const wrong = here.announced('certificate');
  t.equal(
    (await pair({ fingerprint: wrong, token: await token(neighbour, 'viewer') })).json.error.code,
    'peer-changed',
  );
  t.equal((await pair({ fingerprint, token: 'mahalo_none' })).json.error.code, 'refused-by-peer');
  t.equal((await pair({ fingerprint, token: await token(neighbour, 'admin') })).json.error.code, 'token-too-strong');
  const secret = await token(neighbour, 'viewer');
  t.match((await pair({ fingerprint, token: secret })).json, { unit: 'test unit', role: 'viewer' });
  t.equal(statSync(join(here.directory, 'peer.json')).mode & 0o777, 0o600);
  t.match(audit(here), /"peer\.pair".*viewer/);
  t.notOk(audit(here).includes(secret));
  t.notOk((await owner.call('GET', '/api/vrrp/pair')).text.includes(secret));
});

await t.test('both on one screen, for viewers too', async (t) => {
  await owner.call('POST', '/api/users', { body: { name: 'viewer', role: 'viewer', password: PASSWORD } });
  const viewer = here.browser();
  await viewer.logIn('viewer');
  await until('it answers', async () => (await other()).state === 'answers');
  const { json } = await viewer.call('GET', '/api/vrrp/pair');
  t.match(json.other.said, {
    agent: 'answers',
    callerRole: 'viewer',
    about: { routerId: 'lab' },
    instances: [{ name: 'VI_1', text: 'VI_1 is MASTER.', transitions: [{ to: 'MASTER' }] }],
  });
  t.equal((await viewer.call('DELETE', '/api/vrrp/peer')).status, 403);
  const body = { unit: 'other', instance: 'VI_1', confirmed: false };
  t.equal((await viewer.call('POST', '/api/vrrp/rehearsal', { body })).status, 403);
  const asViewer = await owner.call('POST', '/api/vrrp/rehearsal', { body });
  t.match(asViewer.json.error, { code: 'refused-by-peer', message: /operator/ }, 'the token may only look');
});

await t.test('a rehearsal on the other unit: one at a time, its progress, its dark time, its refusal', async (t) => {
  await pair({ fingerprint: there.announced('certificate'), token: await token(neighbour, 'operator') });
  const rehearse = (instance: string): Promise<Answer> =>
    owner.call('POST', '/api/vrrp/rehearsal', { body: { unit: 'other', instance, confirmed: true } });
  t.match((await rehearse('VI_1')).json, { number: 1 });
  const latest = async (): Promise<Answer['json']> => (await other()).said?.rehearsals[0];
  await until('it is under way', async () => (await latest())?.progress.length === 1);
  t.match(await latest(), { instance: 'VI_1', by: 'token:pair', endedMs: null, report: null });
  t.match((await rehearse('VI_1')).json.error, { code: 'refused-by-peer', message: /under way/ });
  rehearsing?.write(`${JSON.stringify({ id: 1, ok: true, result: REPORT })}\n`);
  await until('it is over', async () => (await latest())?.report?.darkMs === 412.5);
  t.match((await rehearse('VI_2')).json, { number: 2 });
  await until('refused', async () => (await latest())?.failure?.code === 'not-master');
  t.match(audit(there), /token:pair.*vrrp\.rehearse.*VI_1: passed, dark time 412\.5 ms/);
  t.match(audit(there), /vrrp\.rehearse.*failed.*VI_2 is not master/);
  t.match(audit(here), /"owner".*vrrp\.rehearse.*VI_1 on 127/);
});

await t.test('another certificate is refused, told and noted; nothing is sent', async (t) => {
  const pem = await makeOwnCertificate('another', ['localhost'], ['127.0.0.1'], Date.now());
  const at = pem.indexOf('-----BEGIN CERTIFICATE');
  const upload = { key: pem.slice(0, at), chain: pem.slice(at) };
  const made = await neighbour.call('PUT', '/api/certificate', { body: upload });
  t.not(made.json.fingerprint, there.announced('certificate'));
  await until('it is seen', async () => (await other()).state === 'changed');
  const view = await other();
  t.match(view, { reason: new RegExp(made.json.fingerprint), fingerprint: there.announced('certificate') });
  t.ok(view.said.unit, 'what it said last is still known');
  t.ok(view.answeredMs > 0 && view.sinceMs >= view.answeredMs);
  await until('it is noted', () => audit(here).includes('peer.changed'));
  const body = { unit: 'other', instance: 'VI_1', confirmed: false };
  t.equal((await owner.call('POST', '/api/vrrp/rehearsal', { body })).json.error.code, 'refused-by-peer');
  const again = await pair({ fingerprint: made.json.fingerprint, token: await token(neighbour, 'viewer') });
  t.equal(again.status, 200);
});

await t.test('a revoked token, then silence: each is said, and since when', async (t) => {
  await until('it answers', async () => (await other()).state === 'answers');
  for (const { id } of (await neighbour.call('GET', '/api/tokens')).json) {
    await neighbour.call('DELETE', `/api/tokens/${id}`);
  }
  await until('it refuses', async () => (await other()).state === 'refused');
  await there.end();
  await until('it is silent', async () => (await other()).state === 'silent');
  const { sinceMs, answeredMs, reason } = await other();
  t.ok(sinceMs > answeredMs, reason);
  t.equal((await owner.call('DELETE', '/api/vrrp/peer')).status, 200);
  t.equal(await other(), null);
  t.match(audit(here), /"peer\.part"/);
});
