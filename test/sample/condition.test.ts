import t from 'tap';
import type { AclModel } from '../../src/config/model-rules.ts';
import { compileAcl, compileCondition, FAIL, PASS } from '../../src/sample/condition.ts';
import { acl, anyOf, context, options } from './records.ts';

const REQUEST = context([
  'GET /Static/img/logo.PNG?size=1 HTTP/1.1',
  'Host: www.Example.com, other.test',
  'X-List: a, "b, c" ,d',
  'X-List: e',
  'X-Number: 42',
  'X-Address: 2001:db8::5',
  'X-Empty:',
]);

type Row = readonly [
  sample: string,
  match: AclModel['match'],
  patterns: readonly string[],
  holds: boolean,
  fold?: boolean,
];

const ROWS: readonly Row[] = [
  ['path', 'str', ['/Static/img/logo.PNG'], true],
  ['path', 'str', ['/static/img/logo.png'], false],
  ['path', 'str', ['/x', '/static/img/logo.png'], true, true],
  ['path', 'beg', ['/nothing', '/Static'], true],
  ['path', 'beg', ['/static'], false],
  ['path', 'beg', [''], true],
  ['path', 'end', ['.gif', '.png'], true, true],
  ['path', 'end', ['.png'], false],
  ['path', 'sub', ['/img/'], true],
  ['path', 'sub', ['IMG'], true, true],
  ['path', 'sub', ['size'], false],
  ['path', 'dir', ['img'], true],
  ['path', 'dir', ['/Static/img/'], true],
  ['path', 'dir', ['im'], false],
  ['path', 'reg', ['^/S.*G$'], true],
  ['path', 'len', ['20'], true],
  ['path', 'len', ['1:5', '21:'], false],
  ['path', 'found', [], true],
  ['url', 'end', ['size=1'], true],
  ['url', 'sub', ['?size'], true],
  ['method', 'str', ['POST', 'GET'], true],
  ['method', 'str', ['get'], false, true],
  ['req.ver', 'str', ['1.1'], true],
  ['req.hdr(host)', 'str', ['www.example.com'], true, true],
  ['req.hdr(host)', 'str', ['other.test'], true],
  ['req.hdr(host)', 'str', ['www.example.com, other.test'], false, true],
  ['req.hdr(HOST)', 'beg', ['www.'], true],
  ['req.hdr(host)', 'end', ['.test'], true],
  ['req.hdr(host)', 'dom', ['example'], true, true],
  ['req.hdr(host)', 'dom', ['exam'], false, true],
  ['req.hdr(x-list)', 'str', ['"b, c"'], true],
  ['req.hdr(x-list)', 'str', ['e'], true],
  ['req.hdr(x-list,1)', 'str', ['a'], true],
  ['req.hdr(x-list,1)', 'str', ['d'], false],
  ['req.hdr(x-list,-1)', 'str', ['e'], true],
  ['req.hdr(x-list,-5)', 'found', [], false],
  ['req.hdr(x-none)', 'found', [], false],
  ['req.hdr(x-empty)', 'found', [], true],
  ['req.hdr(x-empty)', 'len', ['0'], true],
  ['req.hdr(x-number)', 'int', ['40:50'], true],
  ['req.hdr(x-number)', 'int', ['43:'], false],
  ['req.hdr(host)', 'int', ['0:'], true],
  ['req.hdr(x-address)', 'ip', ['2001:db8::/32'], true],
  ['req.hdr_cnt(x-list)', 'int', ['4'], true],
  ['req.hdr_cnt(none)', 'int', ['0'], true],
  ['src', 'ip', ['10.0.0.0/8', '192.0.2.0/24'], true],
  ['src', 'ip', ['192.0.2.8'], false],
  ['src', 'ip', ['192.0.2.0/255.255.255.0'], true],
  ['src', 'ip', ['::/0'], true],
  ['always_true', 'bool', [], true],
  ['always_false', 'bool', [], false],
  ['status', 'int', ['0:'], false],
];

t.test('ACLs match as in HAProxy', (t) => {
  for (const [sample, match, patterns, holds, fold] of ROWS) {
    const compiled = compileAcl(acl(sample, match, patterns, fold ?? false), options());
    t.equal(compiled(REQUEST) === PASS, holds, `${sample} -m ${match}${fold ? ' -i' : ''} ${patterns.join(' ')}`);
  }
  t.end();
});

t.test('terms are joined by and, alternatives by or, and may be negated', (t) => {
  const yes = acl('always_true', 'bool', []);
  const no = acl('always_false', 'bool', []);
  const term = (acls: readonly AclModel[], negated = false) => ({ negated, acls });
  const holds = (...alternatives: (readonly ReturnType<typeof term>[])[]) =>
    compileCondition({ unless: false, alternatives }, options())(REQUEST);
  t.equal(holds([term([yes]), term([no])]), false);
  t.equal(holds([term([yes]), term([no], true)]), true);
  t.equal(holds([term([no])], [term([yes])]), true);
  t.equal(holds([term([no, yes])]), true, 'lines of one name are alternatives');
  t.equal(holds([term([no, yes], true)]), false);
  t.equal(holds([term([yes]), term([yes]), term([yes])]), true);
  t.equal(compileCondition(anyOf([yes], true), options())(REQUEST), false, 'unless');
  t.equal(holds([term([acl('req.hdr(none)', 'str', ['x'])], true)]), true, 'no sample: false, its negation true');
  t.end();
});

t.test('an IPv4-mapped client matches IPv4 networks', (t) => {
  const mapped = context(['GET / HTTP/1.1'], '::ffff:10.1.2.3');
  t.equal(compileAcl(acl('src', 'ip', ['10.0.0.0/8']), options())(mapped), PASS);
  t.equal(compileAcl(acl('src', 'ip', ['11.0.0.0/8']), options())(mapped), FAIL);
  t.end();
});

t.test('what is not implemented is refused by name', (t) => {
  t.throws(() => compileAcl(acl('no_such_fetch', 'bool', []), options()), {
    message: "'no_such_fetch' is not implemented yet",
  });
  t.end();
});
