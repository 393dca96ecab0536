/** From outside, as an attacker would: every refusal of the list, each found in the audit log as well. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import t from 'tap';
import { WebSocket } from 'ws';
import { AdminProcess, type Answer, type Browser, PASSWORD, send } from '../../admin/admin-process.ts';

const admin = new AdminProcess();
t.setTimeout(600_000);
t.teardown(() => admin.remove());
await admin.start();
let owner: Browser;

/** Lines of the audit log before the present subtest. */
let before = 0;
t.beforeEach(() => {
  before = auditLines().length;
});

function auditLines(): readonly string[] {
  const file = join(admin.directory, 'audit.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

/** The present subtest has left so many lines in the audit log. */
function audited(action: string, times = 1): boolean {
  const lines = auditLines().slice(before);
  return lines.filter((line) => line.includes(`"action":"${action}"`)).length >= times;
}

function newUser(body: object): Promise<Answer> {
  return owner.call('POST', '/api/users', { body });
}

function open(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: admin.port, rejectUnauthorized: false }, () => resolve(socket));
    socket.on('error', reject);
  });
}

/** What comes back until the server hangs up. */
function untilClosed(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
}

await t.test('an owner, an operator and a viewer', async (t) => {
  owner = await admin.claim();
  for (const role of ['operator', 'viewer']) {
    t.equal((await newUser({ name: role, role, password: PASSWORD })).status, 200);
  }
});

await t.test('CSRF: a write with the cookie alone is refused', async (t) => {
  const body = { name: 'mallory', role: 'admin', password: PASSWORD };
  const without = { 'x-csrf-token': '' };
  t.equal((await owner.call('POST', '/api/users', { body, headers: without })).json.error.code, 'csrf');
  const wrong = { 'x-csrf-token': 'A'.repeat(owner.csrfToken.length) };
  t.equal((await owner.call('POST', '/api/users', { body, headers: wrong })).json.error.code, 'csrf');
  const other = admin.browser();
  await other.logIn('owner');
  const foreign = { 'x-csrf-token': other.csrfToken };
  t.equal((await owner.call('POST', '/api/users', { body, headers: foreign })).json.error.code, 'csrf');
  t.ok(audited('refused.csrf'));
});

await t.test('Origin: a write from a page of somebody else is refused, with the right token too', async (t) => {
  const body = { name: 'mallory', role: 'admin', password: PASSWORD };
  for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${admin.port}`, 'https://127.0.0.1']) {
    t.equal((await owner.call('POST', '/api/users', { body, headers: { origin } })).json.error.code, 'foreign-origin');
  }
  const { cookieHeader: cookie, csrfToken } = owner;
  const headers = { cookie, 'x-csrf-token': csrfToken };
  t.equal((await send(admin.port, 'POST', '/api/users', { body, headers })).json.error.code, 'foreign-origin', 'none');
  const login = { user: 'owner', password: PASSWORD };
  const evil = { origin: 'https://evil.example' };
  t.equal((await send(admin.port, 'POST', '/api/login', { body: login, headers: evil })).status, 403, 'login as well');
  t.ok(audited('refused.origin'));
});

await t.test('a WebSocket that a page of somebody else opens with our cookie', async (t) => {
  const open = (origin: string | undefined): Promise<unknown> => {
    const headers = { cookie: owner.cookieHeader, ...(origin === undefined ? {} : { origin }) };
    const socket = new WebSocket(`wss://127.0.0.1:${admin.port}/api/live`, { headers, rejectUnauthorized: false });
    return once(socket, 'open').finally(() => socket.terminate());
  };
  await t.rejects(open('https://evil.example'), /403/);
  await t.rejects(open(undefined), /403/, 'nor one that does not say from where');
  t.ok(audited('refused.origin', 2));
  await t.resolves(open(owner.origin), 'our own page may');
});

await t.test('a form of another page cannot even be read', async (t) => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const raw = '{"user":"owner","password":"x"}';
    const answer = await owner.call('POST', '/api/login', { raw, headers: { 'content-type': type } });
    t.equal(answer.status, 415, type);
  }
  t.ok(audited('refused.type'));
});

