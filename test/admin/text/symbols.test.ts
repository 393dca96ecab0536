import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { exampleAnswers } from '../../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../../src/admin/templates/apply.ts';
import { TEMPLATES } from '../../../src/admin/templates/catalogue.ts';
import { readDocument } from '../../../src/admin/text/document.ts';
import { definitionsAt, definitionsOf, usesAt, usesOf } from '../../../src/admin/text/symbols.ts';
import { anyText } from './any-text.ts';

const TEXT = `global
    user haproxy
    group haproxy
defaults base
    acl from_base src 10.0.0.0/8
userlist people
    group staff users anna,ben
    user anna password x groups staff,guests
    user ben password y
    group guests
peers units
    peer a 10.0.0.1:1024
resolvers dns
    nameserver n 10.0.0.1:53
http-errors ours
cache small
ring buffer
frontend web from base
    acl is_file path_end .png
    acl is_file path_beg /static
    acl known http_auth(people)
    acl alive nbsrv(app) ge 1
    http-request deny unless known or !is_file { srv_is_up(app/s1) } from_base METH_GET
    errorfiles ours
    http-request cache-use small if is_file
    http-request track-sc0 src table app
    log ring@buffer local0
    use_backend "app" if is_file
    use_backend %[req.hdr(host),map(/a.map,other)]
    default_backend app
backend app
    acl is_file always_true
    stick-table type ip size 1k peers units
    filter cache small
    use-server s1 if is_file
    server s1 10.0.0.1:80 resolvers dns
    server s2 10.0.0.2:80 track other/s1
    server s3 10.0.0.3:80 track s1
listen other
    http-request deny if { sc_http_req_rate(0,app) gt 1 } { src,table_conn_cur(app) gt 1 }
    server s1 10.0.0.9:80
`;

/** The lines a name at the nth place of a text leads to. */
function lines(text: string, inner: string, document = readDocument(TEXT)): readonly number[] {
  const at = TEXT.indexOf(text);
  if (at < 0) throw new Error(text);
  return definitionsAt(document, at + text.indexOf(inner) + 1).map((one) => one.line.number);
}

/** The number of the line that begins with a text, or has it. */
function lineOf(text: string): number {
  const all = TEXT.split('\n');
  const begins = all.findIndex((line) => line.trim().startsWith(text));
  return 1 + (begins < 0 ? all.findIndex((line) => line.includes(text)) : begins);
}

t.test('names lead to their definitions', async (test) => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['web from base', 'base', ['defaults base']],
    ['http_auth(people)', 'people', ['userlist people']],
    ['nbsrv(app)', 'app', ['backend app']],
    ['unless known', 'known', ['acl known']],
    ['!is_file', 'is_file', ['acl is_file path_end', 'acl is_file path_beg']],
    ['srv_is_up(app/s1)', 'app', ['backend app']],
    ['srv_is_up(app/s1)', 's1', ['server s1 10.0.0.1']],
    ['} from_base', 'from_base', ['acl from_base']],
    ['errorfiles ours', 'ours', ['http-errors ours']],
    ['cache-use small', 'small', ['cache small']],
    ['table app', 'app', ['backend app']],
    ['ring@buffer', 'buffer', ['ring buffer']],
    ['use_backend "app"', 'app', ['backend app']],
    ['a.map,other', 'other', ['listen other']],
    ['default_backend app', 'app', ['backend app']],
    ['peers units\n    filter', 'units', ['peers units']],
    ['filter cache small', 'small', ['cache small']],
    ['use-server s1', 's1', ['server s1 10.0.0.1']],
    ['s1 if is_file', 'is_file', ['acl is_file always_true']],
    ['resolvers dns\n    server', 'dns', ['resolvers dns']],
    ['track other/s1', 'other', ['listen other']],
    ['track other/s1', 's1', ['server s1 10.0.0.9']],
    ['track s1', 's1', ['server s1 10.0.0.1']],
    ['rate(0,app)', 'app', ['backend app']],
    ['conn_cur(app)', 'app', ['backend app']],
    ['users anna,ben', 'ben', ['user ben']],
    ['staff,guests', 'guests', ['group guests']],
  ];
  for (const [text, inner, expected] of cases) {
    test.strictSame(lines(text, inner), expected.map(lineOf), `${text} -> ${inner}`);
  }
});

t.test('a definition leads to itself, and to who uses it', async (test) => {
  test.strictSame(lines('backend app', 'app'), [lineOf('backend app')]);
  const document = readDocument(TEXT);
  const uses = (text: string) =>
    usesAt(document, TEXT.indexOf(`${text}\n`) + text.length).map(
      (use) => document.text.slice(0, use.start).split('\n').length,
    );
  test.strictSame(uses('\nbackend app'), [
    ...['nbsrv(app)', 'app/s1', 'table app', '"app"', 'default_backend app', '(0,app)', 'cur(app)'].map(lineOf),
  ]);
  test.strictSame(
    usesAt(document, TEXT.indexOf('known http')).map((use) => use.start),
    [TEXT.indexOf('known or')],
  );
  test.strictSame(uses('server s1 10.0.0.9:80'), [], 'the end of an address is no name');
});

t.test('what is no name leads nowhere', async (test) => {
  for (const [text, inner] of [
    ['METH_GET', 'METH'],
    ['user haproxy', 'haproxy'],
    ['path_end .png', 'path_end'],
    ['10.0.0.2:80', '10'],
  ] as const) {
    test.strictSame(lines(text, inner), [], text);
  }
});

t.test('every name that the seeds and the templates use is found', async (test) => {
  const directory = join(import.meta.dirname, '../../config/seeds');
  const texts = readdirSync(directory)
    .filter((name) => name.endsWith('.cfg'))
    .map((name) => readFileSync(join(directory, name), 'latin1'));
  for (const template of TEMPLATES) {
    const result = applyTemplate(template, exampleAnswers(template.questions), { configuration: '' });
    if (result.kind === 'applied') texts.push(result.configuration.text);
  }
  let uses = 0;
  for (const text of texts) {
    const document = readDocument(text);
    for (const use of usesOf(document)) {
      uses++;
      if (!/^[A-Z_]+$/.test(use.name)) test.not(use.definitions.length, 0, `${use.name}\n${text.slice(0, 300)}`);
    }
  }
  test.ok(uses > 60);
});

t.test('places are within the text, whatever it is', async () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const document = readDocument(text);
      for (const one of [...definitionsOf(document), ...usesOf(document)]) {
        if (one.start < 0 || one.end > text.length || one.start > one.end) throw new Error(one.name);
      }
      for (let at = 0; at <= text.length; at += 7) definitionsAt(document, at);
    }),
    { numRuns: 1000 },
  );
});
