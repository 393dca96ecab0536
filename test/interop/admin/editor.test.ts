// From outside: what the editor asks, what would happen, files beside a text, and the history in a file and back.
import t from 'tap';
import { until } from '../../admin/admin-process.ts';
import { ProxyLab } from '../../admin/proxy-lab.ts';

const lab = await ProxyLab.open();
const { owner } = lab;
t.setTimeout(300_000);
t.teardown(() => lab.close());

// biome-ignore lint/suspicious/noExplicitAny: what tests look at is checked by looking
async function ask(path: string, body: object): Promise<any> {
  const answer = await owner.call('POST', `/api/configuration/${path}`, { body });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
  return answer.json;
}

await t.test('completion, hover, definition, symbols, format', async (t) => {
  const text = lab.text('one');
  const offset = text.indexOf('default_backend servers') + 'default_b'.length;
  const { candidates, start } = await ask('complete', { text, offset });
  t.equal(start, text.indexOf('default_backend'));
  t.ok(candidates.some((one: { label: string }) => one.label === 'default_backend'));
  const hover = await ask('hover', { text, offset });
  t.match(hover.keywords[0], { name: 'default_backend', implemented: true });
  t.match(hover.keywords[0].link, /docs\.haproxy\.org/);
  const used = text.indexOf('default_backend servers') + 'default_backend s'.length;
  const { definitions, uses } = await ask('definition', { text, offset: used });
  t.match(definitions, [
    { kind: 'backend', name: 'servers', start: text.indexOf('\nbackend servers') + '\nbackend '.length },
  ]);
  t.equal(uses.length, 1);
  const named = (await ask('symbols', { text })).map((one: { name: string }) => one.name);
  t.strictSame(named, ['web', 'servers', 's1', 's2']);
  t.equal((await ask('format', { text: 'frontend   a\n  bind   :1  # x\n' })).text, 'frontend a\n    bind :1 # x\n');
  t.equal(await ask('hover', { text: '# nothing\n', offset: 3 }), null);
});

await t.test('what will happen: from nothing, then from the text in force', async (t) => {
  const first = await ask('preview', { text: lab.text('one') });
  t.equal(first.report.verdict, 'valid');
  t.equal(first.preview.listeners.opened.length, 1);
  t.equal((await lab.apply('one', 0)).status, 200);
  t.equal((await lab.confirm(1)).status, 200);
  const second = await ask('preview', { text: lab.text('one').replace('    server s2', '    server s3') });
  t.strictSame(
    second.preview.servers.added.map((one: { name: string }) => one.name),
    ['s3'],
  );
  t.equal(second.preview.listeners.kept.length, 1);
  t.equal((await ask('preview', { text: 'frontend\n' })).preview, null);
});

await t.test('a file that the text names is kept with its revision', async (t) => {
  const text = lab
    .text('two')
    .replace('default_backend servers', 'use_backend %[path,map_beg(maps/paths.map,servers)]');
  const refused = await owner.call('POST', '/api/configuration/check', { body: { text } });
  t.equal(refused.json.verdict, 'invalid', 'without the file');
  const files = [{ path: 'maps/paths.map', text: '/ servers\n' }];
  t.equal((await ask('check', { text, files })).verdict, 'valid');
  await ask('apply', { text, files, parent: 1, note: 'with a map' });
  await until('the new text serves', async () => (await lab.mark()) === 'two');
  t.equal((await lab.confirm(2)).status, 200);
  t.match((await owner.call('GET', '/api/configuration')).json, { number: 2, files });
  t.equal((await ask('check', { text })).verdict, 'valid', 'the file in force is known');
  for (const path of ['../x/y', 'runtime.cfg', '/etc/passwd', 'a/../../b', '.a/b']) {
    const body = { text, files: [{ path, text: '' }] };
    t.equal((await owner.call('POST', '/api/configuration/check', { body })).status, 400, path);
  }
});

await t.test('history: compare any two, take all away as a file, bring it in again', async (t) => {
  const { json } = await owner.call('GET', '/api/configuration/revisions/2/compare/1');
  t.match(json.diff, /^-# two$/m);
  t.match(json.diff, /^\+# one$/m);
  t.equal((await owner.call('GET', '/api/configuration/revisions/2/compare/9')).status, 404);
  const one = await owner.call('GET', '/api/configuration/revisions/1/file');
  t.equal(one.text, lab.text('one'));
  t.match(one.headers['content-disposition'], /attachment; filename="configuration-1\.cfg"/);
  const all = await owner.call('GET', '/api/configuration/export');
  const [head, ...revisions] = all.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(head, { format: 'mahalo-revisions', kind: 'configuration', confirmed: 2 });
  t.equal(revisions.length, 2);
  t.strictSame((await ask('import', { revisions })).numbers, [3, 4]);
  const fourth = (await owner.call('GET', '/api/configuration/revisions/4')).json;
  t.match(fourth, { parent: 3, author: 'owner', outcome: 'past', text: revisions[1].text });
  t.match(fourth.note, /was 2, brought in by owner/);
  t.match(await lab.state(), { confirmed: 2, trial: null });
});
