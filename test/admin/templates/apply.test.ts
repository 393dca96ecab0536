import t from 'tap';
import { exampleAnswers } from '../../../src/admin/templates/answers.ts';
import { type ApplyResult, applyTemplate, type Target } from '../../../src/admin/templates/apply.ts';
import { checkText } from '../../../src/admin/templates/availability.ts';
import { HOST_MAP } from '../../../src/admin/templates/scenarios/host-map.ts';
import { SMTP_BY_SOURCE } from '../../../src/admin/templates/scenarios/smtp-by-source.ts';
import { STATIC_DYNAMIC } from '../../../src/admin/templates/scenarios/static-dynamic.ts';
import { TLS_TERMINATION } from '../../../src/admin/templates/scenarios/tls-termination.ts';
import { TWO_UNITS } from '../../../src/admin/templates/scenarios/two-units.ts';
import { WEBSOCKET_SIMPLE } from '../../../src/admin/templates/scenarios/websocket-simple.ts';
import type { Template } from '../../../src/admin/templates/template.ts';

type Applied = Extract<ApplyResult, { kind: 'applied' }>;

function tryOut(template: Template, target: Target, answers: Readonly<Record<string, unknown>> = {}): ApplyResult {
  return applyTemplate(template, { ...exampleAnswers(template.questions), ...answers }, target);
}

function apply(template: Template, target: Target, answers?: Readonly<Record<string, unknown>>): Applied {
  const result = tryOut(template, target, answers);
  if (result.kind === 'refused') throw new Error(result.errors.map((error) => error.message).join());
  return result;
}

const EXISTING = `# My own file.  Do not touch!
global
\tmaxconn   100      # few

defaults
    mode http
    timeout connect 1s
    timeout client 2s
    timeout server 3s

frontend web_in
  bind :8080,10.0.0.9:25
  mode http
  default_backend b
backend b
  server "s" 10.0.0.1:80 # the one
`;

