/** `tcp-request` and `tcp-response` rules: who is let in, what is waited for, where it goes, how it ends in the log. */
import {
  awaitSignal,
  close,
  closed,
  type DifferentialCase,
  drip,
  get,
  halfClose,
  head,
  httpCase,
  idle,
  logged,
  messages,
  raise,
  reply,
  reset,
  type Script,
  send,
  serve,
  smallOrigin,
  text,
  web,
} from '../case.ts';

interface TcpInput {
  readonly name: string;
  readonly client?: Script;
  readonly clients?: readonly Script[];
  readonly origin?: Script;
  readonly frontend?: readonly string[];
  readonly backend?: readonly string[];
  readonly logs?: number;
  readonly loose?: DifferentialCase['loose'];
}

function tcpCase(input: TcpInput): DifferentialCase {
  const { name, frontend = [], backend = [], ...rest } = input;
  return httpCase({
    origin: [text('hello'), send('world'), close],
    client: [send('hello'), closed],
    ...rest,
    name: `tcp-rule-${name}`,
    expect: '',
    raw: true,
    config: web({ frontend: ['mode tcp', 'option tcplog', ...frontend], backend: ['mode tcp', ...backend] }),
  });
}

interface HttpInput {
  readonly name: string;
  readonly expect: string;
  readonly client?: Script;
  readonly origin?: Script;
  readonly origins?: Readonly<Record<string, readonly Script[]>>;
  readonly frontend?: readonly string[];
  readonly backend?: readonly string[];
  readonly logs?: number;
}

function ruleCase(input: HttpInput): DifferentialCase {
  const { name, frontend, backend, ...rest } = input;
  return httpCase({
    client: [send(get('/')), closed],
    ...rest,
    name: `http-content-${name}`,
    config: web({ frontend: frontend ?? [], backend: backend ?? [] }),
  });
}

