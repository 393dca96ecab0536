/** Actions that end the rules with an answer, or without one. */
import { type DifferentialCase, get, head, messages, reply, send, serve } from '../case.ts';
import { action, answer, ask, back, front, respond } from './http-action-case.ts';

export const replyActions: readonly DifferentialCase[] = [
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
