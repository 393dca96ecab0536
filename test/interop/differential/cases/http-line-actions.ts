/** Actions on the request line. */
import { closed, type DifferentialCase, get, head, messages, send } from '../case.ts';
import { action, ask, front } from './http-action-case.ts';

export const lineActions: readonly DifferentialCase[] = [
  action('set-method', '200', ask('set-method POST')),
  action('set-method-head', '200', ask('set-method HEAD'), get('/'), {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 5')), closed],
    bodyless: [0],
  }),
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