const connections: readonly DifferentialCase[] = [
  tcpCase({ name: 'connection-reject', frontend: ['tcp-request connection reject'], client: [closed], logs: 0 }),
  tcpCase({
    name: 'connection-reject-if-src',
    frontend: ['tcp-request connection reject if { src 127.0.0.1 }'],
    client: [closed],
    logs: 0,
  }),
  tcpCase({
    name: 'connection-reject-unless-src',
    frontend: ['tcp-request connection reject unless { src 127.0.0.0/8 }'],
  }),
  tcpCase({
    name: 'connection-accept-ends-the-list',
    frontend: ['tcp-request connection accept if TRUE', 'tcp-request connection reject'],
  }),
  tcpCase({
    name: 'connection-expect-proxy',
    frontend: ['tcp-request connection expect-proxy layer4 if { src 127.0.0.1 }'],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  tcpCase({
    name: 'connection-expect-proxy-elsewhere',
    frontend: ['tcp-request connection expect-proxy layer4 unless { src 127.0.0.1 }'],
  }),
  tcpCase({
    name: 'connection-rules-see-the-real-source',
    frontend: ['tcp-request connection expect-proxy layer4', 'tcp-request connection reject if { src 192.0.2.7 }'],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  tcpCase({ name: 'session-reject', frontend: ['tcp-request session reject'], client: [closed], logs: 0 }),
  tcpCase({
    name: 'session-reject-by-proxied-source',
    frontend: ['tcp-request connection expect-proxy layer4', 'tcp-request session reject if { src 192.0.2.7 }'],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  tcpCase({
    name: 'session-accept-by-proxied-source',
    frontend: [
      'tcp-request connection expect-proxy layer4',
      'tcp-request session accept if { src 192.0.2.7 }',
      'tcp-request session reject',
    ],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  ruleCase({
    name: 'connection-reject',
    expect: '',
    frontend: ['tcp-request connection reject'],
    client: [closed],
    logs: 0,
  }),
  ruleCase({ name: 'session-reject', expect: '', frontend: ['tcp-request session reject'], client: [closed], logs: 0 }),
];

const contents: readonly DifferentialCase[] = [
  tcpCase({ name: 'content-reject', frontend: ['tcp-request content reject'], client: [closed] }),
  tcpCase({ name: 'content-accept', frontend: ['tcp-request content accept', 'tcp-request content reject'] }),
  tcpCase({ name: 'content-reject-backend', backend: ['tcp-request content reject'], client: [closed] }),
  tcpCase({
    name: 'content-reject-by-source',
    frontend: ['tcp-request content accept if { src 10.0.0.0/8 }', 'tcp-request content reject if { src 127.0.0.1 }'],
    client: [closed],
  }),
  tcpCase({
    name: 'wait-end-reached',
    frontend: ['tcp-request inspect-delay 300ms', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'wait-end-then-reject',
    frontend: ['tcp-request inspect-delay 300ms', 'tcp-request content reject if WAIT_END'],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'wait-end-half-close',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), halfClose, closed],
  }),
  tcpCase({
    name: 'wait-end-half-close-nothing',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [halfClose, closed],
    origin: [closed],
  }),
  tcpCase({
    name: 'wait-end-reset',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), idle(100), reset, logged(1)],
    origin: [closed],
  }),
  tcpCase({
    name: 'wait-end-client-timeout',
    frontend: ['timeout client 300ms', 'tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'wait-end-client-timeout-nothing',
    frontend: ['timeout client 300ms', 'tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [closed],
  }),
  tcpCase({
    name: 'content-waits-for-bytes',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.len ge 5 }',
      'tcp-request content reject',
    ],
    client: [drip('hello'), closed],
  }),
  tcpCase({
    name: 'content-payload-decides',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content reject if { req.payload(0,5) -m str quit! }',
      'tcp-request content accept if REQ_CONTENT',
    ],
    client: [drip('quit!'), closed],
  }),
  tcpCase({
    name: 'content-payload-expires',
    frontend: [
      'tcp-request inspect-delay 300ms',
      'tcp-request content reject if { req.payload(0,9) -m str hello }',
      'tcp-request content accept if REQ_CONTENT',
    ],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'content-nothing-expires-reject',
    frontend: [
      'tcp-request inspect-delay 300ms',
      'tcp-request content accept if REQ_CONTENT',
      'tcp-request content reject',
    ],
    client: [closed],
  }),
  tcpCase({
    name: 'content-backend-waits',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if { req.len ge 2 }'],
    backend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.len ge 5 }',
      'tcp-request content reject',
    ],
    client: [drip('hello'), closed],
  }),
  tcpCase({
    name: 'content-full-buffer',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content reject if WAIT_END'],
    client: [send('x'.repeat(40000)), closed],
  }),
  tcpCase({
    name: 'server-first-is-held-back',
    frontend: ['tcp-request inspect-delay 300ms', 'tcp-request content accept if REQ_CONTENT'],
    client: [text('220 ready'), send('QUIT'), closed],
    origin: [send('220 ready'), text('QUIT'), close],
  }),
];

/** The client hears nothing more (where the proxy may repair sockets; else it sees a reset). */
const drops: readonly DifferentialCase[] = [
  tcpCase({
    name: 'silent-drop-of-connection',
    frontend: ['tcp-request connection silent-drop'],
    client: [idle(300), close],
    logs: 0,
  }),
  tcpCase({
    name: 'silent-drop-of-session',
    frontend: ['tcp-request session silent-drop'],
    client: [idle(300), close],
    logs: 0,
  }),
  tcpCase({
    name: 'silent-drop-of-content',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content silent-drop if { req.len ge 5 }'],
    client: [send('hello'), logged(1), idle(100), close],
  }),
  tcpCase({
    name: 'silent-drop-in-backend',
    frontend: [],
    backend: ['tcp-request inspect-delay 3s', 'tcp-request content silent-drop if { req.len ge 5 }'],
    client: [send('hello'), logged(1), idle(100), close],
  }),
  tcpCase({
    name: 'silent-drop-of-response',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content silent-drop if { res.len ge 5 }'],
    client: [send('hello'), logged(1), idle(100), close],
    origin: [text('hello'), send('world'), closed],
  }),
  ruleCase({
    name: 'silent-drop',
    expect: '',
    frontend: ['tcp-request content silent-drop if { path /a }'],
    client: [send(get('/a')), logged(1), idle(100), close],
  }),
];

const responses: readonly DifferentialCase[] = [
  tcpCase({
    name: 'response-reject',
    backend: ['tcp-response content reject'],
    client: [closed],
    origin: [closed],
  }),
  tcpCase({
    name: 'response-close',
    backend: ['tcp-response content close'],
    client: [closed],
    origin: [closed],
  }),
  tcpCase({ name: 'response-accept', backend: ['tcp-response content accept', 'tcp-response content reject'] }),
  tcpCase({
    name: 'response-waits-for-bytes',
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.len ge 5 }',
      'tcp-response content reject',
    ],
    origin: [text('hello'), drip('world'), close],
  }),
  tcpCase({
    name: 'response-payload-rejects',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content reject if { res.payload(0,5) -m str world }'],
    origin: [text('hello'), drip('world'), closed],
  }),
  tcpCase({
    name: 'response-payload-closes',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content close if { res.payload(0,5) -m str world }'],
    origin: [text('hello'), drip('world'), closed],
  }),
  tcpCase({
    name: 'response-expires',
    backend: ['tcp-response inspect-delay 300ms', 'tcp-response content reject if WAIT_END'],
    origin: [text('hello'), send('wo'), closed],
  }),
  tcpCase({
    name: 'response-expires-with-nothing',
    backend: ['tcp-response inspect-delay 300ms', 'tcp-response content reject if WAIT_END'],
    origin: [text('hello'), closed],
  }),
  tcpCase({
    name: 'response-half-close-ends-the-wait',
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.len ge 50 }',
      'tcp-response content reject',
    ],
    origin: [text('hello'), send('wo'), close],
  }),
  tcpCase({
    name: 'response-greeting-passes-after-wait',
    backend: ['tcp-response inspect-delay 300ms', 'tcp-response content accept if WAIT_END'],
    client: [text('220 ready'), send('QUIT'), closed],
    origin: [send('220 ready'), text('QUIT'), close],
  }),
  tcpCase({
    name: 'response-without-delay-sees-nothing',
    backend: ['tcp-response content reject if { res.len gt 0 }'],
  }),
];

