import fc from 'fast-check';
import t, { type Test } from 'tap';
import { type Completions, completionsAt } from '../../../src/admin/text/complete.ts';
import { readDocument } from '../../../src/admin/text/document.ts';
import { firstChoices, KeywordIndex } from '../../../src/admin/text/keyword-index.ts';
import { allKeywords } from '../../../src/config/registry.ts';
import { anyText } from './any-text.ts';

const KEYWORDS = new KeywordIndex(allKeywords());

const TEXT = `global
defaults base
userlist people
    user anna password x
peers units
frontend web
    acl is_file path_end .png
    acl is_api path_beg /api
backend app
    acl is_other path /x
    server s1 10.0.0.1:80
    server s2 10.0.0.2:80
listen other
    server s1 10.0.0.9:80
`;

/** Completes at the `^` of a line that is put behind a line of TEXT (or at its end). */
function complete(line: string, behind = 'listen other'): Completions {
  const at = line.indexOf('^');
  const after = TEXT.indexOf('\n', TEXT.indexOf(`${behind}`)) + 1;
  const text = `${TEXT.slice(0, after)}${line.replace('^', '')}\n${TEXT.slice(after)}`;
  return completionsAt(readDocument(text), after + at, KEYWORDS);
}

const labels = (line: string, behind?: string): readonly string[] =>
  complete(line, behind).candidates.map((one) => one.label);

function has(
  test: Test,
  line: string,
  behind: string,
  wanted: readonly string[],
  unwanted: readonly string[] = [],
): void {
  const found = new Set(labels(line, behind));
  test.strictSame([wanted.filter((one) => !found.has(one)), unwanted.filter((one) => found.has(one))], [[], []], line);
}

t.test('the first word is a keyword of the section', async (test) => {
  has(test, ' ^', 'global', ['maxconn', 'daemon', 'frontend', '.if'], ['bind', 'server', 'use_backend']);
  has(test, ' ^', 'frontend web', ['bind', 'use_backend', 'option', 'no', 'backend'], ['server', 'daemon', 'balance']);
  has(test, ' ^', 'backend app', ['server', 'balance', 'use-server', 'default-server'], ['bind', 'use_backend']);
  has(test, ' ^', 'listen other', ['bind', 'server'], ['maxconnrate']);
  has(test, ' ^', 'userlist people', ['user', 'group'], ['server']);
  has(test, ' ^', 'peers units', ['peer', 'table'], ['bind_address', 'use_backend']);
  test.strictSame(labels('  ser^', 'backend app'), ['server', 'server-template', 'server-state-file-name']);
  test.match(complete('  ser^', 'backend app').candidates[0], {
    kind: 'proxy',
    grammar: 'server <name> <address>[:<port>] [<option>...]',
    implemented: true,
  });
});

t.test('before any section only sections begin', async (test) => {
  const { candidates } = completionsAt(readDocument(''), 0, KEYWORDS);
  test.ok(candidates.some((one) => one.label === 'global'));
  test.ok(candidates.every((one) => one.kind === 'section' || one.kind === 'directive'));
});

t.test('what is not implemented comes last and says so', async (test) => {
  const { candidates } = complete(' st^', 'backend app');
  const flags = candidates.map((one) => one.implemented);
  test.strictSame(
    flags,
    [...flags].sort((left, right) => Number(right) - Number(left)),
  );
});

t.test('the second word belongs to the keyword', async (test) => {
  has(test, ' option ^', 'frontend web', ['httplog', 'forwardfor'], ['httpchk', 'redispatch', 'bind']);
  has(test, ' option ^', 'backend app', ['httpchk', 'redispatch'], ['dontlognull']);
  has(test, ' no option ^', 'backend app', ['redispatch']);
  has(test, ' no ^', 'backend app', ['option', 'log'], ['server']);
  test.strictSame(labels(' timeout ^', 'frontend web').includes('connect'), false);
  has(test, ' timeout ^', 'backend app', ['connect', 'server', 'tunnel'], ['client']);
  has(test, ' balance ^', 'backend app', ['roundrobin', 'uri', 'leastconn']);
  has(test, ' http-request ^', 'frontend web', ['deny', 'set-header', 'redirect']);
  has(test, ' tcp-request ^', 'frontend web', ['connection', 'content', 'inspect-delay'], ['connection accept']);
  has(test, ' tcp-request content ^', 'frontend web', ['accept', 'reject', 'track-sc0'], ['connection accept']);
  test.strictSame(labels(' mode ^', 'frontend web'), ['http', 'tcp']);
  test.strictSame(labels(' http-reuse a^', 'backend app'), ['aggressive', 'always']);
  has(test, ' stats ^', 'global', ['socket', 'timeout']);
  has(test, ' stats ^', 'frontend web', ['enable', 'uri'], ['socket']);
  has(test, ' stick-table type ip store ^', 'backend app', ['http_req_rate', 'conn_cur']);
});

