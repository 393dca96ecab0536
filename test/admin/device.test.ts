/**
 * The device over the API, with the real appliance role: who may what, what is noted, its refusals in its own words, and an
 * update that goes through admin without ever being in its memory.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t, { type Test } from 'tap';
import { MEBIBYTE } from '../appliance/unit-root.ts';
import { bundle, payloadOf } from '../appliance/update/receiver.ts';
import { AdminProcess, type Answer, type Browser, PASSWORD, send, until } from './admin-process.ts';
import { describedRoutes, isWrite } from './described-routes.ts';
import { DeviceUnit } from './device-unit.ts';

const RANK = ['viewer', 'operator', 'admin'];
const BYTES = { 'content-type': 'application/octet-stream' };
/** Node gives a request 20 s, and looks every 2 s. */
const LONG_MS = 24_000;
/** An update has 60 MB; this is what buffers of TLS and of the socket may take beside it. */
const MOST_GROWTH = 28 * MEBIBYTE;

t.setTimeout(600_000);

interface Audited {
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly detail?: string;
}

async function audited(owner: Browser, action: string): Promise<readonly Audited[]> {
  return (await owner.call('GET', `/api/audit?action=${action}`)).json;
}

/** A body in parts, each when the one before has left. */
function sendParts(browser: Browser, parts: AsyncIterable<Buffer>, size?: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: browser.port,
        method: 'POST',
        path: '/api/device/update',
        agent: new Agent(),
        rejectUnauthorized: false,
        headers: {
          ...BYTES,
          cookie: browser.cookieHeader,
          origin: browser.origin,
          'x-csrf-token': browser.csrfToken,
          ...(size === undefined ? {} : { 'content-length': String(size) }),
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('end', () => {
          const { statusCode: status = 0, headers } = incoming;
          resolve({ status, headers, text, json: JSON.parse(text) });
        });
      },
    );
    outgoing.on('error', reject);
    const source = Readable.from(parts);
    source.on('error', (error) => outgoing.destroy(error));
    source.pipe(outgoing);
  });
}

async function* inParts(bytes: Buffer, partSize = 256 * 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += partSize) yield bytes.subarray(at, at + partSize);
}

function residentBytes(processId: number, field: 'VmHWM' | 'VmRSS'): number {
  const text = readFileSync(`/proc/${processId}/status`, 'latin1');
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
}

const device = new DeviceUnit({ slotSize: 64 * MEBIBYTE });
t.teardown(() => device.close());
await device.start();
const owner = await device.claim();
const people = await device.people(owner);
const payload = payloadOf(3 * MEBIBYTE, 'good');
const good = bundle(payload);

await t.test('how it is, for everybody; what its roles said last, for admins', async (t) => {
  const { status, json } = await (people.get('viewer') as Browser).call('GET', '/api/device');
  t.equal(status, 200);
  t.match(json, {
    version: '0.1.0',
    board: { id: 'test-board', name: 'Test board' },
    slot: { running: 'A', A: { version: '0.1.0' }, B: { state: 'empty' } },
    data: { state: 'good' },
    power: { profile: String },
    update: { state: 'none' },
  });
  t.ok(json.roles.some((role: { name: string }) => role.name === 'admin'));
  t.notMatch(JSON.stringify(json.roles), /lastWords/);
  t.equal((await owner.call('GET', '/api/session')).json.device, true);
  t.same((await owner.call('GET', '/api/device/words/proxy')).json, []);
});

await t.test(
  'every write is for its role only, for nobody without a session, and with the token of the page',
  async (t) => {
    const routes = (await describedRoutes(owner)).filter(({ path }) => path.startsWith('/api/device'));
    const writes = routes.filter(isWrite);
    t.ok(writes.length >= 12, `${writes.length} writes`);
    const nobody = device.browser();
    for (const route of writes) {
      const name = `${route.method} ${route.path}`;
      t.equal((await nobody.call(route.method, route.target, { body: {} })).status, 401, `${name}: nobody`);
      const bare = await owner.call(route.method, route.target, { body: {}, headers: { 'x-csrf-token': '' } });
      t.match([bare.status, bare.json.error.code], [403, 'csrf'], `${name}: without the token`);
      for (const [role, browser] of people) {
        if (RANK.indexOf(route.access) <= RANK.indexOf(role)) continue;
        const refused = await browser.call(route.method, route.target, { body: {} });
        t.match([refused.status, refused.json.error.code], [403, 'not-allowed'], `${name}: ${role}`);
      }
    }
    t.equal((await people.get('viewer')?.call('GET', '/api/device/words/proxy'))?.status, 403);
    t.equal(device.browser().port, owner.port);
  },
);

