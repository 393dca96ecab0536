import fc from 'fast-check';
import t from 'tap';
import { readDocument } from '../../../src/admin/text/document.ts';
import { type Hover, hoverAt } from '../../../src/admin/text/hover.ts';
import { KeywordIndex } from '../../../src/admin/text/keyword-index.ts';
import { manualLink } from '../../../src/admin/text/manual-link.ts';
import { allKeywords } from '../../../src/config/registry.ts';
import { anyText } from './any-text.ts';

const KEYWORDS = new KeywordIndex(allKeywords());

const TEXT = `global
    maxconn 100
frontend web
    bind :80 accept-proxy ssl
    mode http
    no option httplog
    timeout client 30s # timeout server
    acl is_api path_beg -i /api
    acl is_long path,length gt 100
    http-request set-header X %[req.hdr(host),lower]
    http-request deny if !is_api { hdr(host) -m beg x } METH_GET
    tcp-request content track-sc0 src
    log-format %ci:%{+Q}r
    use_backend app if is_api
backend app
    balance roundrobin
    server s1 10.0.0.1:80 check inter 1s
    stick-table type ip size 1k store conn_cur
peers units
    peer a 10.0.0.1:1
`;

/** What is told for a word, found by the text it stands in. */
function hover(within: string, word: string): Hover | undefined {
  const at = TEXT.indexOf(within);
  if (at < 0) throw new Error(within);
  return hoverAt(readDocument(TEXT), at + within.indexOf(word) + 1, KEYWORDS);
}

const told = (within: string, word: string): readonly string[] =>
  hover(within, word)?.keywords.map((one) => `${one.kind} ${one.name}`) ?? [];

t.test('keywords are told by what they are in their place', async (test) => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['maxconn', 'maxconn', ['global maxconn']],
    ['frontend web', 'frontend', ['section frontend']],
    ['bind :80', 'bind', ['proxy bind']],
    ['accept-proxy', 'accept-proxy', ['bind-option accept-proxy']],
    [':80 accept-proxy ssl', 'ssl', ['bind-option ssl']],
    ['option httplog', 'httplog', ['option httplog']],
    ['option httplog', 'option', []],
    ['timeout client', 'client', ['timeout client']],
    ['path_beg -i', 'path_beg', ['acl-keyword path_beg']],
    ['path_beg -i', '-i', ['acl-flag -i']],
    ['path,length gt', 'path', ['fetch path', 'acl-keyword path']],
    ['path,length gt', 'length', ['converter length']],
    ['gt 100', 'gt', ['acl-operator gt']],
    ['set-header', 'set-header', ['http-request set-header']],
    ['%[req.hdr', 'req.hdr', ['fetch req.hdr']],
    [',lower]', 'lower', ['converter lower']],
    ['-m beg', 'beg', ['acl-match beg']],
    ['METH_GET', 'METH', ['acl-predefined METH_GET']],
    ['content track-sc0', 'track', ['tcp-request content track-sc']],
    ['%ci:', 'ci', ['log-variable ci']],
    ['%{+Q}r', 'Q}r', ['log-variable r']],
    ['balance round', 'round', ['balance roundrobin']],
    ['check inter', 'check', ['server-option check']],
    ['check inter', 'inter', ['server-option inter']],
    ['conn_cur', 'conn', ['stick-table-data conn_cur']],
    ['peer a', 'peer', ['section-keyword peers: peer']],
  ];
  for (const [within, word, expected] of cases) test.strictSame(told(within, word), expected, `${within}: ${word}`);
});

t.test('a hover has grammar, help, default, section and link', async (test) => {
  test.match(hover('timeout client', 'client'), {
    start: TEXT.indexOf('client 30s'),
    end: TEXT.indexOf(' 30s'),
    keywords: [
      {
        grammar: 'timeout client <delay>',
        help: /silent/,
        initially: 'no limit',
        manual: '4.2',
        link: 'https://docs.haproxy.org/2.6/configuration.html#4.2',
        implemented: true,
      },
    ],
    definitions: [],
  });
});

t.test('names are told by their definitions', async (test) => {
  test.match(hover('use_backend app', 'app'), { keywords: [], definitions: [{ kind: 'backend', name: 'app' }] });
  test.match(hover('if !is_api', 'is_api'), { definitions: [{ kind: 'acl', line: { number: 8 } }] });
});

t.test('arguments and comments are nothing to tell about', async (test) => {
  for (const [within, word] of [
    ['client 30s', '30s'],
    ['# timeout', 'timeout'],
    ['hdr(host),', 'host'],
    ['inter 1s', '1s'],
    ['size 1k', '1k'],
    ['/api', 'api'],
  ] as const) {
    test.equal(hover(within, word), undefined, word);
  }
});

t.test('links lead to a section, or to a keyword in it', async (test) => {
  const manual = 'https://docs.haproxy.org/2.6/configuration.html';
  test.equal(manualLink('4.2 timeout connect'), `${manual}#4.2-timeout%20connect`);
  test.equal(manualLink('7.1'), `${manual}#7.1`);
  test.equal(manualLink(''), '');
  test.equal(manualLink('keepalived.conf'), '');
});

t.test('whatever the text and the place, what is told stands there', async () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (text, place) => {
      const offset = place % (text.length + 1);
      const found = hoverAt(readDocument(text), offset, KEYWORDS);
      if (found !== undefined && (found.start > offset || found.end < offset)) throw new Error('elsewhere');
    }),
    { numRuns: 1500 },
  );
});
