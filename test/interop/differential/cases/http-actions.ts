/** Every action of http-request, http-response and http-after-response rules, on messages that show what it does. */
import {
  close,
  closed,
  type DifferentialCase,
  get,
  head,
  httpCase,
  idle,
  type Loose,
  messages,
  reply,
  type Script,
  send,
  serve,
  text,
  web,
} from '../case.ts';

type Lines = Parameters<typeof web>[0];
type More = {
  readonly files?: Readonly<Record<string, string>>;
  readonly logs?: number;
  readonly origin?: Script;
  readonly client?: Script;
  readonly bodyless?: readonly number[];
};

/** `set-src` keeps the port the client came from. */
const CLIENT_PORT: readonly Loose[] = [
  { pattern: /(192\.0\.2\.9|127\.0\.0\.0|2001:db8::9):\d{5}/g, as: '$1:PORT', because: 'clients come from any port' },
];

/** One request and its answer under some rules. */
function action(
  name: string,
  expect: string,
  lines: Lines,
  request: string = get('/'),
  more: More = {},
): DifferentialCase {
  return httpCase({
    name: `action-${name}`,
    expect,
    config: web(lines),
    client: more.client ?? [send(request), closed],
    loose: CLIENT_PORT,
    ...more,
  });
}

const front = (...rules: readonly string[]): Lines => ({ frontend: rules });
const back = (...rules: readonly string[]): Lines => ({ backend: rules });
/** http-request rules of the frontend. */
const ask = (...rules: readonly string[]): Lines => front(...rules.map((rule) => `http-request ${rule}`));
/** http-response rules of the backend. */
const answer = (...rules: readonly string[]): Lines => back(...rules.map((rule) => `http-response ${rule}`));
const after = (...rules: readonly string[]): Lines => front(...rules.map((rule) => `http-after-response ${rule}`));
const respond = (...headers: readonly string[]): More => ({ origin: [serve(reply('hello', ...headers))] });

const headers: readonly DifferentialCase[] = [
  action('del-header-beg', '200', ask('del-header X- -m beg'), get('/', 'X-A: 1', 'Y-X-: 2', 'x-b: 3')),
  action('del-header-end', '200', ask('del-header -id -m end'), get('/', 'X-Id: 1', 'Id-X: 2', 'A-ID: 3')),
  action('del-header-sub', '200', ask('del-header race -m sub'), get('/', 'X-Trace: 1', 'Race-1: 2', 'Other: 3')),
  action('del-header-reg', '200', ask('del-header ^x-[0-9]+$ -m reg'), get('/', 'X-12: 1', 'X-1a: 2', 'x-3: 3')),
  action('del-header-conditional', '200', ask('del-header X-A if { path /other }'), get('/', 'X-A: 1')),
  action(
    'replace-header',
    '200',
    ask('replace-header Cookie foo=([^;]*);(.*) foo=\\1;ip=%[src];\\2'),
    get('/', 'Cookie: foo=foobar; expires=Tue; path=/'),
  ),
  action('replace-header-whole', '200', ask('replace-header X-A b X'), get('/', 'X-A: abc', 'X-A: xyz', 'x-a: bb')),
  action('replace-header-keeps-place', '200', ask('replace-header X-B .* new'), get('/', 'X-A: 1', 'X-B: 2', 'X-C: 3')),
  action('replace-header-empty', '200', ask('replace-header X-A ^$ filled'), get('/', 'X-A:', 'X-B: 1')),
  action('replace-header-to-nothing', '200', ask('replace-header X-A (none)? \\1'), get('/', 'X-A: something')),
  action('replace-header-hexadecimal', '200', ask("replace-header X-A (.*) '\\1\\x41\\x2F\\\\.'"), get('/', 'X-A: v')),
  action('replace-header-host', '200', ask('replace-header Host (.*)\\.test \\1.example'), get('/')),
  action(
    'replace-header-host-absolute',
    '200',
    ask('replace-header Host .* other.test:81'),
    head('GET http://example.test/x?y HTTP/1.1', 'Host: example.test'),
  ),
  action(
    'replace-header-twice',
    '200',
    ask('replace-header X-A a b', 'replace-header X-A b c', 'add-header X-A d', 'replace-header X-A d e'),
    get('/', 'X-A: a', 'X-B: b'),
  ),
  action(
    'replace-header-then-delete',
    '200',
    ask('replace-header X-A a b', 'del-header X-A'),
    get('/', 'X-A: a', 'X-B: 1'),
  ),
  action(
    'replace-value',
    '200',
    ask('replace-value X-Forwarded-For ^192\\.168\\.(.*)$ 172.16.\\1'),
    get('/', 'X-Forwarded-For: 192.168.10.1, 192.168.13.24, 10.0.0.37'),
  ),
  action('replace-value-quoted', '200', ask('replace-value X-A b X'), get('/', 'X-A: a, "b, b" , b,c', 'X-A: b')),
  action('replace-value-empty-items', '200', ask('replace-value X-A ^$ -'), get('/', 'X-A: a,,b,', 'X-A: ,')),
  action('replace-value-blanks', '200', ask('replace-value X-A (.+) [\\1]'), get('/', 'X-A:   a ,\tb  ,c')),
  action(
    'set-header-host-absolute',
    '200',
    ask('set-header Host other.test'),
    head('GET http://example.test/x HTTP/1.1', 'Host: example.test'),
  ),
  action(
    'set-header-conditions',
    '200',
    ask('set-header X-A 1 if { path /a }', 'set-header X-A 2 unless { path /a }'),
    get('/a'),
  ),
  action('set-header-connection-close', '200', answer('set-header Connection close')),
  action('set-header-connection-to-server', '200', ask('set-header Connection close')),
  action('set-header-content-length', '200', answer('set-header Content-Length 5')),
  action(
    'response-replace-header',
    '200',
    answer('replace-header Set-Cookie (C=[^;]*);(.*) \\1;ip=x;\\2'),
    get('/'),
    respond('Set-Cookie: C=1; path=/'),
  ),
  action(
    'response-replace-value',
    '200',
    answer('replace-value Cache-control ^public$ private'),
    get('/'),
    respond('Cache-Control: max-age=3600, public'),
  ),
  action(
    'response-del-header-beg',
    '200',
    answer('del-header X- -m beg'),
    get('/'),
    respond('X-A: 1', 'B: 2', 'X-C: 3'),
  ),
  action(
    'response-set-header-format',
    '200',
    answer('set-header X-Status %[status]-%[res.hdr(X-A)]'),
    get('/'),
    respond('X-A: 1'),
  ),
  action('set-status', '418', answer('set-status 418'), get('/')),
  action('set-status-reason', '503', answer('set-status 503 reason "Slow down"'), get('/')),
  action('set-status-unknown', '299', answer('set-status 299'), get('/')),
  action('set-status-conditional', '200', answer('set-status 500 if { status 404 }'), get('/')),
  action('set-status-seen-by-later-rules', '210', answer('set-status 210', 'set-header X-S %[status]'), get('/')),
];

