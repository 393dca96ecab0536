/** From outside: a fresh unit, its owner, logging in and out, what lies on the disk, and the console. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { connect } from 'node:tls';
import t from 'tap';
import { acceptedStep, oneTimePassword } from '../../../src/admin/security/one-time-password.ts';
import { AdminProcess, type Answer, type Browser, PASSWORD, send } from '../../admin/admin-process.ts';

const admin = new AdminProcess(['--redirect-port', '0']);
t.setTimeout(600_000);
t.teardown(() => admin.remove());
await admin.start();

function auditActions(): string[] {
  const lines = readFileSync(join(admin.directory, 'audit.log'), 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { action: string }).action);
}

function plain(port: number, host: string): Promise<{ status: number; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/some/page', headers: { host } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
    }).on('error', reject);
  });
}

await t.test('the certificate on the wire is the one whose fingerprint stands on the console', async (t) => {
  const fingerprint = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: admin.port, rejectUnauthorized: false }, () => {
      const digest = createHash('sha256').update(socket.getPeerCertificate().raw).digest('hex').toUpperCase();
      socket.destroy();
      resolve((digest.match(/../g) ?? []).join(':'));
    });
    socket.on('error', reject);
  });
  t.equal(fingerprint, admin.announced('certificate'));
  t.equal(admin.console('fingerprint').out, fingerprint);
});

await t.test('plain HTTP only says where HTTPS is, and never to a name that is not ours', async (t) => {
  const port = Number(admin.announced('redirect-port'));
  t.match(await plain(port, `127.0.0.1:${port}`), {
    status: 308,
    location: `https://127.0.0.1:${admin.port}/some/page`,
  });
  t.match(await plain(port, 'evil.example'), { status: 421, location: undefined });
});

await t.test('a fresh unit answers nothing but the claim', async (t) => {
  const browser = admin.browser();
  t.match((await browser.call('GET', '/api/claim')).json, { claimed: false, unit: '' });
  for (const path of ['/api/users', '/api/docs', '/api/session', '/api/login', '/nothing']) {
    const answer = await browser.call('GET', path);
    t.match([answer.status, answer.json.error.code], [403, 'unclaimed'], path);
  }
  t.equal((await browser.logIn('owner')).json.error.code, 'unclaimed');
});

await t.test('a claim needs the code of the console and a password worth the name', async (t) => {
  const browser = admin.browser();
  const claim = (change: object): Promise<Answer> =>
    browser.call('POST', '/api/claim', {
      body: { code: admin.announced('claim-code'), unit: 'u', user: 'owner', password: PASSWORD, ...change },
    });
  t.equal((await claim({ code: '0000-0000-0000' })).json.error.code, 'wrong-code');
  t.equal((await claim({ password: 'short' })).json.error.code, 'weak-password');
  t.equal((await claim({ password: 'owner owner owner' })).json.error.code, 'weak-password');
  t.equal((await claim({ user: '../x' })).status, 400);
  t.equal((await claim({ more: 1 })).status, 400);
});

const code = admin.announced('claim-code');
let owner: Browser;

await t.test('the claim logs its owner in; the code is good once', async (t) => {
  owner = await admin.claim();
  t.match((await owner.call('GET', '/api/session')).json, { user: 'owner', role: 'admin', unit: 'test unit' });
  const again = { code, unit: 'x', user: 'other', password: PASSWORD };
  t.equal((await admin.browser().call('POST', '/api/claim', { body: again })).json.error.code, 'claimed');
});

await t.test('cookies: __Host-, Secure, HttpOnly, SameSite=Strict', async (t) => {
  const browser = admin.browser();
  const answer = await browser.logIn('owner');
  t.equal(answer.status, 200);
  const lines = answer.headers['set-cookie'] ?? [];
  t.ok(lines.length > 0);
  for (const line of lines) {
    for (const part of [/^__Host-/, /; Path=\//, /; HttpOnly/, /; Secure/, /; SameSite=Strict/]) t.match(line, part);
    t.notMatch(line, /Domain/);
  }
});

await t.test('a session that was revoked elsewhere is none any more', async (t) => {
  const other = admin.browser();
  const { sessionId } = (await other.logIn('owner')).json;
  t.equal((await other.call('GET', '/api/session')).status, 200);
  const listed = (await owner.call('GET', '/api/sessions')).json as { id: string; current: boolean }[];
  t.ok(listed.some(({ id, current }) => id === sessionId && !current));
  t.equal((await owner.call('DELETE', `/api/sessions/${sessionId}`)).status, 200);
  t.equal((await other.call('GET', '/api/session')).status, 401);
});

await t.test('logging out ends the session on the device, not only in the browser', async (t) => {
  const browser = admin.browser();
  await browser.logIn('owner');
  const cookie = browser.cookieHeader;
  t.equal((await browser.call('POST', '/api/logout')).status, 200);
  t.equal((await send(admin.port, 'GET', '/api/session', { headers: { cookie } })).status, 401);
});

await t.test('users: made, changed, removed; there is always an admin', async (t) => {
  const make = (name: string, role: string): Promise<Answer> =>
    owner.call('POST', '/api/users', { body: { name, role, password: PASSWORD } });
  t.equal((await make('olga', 'operator')).status, 200);
  t.equal((await make('OLGA', 'viewer')).status, 409);
  t.equal((await owner.call('PATCH', '/api/users/owner', { body: { role: 'viewer' } })).status, 409);
  t.equal((await owner.call('DELETE', '/api/users/owner')).status, 409);
  const olga = admin.browser();
  await olga.logIn('olga');
  t.equal((await olga.call('GET', '/api/users')).status, 403);
  t.equal((await owner.call('PATCH', '/api/users/olga', { body: { password: 'another secret' } })).status, 200);
  t.equal((await olga.call('GET', '/api/session')).status, 401, 'a new password ends the sessions');
  t.equal((await owner.call('DELETE', '/api/users/olga')).status, 200);
  t.equal((await admin.browser().logIn('olga', 'another secret')).status, 401);
});

await t.test('tokens: for scripts, without cookie, origin or CSRF token; never more than their owner', async (t) => {
  const { json: made } = await owner.call('POST', '/api/tokens', { body: { name: 'backup', role: 'viewer', days: 1 } });
  const headers = { authorization: `Bearer ${made.token}` };
  t.match((await send(admin.port, 'GET', '/api/caller', { headers })).json, { kind: 'token', role: 'viewer' });
  t.equal((await send(admin.port, 'GET', '/api/users', { headers })).status, 403);
  t.equal((await send(admin.port, 'GET', '/api/sessions', { headers })).json.error.code, 'needs-session');
  t.equal((await owner.call('DELETE', `/api/tokens/${made.id}`)).status, 200);
  t.equal((await send(admin.port, 'GET', '/api/caller', { headers })).status, 401);
});

await t.test('one-time passwords: needed once they are on, and good once', async (t) => {
  await owner.call('POST', '/api/users', { body: { name: 'tom', role: 'viewer', password: PASSWORD } });
  const tom = admin.browser();
  await tom.logIn('tom');
  t.equal((await tom.call('POST', '/api/me/one-time-password', { body: { password: 'wrong' } })).status, 403);
  const { secret, address } = (await tom.call('POST', '/api/me/one-time-password', { body: { password: PASSWORD } }))
    .json;
  t.match(address, /^otpauth:\/\/totp\/Mahalo%20test%20unit:tom\?secret=/);
  const step = Math.floor(Date.now() / 30_000);
  // The step before: the one of now is still good for the login below.
  const confirm = { code: oneTimePassword(secret, step - 1) };
  t.equal((await tom.call('POST', '/api/me/one-time-password/confirm', { body: confirm })).status, 200);
  t.equal((await admin.browser().logIn('tom')).json.error.code, 'code-needed');
  const now = oneTimePassword(secret, step);
  t.ok(acceptedStep(secret, now, Date.now(), 0));
  t.equal((await admin.browser().logIn('tom', PASSWORD, now)).status, 200);
  t.equal((await admin.browser().logIn('tom', PASSWORD, now)).status, 401, 'the same code again');
});

await t.test('a certificate of the owner: refused when it is not usable, in force at once when it is', async (t) => {
  const pem = (name: string, ...more: string[]): { chain: string; key: string } => {
    const file = (kind: string): string => join(admin.directory, `${name}.${kind}`);
    const words = `req -x509 -nodes -subj /CN=${name} -keyout ${file('key')} -out ${file('crt')}`.split(' ');
    spawnSync('openssl', [...words, '-addext', `subjectAltName=DNS:${name}`, ...more]);
    return { chain: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
  };
  const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const server = ['-addext', 'basicConstraints=critical,CA:FALSE', '-days', '30'];
  const good = pem('good.example', ...elliptic, ...server);
  const other = pem('other.example', ...elliptic, ...server);
  const short = pem('short.example', '-newkey', 'rsa:1024', ...server);
  const upload = (body: object): Promise<Answer> => owner.call('PUT', '/api/certificate', { body });
  t.match((await upload({ chain: good.chain, key: other.key })).json.error.message, /does not belong/);
  t.match((await upload(short)).json.error.code, 'bad-certificate');
  t.match((await upload({ chain: 'x', key: 'y' })).json.error.message, /no certificate/);
  t.match((await owner.call('GET', '/api/certificate')).json, { origin: 'own' });
  t.match((await upload(good)).json, { origin: 'uploaded', names: ['good.example'], warnings: [] });
  const subject = await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: admin.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
  });
  t.equal(subject, 'good.example');
  t.match((await owner.call('DELETE', '/api/certificate')).json, {
    origin: 'own',
    fingerprint: admin.announced('certificate'),
  });
});

await t.test('on disk: nobody else can read it, and no secret stands there', async (t) => {
  for (const name of readdirSync(admin.directory).filter((one) => !/example/.test(one))) {
    t.equal(statSync(join(admin.directory, name)).mode & 0o077, 0, name);
  }
  const people = readFileSync(join(admin.directory, 'people.json'), 'utf8');
  t.notMatch(people, PASSWORD);
  t.match(people, /scrypt\$/);
});

await t.test('a second admin on the same directory is refused', async (t) => {
  const second = new AdminProcess([], admin.directory);
  await t.rejects(second.start(), /another admin runs/);
});

await t.test('after a restart people are known, sessions are not', async (t) => {
  await admin.end('SIGKILL');
  await admin.start();
  t.equal(admin.announced('claim-code'), '', 'claimed: no code on the console');
  const browser = admin.browser();
  t.equal((await send(admin.port, 'GET', '/api/session', { headers: { cookie: owner.cookieHeader } })).status, 401);
  t.equal((await browser.logIn('owner')).status, 200);
});

await t.test('unclaim on the console: the people are gone, a new code is there, the audit log tells it', async (t) => {
  const browser = admin.browser();
  await browser.logIn('owner');
  const { code: exit, out } = admin.console('unclaim');
  t.equal(exit, 0);
  t.match(out, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  t.equal((await browser.call('GET', '/api/session')).json.error.code, 'unclaimed');
  const body = { code: out.toLowerCase().replaceAll('-', ' '), unit: 'again', user: 'anna', password: PASSWORD };
  t.equal((await admin.browser().call('POST', '/api/claim', { body })).status, 200);
  for (const action of ['claim', 'unclaim', 'refused.login', 'refused.claim-code', 'user.create', 'session.revoke']) {
    t.ok(auditActions().includes(action), action);
  }
});

await t.test('damaged files are set aside and told; the unit is then to be claimed at its console', async (t) => {
  await admin.end();
  writeFileSync(join(admin.directory, 'people.json'), '{"users": [{');
  writeFileSync(join(admin.directory, 'claim.json'), '\0\0\0');
  writeFileSync(join(admin.directory, 'certificate-own.pem'), 'gone');
  await admin.start();
  t.match(admin.output, /people\.json is damaged/);
  t.match(admin.output, /claim\.json is damaged/);
  t.match(admin.output, /certificate-own\.pem is damaged/);
  t.match(admin.announced('claim-code'), /^....-....-....$/);
  t.equal(readdirSync(admin.directory).filter((name) => name.includes('.damaged-')).length, 3);
  const off = admin.announced('claim-code');
  await admin.end();
  t.notMatch(admin.console('unclaim').out, off, 'without a running admin as well');
});