await t.test('settings are kept, refused in the words of the role, and noted; so is blinking', async (t) => {
  const set = (body: object): Promise<Answer> => owner.call('PUT', '/api/device/settings', { body });
  t.equal((await set({ power: 'performance', timeServers: ['ntp.example'] })).status, 200);
  t.equal((await owner.call('GET', '/api/device')).json.power.profile, 'performance');
  t.match(JSON.parse(readFileSync(join(device.unit.paths.data, 'appliance.json'), 'utf8')), {
    power: 'performance',
    timeServers: ['ntp.example'],
  });
  const refused = await set({ timeServers: ['not a name!'] });
  t.match([refused.status, refused.json.error.code], [422, 'bad-settings']);
  t.match(refused.json.error.message, /timeServers\[0\]/);
  t.equal((await set({ hostname: '-no-' })).status, 400);
  t.equal((await people.get('operator')?.call('POST', '/api/device/identify', { body: {} }))?.json.seconds, 30);
  const [failed, done] = await audited(owner, 'device.settings');
  t.match(done, { actor: 'owner', outcome: 'done', detail: 'power performance, time servers ntp.example' });
  t.match(failed, { outcome: 'failed', detail: /timeServers\[0\]/ });
  t.match(await audited(owner, 'device.identify'), [{ actor: 'operator', outcome: 'done' }]);
});

await t.test('what is no update is refused before or while it comes, in words; the slot stays as it was', async (t) => {
  const send = (raw: Buffer, headers: Readonly<Record<string, string>> = BYTES): Promise<Answer> =>
    owner.call('POST', '/api/device/update', { raw, headers });
  const noBundle = await send(payload);
  t.match([noBundle.status, noBundle.json.error.code], [422, 'update-not-a-bundle'], 'any file');
  const flipped = Buffer.from(good);
  flipped.writeUInt8(flipped.readUInt8(good.length - 9) ^ 1, good.length - 9);
  const damaged = await send(flipped);
  t.match([damaged.status, damaged.json.error.code], [422, 'update-damaged'], 'a flipped bit');
  t.equal((await owner.call('POST', '/api/device/update', { body: {} })).status, 415, 'JSON');
  const check = (raw: Buffer): Promise<Answer> =>
    owner.call('POST', '/api/device/update/check', { raw, headers: BYTES });
  t.match(await check(payload.subarray(0, 5000)), { status: 422, json: { error: { code: 'update-not-a-bundle' } } });
  t.match(await check(good.subarray(0, 100)), { status: 422, json: { error: { code: 'update-truncated' } } });
  const checked = await check(good.subarray(0, 300 * 1024));
  t.match(checked, { status: 200, json: { version: '0.2.0', build: 'second', size: payload.length } });
  t.equal((await check(good)).status, 413, 'its beginning is wanted, not all of it');
  t.equal((await sendParts(owner, inParts(payload.subarray(0, 100)))).status, 411, 'without a length');
  t.equal((await send(Buffer.from('x'), { ...BYTES, 'content-length': '999999999' })).status, 413, 'too large');
  t.equal((await owner.call('POST', '/api/device/update/start', { body: {} })).status, 422, 'nothing to start');
  t.equal((await owner.call('POST', '/api/device/slot', { body: { slot: 'B' } })).status, 422, 'nothing to go to');
  const { slot } = (await owner.call('GET', '/api/device')).json;
  t.equal(slot.running, 'A');
  t.match(await audited(owner, 'device.update'), [
    { action: 'device.update-start', outcome: 'failed' },
    { action: 'device.update', outcome: 'failed', detail: `${flipped.length} bytes: ${damaged.json.error.message}` },
    { action: 'device.update', outcome: 'failed' },
  ]);
});

await t.test('an upload that breaks off is no update, and leaves room for the next', async (t) => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield good.subarray(0, MEBIBYTE);
    await until('the first bytes are there', async () => {
      const { update } = (await owner.call('GET', '/api/device')).json;
      return update.bytes > 0;
    });
    throw new Error('the cable was pulled');
  }
  await t.rejects(sendParts(owner, broken(), good.length), { message: 'the cable was pulled' });
  await until('the role has noticed', async () => {
    const { update } = (await owner.call('GET', '/api/device')).json;
    return update.state === 'failed';
  });
  await until(
    'it is noted',
    async () => (await audited(owner, 'device.update'))[0]?.detail?.includes('broke off') === true,
  );
});

/** For longer than a request may take otherwise. */
function uploadSlowly(): Promise<Answer> {
  const begunAt = performance.now();
  async function* parts(): AsyncGenerator<Buffer> {
    yield good.subarray(0, MEBIBYTE);
    while (performance.now() - begunAt < LONG_MS) await new Promise((resolve) => setTimeout(resolve, 500));
    yield good.subarray(MEBIBYTE);
  }
  return sendParts(owner, parts(), good.length);
}