const lines: readonly DifferentialCase[] = [
  action('set-method', '200', ask('set-method POST')),
  action('set-method-unknown', '200', ask('set-method BREW')),
  action('set-path', '200', ask('set-path /new'), get('/old/x?q=1')),
  action('set-path-format', '200', ask('set-path /%[hdr(host)]%[path]'), get('/p?q')),
  action(
    'set-path-absolute',
    '200',
    ask('set-path /new'),
    head('GET http://example.test/old?q HTTP/1.1', 'Host: example.test'),
  ),
  action('set-path-asterisk', '200', ask('set-path /new'), head('OPTIONS * HTTP/1.1', 'Host: h')),
  action('set-pathq', '200', ask('set-pathq /new?a=b'), get('/old?q=1')),
  action('set-query', '200', ask('set-query a=b'), get('/old?q=1')),
  action('set-query-none-before', '200', ask('set-query a=b'), get('/old')),
  action('set-query-empty', '200', ask('set-query %[hdr(X-None)]'), get('/old?q=1')),
  action('set-query-empty-none-before', '200', ask('set-query %[hdr(X-None)]'), get('/old')),
  action('set-uri', '200', ask('set-uri /new?x'), get('/old?q=1')),
  action('set-uri-absolute', '200', ask('set-uri http://other.test:81/new?x'), get('/old?q=1')),
  action(
    'set-uri-back-to-origin',
    '200',
    ask('set-uri /plain', 'set-header Host h2'),
    head('GET http://example.test/old HTTP/1.1', 'Host: example.test'),
  ),
  action('replace-path', '200', ask('replace-path (.*) /foo\\1'), get('/bar?q=1')),
  action('replace-path-part', '200', ask('replace-path /a/([^/]*)/.* /b/\\1 if { path_beg /a }'), get('/a/one/two?q')),
  action('replace-path-no-match', '200', ask('replace-path ^/none /x'), get('/bar?q=1')),
  action(
    'replace-path-absolute',
    '200',
    ask('replace-path /(.*) /v2/\\1'),
    head('GET http://example.test/old?q HTTP/1.1', 'Host: example.test'),
  ),
  action('replace-pathq', '200', ask('replace-pathq /foo(.*) \\1'), get('/foo/bar?q=1')),
  action('replace-pathq-query', '200', ask('replace-pathq ([^?]*)\\?(.*) \\1?v=1&\\2'), get('/p?q=1')),
  action(
    'replace-uri',
    '200',
    ask('replace-uri ^http://(.*) https://\\1'),
    head('GET http://example.test/x HTTP/1.1', 'Host: example.test'),
  ),
  action(
    'replace-uri-host',
    '200',
    ask('replace-uri ^http://dev(.*) http://\\1'),
    head('GET http://dev.test/x HTTP/1.1', 'Host: dev.test'),
  ),
  action(
    'replace-path-seen-by-conditions',
    '200',
    ask('replace-path .* /two', 'set-header X-Two yes if { path /two }'),
    get('/one'),
  ),
  action(
    'set-path-then-redirect',
    '302',
    front('http-request set-path /two', 'redirect prefix http://x.test'),
    get('/one?q'),
  ),
  action('log-shows-first-line', '200', ask('set-uri /other', 'set-method PUT'), get('/first')),
];

