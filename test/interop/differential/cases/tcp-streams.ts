/** `mode tcp`: bytes both ways, half-close each way, aborts, timeouts; and the PROXY protocol in and out. */
import {
  awaitSignal,
  clientText,
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
  originConnections,
  originsClosed,
  originText,
  raise,
  reset,
  type Script,
  send,
  text,
  web,
} from '../case.ts';

interface TcpInput {
  readonly name: string;
  readonly client: Script;
  readonly origin: Script;
  readonly frontend?: readonly string[];
  readonly backend?: readonly string[];
  readonly server?: string;
  readonly logs?: number;
  readonly loose?: DifferentialCase['loose'];
}

function tcpCase(input: TcpInput): DifferentialCase {
  const { name, client, origin, frontend = [], backend = [], server = '', ...rest } = input;
  return httpCase({
    ...rest,
    name: `tcp-${name}`,
    expect: '',
    raw: true,
    config: web({ frontend: ['mode tcp', 'option tcplog', ...frontend], backend: ['mode tcp', ...backend], server }),
    client,
    origin,
  });
}

const large = 'stream '.repeat(200_000);

const streams: readonly DifferentialCase[] = [
  tcpCase({
    name: 'client-speaks-first',
    client: [send('hello'), text('world'), close, logged(1)],
    origin: [text('hello'), send('world'), closed],
  }),
  tcpCase({
    name: 'origin-speaks-first',
    client: [text('220 ready'), send('QUIT'), text('bye'), closed],
    origin: [send('220 ready'), text('QUIT'), send('bye'), close],
  }),
  tcpCase({
    name: 'client-half-closes',
    client: [send('question'), halfClose, text('answer'), closed],
    origin: [text('question'), closed, send('answer'), close],
  }),
  tcpCase({
    name: 'origin-half-closes',
    client: [text('all'), closed, send('thanks'), close, logged(1)],
    origin: [send('all'), halfClose, text('thanks'), closed],
  }),
  tcpCase({
    name: 'client-closes-at-once',
    client: [originConnections(1), close, logged(1), originsClosed],
    origin: [closed],
  }),
  tcpCase({
    name: 'client-resets',
    client: [send('hello'), originText('hello'), reset, logged(1), originsClosed],
    origin: [text('hello'), closed],
  }),
  tcpCase({
    name: 'origin-closes-at-once',
    client: [closed],
    origin: [close],
  }),
  tcpCase({
    name: 'origin-resets',
    client: [send('hello'), closed],
    origin: [text('hello'), reset],
  }),
  tcpCase({
    name: 'origin-sends-then-resets',
    client: [send('hello'), text('partial'), raise('seen'), closed],
    origin: [text('hello'), send('partial'), awaitSignal('seen'), reset],
  }),
  tcpCase({
    name: 'byte-by-byte',
    client: [drip('hello'), text('world'), halfClose, closed],
    origin: [text('hello'), drip('world'), closed, close],
  }),
  tcpCase({
    name: 'bulk-down',
    client: [send('go'), closed],
    origin: [text('go'), send(large), halfClose, closed],
  }),
  tcpCase({
    name: 'bulk-up',
    client: [send(large), halfClose, text('got it'), closed],
    origin: [closed, send('got it'), close],
  }),
  tcpCase({
    name: 'bulk-both-ways',
    client: [send(large), halfClose, closed],
    origin: [send(large), closed, close],
  }),
  tcpCase({
    name: 'timeout-client',
    frontend: ['timeout client 300ms'],
    backend: ['timeout server 3s'],
    client: [send('hello'), closed],
    origin: [text('hello'), closed],
  }),
  tcpCase({
    name: 'timeout-server',
    frontend: ['timeout client 3s'],
    backend: ['timeout server 300ms'],
    client: [send('hello'), closed],
    origin: [text('hello'), closed],
  }),
  tcpCase({
    name: 'timeout-server-leaves-the-client-its-time',
    frontend: ['timeout client 3s'],
    backend: ['timeout server 300ms'],
    client: [send('hello'), closed, send('late'), close, logged(1)],
    origin: [text('hello'), text('late'), closed],
  }),
  tcpCase({
    name: 'timeout-client-leaves-the-server-its-time',
    frontend: ['timeout client 300ms'],
    backend: ['timeout server 3s'],
    client: [send('hello'), text('late'), closed],
    origin: [text('hello'), closed, send('late'), close],
  }),
  tcpCase({
    name: 'timeout-after-half-close-is-the-server-s',
    frontend: ['timeout client 300ms'],
    backend: ['timeout server 3s'],
    client: [send('hello'), halfClose, text('slow'), closed],
    origin: [text('hello'), closed, send('s'), idle(500), send('low'), close],
  }),
  tcpCase({
    name: 'timeout-tunnel',
    backend: ['timeout tunnel 300ms'],
    client: [send('hello'), text('world'), closed],
    origin: [text('hello'), send('world'), closed],
  }),
  tcpCase({
    name: 'timeout-not-while-talking',
    frontend: ['timeout client 400ms'],
    backend: ['timeout server 400ms'],
    client: [send('a'), idle(200), send('b'), idle(200), send('c'), idle(200), send('d'), text('done'), closed],
    origin: [text('abcd'), send('done'), close],
  }),
  tcpCase({
    name: 'http-passes-untouched',
    client: [send('GET / HTTP/1.1\r\nHoSt : x\r\n\r\n'), text('odd'), closed],
    origin: [text('\r\n\r\n'), send('odd\0bytes\xff'), close],
  }),
  tcpCase({
    name: 'dontlognull-silent',
    frontend: ['option dontlognull'],
    logs: 0,
    client: [originConnections(1), close, originsClosed],
    origin: [closed],
  }),
  tcpCase({
    name: 'dontlognull-answered',
    frontend: ['option dontlognull'],
    logs: 0,
    client: [text('banner'), close, originsClosed],
    origin: [send('banner'), closed],
  }),
  tcpCase({
    name: 'logasap',
    frontend: ['option logasap'],
    client: [send('hello'), text('world'), closed],
    origin: [text('hello'), send('world'), close],
  }),
];

