/** What would happen, from pairs of texts through the real parser. */
import t from 'tap';
import { type Preview, previewOf } from '../../../src/admin/preview/preview.ts';
import type { ReadText } from '../../../src/admin/preview/rule-changes.ts';
import { checkText } from '../../../src/admin/templates/availability.ts';

const BEFORE = `global
    maxconn 100
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend web
    bind :8080
    bind 127.0.0.1:8081
    acl api path_beg /api
    use_backend api if api
    default_backend farm
backend farm
    balance roundrobin
    server s1 10.0.0.1:80 check
    server s2 10.0.0.2:80
backend api
    server a1 10.0.1.1:80
`;

async function modelOf(text: string): Promise<ReadText> {
  const { model, diagnostics } = await checkText(text, []);
  if (model === undefined) throw new Error(diagnostics.map((one) => one.text).join('\n'));
  return { model, text };
}

async function preview(change: (text: string) => string, before = BEFORE): Promise<Preview> {
  return previewOf(await modelOf(before), await modelOf(change(before)));
}

t.test('comments, blanks and the order of sections change nothing', async (t) => {
  const same = await preview((text) => `# new\n\n${text.replaceAll('    ', '\t')}# end\n`);
  t.equal(same.different, false);
  t.match(same.sentences, [/^Nothing changes/]);
  t.strictSame([same.proxies.changed, same.servers.changed, same.globals], [[], [], []]);
});

t.test('listeners: kept, opened and closed, by their address', async (t) => {
  const { listeners, sentences } = await preview((text) =>
    text.replace('bind 127.0.0.1:8081', 'bind 127.0.0.1:8082').replace('frontend web', 'frontend site'),
  );
  t.strictSame(listeners, {
    kept: [{ proxy: 'site', address: ':8080' }],
    opened: [{ proxy: 'site', address: '127.0.0.1:8082' }],
    closed: [{ proxy: 'web', address: '127.0.0.1:8081' }],
  });
  t.match(sentences[0], /taken at 127\.0\.0\.1:8082 \(site\)/);
  t.match(sentences[1], /Nobody will answer any more at 127\.0\.0\.1:8081/);
});

t.test('servers: added, removed, changed, with what changed of them', async (t) => {
  const { servers, sentences } = await preview((text) =>
    text
      .replace('server s2 10.0.0.2:80', 'server s3 10.0.0.3:80')
      .replace('server a1 10.0.1.1:80', 'server a1 10.0.1.9:80 weight 5'),
  );
  t.strictSame(servers.added, [{ backend: 'farm', name: 's3', address: '10.0.0.3:80' }]);
  t.strictSame(servers.removed, [{ backend: 'farm', name: 's2', address: '10.0.0.2:80' }]);
  t.match(servers.changed, [
    {
      backend: 'api',
      name: 'a1',
      changes: [
        { what: 'address', before: '10.0.1.1:80', after: '10.0.1.9:80' },
        { what: 'weight', before: '1', after: '5' },
      ],
    },
  ]);
  t.ok(sentences.some((one) => one.includes('Server api/a1: address from 10.0.1.1:80 to 10.0.1.9:80')));
});

t.test('sections and settings, in the words of the manual, times with their units', async (t) => {
  const { proxies, globals } = await preview((text) =>
    text
      .replace('maxconn 100', 'maxconn 200')
      .replace('balance roundrobin', 'balance leastconn')
      .replace('timeout server 30s', 'timeout server 1500ms')
      .replace('default_backend farm', 'default_backend api\n    http-request set-header x-one two'),
  );
  const of = (name: string) => proxies.changed.find((one) => one.name === name)?.changes;
  t.strictSame(globals, [{ what: 'maxconn', before: '100', after: '200' }]);
  t.match(of('farm'), [
    { what: 'timeout server', before: '30 s', after: '1500 ms' },
    { what: 'balance', before: 'roundrobin', after: 'leastconn' },
  ]);
  const web = of('web')?.map((one) => one.what) ?? [];
  t.ok(web.includes('default_backend'), web.join());
  t.match(of('web')?.at(-1), { what: '', before: '', after: 'http-request set-header x-one two' });
});

t.test(
  'rules: which came, went, or was written anew, by their lines; and when only what they use has changed',
  async (t) => {
    const before = BEFORE.replace(
      '    default_backend farm',
      '    http-request deny if api\n    http-request set-header X-A "1"\n    default_backend farm',
    );
    const said = async (change: (text: string) => string): Promise<string> =>
      (await preview(change, before)).sentences.filter((one) => one.startsWith('In frontend web')).join();
    t.match(
      await said((text) => text.replace('X-A "1"', 'X-A "2"')),
      'In frontend web: "http-request set-header X-A "1"" becomes "http-request set-header X-A "2"".',
    );
    t.match(await said((text) => text.replace('http-request deny if api\n', '')), '"http-request deny if api" goes.');
    t.match(
      await said((text) => text.replace('    default_backend', '    http-request del-header X-B\n    default_backend')),
      'In frontend web: "http-request del-header X-B" is new.',
    );
    t.match(
      await said((text) => text.replace('path_beg /api', 'path_beg /v2')),
      '"http-request deny if api" means something else',
    );
    const [deny, header] = ['    http-request deny if api\n', '    http-request set-header X-A "1"\n'];
    t.match(
      await said((text) => text.replace(deny + header, header + deny)),
      'the order of http-request is not the same',
    );
  },
);

t.test('an ACL before another one does not make the other one look changed', async (t) => {
  const before = `${BEFORE}frontend other\n    bind :8090\n    acl late path_end .late\n    http-request deny if late\n`;
  const { proxies } = await preview(
    (text) => text.replace('    acl api', '    acl early path /early\n    http-request deny if early\n    acl api'),
    before,
  );
  t.strictSame(
    proxies.changed.map((one) => one.name),
    ['web'],
  );
});

t.test('from nothing: all is new; and it says what an exchange of processes means', async (t) => {
  const nothing = await modelOf('global\n');
  const first = previewOf(nothing, await modelOf(BEFORE));
  t.equal(first.listeners.opened.length, 2);
  t.equal(first.servers.added.length, 3);
  t.match(first.process[0], /is started/);
  const { process } = await preview((text) => text.replace('maxconn 100', 'maxconn 100\n    hard-stop-after 30s'));
  t.match(process[0], /until they end/);
  const limited = await preview((text) => text, BEFORE.replace('maxconn 100', 'hard-stop-after 30s'));
  t.match(limited.process[0], /after 30 s they are closed/);
});