const replies: readonly DifferentialCase[] = [
  action('return', '200', ask('return')),
  action('return-status', '204', ask('return status 204')),
  action('return-string', '200', ask('return status 200 content-type text/plain string "Some text"')),
  action(
    'return-format',
    '200',
    ask('return status 200 content-type text/plain lf-string "path=%[path] src=%[src]"'),
    get('/x'),
  ),
  action('return-file', '200', ask('return content-type application/json file {file:a}'), get('/'), {
    files: { a: '{"a": 1}\n' },
  }),
  action('return-lf-file', '200', ask('return content-type text/plain lf-file {file:a}'), get('/p'), {
    files: { a: 'path %[path]' },
  }),
  action('return-errorfile', '404', ask('return status 200 errorfile {file:a}'), get('/'), {
    files: { a: `${head('HTTP/1.1 404 Gone', 'Content-Length: 3')}abc` },
  }),
  action('return-default-errorfiles', '404', ask('return status 404 default-errorfiles')),
  action(
    'return-headers',
    '201',
    ask('return status 201 hdr X-One 1 hdr Location /%[path] hdr X-Empty %[hdr(none)]'),
    get('/p'),
  ),
  action('return-head', '200', ask('return content-type text/plain string hello'), head('HEAD / HTTP/1.1', 'Host: h'), {
    bodyless: [0],
  }),
  action('return-http10', '200', ask('return content-type text/plain string hello'), 'GET / HTTP/1.0\r\n\r\n'),
  action(
    'return-with-body',
    '200',
    ask('return content-type text/plain string hello'),
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}12345`,
  ),
  action(
    'return-with-body-missing',
    '200',
    ask('return content-type text/plain string hello'),
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}12`,
  ),
  action('return-conditional', '200', ask('return status 503 if { path /other }'), get('/')),
  action('return-backend', '200', back('http-request return content-type text/plain string backend')),
  action('return-ends-rules', '202', ask('return status 202', 'deny'), get('/')),
  action('return-unknown-status', '599', ask('return status 599 content-type text/plain string x')),
  action('return-keeps-connection', '200 200', ask('return content-type text/plain string hello'), '', {
    client: [send(get('/'), get('/2')), messages(2)],
    logs: 2,
  }),
  action('response-return', '200', answer('return status 200 content-type text/plain string instead'), get('/')),
  action(
    'response-return-format',
    '203',
    answer('return status 203 content-type text/plain lf-string "for %[src]" hdr X-B b'),
    get('/'),
    respond('X-A: v'),
  ),
  action('response-return-conditional', '200', answer('return status 500 if { status 404 }'), get('/')),
  action('response-return-frontend', '200', front('http-response return content-type text/plain string front')),
  action('deny-status-any', '499', ask('deny status 499')),
  action('deny-string', '403', ask('deny content-type text/plain string "go away"')),
  action(
    'deny-status-string',
    '429',
    ask('deny deny_status 429 content-type text/plain string "slow" hdr Retry-After 5'),
  ),
  action('deny-errorfile', '403', ask('deny errorfile {file:a}'), get('/'), {
    files: { a: `${head('HTTP/1.1 403 No', 'Content-Length: 2')}no` },
  }),
  action('deny-format', '403', ask('deny content-type text/html lf-string "<p>%[path]</p>"'), get('/a')),
  action('response-deny-status', '403', answer('deny deny_status 403')),
  action('response-deny-string', '502', answer('deny content-type text/plain string "hidden"')),
  action(
    'response-deny-conditional',
    '502',
    answer('deny if { res.hdr(X-Secret) -m found }'),
    get('/'),
    respond('X-Secret: 1'),
  ),
  action('response-deny-big', '502', answer('deny'), get('/'), { origin: [serve(reply('x'.repeat(4000)))] }),
  action('deny-in-defaults-order', '403', {
    frontend: ['http-request set-header X-A 1', 'http-request deny if { hdr(X-A) 1 }'],
  }),
  action('allow-ends-rules', '200', ask('allow if { path /ok }', 'deny'), get('/ok')),
  action('allow-frontend-only', '403', { frontend: ['http-request allow'], backend: ['http-request deny'] }),
  action('response-allow', '200', answer('allow', 'set-header X-Not 1')),
  action('reject', '', ask('reject')),
  action('reject-with-body', '', ask('reject'), `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}12345`),
  action('reject-backend', '', back('http-request reject')),
  action('reject-conditional', '200', ask('reject if { path /other }')),
  action('auth', '401', ask('auth')),
  action('auth-realm', '401', ask('auth realm "Our\\ place"')),
  action('auth-errorfile', '401', front('errorfile 401 {file:a}', 'http-request auth realm R'), get('/'), {
    files: {
      a: `${head('HTTP/1.1 401 Who', 'WWW-Authenticate: Basic realm="old"', 'Content-Length: 3', 'X-A: 1')}who`,
    },
  }),
  action(
    'auth-proxy',
    '407',
    front('option http-use-proxy-header', 'http-request auth'),
    head('GET http://h/ HTTP/1.1', 'Host: h'),
  ),
  action('auth-proxy-option-plain-target', '401', front('option http-use-proxy-header', 'http-request auth')),
  action('auth-post', '401', ask('auth'), `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}12345`),
];

