/**
 * Every route the running admin describes, by everybody who may not: each is refused before anything happens (nothing on the
 * disk of the unit changes, the owner stays logged in), and each kind of refusal stands in the audit log.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { AdminProcess, type Browser, PASSWORD, send } from '../../admin/admin-process.ts';
import { type DescribedRoute, describedRoutes, isWrite } from '../../admin/described-routes.ts';

const RANK = ['viewer', 'operator', 'admin'];
const TEN_MEGABYTES = 10 * 1024 * 1024;

const admin = new AdminProcess();
t.setTimeout(240_000);
t.teardown(() => admin.remove());
await admin.start();
const owner = await admin.claim();
const people = new Map<string, Browser>();
for (const role of ['viewer', 'operator']) {
  await owner.call('POST', '/api/users', { body: { name: role, role, password: PASSWORD } });
  const browser = admin.browser();
  await browser.logIn(role);
  people.set(role, browser);
}
const { token } = (await owner.call('POST', '/api/tokens', { body: { name: 'watch', role: 'viewer', days: 1 } })).json;
const routes = await describedRoutes(owner);
const writes = routes.filter(isWrite);
const before = contents();

/** What the unit keeps, but the log of these very refusals. */
function contents(): string {
  const digest = createHash('sha256');
  for (const entry of readdirSync(admin.directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('audit.log')) continue;
    const file = join(entry.parentPath, entry.name);
    digest.update(file).update(readFileSync(file));
  }
  return digest.digest('hex');
}

function audited(action: string): boolean {
  return readFileSync(join(admin.directory, 'audit.log'), 'utf8').includes(`"action":"${action}"`);
}

function nameOf({ method, path }: DescribedRoute): string {
  return `${method} ${path}`;
}

/** What a page sends along; nothing with DELETE, as our own pages do. */
function contentOf({ method }: DescribedRoute): { readonly body?: object } {
  return isWrite({ method } as DescribedRoute) && method !== 'DELETE' ? { body: {} } : {};
}

/** As somebody who has the given role and no more. */
function isBeyond(role: string, { access }: DescribedRoute): boolean {
  return RANK.indexOf(access) > RANK.indexOf(role);
}

/** Nothing was changed by all that came before, and the owner was not thrown out. */
async function unharmed(t: Test): Promise<void> {
  t.equal(contents(), before, 'what the unit keeps is as it was');
  t.equal((await owner.call('GET', '/api/session')).status, 200, 'the owner is still logged in');
}

await t.test('every route says who may ask, and there are many', async (t) => {
  for (const route of routes) {
    t.ok(['claim', 'public', 'person', ...RANK].includes(route.access), nameOf(route));
    const open = route.access === 'claim' || route.access === 'public';
    if (isWrite(route) && open) t.ok(['/api/claim', '/api/login'].includes(route.path), `${nameOf(route)} is open`);
  }
  t.ok(writes.length >= 20, `${writes.length} writes`);
});

for (const [role, browser] of people) {
  await t.test(`${role}: every route beyond the role is refused`, async (t) => {
    const beyond = routes.filter((route) => isBeyond(role, route));
    t.ok(beyond.length >= 10, `${beyond.length} routes`);
    for (const route of beyond) {
      const { status, json } = await browser.call(route.method, route.target, contentOf(route));
      t.match([status, json?.error.code], [403, 'not-allowed'], nameOf(route));
    }
    t.ok(audited('refused.role'));
    await unharmed(t);
  });
}

await t.test('a token is no more than its role, and no person', async (t) => {
  const headers = { authorization: `Bearer ${token}` };
  for (const route of routes) {
    if (route.access !== 'person' && !isBeyond('viewer', route)) continue;
    const { status } = await send(admin.port, route.method, route.target, { ...contentOf(route), headers });
    t.equal(status, 403, nameOf(route));
  }
  await unharmed(t);
});

await t.test('nobody: with no cookie, with one of his own making, with a token of his own making', async (t) => {
  const strangers = [
    { headers: {}, action: 'refused.nobody' },
    { headers: { cookie: '__Host-mahalo=chosen', origin: owner.origin }, action: 'refused.session' },
    { headers: { authorization: 'Bearer mahalo_0123456789' }, action: 'refused.token' },
  ];
  for (const { headers, action } of strangers) {
    for (const route of routes.filter(({ access }) => access === 'person' || RANK.includes(access))) {
      const { status } = await send(admin.port, route.method, route.target, { ...contentOf(route), headers });
      t.equal(status, 401, `${action} ${nameOf(route)}`);
    }
    t.ok(audited(action), action);
  }
  await unharmed(t);
});

await t.test('CSRF: no write with the cookie alone', async (t) => {
  const headers = { 'x-csrf-token': '' };
  for (const route of writes) {
    if (route.access === 'claim' || route.access === 'public') continue;
    const { status, json } = await owner.call(route.method, route.target, { ...contentOf(route), headers });
    t.match([status, json?.error.code], [403, 'csrf'], nameOf(route));
  }
  t.ok(audited('refused.csrf'));
  await unharmed(t);
});

await t.test('a page of somebody else: no write, and no WebSocket wherever it is tried', async (t) => {
  const origin = 'https://evil.example';
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  for (const route of routes) {
    const headers = { origin, ...(isWrite(route) ? {} : upgrade) };
    const { status, json } = await owner.call(route.method, route.target, { ...contentOf(route), headers });
    t.match([status, json?.error.code], [403, 'foreign-origin'], nameOf(route));
  }
  t.ok(audited('refused.origin'));
  await unharmed(t);
});

await t.test('DNS rebinding: no route answers to a name that is not ours', async (t) => {
  for (const route of routes) {
    const headers = { host: 'evil.example', origin: 'https://evil.example' };
    const { status, json } = await owner.call(route.method, route.target, { ...contentOf(route), headers });
    t.match([status, json?.error.code], [421, 'foreign-host'], nameOf(route));
  }
  t.ok(audited('refused.host'));
  await unharmed(t);
});

/** The status of what comes back when only the head of a request was sent. */
function announce({ method, target }: DescribedRoute): Promise<string> {
  const { cookieHeader, csrfToken, origin } = owner;
  const head = [
    `${method} ${target} HTTP/1.1`,
    `Host: 127.0.0.1:${admin.port}`,
    `Cookie: ${cookieHeader}`,
    `Origin: ${origin}`,
    `X-CSRF-Token: ${csrfToken}`,
    'Content-Type: application/json',
    `Content-Length: ${TEN_MEGABYTES}`,
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: admin.port, rejectUnauthorized: false }, () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
    });
    socket.setEncoding('utf8').once('data', (text: string) => {
      resolve(text.slice(9, 12));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve('closed'));
  });
}

await t.test('10 MB: refused on every write as soon as they are announced, from the owner as well', async (t) => {
  for (const route of writes) t.equal(await announce(route), '413', nameOf(route));
  t.ok(audited('refused.body'));
  await unharmed(t);
});

await t.test('the audit log is not flooded by any of this', async (t) => {
  const lines = readFileSync(join(admin.directory, 'audit.log'), 'utf8').trim().split('\n');
  const counts = new Map<string, number>();
  for (const line of lines) {
    const { action, outcome } = JSON.parse(line) as { action: string; outcome: string };
    if (outcome === 'refused') counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  t.ok(counts.size >= 8, [...counts.keys()].join(' '));
  // Ten a minute of each kind, and a line that counts the rest: a slow machine takes some minutes.
  for (const [action, count] of counts) t.ok(count <= 60, `${action}: ${count}`);
});
