/** `tcp-request content` and `tcp-response content` in HTTP mode, where they see parsed messages. */
import {
  awaitSignal,
  close,
  closed,
  type DifferentialCase,
  get,
  halfClose,
  head,
  idle,
  logged,
  messages,
  raise,
  reply,
  reset,
  send,
  text,
} from '../case.ts';
import { ruleCase } from '../rule-case.ts';

const heads: readonly DifferentialCase[] = [
  ruleCase({ name: 'reject', expect: '', frontend: ['tcp-request content reject'] }),
  ruleCase({
    name: 'reject-path',
    expect: '',
    frontend: ['tcp-request content reject if { path /a }'],
    client: [send(get('/a')), closed],
  }),
  ruleCase({
    name: 'reject-other-path',
    expect: '200',
    frontend: ['tcp-request content reject if { path /b }'],
    client: [send(get('/a', 'Connection: close')), closed],
  }),
  ruleCase({
    name: 'reject-second-request',
    expect: '200',
    frontend: ['tcp-request content reject if { path /b }'],
    client: [send(get('/a')), messages(1), send(get('/b')), closed],
    logs: 2,
  }),
  ruleCase({
    name: 'reject-backend',
    expect: '',
    backend: ['tcp-request content reject if { path /a }'],
    client: [send(get('/a')), closed],
  }),
  ruleCase({
    name: 'wait-end-does-not-wait-for-a-whole-request',
    expect: '200',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [send(get('/a', 'Connection: close')), closed],
  }),
  ruleCase({
    name: 'wait-end-waits-for-the-body',
    expect: '200',
    frontend: ['tcp-request inspect-delay 300ms', 'tcp-request content accept if WAIT_END'],
    client: [
      send(head('POST / HTTP/1.1', 'Host: example.test', 'Content-Length: 4', 'Connection: close'), 'ab'),
      idle(500),
      send('cd'),
      closed,
    ],
  }),
  ruleCase({
    name: 'malformed-request-comes-before-rules',
    expect: '400',
    frontend: ['tcp-request content reject'],
    client: [send('GARBAGE\r\n\r\n'), closed],
  }),
  ruleCase({ name: 'response-reject', expect: '', backend: ['tcp-response content reject'], origin: [closed] }),
  ruleCase({ name: 'response-close', expect: '502', backend: ['tcp-response content close'], origin: [closed] }),
  ruleCase({
    name: 'response-reject-status-no-delay',
    expect: '200',
    backend: ['tcp-response content reject if { status 200 }'],
    client: [send(get('/a', 'Connection: close')), closed],
  }),
  ruleCase({
    name: 'response-reject-status',
    expect: '',
    backend: ['tcp-response inspect-delay 2s', 'tcp-response content reject if { status 200 }'],
  }),
  ruleCase({
    name: 'response-close-status',
    expect: '200',
    backend: ['tcp-response inspect-delay 2s', 'tcp-response content close if { status 200 }'],
  }),
  ruleCase({
    name: 'response-accept-other-status',
    expect: '200',
    backend: ['tcp-response inspect-delay 2s', 'tcp-response content reject if { status 404 }'],
    client: [send(get('/a', 'Connection: close')), closed],
  }),
];

const POST = head('POST / HTTP/1.1', 'Host: example.test', 'Content-Length: 4', 'Connection: close');
const LONG_REPLY = head('HTTP/1.1 200 OK', 'Content-Length: 10');
const WAIT_FOR_REQUEST = ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'];
const WAIT_FOR_RESPONSE = ['tcp-response inspect-delay 300ms', 'tcp-response content accept if WAIT_END'];