const redirects: readonly DifferentialCase[] = [
  action('redirect-format', '302', ask('redirect location http://%[hdr(host)]/x%[path]?from=%[src]'), get('/p?q')),
  action(
    'redirect-prefix-slash',
    '302',
    ask('redirect prefix / append-slash drop-query if { path_end a }'),
    get('/a?q'),
  ),
  action('redirect-ignore-empty', '200', ask('redirect location %[hdr(X-To)] ignore-empty')),
  action(
    'redirect-ignore-empty-filled',
    '302',
    ask('redirect location %[hdr(X-To)] ignore-empty'),
    get('/', 'X-To: /there'),
  ),
  action('redirect-empty-location', '302', ask('redirect location %[hdr(X-To)]')),
  action(
    'redirect-scheme-format',
    '301',
    ask('redirect scheme https code 301 if { hdr(host) -m beg ex }'),
    get('/p?q'),
  ),
  action('redirect-scheme-drop-query', '302', ask('redirect scheme https drop-query append-slash'), get('/p?q')),
  action('redirect-asterisk', '302', ask('redirect prefix http://x.test'), head('OPTIONS * HTTP/1.1', 'Host: h')),
  action(
    'redirect-absolute',
    '302',
    ask('redirect prefix http://x.test'),
    head('GET http://example.test/a?b HTTP/1.1', 'Host: example.test'),
  ),
  action('redirect-cookie', '302', ask('redirect location / set-cookie A=1 clear-cookie B=')),
  action('redirect-303', '303', ask('redirect location / code 303')),
  action('response-redirect', '302', answer('redirect location http://x.test/%[status]')),
  action('response-redirect-code', '307', answer('redirect location /l code 307 if { status 200 }')),
  action('redirect-keeps-connection', '302 302', ask('redirect location /l'), '', {
    client: [send(get('/'), get('/2')), messages(2)],
    logs: 2,
  }),
];

const normalized = (name: string, rule: string, path: string, expect = '200'): DifferentialCase =>
  action(`normalize-${name}`, expect, ask(`normalize-uri ${rule}`), get(path));

