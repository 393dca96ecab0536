/** What the configuration makes the proxy do itself: routing, header rules, own answers, servers that are not there. */
import {
  awaitSignal,
  closed,
  type DifferentialCase,
  get,
  head,
  httpCase,
  messages,
  raise,
  reply,
  type Script,
  send,
  serve,
  web,
} from '../case.ts';

/** One request and its answer with rules in the frontend or backend. */
function rule(
  name: string,
  expect: string,
  lines: Parameters<typeof web>[0],
  request: string = get('/'),
  more: { files?: Readonly<Record<string, string>>; logs?: number } = {},
): DifferentialCase {
  return httpCase({ name: `rule-${name}`, expect, config: web(lines), client: [send(request), closed], ...more });
}

const own = (line: string): { frontend: readonly string[] } => ({ frontend: [line] });

const answers: readonly DifferentialCase[] = [
  rule('deny', '403', own('http-request deny')),
  rule('deny-status', '429', own('http-request deny deny_status 429')),
  rule('deny-404', '404', own('http-request deny deny_status 404')),
  rule('deny-if', '403', own('http-request deny if { path_beg /private }'), get('/private/x')),
  rule('deny-unless', '200', own('http-request deny unless { hdr(X-Key) secret }'), get('/', 'X-Key: secret')),
  rule('deny-backend', '403', { backend: ['http-request deny'] }),
  rule(
    'deny-with-body',
    '403',
    own('http-request deny'),
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}hello`,
  ),
  rule('deny-http10', '403', own('http-request deny'), 'GET / HTTP/1.0\r\n\r\n'),
  rule('deny-response', '502', { backend: ['http-response deny'] }),
  rule('monitor-uri', '200', own('monitor-uri /alive'), get('/alive'), { logs: 0 }),
  rule('monitor-uri-other', '200', own('monitor-uri /alive'), get('/alive/not')),
  rule('monitor-uri-head', '200', own('monitor-uri /alive'), 'HEAD /alive HTTP/1.0\r\n\r\n', { logs: 0 }),
  rule('redirect-location', '302', own('redirect location http://other.test/x')),
  rule('redirect-prefix', '302', own('redirect prefix http://other.test'), get('/path?query=1')),
  rule('redirect-prefix-drop-query', '302', own('redirect prefix http://other.test drop-query'), get('/path?query=1')),
  rule(
    'redirect-append-slash',
    '302',
    own('redirect prefix / drop-query append-slash if { path_end /dir }'),
    get('/dir'),
  ),
  rule('redirect-scheme', '302', own('redirect scheme https'), get('/path?query=1')),
  rule('redirect-code-301', '301', own('redirect location /moved code 301')),
  rule('redirect-code-303', '303', own('redirect location /moved code 303')),
  rule('redirect-code-307', '307', own('redirect location /moved code 307')),
  rule('redirect-code-308', '308', own('redirect location /moved code 308')),
  rule('redirect-set-cookie', '302', own('redirect location /moved set-cookie SEEN=1')),
  rule('redirect-clear-cookie', '302', own('redirect location /moved clear-cookie USERID=')),
  rule('redirect-http10', '302', own('redirect location /moved'), 'GET / HTTP/1.0\r\n\r\n'),
  rule(
    'redirect-with-body',
    '302',
    own('redirect location /moved'),
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}hello`,
  ),
  rule('redirect-head', '302', own('redirect location /moved'), 'HEAD / HTTP/1.1\r\nHost: h\r\n\r\n'),
  rule('http-request-redirect', '301', own('http-request redirect prefix https://other.test code 301'), get('/a?b')),
  rule('redirect-in-backend', '302', { backend: ['redirect location /from-backend'] }),
  rule('errorfile-403', '403', { frontend: ['errorfile 403 {file:403}', 'http-request deny'] }, get('/'), {
    files: {
      '403': `${head('HTTP/1.0 403 Go Away', 'Cache-Control: no-cache', 'Content-Type: text/plain')}Own text.\n`,
    },
  }),
  rule('errorfile-with-length', '403', { frontend: ['errorfile 403 {file:403}', 'http-request deny'] }, get('/'), {
    files: { '403': `${head('HTTP/1.1 403 Go Away', 'Content-Length: 10')}Own text.\n` },
  }),
  rule('errorfile-400', '400', { frontend: ['errorfile 400 {file:400}'] }, 'garbage\r\n\r\n', {
    files: { '400': `${head('HTTP/1.0 400 Really Bad', 'Content-Type: text/plain')}Own text.\n` },
  }),
  rule('errorfile-other-status', '200', { frontend: ['errorfile 403 {file:403}', 'http-request deny'] }, get('/'), {
    files: { '403': `${head('HTTP/1.0 200 Fine', 'Content-Type: text/plain')}Disguised.\n` },
  }),
  rule('errorloc', '302', { frontend: ['errorloc 403 http://errors.test/403', 'http-request deny'] }),
  rule('errorloc303', '303', { frontend: ['errorloc303 403 http://errors.test/403', 'http-request deny'] }),
];

