/** Rules and options that wait for payload, and options about header names. */
import {
  close,
  closed,
  type DifferentialCase,
  get,
  halfClose,
  head,
  idle,
  messages,
  reset,
  type Script,
  send,
  text,
} from '../case.ts';
import { action, answer, ask, back, front } from './http-action-case.ts';

const post = (length: number, body: string, ...more: readonly string[]): string =>
  `${head('POST /p HTTP/1.1', 'Host: h', `Content-Length: ${length}`, ...more)}${body}`;

/** Half of the payload, then the rest. */
const slowly: Script = [send(post(10, '12345')), idle(100), send('67890'), closed];

export const waitingActions: readonly DifferentialCase[] = [
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
  action('wait-for-body-client-leaves', '', ask('wait-for-body time 2s'), '', {
    client: [send(post(10, '12345')), idle(100), close],
  }),
  action('wait-for-body-client-resets', '', ask('wait-for-body time 2s'), '', {
    client: [send(post(10, '12345')), idle(100), reset],
  }),
  action('wait-for-body-client-half-closes', '', ask('wait-for-body time 2s'), '', {
    client: [send(post(10, '12345')), idle(100), halfClose, closed],
  }),
  action('wait-for-body-response-cut', '200', answer('wait-for-body time 1s'), get('/'), {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), '12345'), idle(100), close],
  }),
  action('wait-for-body-response-reset', '200', answer('wait-for-body time 1s'), get('/'), {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), '12345'), idle(100), reset],
  }),
  action('wait-for-body-response-client-leaves', '', answer('wait-for-body time 1s'), '', {
    client: [send(get('/')), idle(200), close],
    origin: [
      messages(1),
      send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), '12345'),
      idle(400),
      send('67890'),
      closed,
    ],
  }),
  action('tarpit-client-half-closes', '500', front('timeout tarpit 2s', 'http-request tarpit'), '', {
    client: [send(get('/')), idle(100), halfClose, closed],
  }),
  action('tarpit-client-sends-more', '500 500', front('timeout tarpit 300ms', 'http-request tarpit'), '', {
    client: [send(get('/')), idle(50), send(get('/2')), closed],
    logs: 2,
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