/** Their group allows experimental actions. */
export const normalizers: readonly DifferentialCase[] = [
  normalized('merge-slashes', 'path-merge-slashes', '//a///b//?x=//'),
  normalized('strip-dot', 'path-strip-dot', '/./a/./b/.'),
  normalized('strip-dotdot', 'path-strip-dotdot', '/../a/b/../../c/..'),
  normalized('strip-dotdot-full', 'path-strip-dotdot full', '/../../a/../b?/../c'),
  normalized('query-sort', 'query-sort-by-name', '/p?b=2&a=1&b=1&=0&aa'),
  normalized('query-sort-none', 'query-sort-by-name', '/p'),
  normalized('uppercase', 'percent-to-uppercase', '/%c3%a4?%2f%zz'),
  normalized('uppercase-strict', 'percent-to-uppercase strict', '/%2f%2', '400'),
  normalized('decode', 'percent-decode-unreserved', '/%41%2D%2f?%7e%'),
  normalized('decode-strict', 'percent-decode-unreserved strict', '/%41%4', '400'),
  normalized('strict-if', 'percent-to-uppercase strict if { path /no }', '/%2'),
  normalized('fragment-strip', 'fragment-strip', '/a?b'),
  normalized('fragment-encode', 'fragment-encode', '/a?b'),
  action(
    'normalize-absolute',
    '200',
    ask('normalize-uri path-merge-slashes'),
    head('GET http://example.test//a//b HTTP/1.1', 'Host: example.test'),
  ),
  action('normalize-asterisk', '200', ask('normalize-uri path-strip-dot'), head('OPTIONS * HTTP/1.1', 'Host: h')),
];

const aftermath: readonly DifferentialCase[] = [
  action('after-set-header', '200', after('set-header X-After 1', 'add-header X-After 2')),
  action('after-order', '200', {
    frontend: ['http-after-response set-header X-Who front', 'http-response add-header X-Order response-front'],
    backend: ['http-after-response set-header X-Who back', 'http-after-response add-header X-Order back'],
  }),
  action('after-del-header', '200', after('del-header X-A'), get('/'), respond('X-A: 1')),
  action(
    'after-replace',
    '200',
    after('replace-header X-A (.*) <\\1>', 'replace-value X-B b c'),
    get('/'),
    respond('X-A: 1', 'X-B: a, b'),
  ),
  action('after-set-status', '202', after('set-status 202 reason "Well then"')),
  action('after-on-deny', '403', front('http-request deny', 'http-after-response set-header X-After %[status]')),
  action(
    'after-on-return',
    '200',
    front('http-request return content-type text/plain string x', 'http-after-response set-header X-After 1'),
  ),
  action('after-on-return-set-status', '250', front('http-request return', 'http-after-response set-status 250')),
  action(
    'after-on-redirect',
    '302',
    front('http-request redirect location /x', 'http-after-response replace-header Location (.*) \\1/y'),
  ),
  action('after-on-auth', '401', front('http-request auth', 'http-after-response set-header X-A 1')),
  action(
    'after-on-monitor',
    '200',
    front('monitor-uri /alive', 'http-after-response set-header X-A 1'),
    get('/alive'),
    { logs: 0 },
  ),
  action(
    'after-on-errorfile',
    '403',
    front(
      'errorfile 403 {file:a}',
      'http-request deny',
      'http-after-response set-header X-A 1',
      'http-after-response del-header X-B',
    ),
    get('/'),
    {
      files: { a: `${head('HTTP/1.1 403 No', 'Content-Length: 2', 'X-B: 1')}no` },
    },
  ),
  action('after-on-503', '503', {
    frontend: ['http-after-response set-header X-A 1'],
    backend: ['server none 127.0.0.1:1 disabled'],
    server: 'disabled',
  }),
  action('after-on-502', '502', after('set-header X-A 1'), get('/'), {
    origin: [messages(1), send('garbage\r\n\r\n')],
  }),
  action('after-allow', '200', after('allow', 'set-header X-A 1')),
  action('after-conditional', '200', after('set-header X-A 1 if { status 200 }', 'set-header X-B 1 if { status 404 }')),
  action('after-backend-on-deny', '403', back('http-request deny', 'http-after-response set-header X-A 1')),
  action(
    'after-connection-close',
    '403',
    front('http-request deny', 'http-after-response set-header Connection close'),
  ),
  action('after-400', '400', after('set-header X-A 1'), 'garbage\r\n\r\n'),
  action('after-capture-body-kept', '200', after('set-header X-A 1'), get('/'), {
    origin: [serve(reply('x'.repeat(30_000)))],
  }),
];