const echoed = (...lines: readonly string[]): { frontend: readonly string[] } => ({ frontend: lines });

const headers: readonly DifferentialCase[] = [
  rule('set-header', '200', echoed('http-request set-header X-New value')),
  rule(
    'set-header-replaces',
    '200',
    echoed('http-request set-header X-Old value'),
    get('/', 'X-Old: a', 'X-B: c', 'x-old: d'),
  ),
  rule('set-header-format', '200', echoed('http-request set-header X-From %[src]')),
  rule('set-header-quoted', '200', echoed('http-request set-header X-Text "two words"')),
  rule('add-header', '200', echoed('http-request add-header X-Old value'), get('/', 'X-Old: a')),
  rule('del-header', '200', echoed('http-request del-header X-Old'), get('/', 'X-Old: a', 'X-B: c', 'x-OLD: d')),
  rule('set-header-host', '200', echoed('http-request set-header Host other.test')),
  rule(
    'rules-in-order',
    '200',
    echoed('http-request set-header X-A 1', 'http-request add-header X-A 2', 'http-request del-header X-B'),
    get('/', 'X-B: c'),
  ),
  rule('response-set-header', '200', { backend: ['http-response set-header X-New value'] }),
  rule('response-add-header', '200', {
    backend: ['http-response add-header X-New a', 'http-response add-header X-New b'],
  }),
  rule('response-del-header', '200', { backend: ['http-response del-header Content-Length'] }),
  rule('response-both-sides', '200', {
    frontend: ['http-response set-header X-Front 1'],
    backend: ['http-response set-header X-Back 2'],
  }),
  rule('forwardfor', '200', echoed('option forwardfor')),
  rule('forwardfor-existing', '200', echoed('option forwardfor'), get('/', 'X-Forwarded-For: 192.0.2.7')),
  rule('forwardfor-if-none', '200', echoed('option forwardfor if-none'), get('/', 'X-Forwarded-For: 192.0.2.7')),
  rule('forwardfor-except', '200', echoed('option forwardfor except 127.0.0.0/8')),
  rule('forwardfor-header', '200', echoed('option forwardfor header X-Client')),
  rule('forwardfor-both', '200', { frontend: ['option forwardfor'], backend: ['option forwardfor header X-Client'] }),
];