await t.test('DNS rebinding: a foreign Host is refused', async (t) => {
  for (const host of ['evil.example', `evil.example:${admin.port}`, '192.0.2.77', 'localhost.evil.example', 'a b']) {
    const answer = await send(admin.port, 'GET', '/api/session', { headers: { host, cookie: owner.cookieHeader } });
    t.ok(answer.status === 421 || answer.status === 400, `${host}: ${answer.status}`);
  }
  for (const host of ['localhost', `127.0.0.1:${admin.port}`, '[::1]', 'LOCALHOST:1']) {
    const answer = await send(admin.port, 'GET', '/api/session', { headers: { host, cookie: owner.cookieHeader } });
    t.equal(answer.status, 200, host);
  }
  t.ok(audited('refused.host'));
});

await t.test('session fixation: a cookie from before the login is worth nothing after it', async (t) => {
  const browser = admin.browser();
  browser.cookies.set('__Host-mahalo', 'chosen-by-an-attacker');
  t.equal((await browser.logIn('owner')).status, 200);
  t.not(browser.cookies.get('__Host-mahalo'), 'chosen-by-an-attacker');
  const first = browser.cookieHeader;
  t.equal((await browser.logIn('owner')).status, 200);
  t.not(browser.cookieHeader, first);
  t.equal(
    (await send(admin.port, 'GET', '/api/session', { headers: { cookie: first } })).status,
    401,
    'ended by login',
  );
  t.ok(audited('refused.session'));
});

await t.test('path traversal and its spellings lead nowhere', async (t) => {
  const paths = ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/api/users/..%2f..%2fpeople.json', '/..\\..\\x'];
  for (const path of [...paths, '/api/sessions/%00', '/api/users/%c0%ae%c0%ae', '//etc/passwd', '/people.json']) {
    const answer = await owner.call('GET', path);
    t.ok(answer.status === 404 || answer.status === 400, `${path}: ${answer.status}`);
    t.notMatch(answer.text, /root:|scrypt/);
  }
  t.equal((await owner.call('DELETE', '/api/users/..%2f..%2fpeople.json')).status, 400);
  t.ok(audited('refused.path'));
});