t.test('an empty configuration gets defaults and the sections', async (test) => {
  const { configuration, offers, renamed } = apply(SMTP_BY_SOURCE, { configuration: '' });
  test.match(configuration.text, /^# What holds for all sections below\.\ndefaults\n {4}timeout connect 5s\n/);
  test.strictSame([offers, renamed], [[], []]);
  const loaded = await checkText(configuration.text, []);
  test.equal(loaded.exitCode, 0);
  test.strictSame(loaded.diagnostics, []);
});

t.test('what is there stays, byte for byte, and the new part follows after an empty line', async (test) => {
  for (const text of [EXISTING, `${EXISTING}\n`, EXISTING.slice(0, -1), EXISTING.replaceAll('\n', '\r\n')]) {
    const { configuration } = apply(STATIC_DYNAMIC, { configuration: text });
    test.ok(configuration.text.startsWith(text));
    test.equal(configuration.text, text + configuration.inserted);
    test.match(configuration.text.slice(text.trimEnd().length), /^\r?\n\r?\n# Visitors of "site" arrive here\.\n/);
    const lines = configuration.text.split('\n');
    for (const line of configuration.explained) test.equal(lines[line.number - 1]?.trim(), line.text);
    test.equal((await checkText(configuration.text, [])).exitCode, 0);
  }
});

t.test('existing defaults are kept, and no second ones are written', async (test) => {
  const { configuration, offers } = apply(STATIC_DYNAMIC, { configuration: EXISTING });
  test.notMatch(configuration.inserted, /defaults/);
  test.strictSame(offers, []);
});

t.test('missing time-outs are offered, and put into the new sections on demand', async (test) => {
  const text = 'defaults\n timeout client 1s\n';
  const left = apply(STATIC_DYNAMIC, { configuration: text });
  test.strictSame(
    left.offers.map((offer) => `${offer.section}: ${offer.line.text} ${offer.added}`),
    ['site_files', 'site_application'].flatMap((name) => [
      `${name}: timeout connect 5s false`,
      `${name}: timeout server 30s false`,
    ]),
  );
  test.match((await checkText(left.configuration.text, [])).diagnostics[0]?.text, /missing timeouts for backend/);
  const added = apply(STATIC_DYNAMIC, { configuration: text, timeouts: 'add' });
  test.ok(added.offers.every((offer) => offer.added));
  test.strictSame((await checkText(added.configuration.text, [])).diagnostics, []);
});

t.test("a section's own time-out is not offered again, and former names and parents count", async (test) => {
  const text = 'defaults base\n contimeout 1s\ndefaults top from base\n clitimeout 1s\n srvtimeout 1s\n';
  test.strictSame(apply(STATIC_DYNAMIC, { configuration: text }).offers, []);
  const other = 'defaults base\n timeout connect 1s\ndefaults top\n timeout client 1s\n';
  test.strictSame(
    apply(SMTP_BY_SOURCE, { configuration: other }).offers.map((offer) => offer.line.text),
    ['timeout connect 5s'],
  );
});

t.test('names that are taken are changed, wherever they are used', async (test) => {
  const { configuration, renamed } = apply(WEBSOCKET_SIMPLE, {
    configuration: `${EXISTING}listen web_servers\n bind :9000\n`,
  });
  test.strictSame(renamed, [
    { wanted: 'web_in', used: 'web_in_2' },
    { wanted: 'web_servers', used: 'web_servers_2' },
  ]);
  test.match(configuration.inserted, /^frontend web_in_2$/m);
  test.match(configuration.inserted, /default_backend web_servers_2/);
  test.equal((await checkText(configuration.text, [])).exitCode, 0);
});

t.test('sites of a map that would have the same name are told apart', async (test) => {
  const routes = ['a-b.example 10.0.0.1:80', 'a.b.example 10.0.0.2:80'];
  const { configuration, files, renamed } = apply(HOST_MAP, { configuration: '' }, { routes });
  test.equal(renamed.length, 1);
  test.match(files[0]?.text, /^a-b\.example sites_a_b_example\na\.b\.example sites_a_b_example_2$/m);
  test.equal((await checkText(configuration.text, files)).exitCode, 0);
});

t.test('a port that is taken is refused at its question', async (test) => {
  const refusal = (template: Template, answers: Readonly<Record<string, unknown>>, text = EXISTING): unknown => {
    const result = tryOut(template, { configuration: text }, answers);
    return result.kind === 'refused' ? result.errors : 'applied';
  };
  const taken = [{ question: 'port', message: 'port 8080 is taken: "web_in" (line 12) listens there already' }];
  test.strictSame(refusal(STATIC_DYNAMIC, { port: 8080 }), taken);
  test.strictSame(refusal(STATIC_DYNAMIC, { port: '8080', address: '10.0.0.7' }), taken);
  test.equal(refusal(SMTP_BY_SOURCE, { port: 25, address: '10.0.0.8' }), 'applied');
  test.match(refusal(SMTP_BY_SOURCE, { port: 25, address: '*' }), [{ question: 'port' }]);
  test.match(refusal(SMTP_BY_SOURCE, { port: 25, address: '::1' }, 'listen l\n bind ipv6@[::1]:20-30\n'), [
    { question: 'port' },
  ]);
  test.equal(refusal(SMTP_BY_SOURCE, { port: 31 }, 'listen l\n bind :20-30\n bind /a.sock\n bind fd@3\n'), 'applied');
  test.strictSame(refusal(TLS_TERMINATION, { port: 80, plainPort: 80 }, ''), [
    { question: 'plainPort', message: 'port 80 is taken: it is asked for twice in these settings themselves' },
  ]);
});

t.test('a text that ends within a condition is refused', async (test) => {
  test.match(tryOut(SMTP_BY_SOURCE, { configuration: '.if defined(A)\nglobal\n' }), {
    kind: 'refused',
    errors: [{ question: '', message: /within an \.if/ }],
  });
});

t.test('keepalived.conf is extended the same way', async (test) => {
  const keepalived = '! mine\nvrrp_instance web_address {\n  virtual_router_id 7\n} # end';
  const result = apply(TWO_UNITS, { configuration: '', keepalived });
  test.ok(result.keepalived?.text.startsWith(`${keepalived}\n\n# The address must not stay`));
  test.match(result.keepalived?.text, /^vrrp_instance web_address_2 \{$/m);
  test.strictSame(result.renamed, [{ wanted: 'web_address', used: 'web_address_2' }]);
  test.match(tryOut(TWO_UNITS, { configuration: '', keepalived }, { router: 7 }), {
    kind: 'refused',
    errors: [
      { question: 'router', message: 'virtual router 7 is taken: keepalived.conf has one of that number already' },
    ],
  });
});

t.test('the two units differ by their role only', async (test) => {
  const one = apply(TWO_UNITS, { configuration: '' }, { role: 'first' });
  const two = apply(TWO_UNITS, { configuration: '' }, { role: 'second' });
  test.equal(one.configuration.text, two.configuration.text);
  const differing = (left = '', right = ''): unknown => {
    const others = right.split('\n');
    return left.split('\n').flatMap((line, index) => (line === others[index] ? [] : [line.trim()]));
  };
  test.strictSame(differing(one.keepalived?.text, two.keepalived?.text), [
    'priority 150',
    'unicast_src_ip 192.168.1.11',
    '192.168.1.12',
  ]);
});

t.test('addresses of a pair must fit together', async (test) => {
  const refused = (answers: Readonly<Record<string, unknown>>): unknown => {
    const result = tryOut(TWO_UNITS, { configuration: '' }, answers);
    return result.kind === 'refused' ? result.errors.map((error) => error.question) : 'applied';
  };
  test.equal(refused({ firstAddress: 'fd00::1', secondAddress: 'fd00::2', floating: 'fd00::3' }), 'applied');
  test.strictSame(refused({ firstAddress: 'fd00::1' }), ['secondAddress', 'floating']);
  test.strictSame(refused({ secondAddress: '192.168.1.11' }), ['secondAddress']);
  test.strictSame(refused({ floating: '192.168.1.12', secondName: 'UNIT-A' }), ['secondName', 'floating']);
  test.strictSame(refused({ prefix: 33 }), ['prefix']);
  test.strictSame(refused({ floating: '0.0.0.0' }), ['floating']);
  test.strictSame(refused({ firstAddress: 'ff02::1', secondAddress: '224.0.0.18' }), ['firstAddress', 'secondAddress']);
});