t.test('options of lines follow their arguments, values of options have their own words', async (test) => {
  test.strictSame(labels(' server ^', 'backend app'), []);
  test.strictSame(labels(' server x ^', 'backend app'), []);
  has(test, ' server x 10.0.0.1:80 ^', 'backend app', ['check', 'backup', 'weight'], ['accept-proxy']);
  test.strictSame(labels(' server x 10.0.0.1:80 inter ^', 'backend app'), []);
  has(test, ' server x 10.0.0.1:80 inter 1s ^', 'backend app', ['check']);
  test.strictSame(labels(' server x 10.0.0.1:80 verify ^', 'backend app'), ['none', 'required']);
  test.strictSame(labels(' server x 10.0.0.1:80 on-marked-down ^', 'backend app'), ['shutdown-sessions']);
  has(test, ' server x 10.0.0.1:80 track ^', 'backend app', ['s1', 's2', 'other/s1']);
  has(test, ' default-server ^', 'backend app', ['inter', 'check']);
  has(test, ' bind :80 ^', 'frontend web', ['accept-proxy', 'ssl'], ['check']);
  has(test, ' stats socket /a ^', 'global', ['level', 'mode']);
});

t.test('names are those of the configuration', async (test) => {
  test.strictSame(labels(' use_backend ^', 'frontend web'), ['app', 'other']);
  test.strictSame(labels(' default_backend a^', 'frontend web'), ['app']);
  test.strictSame(labels(' use-server ^', 'backend app'), ['s1', 's2']);
  test.strictSame(labels('frontend x from ^', 'listen other'), ['base']);
  test.strictSame(labels('frontend x ^', 'listen other'), ['from']);
  test.strictSame(labels(' stick-table type ip peers ^', 'backend app'), ['units']);
  test.strictSame(labels(' stick on src table ^', 'backend app'), ['app', 'other', 'units', 'web']);
});

t.test('conditions have the ACLs of the section, and samples in braces', async (test) => {
  has(test, ' use_backend app if ^', 'frontend web', ['{', '!', 'or', 'METH_GET'], ['src']);
  has(test, ' use_backend app if ^', 'acl is_api', ['is_file', 'is_api'], ['is_other']);
  test.strictSame(labels(' http-request deny if METH_GET !is_a^', 'acl is_api'), ['is_api']);
  has(test, ' http-request deny if { ^', 'frontend web', ['src', 'path_beg', 'hdr'], ['is_file', 'roundrobin']);
  has(test, ' http-request deny if { src ^', 'frontend web', ['-i', '-m', 'gt', '}']);
  test.ok(labels(' http-request deny if { src -m ^', 'frontend web').includes('beg'));
  has(test, ' http-request deny ^', 'frontend web', ['if', 'unless']);
  has(test, ' acl is_^', 'acl is_api', ['is_file', 'is_api']);
  has(test, ' acl x ^', 'frontend web', ['path', 'path_beg', 'hdr_beg']);
});

t.test('expressions have fetches, then converters; log formats their variables', async (test) => {
  has(test, ' http-request set-header X %[req.h^', 'frontend web', ['req.hdr'], ['src']);
  has(test, ' http-request set-header X %[src,^', 'frontend web', ['ipmask', 'lower'], ['path']);
  has(test, ' http-request set-header X %[req.hdr(a,b),lo^', 'frontend web', ['lower'], ['ipmask']);
  test.strictSame(labels(' http-request set-header X %[req.hdr(^', 'frontend web').includes('src'), false);
  has(test, ' log-format %ci:%c^', 'frontend web', ['ci', 'cp'], ['si']);
  has(test, ' log-format %{+Q}^', 'frontend web', ['ci', 'r']);
  has(test, ' acl x path,lo^', 'frontend web', ['lower'], ['lc_dst']);
  const { start, end } = complete(' http-request set-header X %[src,lo^w]', 'frontend web');
  test.equal(end - start, 3, 'only the converter is replaced');
});

t.test('nothing is offered within comments and in what cannot be read', async (test) => {
  test.strictSame(labels(' bind :80 # ^', 'frontend web'), []);
  test.strictSame(labels(' # ^', 'frontend web'), []);
  test.strictSame(labels(' acl "a ^', 'frontend web'), []);
});

t.test('grammars begin with their choices', async (test) => {
  test.strictSame(firstChoices('mode {http | tcp}', 'mode'), ['http', 'tcp']);
  test.strictSame(firstChoices('x {a <b> | c [d | e] | {f} | <g>}', 'x'), ['a', 'c']);
  test.strictSame(firstChoices('expose-fd listeners', 'expose-fd'), ['listeners']);
  test.strictSame(firstChoices('name <text>', 'name'), []);
  test.strictSame(firstChoices('daemon', 'daemon'), []);
});

t.test('whatever the text and the place, candidates continue what is written', async () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (text, place) => {
      const offset = place % (text.length + 1);
      const { candidates, end, start } = completionsAt(readDocument(text), offset, KEYWORDS);
      if (start > offset || end < offset || start < 0 || end > text.length) throw new Error(`${start} ${end}`);
      const written = text.slice(start, offset);
      for (const one of candidates) if (!one.label.startsWith(written)) throw new Error(`${one.label} ${written}`);
      if (new Set(candidates.map((one) => one.label)).size !== candidates.length) throw new Error('twice');
    }),
    { numRuns: 1500 },
  );
});