await t.test('a body of 10 MB is refused, announced or not, before and after login', async (t) => {
  const raw = Buffer.alloc(10 * 1024 * 1024, 0x20);
  const type = { 'content-type': 'application/json' };
  const answers = (headers: Readonly<Record<string, string>>): Promise<number> =>
    owner.call('POST', '/api/login', { raw, headers }).then(
      ({ status }) => status,
      // The server hung up while we were still sending: that is a refusal, too.
      () => 413,
    );
  t.equal(await answers(type), 413);
  const socket = await open();
  socket.on('error', () => {});
  const closed = untilClosed(socket);
  socket.write(
    `POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  for (let sent = 0; sent < 10 && !socket.destroyed; sent++) {
    socket.write(`100000\r\n${' '.repeat(0x100000)}\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const text = await closed;
  t.ok(text === '' || text.startsWith('HTTP/1.1 413'), text.slice(0, 40));
  t.ok(audited('refused.body', 2), 'both');
  t.equal((await owner.call('GET', '/api/session')).status, 200, 'and it goes on');
});

await t.test('slow requests are ended, head and body', async (t) => {
  const head = 'POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const slowBody = await open();
  const slowHead = await open();
  const silent = await open();
  const closed = Promise.all([untilClosed(slowBody), untilClosed(slowHead), untilClosed(silent)]);
  slowBody.write(`${head}Content-Length: 100\r\n\r\n{`);
  slowHead.write(head);
  const drip = setInterval(() => {
    if (slowBody.writable) slowBody.write(' ');
    if (slowHead.writable) slowHead.write('x');
  }, 1000);
  const [body, start, nothing] = await closed;
  clearInterval(drip);
  t.match(body, /^HTTP\/1\.1 408/);
  t.match(start, /^HTTP\/1\.1 408/);
  t.ok(audited('refused.slow', 2), 'both');
  t.equal(nothing, '', 'a connection that says nothing is ended without a word');
  t.notOk(audited('refused.slow', 3), 'and accuses nobody');
});

await t.test('so many connections of one source, and no more', async (t) => {
  const sockets: TLSSocket[] = [];
  let refused = 0;
  for (let index = 0; index < 80; index++) {
    const socket = connect({ host: '127.0.0.1', port: admin.port, rejectUnauthorized: false });
    sockets.push(socket);
    await new Promise<void>((resolve) => {
      socket.once('secureConnect', resolve);
      socket.on('error', () => {
        refused++;
        resolve();
      });
    });
  }
  t.ok(refused >= 80 - 64, String(refused));
  t.ok(refused < 40, String(refused));
  for (const socket of sockets) socket.destroy();
  t.ok(audited('refused.connections'));
});

await t.test('a viewer cannot make a token that may more, nor touch what is not his', async (t) => {
  const browser = admin.browser();
  await browser.logIn('viewer');
  const body = { name: 'x', role: 'admin', days: 1 };
  t.equal((await browser.call('POST', '/api/tokens', { body })).status, 403);
  const { sessionId } = (await owner.call('GET', '/api/session')).json;
  t.equal((await browser.call('DELETE', `/api/sessions/${sessionId}`)).status, 404);
  const made = (await owner.call('POST', '/api/tokens', { body: { name: 'mine', role: 'admin', days: 1 } })).json;
  t.equal((await browser.call('DELETE', `/api/tokens/${made.id}`)).status, 404);
  t.equal((await owner.call('GET', '/api/tokens')).json.length, 1);
  t.ok(audited('refused.not-yours'));
});

await t.test('brute force at a screen that was left alone: the password once more is no way around', async (t) => {
  const browser = admin.browser();
  await browser.logIn('viewer');
  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      browser.call('POST', '/api/me/password', { body: { password: `guess ${index}`, newPassword: 'another secret' } }),
    ),
  );
  const statuses = guesses.map(({ status }) => status);
  t.ok(statuses.filter((status) => status === 429).length >= 4, String(statuses));
  t.notOk(statuses.includes(200));
  t.ok(audited('refused.password'));
});

await t.test('brute force: slowed down, and the owner is not locked out', async (t) => {
  const guesses = await Promise.all(
    Array.from({ length: 40 }, (_, index) => admin.browser().logIn('owner', `guess number ${index}`)),
  );
  const statuses = guesses.map(({ status }) => status);
  t.ok(statuses.filter((status) => status === 429).length >= 30, String(statuses));
  t.notOk(statuses.includes(200));
  const late = guesses.find(({ status }) => status === 429);
  t.match(late?.headers['retry-after'], /^\d+$/);
  t.ok(audited('refused.login') && audited('refused.login-rate'));
  // The owner's browser has a turnstile of its own, however many wait at the others'.
  const strangers = Promise.all(Array.from({ length: 8 }, () => admin.browser().logIn('owner', 'one more guess')));
  t.equal((await owner.logIn('owner')).status, 200);
  t.ok((await strangers).some(({ status }) => status === 429));
  // A new browser at the attacker's address has to wait its turn, and comes in.
  const fresh = admin.browser();
  let answer = await fresh.logIn('owner');
  for (let tries = 0; answer.status === 429 && tries < 10; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers['retry-after'])));
    answer = await fresh.logIn('owner');
  }
  t.equal(answer.status, 200);
});

await t.test('a name that does not exist is answered like a wrong password', async (t) => {
  const nobody = await admin.browser().logIn('nobody', 'some password');
  const wrong = await admin.browser().logIn('viewer', 'some password');
  t.equal(nobody.status, wrong.status);
  t.equal(nobody.text, wrong.text);
});

await t.test('headers of every answer: nothing may frame, script or store it', async (t) => {
  for (const path of ['/api/claim', '/nothing', '/api/session']) {
    const { headers } = await admin.browser().call('GET', path);
    t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
    // Attributes named style alone may be inline.
    const policy = String(headers['content-security-policy']).replace("style-src-attr 'unsafe-inline'", '');
    t.notMatch(policy, /unsafe/);
    t.match(headers, { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
  }
});
