/** Choices by the first bytes of a TCP stream: TLS server names, RDP cookies, several protocols on one port; what rules set. */
import {
  close,
  closed,
  type DifferentialCase,
  drip,
  get,
  halfClose,
  httpCase,
  idle,
  logged,
  messages,
  originText,
  reply,
  type Script,
  send,
  serve,
  text,
  web,
} from '../case.ts';
import { alert, clientHello, serverHello } from '../tls-hello.ts';

interface PayloadInput {
  readonly name: string;
  readonly client: Script;
  readonly frontend: readonly string[];
  readonly backend?: readonly string[];
  readonly logs?: number;
  readonly origins?: Readonly<Record<string, readonly Script[]>>;
}

/** Origins that wait for some bytes and say who they are. */
function origins(first: string): Readonly<Record<string, readonly Script[]>> {
  return {
    main: [[text(first), send('main'), close]],
    second: [[text(first), send('second'), close]],
    third: [[text(first), send('third'), close]],
  };
}

/** A TCP frontend with three backends; `{case}-be` is the default. */
function payloadCase(input: PayloadInput): DifferentialCase {
  const { name, frontend, backend = [], ...rest } = input;
  return httpCase({
    ...rest,
    origins: { ...origins(''), ...rest.origins },
    name: `tcp-payload-${name}`,
    expect: '',
    raw: true,
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      '  bind {bind}',
      ...frontend.map((line) => `  ${line}`),
      '  default_backend {case}-be',
      'backend {case}-be',
      '  mode tcp',
      ...backend.map((line) => `  ${line}`),
      '  server s1 {origin}',
      'backend {case}-second',
      '  mode tcp',
      '  server s2 {origin:second}',
      'backend {case}-third',
      '  mode tcp',
      '  server s3 {origin:third}',
      '',
    ].join('\n'),
  });
}

const HELLO = '\x16\x03\x01';
const BY_NAME = [
  'tcp-request inspect-delay 3s',
  'tcp-request content accept if { req.ssl_hello_type 1 }',
  'use_backend {case}-second if { req.ssl_sni -i b.example }',
  'use_backend {case}-third if { req.ssl_sni -m end .c.example }',
];
const hello = clientHello('b.example');