/** HTTP messages whose payload is under way when the rules look at them. */
const payloads: readonly DifferentialCase[] = [
  ruleCase({
    name: 'request-complete-in-two-pieces',
    expect: '200',
    frontend: WAIT_FOR_REQUEST,
    client: [send(POST, 'ab'), idle(60), send('cd'), closed],
  }),
  ruleCase({
    name: 'request-chunked-in-pieces',
    expect: '200',
    frontend: WAIT_FOR_REQUEST,
    client: [
      send(
        head('POST / HTTP/1.1', 'Host: example.test', 'Transfer-Encoding: chunked', 'Connection: close'),
        '4;x=1\r\nab',
      ),
      idle(60),
      send('cd\r\n0\r\n\r\n'),
      closed,
    ],
  }),
  ruleCase({
    name: 'request-waits-in-backend',
    expect: '200',
    backend: WAIT_FOR_REQUEST,
    client: [send(POST, 'ab'), idle(60), send('cd'), closed],
  }),
  ruleCase({
    name: 'request-body-longer-than-the-buffer',
    expect: '200',
    frontend: WAIT_FOR_REQUEST,
    client: [
      send(
        head('POST / HTTP/1.1', 'Host: example.test', 'Content-Length: 40000', 'Connection: close'),
        'x'.repeat(40_000),
      ),
      closed,
    ],
  }),
  ruleCase({
    name: 'request-client-resets-while-waiting',
    expect: '',
    frontend: WAIT_FOR_REQUEST,
    client: [send(POST, 'ab'), idle(100), reset, logged(1)],
  }),
  ruleCase({
    name: 'request-client-times-out-while-waiting',
    expect: '',
    frontend: ['timeout client 300ms', ...WAIT_FOR_REQUEST],
    client: [send(POST, 'ab'), closed],
  }),
  ruleCase({
    name: 'request-client-ends-while-waiting',
    expect: '',
    frontend: WAIT_FOR_REQUEST,
    client: [send(POST, 'ab'), idle(60), halfClose, closed],
  }),
  ruleCase({
    name: 'response-rules-forget-a-server-that-said-nothing',
    expect: '502 200 502',
    backend: [
      'tcp-response inspect-delay 900ms',
      'tcp-response content accept if { status 200 }',
      'http-response deny if { status 201 }',
    ],
    client: [send(get('/')), messages(1), send(get('/')), messages(2), send(get('/', 'Connection: close')), closed],
    origins: {
      main: [
        [messages(1), close],
        [
          messages(1),
          send(reply('hello')),
          messages(2),
          send(head('HTTP/1.1 201 Created', 'Content-Length: 0')),
          closed,
        ],
      ],
    },
    logs: 3,
  }),
  ruleCase({
    name: 'request-length-is-that-of-the-parsed-message',
    expect: '',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content reject if { req.len 69 }'],
    client: [send(POST, 'abcd'), closed],
  }),
  ruleCase({
    name: 'request-length-alone-waits-for-the-whole',
    expect: '200',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.len gt 1000 }',
      'tcp-request content set-var(txn.late) bool(true) if WAIT_END',
      'http-request set-header X-Late %[var(txn.late)]',
    ],
    client: [send(POST, 'ab'), idle(60), send('cd'), closed],
  }),
  ruleCase({
    name: 'response-length-counts',
    expect: '',
    backend: ['tcp-response inspect-delay 2s', 'tcp-response content reject if { res.len gt 40 }'],
    client: [send(get('/')), closed],
    origin: [messages(1), send(LONG_REPLY, '01234'), closed],
  }),
  ruleCase({
    name: 'response-complete-passes-at-once',
    expect: '200',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content accept if WAIT_END'],
    client: [send(get('/', 'Connection: close')), closed],
  }),
  ruleCase({
    name: 'response-in-two-pieces-is-held-back',
    expect: '200',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content accept if WAIT_END'],
    client: [send(get('/', 'Connection: close')), closed],
    origin: [messages(1), send(LONG_REPLY, '01234'), idle(60), send('56789'), closed],
  }),
  ruleCase({
    name: 'response-delay-ends-before-its-payload',
    expect: '200',
    backend: WAIT_FOR_RESPONSE,
    client: [send(get('/', 'Connection: close')), text('01234'), raise('half'), closed],
    origin: [messages(1), send(LONG_REPLY, '01234'), awaitSignal('half'), send('56789'), closed],
  }),
  ruleCase({
    name: 'response-refused-when-the-delay-ends',
    expect: '',
    backend: ['tcp-response inspect-delay 300ms', 'tcp-response content reject if WAIT_END'],
    client: [send(get('/')), closed],
    origin: [messages(1), send(LONG_REPLY, '01234'), closed],
  }),
  ruleCase({
    name: 'response-never-begins-within-the-delay',
    expect: '200',
    backend: WAIT_FOR_RESPONSE,
    client: [send(get('/', 'Connection: close')), closed],
    origin: [messages(1), idle(500), send(reply('late')), closed],
  }),
];

export const httpContentRules: readonly DifferentialCase[] = [...heads, ...payloads];