const errors: readonly DifferentialCase[] = [
  action(
    'http-error-string',
    '403',
    front('http-error status 403 content-type text/plain string "own text"', 'http-request deny'),
  ),
  action(
    'http-error-format',
    '403',
    front(
      'http-error status 403 content-type text/plain lf-string "path %[path]" hdr X-P %[path]',
      'http-request deny',
    ),
    get('/pp'),
  ),
  action(
    'http-error-file',
    '404',
    front('http-error status 404 content-type text/plain file {file:a}', 'http-request deny deny_status 404'),
    get('/'),
    { files: { a: 'gone' } },
  ),
  action(
    'http-error-errorfile',
    '410',
    front('http-error status 404 errorfile {file:a}', 'http-request deny deny_status 404'),
    get('/'),
    { files: { a: `${head('HTTP/1.1 410 Gone', 'Content-Length: 0')}` } },
  ),
  action('http-error-empty', '403', front('http-error status 403', 'http-request deny')),
  action(
    'http-error-default',
    '403',
    front('http-error status 403', 'http-error status 403 default-errorfiles', 'http-request deny'),
  ),
  action(
    'http-error-503',
    '503',
    {
      backend: ['http-error status 503 content-type text/plain lf-string "no server for %[path]"'],
      server: 'disabled',
    },
    get('/x'),
  ),
  action(
    'http-error-hdr-only',
    '429',
    front('http-error status 429 hdr X-A %[src]', 'http-request deny deny_status 429'),
  ),
  action(
    'http-error-last-wins',
    '403',
    front(
      'errorloc 403 http://x.test/',
      'http-error status 403 content-type text/plain string two',
      'http-request deny',
    ),
  ),
  action(
    'http-error-in-return',
    '403',
    front(
      'http-error status 403 content-type text/plain string own',
      'http-request return status 403 default-errorfiles',
    ),
  ),
  httpCase({
    name: 'action-errorfiles-section',
    expect: '403',
    config: `http-errors {case}-set\n  errorfile 403 {file:a}\n  errorfile 404 {file:b}\n${web(front('errorfiles {case}-set', 'http-request deny'))}`,
    client: [send(get('/')), closed],
    files: {
      a: `${head('HTTP/1.1 403 From section', 'Content-Length: 2')}no`,
      b: head('HTTP/1.1 404 B', 'Content-Length: 0'),
    },
  }),
  httpCase({
    name: 'action-errorfiles-statuses',
    expect: '404 403',
    logs: 2,
    config: `http-errors {case}-set\n  errorfile 403 {file:a}\n  errorfile 404 {file:b}\n${web(front('errorfiles {case}-set 404', 'http-request deny deny_status 404 if { path /4 }', 'http-request deny'))}`,
    client: [send(get('/4'), get('/3')), messages(2)],
    files: {
      a: `${head('HTTP/1.1 403 From section', 'Content-Length: 2')}no`,
      b: head('HTTP/1.1 404 B', 'Content-Length: 0'),
    },
  }),
  httpCase({
    name: 'action-deny-errorfiles',
    expect: '429',
    config: `http-errors {case}-set\n  errorfile 429 {file:a}\n${web(front('http-request deny status 429 errorfiles {case}-set'))}`,
    client: [send(get('/')), closed],
    files: { a: `${head('HTTP/1.1 429 From section', 'Content-Length: 2')}no` },
  }),
];