const names: readonly DifferentialCase[] = [
  payloadCase({
    name: 'sni',
    frontend: BY_NAME,
    client: [send(hello), text('second'), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-in-two-pieces',
    frontend: BY_NAME,
    client: [send(hello.slice(0, 60)), idle(60), send(hello.slice(60)), closed],
    origins: origins(HELLO),
  }),
  payloadCase({ name: 'sni-byte-by-byte', frontend: BY_NAME, client: [drip(hello), closed], origins: origins(HELLO) }),
  payloadCase({
    name: 'sni-end-of-name',
    frontend: BY_NAME,
    client: [send(clientHello('www.c.example')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-in-capitals',
    frontend: BY_NAME,
    client: [send(clientHello('B.EXAMPLE')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-of-nobody',
    frontend: BY_NAME,
    client: [send(clientHello('d.example')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-absent',
    frontend: BY_NAME,
    client: [send(clientHello(undefined)), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'hello-never-complete',
    frontend: ['tcp-request inspect-delay 300ms', ...BY_NAME.slice(1), 'tcp-request content reject'],
    client: [send(hello.slice(0, 30)), closed],
  }),
  payloadCase({
    name: 'hello-cut-by-half-close',
    frontend: [...BY_NAME, 'tcp-request content reject'],
    client: [send(hello.slice(0, 30)), halfClose, closed],
  }),
  payloadCase({
    name: 'no-tls-at-all-is-refused-at-once',
    frontend: [...BY_NAME, 'tcp-request content reject'],
    client: [send('GET / HTTP/1.0\r\n\r\n'), closed],
  }),
  payloadCase({
    name: 'alert-is-no-hello',
    frontend: [...BY_NAME, 'tcp-request content reject'],
    client: [send(alert()), closed],
  }),
  payloadCase({
    name: 'tls-version-too-old',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content reject if { req.ssl_ver lt 3.2 }',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
    ],
    client: [send(clientHello('a.example', { version: 0x0301 })), closed],
  }),
  payloadCase({
    name: 'tls-version-new-enough',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content reject if { req.ssl_ver lt 3.2 }',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
    ],
    client: [send(clientHello('a.example')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'alpn',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
      'use_backend {case}-second if { req.ssl_alpn h2 }',
    ],
    client: [send(clientHello('a.example', { protocols: ['h2', 'http/1.1'] })), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'server-hello-passes',
    frontend: BY_NAME.slice(0, 2),
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.ssl_hello_type 2 }',
      'tcp-response content reject',
    ],
    client: [send(hello), text('\x16\x03\x03'), closed],
    origins: { main: [[text(HELLO), drip(serverHello()), close]] },
  }),
  payloadCase({
    name: 'server-that-speaks-no-tls-is-refused',
    frontend: BY_NAME.slice(0, 2),
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.ssl_hello_type 2 }',
      'tcp-response content reject',
    ],
    client: [send(hello), closed],
    origins: { main: [[text(HELLO), send('220 no TLS here\r\n'), closed]] },
  }),
];

const RDP = '\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=eltons\r\n\x01\x00\x08\x00\x00\x00\x00\x00';
const BY_COOKIE = [
  'tcp-request inspect-delay 3s',
  'tcp-request content accept if RDP_COOKIE',
  'use_backend {case}-second if { req.rdp_cookie(mstshash) eltons }',
];

const cookies: readonly DifferentialCase[] = [
  payloadCase({ name: 'rdp-cookie', frontend: BY_COOKIE, client: [send(RDP), closed], origins: origins('Cookie') }),
  payloadCase({
    name: 'rdp-cookie-in-pieces',
    frontend: BY_COOKIE,
    client: [send(RDP.slice(0, 20)), idle(60), send(RDP.slice(20)), closed],
    origins: origins('Cookie'),
  }),
  payloadCase({
    name: 'rdp-cookie-of-another',
    frontend: BY_COOKIE,
    client: [send(RDP.replace('eltons', 'davids')), closed],
    origins: origins('Cookie'),
  }),
];

/** Three protocols on one port. */
const BY_PROTOCOL = [
  'tcp-request inspect-delay 300ms',
  'tcp-request content accept if { req.ssl_hello_type 1 }',
  'tcp-request content accept if { req.payload(0,7) -m bin 5353482d322e30 }',
  'tcp-request content accept if HTTP',
  'use_backend {case}-second if { req.ssl_hello_type 1 }',
  'use_backend {case}-third if { req.payload(0,7) -m bin 5353482d322e30 }',
];

const protocols: readonly DifferentialCase[] = [
  payloadCase({
    name: 'one-port-tls',
    frontend: BY_PROTOCOL,
    client: [send(hello), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'one-port-ssh',
    frontend: BY_PROTOCOL,
    client: [send('SSH-2.0-OpenSSH_9.2\r\n'), closed],
    origins: origins('SSH'),
  }),
  payloadCase({
    name: 'one-port-http',
    frontend: BY_PROTOCOL,
    client: [send(get('/')), closed],
    origins: origins('GET'),
  }),
  payloadCase({
    name: 'one-port-silent-client',
    frontend: BY_PROTOCOL,
    client: [text('220'), closed],
    origins: { main: [[send('220 you are late'), close]] },
  }),
  payloadCase({
    name: 'length-and-value',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.payload_lv(0,1) -m str hello }',
      'tcp-request content reject',
      'use_backend {case}-second if { req.payload_lv(0,1) -m str hello }',
    ],
    client: [drip('\x05hello'), closed],
    origins: origins('hello'),
  }),
  payloadCase({
    name: 'host-of-a-request-in-tcp-mode',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if HTTP',
      'use_backend {case}-second if { hdr(host) -i example.test }',
    ],
    client: [drip(get('/')), closed],
    origins: origins('GET'),
  }),
  payloadCase({
    name: 'response-length',
    frontend: [],
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content reject if { res.payload(0,3) -m str bad }',
      'tcp-response content accept if { res.len gt 2 }',
    ],
    client: [send('x'), text('good'), closed],
    origins: { main: [[text('x'), drip('good'), close]] },
  }),
];

const actions: readonly DifferentialCase[] = [
  payloadCase({
    name: 'set-src-of-connection',
    frontend: ['tcp-request connection set-src ipv4(192.0.2.33)', 'tcp-request connection set-src-port int(4321)'],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'set-src-of-session',
    frontend: [
      'tcp-request connection expect-proxy layer4',
      'tcp-request session set-src src,ipmask(24)',
      'tcp-request session reject unless { src 192.0.2.0 }',
    ],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
    origins: origins('hello'),
  }),
  payloadCase({
    name: 'set-src-of-content',
    frontend: [
      'tcp-request content set-src ipv4(192.0.2.44)',
      'tcp-request content set-src-port int(44)',
      'use_backend {case}-second if { src 192.0.2.44 }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'set-dst-seen-by-rules',
    frontend: [
      'tcp-request connection set-dst ipv4(192.0.2.55)',
      'tcp-request connection set-dst-port int(5555)',
      'use_backend {case}-second if { dst 192.0.2.55 } { dst_port 5555 }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'session-variable',
    frontend: [
      'tcp-request connection set-var(sess.from) src',
      'tcp-request content reject if { var(sess.from) -m ip 10.0.0.0/8 }',
      'use_backend {case}-second if { var(sess.from) -m ip 127.0.0.0/8 }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'content-variable-from-payload',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content set-var(txn.first) req.payload(0,1) if { req.len gt 0 }',
      'tcp-request content accept if { req.len gt 0 }',
      'use_backend {case}-second if { var(txn.first) -m str x }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'log-level-silent',
    frontend: ['tcp-request content set-log-level silent'],
    client: [send('x'), closed],
    origins: origins('x'),
    logs: 0,
  }),
  payloadCase({
    name: 'log-level-alert',
    frontend: ['tcp-request content set-log-level alert'],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'log-level-by-the-response',
    frontend: [],
    backend: ['tcp-response content set-log-level crit'],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'marks-change-nothing-else',
    frontend: [
      'tcp-request connection set-tos 0x10',
      'tcp-request session set-mark 5',
      'tcp-request content set-nice 100',
      'tcp-request content set-tos 8',
      'tcp-request content set-priority-class int(5)',
      'tcp-request content set-priority-offset int(-20)',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
];

/** What rules keep for the log. */
const captures: readonly DifferentialCase[] = [
  payloadCase({
    name: 'capture-of-a-server-name',
    frontend: [
      'log-format %f\\ %s,%hr,%hrl,%[capture.req.hdr(0)]',
      'tcp-request inspect-delay 3s',
      'tcp-request content capture req.ssl_sni len 5',
      'tcp-request content capture src len 20',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
    ],
    client: [drip(hello), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'capture-of-what-never-comes',
    frontend: [
      'log-format %f\\ %s,%hr,%hrl',
      'tcp-request inspect-delay 300ms',
      'tcp-request content capture req.payload(0,9) len 9',
      'tcp-request content set-var(txn.after) bool(true)',
      'use_backend {case}-second if { var(txn.after) -m bool }',
    ],
    client: [send('hello'), closed],
    origins: origins('hello'),
  }),
  payloadCase({
    name: 'capture-with-a-condition',
    frontend: [
      'log-format %f\\ %s,%hr',
      'tcp-request inspect-delay 3s',
      'tcp-request content capture req.payload(0,3) len 9 if { req.len ge 3 }',
      'tcp-request content capture req.payload(0,4) len 9 if FALSE',
    ],
    client: [drip('hello'), closed],
    origins: origins('hello'),
  }),
];

/** The headers of a client's packet, as a NetScaler repeats them: 192.0.2.7:1234 to 192.0.2.8:80. */
const PACKET = `E${'\0'.repeat(8)}\x06\0\0\xc0\0\x02\x07\xc0\0\x02\x08\x04\xd2\0P${'\0'.repeat(16)}`;
const PACKET_6 = `\x60${'\0'.repeat(5)}\x06\0${'\x20\x01\x0d\xb8'.repeat(4)}${'\x20\x01\x0d\xb9'.repeat(4)}\x04\xd2\0P${'\0'.repeat(16)}`;
const MAGIC = '\0\x01\x86\xa0';
const OLD_HEADER = `${MAGIC}\0\0\0\x28${PACKET}`;
const STANDARD_HEADER = `${MAGIC}\0\0\0\x34\0\x01\0\x28${PACKET}`;

function netscalerCase(
  name: string,
  sent: string,
  options: { readonly bind?: string; readonly frontend?: readonly string[] } = {},
): DifferentialCase {
  return httpCase({
    name: `tcp-payload-netscaler-${name}`,
    expect: '',
    raw: true,
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      `  bind {bind} ${options.bind ?? 'accept-netscaler-cip 100000'}`,
      ...(options.frontend ?? []).map((line) => `  ${line}`),
      '  default_backend {case}-be',
      'backend {case}-be',
      '  mode tcp',
      '  server s1 {origin} send-proxy',
      '',
    ].join('\n'),
    client: [send(sent), closed],
    origin: [text('hello'), send('world'), close],
  });
}

const netscaler: readonly DifferentialCase[] = [
  netscalerCase('standard', `${STANDARD_HEADER}hello`),
  netscalerCase('old', `${OLD_HEADER}hello`),
  netscalerCase('ipv6', `${MAGIC}\0\0\0\x48\0\x01\0\x3c${PACKET_6}hello`),
  netscalerCase('wrong-number', `${STANDARD_HEADER.replace('\xa0', '\xa1')}hello`),
  netscalerCase('too-short', MAGIC),
  netscalerCase('cut', STANDARD_HEADER.slice(0, 30)),
  netscalerCase('no-tcp', `${STANDARD_HEADER.replace('\0\x06\0', '\0\x11\0')}hello`),
  netscalerCase('unknown-kind', `${MAGIC}\0\0\0\x34\x90\x01\0\x28${PACKET}hello`),
  netscalerCase('before-proxy-header', `${STANDARD_HEADER}PROXY TCP4 198.51.100.1 198.51.100.2 5 6\r\nhello`, {
    bind: 'accept-proxy accept-netscaler-cip 100000',
  }),
  netscalerCase('not-after-proxy-header', `PROXY TCP4 198.51.100.1 198.51.100.2 5 6\r\n${STANDARD_HEADER}hello`, {
    bind: 'accept-proxy accept-netscaler-cip 100000',
  }),
  netscalerCase('by-a-rule-without-number', `\0\0\0\0${STANDARD_HEADER.slice(4)}hello`, {
    bind: '',
    frontend: ['tcp-request connection expect-netscaler-cip layer4'],
  }),
];

const pages: readonly DifferentialCase[] = [
  httpCase({
    name: 'tcp-payload-one-port-switches-to-http',
    expect: '200 200',
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      '  bind {bind}',
      '  tcp-request inspect-delay 3s',
      '  tcp-request content switch-mode http if HTTP',
      '  use_backend {case}-be if HTTP',
      '  default_backend {case}-raw',
      'backend {case}-be',
      '  mode http',
      '  server s1 {origin}',
      'backend {case}-raw',
      '  mode tcp',
      '  server s2 {origin:second}',
      '',
    ].join('\n'),
    client: [send(get('/a')), messages(1), send(get('/b', 'Connection: close')), closed],
    origins: { main: [[serve(reply('web'))]], second: [[send('raw'), close]] },
    logs: 2,
  }),
  httpCase({
    name: 'tcp-payload-one-port-stays-raw',
    expect: '',
    raw: true,
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      '  bind {bind}',
      '  tcp-request inspect-delay 3s',
      '  tcp-request content switch-mode http if HTTP',
      '  use_backend {case}-be if HTTP',
      '  default_backend {case}-raw',
      'backend {case}-be',
      '  mode http',
      '  server s1 {origin}',
      'backend {case}-raw',
      '  mode tcp',
      '  server s2 {origin:second}',
      '',
    ].join('\n'),
    client: [send('SSH-2.0-x\r\n'), text('raw'), closed],
    origins: { main: [[serve(reply('web'))]], second: [[text('SSH'), send('raw'), close]] },
  }),
  httpCase({
    name: 'tcp-payload-upgraded-to-a-tcp-backend',
    expect: '',
    config: web({
      frontend: [
        'mode tcp',
        'option tcplog',
        'tcp-request inspect-delay 3s',
        'tcp-request content switch-mode http if HTTP',
      ],
      backend: ['mode tcp'],
    }),
    client: [send(get('/')), closed],
    loose: [
      {
        pattern: /IR A\/1\/\d/,
        as: 'IR A/1/N',
        because: 'haproxy forgets to count the stream out of the backend that it was refused by',
      },
    ],
  }),
  httpCase({
    name: 'tcp-payload-upgraded-silent-client',
    expect: '408',
    config: web({ frontend: ['mode tcp', 'option tcplog', 'timeout http-request 300ms'], backend: ['mode http'] }),
    client: [closed],
  }),
  httpCase({
    name: 'tcp-payload-upgraded-client-leaves',
    expect: '',
    config: web({ frontend: ['mode tcp', 'option tcplog'], backend: ['mode http'] }),
    client: [idle(80), close, logged(1)],
  }),
  httpCase({
    name: 'tcp-payload-upgraded-after-bytes',
    expect: '200',
    config: web({ frontend: ['mode tcp', 'option tcplog'], backend: ['mode http'] }),
    client: [drip(get('/', 'Connection: close')), originText('GET'), closed],
  }),
];

export const tcpPayloads: readonly DifferentialCase[] = [
  ...names,
  ...cookies,
  ...protocols,
  ...actions,
  ...captures,
  ...netscaler,
  ...pages,
];