const servers = (lines: readonly string[]): string =>
  [
    'frontend {case}',
    '  bind {bind}',
    '  default_backend {case}-be',
    'backend {case}-be',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
const named = (...names: readonly string[]): Record<string, readonly Script[]> =>
  Object.fromEntries(names.map((name) => [name, [[serve(reply(name))]]]));

/** `count` requests of one client, each on a new connection would need more clients: keep-alive is enough to rotate. */
function rotation(name: string, balance: string, weights: readonly string[]): DifferentialCase {
  const names = ['a', 'b', 'c'];
  return httpCase({
    name: `balance-${name}`,
    expect: '200 200 200 200 200 200',
    logs: 6,
    config: servers([balance, ...names.map((one, index) => `server ${one} {origin:${one}} ${weights[index] ?? ''}`)]),
    client: Array.from({ length: 6 }, (_, index) => [send(get(`/${index}`)), messages(index + 1)])
      .flat()
      .concat(closed),
    origins: named(...names),
  });
}

const choices: readonly DifferentialCase[] = [
  rotation('roundrobin', 'balance roundrobin', []),
  rotation('roundrobin-weights', 'balance roundrobin', ['weight 1', 'weight 2', 'weight 3']),
  rotation('static-rr', 'balance static-rr', []),
  rotation('static-rr-weights', 'balance static-rr', ['weight 1', 'weight 2', 'weight 3']),
  rotation('leastconn', 'balance leastconn', []),
  rotation('first', 'balance first', ['maxconn 10', 'maxconn 10', 'maxconn 10']),
  rotation('source', 'balance source', []),
  rotation('weight-zero', 'balance roundrobin', ['weight 0', 'weight 1', 'weight 0']),
  rotation('disabled', 'balance roundrobin', ['disabled', '', '']),
  rotation('backup-unused', 'balance roundrobin', ['', 'backup', '']),
  rotation('only-backups', 'balance roundrobin', ['disabled', 'backup', 'backup']),
  rotation('server-close', 'option http-server-close', []),
];

const routing: readonly string[] = [
  'frontend {case}',
  '  bind {bind}',
  '  acl static path_beg /static /images',
  '  acl png path_end -i .png',
  '  acl site hdr(host) -i www.example.test',
  '  acl api hdr_beg(host) -i api.',
  '  acl reading method GET HEAD',
  '  acl local src 127.0.0.0/8',
  '  use_backend {case}-static if static or png',
  '  use_backend {case}-api if api local !static',
  '  use_backend {case}-site if site reading',
  '  use_backend {case}-api if { url_beg /v1 } !{ method GET }',
  '  default_backend {case}-rest',
  ...['static', 'api', 'site', 'rest'].flatMap((name) => [`backend {case}-${name}`, `  server s1 {origin:${name}}`]),
  '',
];

const route = (name: string, request: string): DifferentialCase =>
  httpCase({
    name: `route-${name}`,
    expect: '200',
    config: routing.filter((line) => !line.includes('url_beg')).join('\n'),
    client: [send(request), closed],
    origins: named('static', 'api', 'site', 'rest'),
  });

const routes: readonly DifferentialCase[] = [
  route('path-beg', get('/static/a.css')),
  route('path-beg-second', get('/images/a')),
  route('path-end-case', get('/photo.PNG?x=.gif')),
  route('host-exact', head('GET / HTTP/1.1', 'Host: WWW.example.test')),
  route('host-with-post', head('POST / HTTP/1.1', 'Host: www.example.test', 'Content-Length: 0')),
  route('host-beg', head('GET / HTTP/1.1', 'Host: API.example.test')),
  route('host-beg-and-static', head('GET /static/x HTTP/1.1', 'Host: api.example.test')),
  route('default', get('/other')),
  route('absolute-uri', head('GET http://www.example.test/other HTTP/1.1', 'Host: www.example.test')),
  route('encoded-path', get('/%73tatic/a')),
];

const failing: readonly DifferentialCase[] = [
  httpCase({
    name: 'dead-no-server',
    expect: '503',
    config: servers([]),
    client: [send(get('/')), closed],
    origins: {},
  }),
  httpCase({
    name: 'dead-no-backend',
    expect: '503',
    config: 'frontend {case}\n  bind {bind}\n',
    client: [send(get('/')), closed],
    origins: {},
  }),
  httpCase({
    name: 'dead-all-disabled',
    expect: '503',
    config: servers(['server a {dead} disabled']),
    client: [send(get('/')), closed],
    origins: {},
  }),
  httpCase({
    name: 'dead-refused',
    expect: '503',
    config: servers(['retries 0', 'server a {dead}']),
    client: [send(get('/')), closed],
    origins: {},
  }),
  httpCase({
    name: 'dead-refused-with-retry',
    expect: '503',
    config: servers(['retries 1', 'timeout connect 200ms', 'server a {dead}']),
    client: [send(get('/')), closed],
    origins: {},
  }),
  httpCase({
    name: 'dead-refused-with-body',
    expect: '503',
    config: servers(['retries 0', 'server a {dead}']),
    client: [send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5'), 'hello'), closed],
    origins: {},
  }),
  httpCase({
    name: 'dead-errorfile-503',
    expect: '503',
    config: servers(['retries 0', 'errorfile 503 {file:503}', 'server a {dead}']),
    files: { '503': `${head('HTTP/1.0 503 Later', 'Content-Type: text/plain')}Come back.\n` },
    client: [send(get('/')), closed],
    origins: {},
  }),
  httpCase({
    name: 'redispatch-to-second',
    expect: '200',
    config: servers([
      'retries 1',
      'option redispatch',
      'timeout connect 200ms',
      'server a {dead}',
      'server b {origin:b}',
    ]),
    client: [send(get('/')), messages(1), closed],
    origins: named('b'),
  }),
  httpCase({
    name: 'redispatch-every-retry',
    expect: '200',
    config: servers([
      'retries 3',
      'option redispatch 1',
      'timeout connect 200ms',
      'server a {dead}',
      'server b {origin:b}',
    ]),
    client: [send(get('/')), messages(1), closed],
    origins: named('b'),
  }),
  httpCase({
    name: 'no-redispatch',
    expect: '503',
    config: servers([
      'retries 1',
      'no option redispatch',
      'timeout connect 200ms',
      'server a {dead}',
      'server b {origin:b}',
    ]),
    client: [send(get('/')), messages(1), closed],
    origins: named('b'),
  }),
  httpCase({
    name: 'frontend-maxconn-waits',
    expect: '200',
    logs: 2,
    config: web({ frontend: ['maxconn 1'] }),
    clients: [
      [send(get('/first', 'Connection: close')), closed],
      [awaitSignal('first-at-origin'), send(get('/second', 'Connection: close')), raise('sent'), messages(1), closed],
    ],
    origins: {
      main: [
        [messages(1), raise('first-at-origin'), awaitSignal('sent'), send(reply('one')), closed],
        [serve(reply('two'))],
      ],
    },
  }),
];

export const proxyRules: readonly DifferentialCase[] = [...answers, ...headers, ...choices, ...routes, ...failing];