const surroundings: readonly DifferentialCase[] = [
  action(
    'set-src',
    '200',
    front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]', 'option forwardfor'),
    get('/', 'X-Client: 192.0.2.9'),
  ),
  action(
    'set-src-ipv6',
    '200',
    front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]', 'option forwardfor'),
    get('/', 'X-Client: 2001:db8::9'),
  ),
  action('set-src-none', '200', front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]')),
  action(
    'set-src-bad',
    '200',
    front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]'),
    get('/', 'X-Client: nobody'),
  ),
  action(
    'set-src-condition',
    '403',
    ask('set-src hdr(X-Client)', 'deny if { src 192.0.2.0/24 }'),
    get('/', 'X-Client: 192.0.2.9'),
  ),
  action('set-src-one-request', '403 200', ask('set-src hdr(X-Client)', 'deny if { src 192.0.2.0/24 }'), '', {
    client: [send(get('/', 'X-Client: 192.0.2.9'), get('/')), messages(2)],
    logs: 2,
  }),
  action(
    'set-src-port',
    '200',
    front('http-request set-src-port hdr(X-Port)', 'http-request set-src hdr(X-Client)', 'option forwardfor'),
    get('/', 'X-Port: 4711', 'X-Client: 192.0.2.9'),
  ),
  action('set-src-masked', '200', front('http-request set-src src,ipmask(24)', 'http-request set-header X-Src %[src]')),
  action('set-dst', '200', front('http-request set-dst hdr(X-To)', 'option originalto'), get('/', 'X-To: 192.0.2.10')),
  httpCase({
    name: 'action-set-dst-leads-there',
    expect: '200 503',
    logs: 2,
    config: [
      'frontend {case}',
      '  bind {bind}',
      '  http-request set-dst str({origin}),field(1,:)',
      '  http-request set-dst-port str({origin}),field(2,:) if { path /there }',
      '  http-request set-dst-port str(1) unless { path /there }',
      '  default_backend {case}-be',
      'backend {case}-be',
      '  server s1 0.0.0.0:0',
      '',
    ].join('\n'),
    client: [send(get('/there')), messages(1), send(get('/')), messages(2)],
  }),
  action('originalto', '200', front('option originalto')),
  action('originalto-header', '200', { frontend: ['option originalto header X-Dst'], backend: ['option originalto'] }),
  action('originalto-except', '200', front('option originalto except 127.0.0.0/8')),
  action('set-log-level-silent', '200', ask('set-log-level silent'), get('/'), { logs: 0 }),
  action('set-log-level', '200', ask('set-log-level alert')),
  action('set-log-level-response', '200', answer('set-log-level debug if { status 200 }')),
  action('set-log-level-one-request', '200 200', ask('set-log-level silent if { path /quiet }'), '', {
    client: [send(get('/quiet')), messages(1), send(get('/loud')), messages(2)],
    logs: 1,
  }),
  action('set-nice', '200', ask('set-nice 10')),
  action('set-tos', '200', ask('set-tos 0x20')),
  action('set-mark', '200', ask('set-mark 7')),
  action('set-priority', '200', ask('set-priority-class int(3)', 'set-priority-offset int(-10)')),
  action('disable-l7-retry', '200', ask('disable-l7-retry')),
  action('wait-for-handshake', '200', ask('wait-for-handshake')),
  action('early-hint', '103 200', ask('early-hint Link "</style.css>; rel=preload"'), get('/'), {
    client: [send(get('/')), closed],
  }),
  action(
    'early-hint-several',
    '103 103 200',
    ask('early-hint Link </a.css>', 'early-hint Link </b.js>', 'set-header X-A 1', 'early-hint Link %[path]'),
    get('/p'),
  ),
  action('early-hint-http10', '200', ask('early-hint Link </a.css>'), 'GET / HTTP/1.0\r\n\r\n'),
  action('early-hint-conditional', '200', ask('early-hint Link </a.css> if { path /other }')),
  action('set-timeout-server', '504', back('http-request set-timeout server 200ms'), get('/'), {
    origin: [messages(1)],
  }),
  action(
    'set-timeout-server-expression',
    '504',
    back('http-request set-timeout server hdr(X-Time)'),
    get('/', 'X-Time: 200'),
    { origin: [messages(1)] },
  ),
  action('tarpit', '500', front('timeout tarpit 300ms', 'http-request tarpit')),
  action('tarpit-status', '429', front('timeout tarpit 300ms', 'http-request tarpit deny_status 429')),
  action(
    'tarpit-string',
    '503',
    front('timeout tarpit 100ms', 'http-request tarpit status 503 content-type text/plain string "wait"'),
  ),
  action('tarpit-backend', '500', back('timeout tarpit 200ms', 'http-request tarpit')),
  action(
    'tarpit-with-body',
    '500',
    front('timeout tarpit 300ms', 'http-request tarpit'),
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}12345`,
  ),
  action('tarpit-conditional', '200', ask('tarpit if { path /other }')),
  action('strict-mode-words', '200', ask('strict-mode off', 'set-header X-A 1', 'strict-mode on')),
];

const big = 'x'.repeat(8000);

const rewriting: readonly DifferentialCase[] = [
  action(
    'rewrite-fails',
    '500',
    ask('set-header X-A %[hdr(X-Big)]', 'set-header X-B %[hdr(X-Big)]'),
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-fails-softly',
    '200',
    ask('strict-mode off', 'set-header X-A %[hdr(X-Big)]', 'set-header X-B %[hdr(X-Big)]', 'set-header X-C 1'),
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-strict-again',
    '500',
    ask('strict-mode off', 'set-header X-A %[hdr(X-Big)]', 'strict-mode on', 'set-header X-B %[hdr(X-Big)]'),
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-strict-in-backend',
    '500',
    {
      frontend: ['http-request strict-mode off'],
      backend: ['http-request set-header X-A %[hdr(X-Big)]', 'http-request set-header X-B %[hdr(X-Big)]'],
    },
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-response-fails',
    '500',
    answer('set-header X-A %[res.hdr(X-Big)]', 'set-header X-B %[res.hdr(X-Big)]'),
    get('/'),
    respond(`X-Big: ${big}`),
  ),
  action(
    'rewrite-response-softly',
    '200',
    answer('strict-mode off', 'set-header X-A %[res.hdr(X-Big)]', 'set-header X-B %[res.hdr(X-Big)]'),
    get('/'),
    respond(`X-Big: ${big}`),
  ),
  action(
    'rewrite-after-fails',
    '500',
    after('set-header X-A %[res.hdr(X-Big)]', 'set-header X-B %[res.hdr(X-Big)]'),
    get('/'),
    respond(`X-Big: ${big}`),
  ),
  action('replace-bad-escape', '500', ask("replace-header X-A (.*) 'a\\'"), get('/', 'X-A: v')),
  action('set-uri-without-authority', '500', ask('set-uri http:///x')),
];

const post = (length: number, body: string, ...more: readonly string[]): string =>
  `${head('POST /p HTTP/1.1', 'Host: h', `Content-Length: ${length}`, ...more)}${body}`;

/** Half of the payload, then the rest. */
const slowly: Script = [send(post(10, '12345')), idle(100), send('67890'), closed];

const waiting: readonly DifferentialCase[] = [
  action('wait-for-body', '200', ask('wait-for-body time 1s'), '', { client: slowly }),
  action('wait-for-body-whole', '200', ask('wait-for-body time 1s'), post(5, '12345')),
  action('wait-for-body-none', '200', ask('wait-for-body time 1s')),
  action('wait-for-body-at-least', '200', ask('wait-for-body time 1s at-least 3'), '', { client: slowly }),
  action('wait-for-body-timeout', '408', ask('wait-for-body time 200ms'), post(10, '12345')),
  action('wait-for-body-chunked', '200', ask('wait-for-body time 1s'), '', {
    client: [
      send(head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked'), '3\r\nabc\r\n'),
      idle(100),
      send('2\r\nde\r\n0\r\n\r\n'),
      closed,
    ],
  }),
  action('wait-for-body-bad-chunk', '400', ask('wait-for-body time 1s'), '', {
    client: [
      send(head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked'), '3\r\nabc\r\n'),
      idle(100),
      send('zz\r\n'),
      closed,
    ],
  }),
  action('wait-for-body-expect', '100 200', ask('wait-for-body time 1s'), '', {
    client: [send(post(5, '', 'Expect: 100-continue')), text('100 Continue'), send('12345'), closed],
  }),
  action('wait-for-body-large', '200', ask('wait-for-body time 1s'), post(40_000, 'y'.repeat(40_000))),
  action('wait-for-body-then-deny', '403', ask('wait-for-body time 1s', 'deny'), '', { client: slowly }),
  action('wait-for-body-backend', '200', back('http-request wait-for-body time 1s'), '', { client: slowly }),
  action('wait-for-body-response', '200', answer('wait-for-body time 1s'), get('/'), {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), '12345'), idle(100), send('67890')],
  }),
  action('wait-for-body-response-timeout', '504', answer('wait-for-body time 200ms'), get('/'), {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), '12345'), closed],
  }),
  action('wait-for-body-response-then-deny', '502', answer('wait-for-body time 1s', 'deny'), get('/'), {
    origin: [
      messages(1),
      send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), '12345'),
      idle(100),
      send('67890'),
      closed,
    ],
  }),
  action('wait-for-body-response-until-close', '200', answer('wait-for-body time 1s'), get('/'), {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Connection: close'), '12345'), idle(100), close],
  }),
  action('buffer-request', '200', front('option http-buffer-request'), '', { client: slowly }),
  action('buffer-request-backend', '200', back('option http-buffer-request'), '', { client: slowly }),
  action(
    'buffer-request-timeout',
    '408',
    front('option http-buffer-request', 'timeout http-request 300ms'),
    post(10, '12345'),
  ),
  action(
    'restrict-names-delete',
    '200',
    front('option http-restrict-req-hdr-names delete'),
    get('/', 'X_A: 1', 'X-B: 2', 'X.C: 3'),
  ),
  action('restrict-names-reject', '403', front('option http-restrict-req-hdr-names reject'), get('/', 'X_A: 1')),
  action('restrict-names-preserve', '200', front('option http-restrict-req-hdr-names preserve'), get('/', 'X_A: 1')),
  action('restrict-names-backend', '403', back('option http-restrict-req-hdr-names reject'), get('/', 'X_A: 1')),
  action('pretend-keepalive', '200', { backend: ['option http-pretend-keepalive', 'option http-server-close'] }),
];

export const httpActions: readonly DifferentialCase[] = [
  ...headers,
  ...lines,
  ...replies,
  ...redirects,
  ...aftermath,
  ...errors,
  ...surroundings,
  ...rewriting,
  ...waiting,
];