const http: readonly DifferentialCase[] = [
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

const upgrades: readonly DifferentialCase[] = [
  httpCase({
    name: 'switch-mode-http',
    expect: '200',
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option httplog',
      '  bind {bind}',
      '  tcp-request inspect-delay 3s',
      '  tcp-request content switch-mode http if HTTP',
      '  default_backend {case}-be',
      'backend {case}-be',
      '  mode http',
      '  http-request set-header X-Seen yes',
      '  server s1 {origin}',
      '',
    ].join('\n'),
    client: [send(get('/x', 'Connection: close')), closed],
    origins: { main: smallOrigin },
  }),
  httpCase({
    name: 'tcp-frontend-http-backend',
    expect: '200 200',
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      '  bind {bind}',
      '  default_backend {case}-be',
      'backend {case}-be',
      '  mode http',
      '  server s1 {origin}',
      '',
    ].join('\n'),
    client: [send(get('/x')), messages(1), send(get('/y', 'Connection: close')), closed],
    origins: { main: smallOrigin },
    logs: 2,
  }),
  httpCase({
    name: 'tcp-frontend-http-backend-garbage',
    expect: '400',
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      '  bind {bind}',
      '  default_backend {case}-be',
      'backend {case}-be',
      '  mode http',
      '  server s1 {origin}',
      '',
    ].join('\n'),
    client: [send('GARBAGE\r\n\r\n'), closed],
    origins: { main: smallOrigin },
  }),
];

/** Two servers, and what `lines` of the backend choose between them. */
function twoServers(lines: readonly string[], mode = 'http', second = ''): string {
  return [
    'frontend {case}',
    `  mode ${mode}`,
    '  bind {bind}',
    '  default_backend {case}-be',
    'backend {case}-be',
    `  mode ${mode}`,
    ...lines.map((line) => `  ${line}`),
    '  server s1 {origin}',
    `  server s2 {origin:second} ${second}`,
    '',
  ].join('\n');
}

