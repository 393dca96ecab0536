/** The machine as the API tells it, beside what the kernel says; and the audit log, filtered and by pages. */
import { readFileSync } from 'node:fs';
import { cpus, networkInterfaces, release, totalmem } from 'node:os';
import t from 'tap';
import { AdminProcess, PASSWORD } from '../../admin/admin-process.ts';

const admin = new AdminProcess();
t.setTimeout(180_000);
t.teardown(() => admin.remove());
await admin.start();
const owner = await admin.claim();

await t.test('figures of this machine, for viewers too, and one reading for all', async (t) => {
  await owner.call('POST', '/api/users', { body: { name: 'viewer', role: 'viewer', password: PASSWORD } });
  const viewer = admin.browser();
  await viewer.logIn('viewer');
  const answers = await Promise.all([viewer, owner, owner].map((browser) => browser.call('GET', '/api/system')));
  t.equal(new Set(answers.map(({ text }) => text)).size, 1, 'asked at once, read once');
  const { json } = answers[0] ?? {};
  t.equal(json.versions.kernel, release());
  t.equal(json.versions.node, process.versions.node);
  t.equal(json.processor.coresPercent.length, cpus().length);
  t.ok(json.processor.percent >= 0 && json.processor.percent <= 100);
  t.ok(Math.abs(json.memory.totalBytes - totalmem()) < 2 ** 20);
  t.ok(json.memory.availableBytes > 0 && json.memory.availableBytes <= json.memory.totalBytes);
  t.ok(json.memory.adminBytes > 2 ** 20 && json.storage.totalBytes >= json.storage.freeBytes);
  t.ok(json.temperatureCelsius === null || json.temperatureCelsius > 0);
  t.ok(json.board === null || typeof json.board === 'string');
  t.ok(json.power === null || json.power.watts > 0);
  t.ok([true, false, null].includes(json.clock.synchronized));
  const names = Object.keys(networkInterfaces()).filter((name) => name !== 'lo');
  for (const name of names) {
    const port = json.ports.find((one: { name: string }) => one.name === name);
    const mac = readFileSync(`/sys/class/net/${name}/address`, 'utf8').trim();
    t.match(port, { mac, mtu: Number(readFileSync(`/sys/class/net/${name}/mtu`, 'utf8')) });
    t.ok(port.receivedBytes >= 0 && port.sentBytes >= 0);
  }
  t.notOk(json.ports.some((one: { name: string }) => one.name === 'lo'));
});

await t.test('the audit log: filtered, and by pages that do not shift', async (t) => {
  const ask = async (query: string): Promise<{ action: string; actor: string; timeMs: number }[]> =>
    (await owner.call('GET', `/api/audit?${query}`)).json;
  for (const name of ['ann', 'bob', 'cleo']) {
    await owner.call('POST', '/api/users', { body: { name, role: 'viewer', password: PASSWORD } });
  }
  await admin.browser().logIn('ann', 'a wrong password');
  const users = await ask('action=user.&outcome=done');
  t.same(new Set(users.map(({ action }) => action)), new Set(['user.create']));
  t.equal(users.length, 4);
  t.same(await ask('outcome=refused&action=refused.login&actor=owner'), []);
  t.equal((await ask('outcome=refused&action=refused.login')).length, 1);
  const [first] = await ask('limit=1&action=user.');
  const until = `until=${first?.timeMs}`;
  await owner.call('POST', '/api/users', { body: { name: 'dora', role: 'viewer', password: PASSWORD } });
  const pages = [await ask(`${until}&action=user.&limit=2`), await ask(`${until}&action=user.&limit=2&skip=2`)];
  t.same(pages.flat(), users, 'what came meanwhile is on no page');
  t.equal((await owner.call('GET', '/api/audit?outcome=perhaps')).status, 400);
});

await t.test('my own account', async (t) => {
  t.match((await owner.call('GET', '/api/me')).json, { name: 'owner', role: 'admin', oneTimePassword: false });
  t.equal((await admin.browser().call('GET', '/api/me')).status, 401);
});
