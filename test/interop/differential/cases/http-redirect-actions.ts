/** Redirections by rules. */
import { type DifferentialCase, get, head, messages, send } from '../case.ts';
import { action, answer, ask } from './http-action-case.ts';

export const redirectActions: readonly DifferentialCase[] = [
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