const tcpServers = (lines: readonly string[]): string =>
  [
    'frontend {case}',
    '  mode tcp',
    '  option tcplog',
    '  bind {bind}',
    '  default_backend {case}-be',
    'backend {case}-be',
    '  mode tcp',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');

const connecting: readonly DifferentialCase[] = [
  httpCase({
    name: 'tcp-dead-server',
    expect: '',
    raw: true,
    config: tcpServers(['retries 0', 'server a {dead}']),
    client: [send('hello'), closed],
    origins: {},
  }),
  httpCase({
    name: 'tcp-no-server',
    expect: '',
    raw: true,
    config: tcpServers([]),
    client: [send('hello'), closed],
    origins: {},
  }),
  httpCase({
    name: 'tcp-redispatch',
    expect: '',
    raw: true,
    config: tcpServers([
      'retries 1',
      'option redispatch',
      'timeout connect 200ms',
      'server a {dead}',
      'server b {origin:b}',
    ]),
    client: [text('hello'), closed],
    origins: { b: [[send('hello'), close]] },
  }),
  httpCase({
    name: 'tcp-queue-timeout',
    expect: '',
    raw: true,
    logs: 2,
    config: tcpServers(['timeout queue 300ms', 'server a {origin:a} maxconn 1']),
    clients: [
      [text('first'), raise('first'), awaitSignal('refused'), close],
      [awaitSignal('first'), closed, raise('refused')],
    ],
    origins: { a: [[send('first'), closed]] },
  }),
  httpCase({
    name: 'tcp-queue-served',
    expect: '',
    raw: true,
    logs: 2,
    config: tcpServers(['timeout queue 3s', 'server a {origin:a} maxconn 1']),
    clients: [
      [text('banner'), raise('first'), awaitSignal('waiting'), close],
      [awaitSignal('first'), send('queued'), raise('waiting'), text('banner'), close],
    ],
    origins: { a: [[send('banner'), closed]] },
  }),
];

const v2 = (command: string, family: string, body: string): string => {
  const length = (body.length / 2).toString(16).padStart(4, '0');
  return Buffer.from(`0d0a0d0a000d0a515549540a${command}${family}${length}${body}`, 'hex').toString('latin1');
};
// 192.0.2.7:1111 -> 198.51.100.8:80
const V4_ADDRESSES = 'c0000207c633640804570050';
const V6_ADDRESSES = `20010db8${'0'.repeat(23)}720010db8${'0'.repeat(23)}804570050`;
const forwarded = web({ frontend: ['option forwardfor'] }).replace('bind {bind}', 'bind {bind} accept-proxy');

function accepted(name: string, expect: string, header: string, request: string = get('/')): DifferentialCase {
  return httpCase({ name: `proxy-in-${name}`, expect, config: forwarded, client: [send(header, request), closed] });
}

const whole: DifferentialCase['loose'] = [
  {
    pattern: /(Received an unhandled protocol in the PROXY protocol header|Truncated PROXY protocol header received)/g,
    as: 'CUT HEADER',
    because: 'a header must come in one piece; how much of it was there when the proxy looked is up to the kernel',
  },
];

const proxyIn: readonly DifferentialCase[] = [
  accepted('v1-tcp4', '200', 'PROXY TCP4 192.0.2.7 198.51.100.8 1111 80\r\n'),
  accepted('v1-tcp6', '200', 'PROXY TCP6 2001:db8::7 2001:db8::8 1111 80\r\n'),
  accepted('v1-unknown', '200', 'PROXY UNKNOWN\r\n'),
  accepted('v1-unknown-with-rest', '', 'PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n'),
  accepted('v1-bad-address', '200', 'PROXY TCP4 192.0.2.700 198.51.100.8 1111 80\r\n'),
  accepted('v1-bad-family', '', 'PROXY UDP4 192.0.2.7 198.51.100.8 1111 80\r\n'),
  accepted('v1-bad-port', '200', 'PROXY TCP4 192.0.2.7 198.51.100.8 111111 80\r\n'),
  accepted('v1-bare-lf', '', 'PROXY TCP4 192.0.2.7 198.51.100.8 1111 80\n'),
  accepted('v1-too-long', '', `PROXY TCP4 192.0.2.7 198.51.100.8 1111 80${' '.repeat(120)}\r\n`),
  accepted('missing', '', ''),
  accepted('v2-tcp4', '200', v2('21', '11', V4_ADDRESSES)),
  accepted('v2-tcp6', '200', v2('21', '21', V6_ADDRESSES)),
  accepted('v2-local', '200', v2('20', '00', '')),
  accepted('v2-unspecified', '', v2('21', '00', '')),
  accepted('v2-with-tlv', '200', v2('21', '11', `${V4_ADDRESSES}04000400000000`)),
  accepted('v2-short-addresses', '', v2('21', '11', 'c0000207')),
  accepted('v2-bad-version', '', v2('11', '11', V4_ADDRESSES)),
  accepted('v2-bad-command', '', v2('2f', '11', V4_ADDRESSES)),
  httpCase({
    name: 'proxy-in-v1-drip',
    expect: '',
    loose: whole,
    config: forwarded,
    client: [drip('PROXY TCP4 192.0.2.7 198.51.100.8 1111 80\r\n'), drip(get('/')), closed],
  }),
  httpCase({
    name: 'proxy-in-v2-drip',
    expect: '',
    loose: whole,
    config: forwarded,
    client: [drip(v2('21', '11', V4_ADDRESSES)), send(get('/')), closed],
  }),
  httpCase({
    name: 'proxy-in-closed-midway',
    expect: '',
    config: forwarded,
    client: [send('PROXY TCP4 192.'), close, logged(1)],
  }),
  httpCase({
    name: 'proxy-in-acl-on-source',
    expect: '403',
    config: forwarded.replace('bind {bind}', 'http-request deny if { src 192.0.2.0/24 }\n  bind {bind}'),
    client: [send('PROXY TCP4 192.0.2.7 198.51.100.8 1111 80\r\n', get('/')), closed],
  }),
];

const proxyOut: readonly DifferentialCase[] = [
  ...['send-proxy', 'send-proxy-v2'].flatMap((option) => [
    tcpCase({
      name: `${option}`,
      server: option,
      client: [send('hello'), text('world'), closed],
      origin: [text('hello'), send('world'), close],
    }),
    tcpCase({
      name: `${option}-origin-first`,
      server: option,
      client: [text('banner'), closed],
      origin: [send('banner'), clientText('banner'), halfClose, closed],
    }),
    httpCase({
      name: `http-${option}`,
      expect: '200 200',
      logs: 2,
      config: web({ server: option }),
      client: [send(get('/1')), messages(1), send(get('/2')), messages(2), closed],
    }),
    httpCase({
      name: `http-${option}-from-accepted`,
      expect: '200',
      config: web({ server: option }).replace('bind {bind}', 'bind {bind} accept-proxy'),
      client: [send('PROXY TCP4 192.0.2.7 198.51.100.8 1111 80\r\n', get('/')), closed],
    }),
    httpCase({
      name: `http-${option}-from-ipv6`,
      expect: '200',
      config: web({ server: option }).replace('bind {bind}', 'bind {bind} accept-proxy'),
      client: [send('PROXY TCP6 2001:db8::7 2001:db8::8 1111 80\r\n', get('/')), closed],
    }),
  ]),
  httpCase({
    name: 'http-until-close-through-tcp-frontend-mode',
    expect: '200',
    config: web({ frontend: ['option httpclose'] }),
    client: [send(get('/')), clientText('hello'), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK'), 'hello'), close],
  }),
];

export const tcpStreams: readonly DifferentialCase[] = [...streams, ...connecting, ...proxyIn, ...proxyOut];