/** @returns how much admin grew at most */
async function growthBy(t: Test, work: () => Promise<Answer>): Promise<number> {
  const processId = device.adminProcessId;
  const before = residentBytes(processId, 'VmRSS');
  // The mark of the highest water begins anew.
  writeFileSync(`/proc/${processId}/clear_refs`, '5');
  const { json, status } = await work();
  t.equal(status, 200, JSON.stringify(json));
  return residentBytes(processId, 'VmHWM') - before;
}

await t.test('60 MB go through admin, and admin does not grow by them', async (t) => {
  const large = bundle(payloadOf(60 * MEBIBYTE, 'large'), { version: '0.3.0' });
  const grown = await growthBy(t, () => sendParts(owner, inParts(large), large.length));
  t.comment(`admin grew by ${(grown / MEBIBYTE).toFixed(1)} MB`);
  t.ok(grown < MOST_GROWTH, `it grew by ${grown} bytes`);
  t.match((await owner.call('GET', '/api/device')).json.update, { state: 'ready', version: '0.3.0' });
});

// It takes its time, and needs nobody meanwhile.
const slowly = uploadSlowly();

await t.test('without an appliance role there is no device, and nothing speaks of one', async (t) => {
  const admin = new AdminProcess();
  t.teardown(() => admin.remove());
  await admin.start();
  const owner = await admin.claim();
  t.equal((await owner.call('GET', '/api/session')).json.device, false);
  t.equal((await owner.call('GET', '/api/device')).status, 404);
  t.equal((await owner.call('POST', '/api/device/reboot', { body: {} })).status, 404);
  t.notMatch((await owner.call('GET', '/api/docs')).json.paths, { '/api/device': {} });
  t.notMatch((await owner.call('GET', '/api/trials')).text, /device/);
});

await t.test('the role is away: the rest of admin goes on, and the device says why it is not there', async (t) => {
  const alone = new AdminProcess(['--appliance-socket', join(device.root, 'run/nobody.sock')]);
  t.teardown(() => alone.remove());
  await alone.start();
  const somebody = await alone.claim();
  const { status, json } = await somebody.call('GET', '/api/device');
  t.match([status, json.error.code], [503, 'appliance-unreachable']);
  t.match(json.error.message, /it is not running/);
  t.equal((await somebody.call('GET', '/api/trials')).status, 200);
});

await t.test('a slow network is no reason to end an update', async (t) => {
  const { json, status } = await slowly;
  t.equal(status, 200, JSON.stringify(json));
  t.match(json, { version: '0.2.0', build: 'second' });
  const detail = `${good.length} bytes`;
  t.match(await audited(owner, 'device.update'), [{ action: 'device.update', outcome: 'done', detail }]);
});

await t.test('the other slot is started on purpose; what ran before is one order away', async (t) => {
  t.equal((await owner.call('POST', '/api/device/update/start', { body: {} })).status, 200);
  t.equal(await device.ordered(), 'reboot');
  await device.boot('B', '0.2.0');
  await owner.logIn('owner');
  t.match((await owner.call('GET', '/api/device')).json, {
    version: '0.2.0',
    slot: { running: 'B', A: { version: '0.1.0', state: 'standby' } },
  });
  t.match(await audited(owner, 'device.update-start'), [{ actor: 'owner', outcome: 'done', detail: '0.2.0' }, {}]);
  t.equal((await owner.call('POST', '/api/device/slot', { body: { slot: 'A' } })).status, 200);
  t.equal(await device.ordered(), 'reboot');
  await device.boot('A', '0.1.0');
  await owner.logIn('owner');
  t.equal((await owner.call('GET', '/api/device')).json.slot.running, 'A');
});

await t.test(
  'a factory reset takes the name of the unit and the password; then the data partition is made anew',
  async (t) => {
    const reset = (body: object): Promise<Answer> => owner.call('POST', '/api/device/factory-reset', { body });
    t.match((await reset({ unit: 'rack 5', password: PASSWORD })).json.error.code, 'other-unit');
    t.match((await reset({ unit: 'rack 4', password: 'not the password' })).json.error.code, 'wrong-password');
    const { token } = (await owner.call('POST', '/api/tokens', { body: { name: 'robot', role: 'admin', days: 1 } }))
      .json;
    const byToken = await send(device.port, 'POST', '/api/device/factory-reset', {
      body: { unit: 'rack 4', password: PASSWORD },
      headers: { authorization: `Bearer ${token}` },
    });
    t.equal(byToken.status, 403, 'in person only');
    t.equal((await reset({ unit: 'rack 4', password: PASSWORD })).status, 200);
    t.equal(await device.ordered(), 'reboot');
    t.ok(existsSync(join(device.root, 'data/.factory-reset')), 'what the init script looks for');
  },
);
