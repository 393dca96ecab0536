/** `http-error`, `errorfiles` and `http-errors` sections. */
import { closed, type DifferentialCase, get, head, httpCase, messages, send, web } from '../case.ts';
import { action, front } from './http-action-case.ts';

export const errorReplies: readonly DifferentialCase[] = [
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