const whoAnswers = { main: [[serve(reply('first'))]], second: [[serve(reply('second'))]] };

const servers: readonly DifferentialCase[] = [
  httpCase({
    name: 'use-server-by-path',
    expect: '200 200 200',
    config: twoServers(['use-server s2 if { path_beg /two }', 'use-server s1 unless { path_beg /two }']),
    client: [
      send(get('/two')),
      messages(1),
      send(get('/one')),
      messages(2),
      send(get('/two/more', 'Connection: close')),
      closed,
    ],
    origins: whoAnswers,
    logs: 3,
  }),
  httpCase({
    name: 'use-server-first-rule-wins',
    expect: '200',
    config: twoServers(['use-server s2 if TRUE', 'use-server s1 if TRUE']),
    client: [send(get('/', 'Connection: close')), closed],
    origins: whoAnswers,
  }),
  httpCase({
    name: 'use-server-skips-a-disabled-one',
    expect: '200',
    config: twoServers(['use-server s2 if TRUE'], 'http', 'disabled'),
    client: [send(get('/', 'Connection: close')), closed],
    origins: whoAnswers,
  }),
  httpCase({
    name: 'use-server-takes-a-server-of-weight-zero',
    expect: '200',
    config: twoServers(['use-server s2 if TRUE'], 'http', 'weight 0'),
    client: [send(get('/', 'Connection: close')), closed],
    origins: whoAnswers,
  }),
  httpCase({
    name: 'use-server-in-tcp-mode',
    expect: '',
    raw: true,
    config: twoServers(['use-server s2 if { src 127.0.0.1 }'], 'tcp'),
    client: [text('two'), closed],
    origins: { main: [[send('one'), close]], second: [[send('two'), close]] },
  }),
];

/** A backend without balancing. */
function direct(backend: readonly string[], frontend: readonly string[] = []): string {
  return [
    'frontend {case}',
    '  bind {bind}',
    ...frontend.map((line) => `  ${line}`),
    '  default_backend {case}-be',
    'backend {case}-be',
    ...backend.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const directs: readonly DifferentialCase[] = [
  httpCase({
    name: 'dispatch-http',
    expect: '200 200',
    config: direct(['dispatch {origin}']),
    client: [send(get('/a')), messages(1), send(get('/b', 'Connection: close')), closed],
    logs: 2,
  }),
  httpCase({
    name: 'dispatch-tcp',
    expect: '',
    raw: true,
    config: direct(['mode tcp', 'dispatch {origin}'], ['mode tcp', 'option tcplog']),
    client: [send('hello'), closed],
    origin: [text('hello'), send('world'), close],
  }),
  httpCase({
    name: 'dispatch-to-nobody',
    expect: '503',
    config: direct(['dispatch {dead}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'dispatch-comes-before-servers',
    expect: '200',
    config: direct(['dispatch {origin}', 'server s1 {dead}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'dispatch-comes-after-use-server',
    expect: '200',
    config: direct(['dispatch {dead}', 'use-server s1 if TRUE', 'server s1 {origin}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'dispatch-is-nothing-beside-balance',
    expect: '200',
    config: direct(['balance roundrobin', 'dispatch {dead}', 'server s1 {origin}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'transparent-goes-where-the-client-went',
    expect: '200',
    config: direct(
      ['option transparent'],
      ['http-request set-dst str({origin}),field(1,:)', 'http-request set-dst-port str({origin}),field(2,:)'],
    ),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'transparent-in-the-old-words',
    expect: '',
    raw: true,
    config: direct(
      ['mode tcp', 'transparent'],
      ['mode tcp', 'option tcplog', 'tcp-request connection set-dst-port str({origin}),field(2,:)'],
    ),
    client: [send('hello'), closed],
    origin: [text('hello'), send('world'), close],
  }),
];

export const tcpRules: readonly DifferentialCase[] = [
  ...connections,
  ...contents,
  ...drops,
  ...responses,
  ...http,
  ...payloads,
  ...upgrades,
  ...servers,
  ...directs,
];
