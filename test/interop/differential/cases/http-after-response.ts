/** http-after-response rules, on responses of servers and our own. */
import { type DifferentialCase, get, head, messages, reply, send, serve } from '../case.ts';
import { action, after, back, front, respond } from './http-action-case.ts';

export const afterResponse: readonly DifferentialCase[] = [
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
  action(
    'after-on-return-204',
    '204',
    front('http-request return status 204', 'http-after-response set-header X-After 1'),
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
