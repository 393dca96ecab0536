/** From outside, with a real proxy and real traffic: check, apply, confirm, return, history. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PASSWORD, until } from '../../admin/admin-process.ts';
import { ProxyLab } from '../../admin/proxy-lab.ts';

const lab = await ProxyLab.open();
const { admin, owner } = lab;
t.setTimeout(600_000);
t.teardown(() => lab.close());

await t.test('a typo: the real parser tells line, column and hint; nothing is applied', async (t) => {
  const text = lab.text('one').replace('default_backend', 'default_bakend');
  const { json } = await owner.call('POST', '/api/configuration/check', { body: { text } });
  t.equal(json.verdict, 'invalid');
  t.match(json.diagnostics[0], { severity: 'error', file: 'haproxy.cfg', line: 10, column: 5 });
  t.match(json.diagnostics[0].hint, /default_backend/);
  const answer = await owner.call('POST', '/api/configuration/apply', { body: { text, parent: 0, note: '' } });
  t.match([answer.status, answer.json.error.code], [422, 'invalid']);
  t.equal(answer.json.error.report.diagnostics[0].line, 10);
  t.match(await lab.state(), { confirmed: 0, trial: null });
  const good = await owner.call('POST', '/api/configuration/check', { body: { text: lab.text('one') } });
  t.equal(good.json.verdict, 'valid');
});

await t.test('apply: the text serves on trial; confirmed, it is the one that boots', async (t) => {
  const trial = (await lab.apply('one', 0)).json;
  t.match(trial, { revision: 1, author: 'owner', serving: true });
  t.ok(trial.remainingMs > 80_000 && trial.remainingMs <= 90_000, trial.remainingMs);
  t.equal(await lab.mark(), 'one');
  t.match(await lab.state(), { confirmed: 0, trial: { revision: 1 } });
  t.equal((await lab.apply('two', 0)).json.error.code, 'trial', 'one at a time');
  t.equal((await lab.confirm(2)).json.error.code, 'no-trial');
  t.equal((await lab.confirm(1)).status, 200);
  t.match(await lab.state(), { confirmed: 1, trial: null });
  t.match((await owner.call('GET', '/api/configuration')).json, { number: 1, text: lab.text('one') });
});

await t.test('only its author confirms a trial; taken back, the old text serves again, with no gap', async (t) => {
  await owner.call('POST', '/api/users', { body: { name: 'other', role: 'admin', password: PASSWORD } });
  const other = admin.browser();
  await other.logIn('other');
  let gaps = 0;
  let asking = true;
  const traffic = (async () => {
    while (asking) if (!['one', 'two'].includes(await lab.mark())) gaps++;
  })();
  t.match((await lab.apply('two', 1)).json, { revision: 2 });
  await until('the new text serves', async () => (await lab.mark()) === 'two');
  t.equal((await lab.confirm(2, other)).json.error.code, 'not-yours');
  t.equal((await lab.takeBack(2)).status, 200);
  await until('the old text serves', async () => (await lab.mark()) === 'one');
  asking = false;
  await traffic;
  t.equal(gaps, 0, 'requests that were not served');
  t.match(await lab.state(), { confirmed: 1, trial: null });
  t.equal((await lab.apply('three', 7)).json.error.code, 'outdated');
});

await t.test('a text that parses and cannot be bound is taken back at once, with the reason', async (t) => {
  const text = lab.text('six').replace('bind 127.0.0.1:', 'bind 192.0.2.250:');
  const { confirmed } = await lab.state();
  const answer = await owner.call('POST', '/api/configuration/apply', { body: { text, parent: confirmed, note: '' } });
  t.match([answer.status, answer.json.error.code], [422, 'did-not-start']);
  t.match(answer.json.error.message, /cannot bind/i);
  await until('the old text serves', async () => (await lab.mark()) === 'one');
  t.match(await lab.state(), { confirmed, trial: null });
});

await t.test('history: who, when, why, what', async (t) => {
  const all = (await owner.call('GET', '/api/configuration/revisions')).json;
  t.match(all.at(-1), { number: 1, author: 'owner', note: 'note of one', outcome: 'confirmed' });
  const second = (await owner.call('GET', '/api/configuration/revisions/2')).json;
  t.match(second, { parent: 1, outcome: 'past', text: lab.text('two') });
  t.match(second.diff, /^-# one$/m);
  t.notOk(existsSync(join(admin.directory, 'proxy', '2.cfg')), 'what nothing runs any more lies around nowhere else');
  t.match(second.diff, /^\+ {4}http-response set-header x-mark two$/m);
  t.equal((await owner.call('GET', '/api/configuration/revisions/999')).status, 404);
  t.equal((await owner.call('GET', '/api/configuration/revisions/..%2f1')).status, 400);
});
