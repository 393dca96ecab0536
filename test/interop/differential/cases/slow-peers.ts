/** Slow and byte-by-byte peers, large messages through small windows, and every timeout. */
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
  heads,
  httpCase,
  idle,
  logged,
  messages,
  originText,
  pause,
  raise,
  reply,
  resume,
  send,
  serve,
  text,
  web,
} from '../case.ts';

const CHUNKED = 'Transfer-Encoding: chunked';
const post = (...lines: readonly string[]): string => head('POST /form HTTP/1.1', 'Host: example.test', ...lines);
const large = 'large '.repeat(250_000);
const short = { frontend: ['timeout client 300ms', 'timeout http-request 300ms', 'timeout http-keep-alive 300ms'] };

const drips: readonly DifferentialCase[] = [
  httpCase({
    name: 'drip-request',
    expect: '200',
    client: [drip(get('/', 'X-A: b', 'Accept: */*')), messages(1), closed],
  }),
  httpCase({
    name: 'drip-length-body',
    expect: '200',
    client: [drip(`${post('Content-Length: 11')}hello world`), messages(1), closed],
  }),
  httpCase({
    name: 'drip-chunked-body',
    expect: '200',
    client: [drip(`${post(CHUNKED)}5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-T: v\r\n\r\n`), messages(1), closed],
  }),
  httpCase({
    name: 'drip-pipelined',
    expect: '200 200',
    logs: 2,
    client: [drip(get('/1') + get('/2')), messages(2), closed],
  }),
  httpCase({
    name: 'drip-malformed',
    expect: '400',
    client: [drip('GET / HTTP/1.1\r\nHost : example.test'), closed],
  }),
  httpCase({
    name: 'drip-garbage',
    expect: '408',
    client: [drip('garbage'), closed],
  }),
  httpCase({
    name: 'drip-response',
    expect: '200',
    client: [send(get('/')), messages(1), closed],
    origin: [messages(1), drip(reply('hello', 'X-A: b')), closed],
  }),
  httpCase({
    name: 'drip-chunked-response',
    expect: '200',
    client: [send(get('/')), messages(1), closed],
    origin: [
      messages(1),
      drip(`${head('HTTP/1.1 200 OK', CHUNKED)}5\r\nhello\r\n6\r\n world\r\n0\r\nX-T: v\r\n\r\n`),
      closed,
    ],
  }),
  httpCase({
    name: 'drip-response-until-close',
    expect: '200',
    client: [send(get('/')), closed],
    origin: [messages(1), drip(`${head('HTTP/1.1 200 OK')}hello`), close],
  }),
  httpCase({
    name: 'drip-interim-and-final',
    expect: '103 200',
    client: [send(get('/')), messages(1), closed],
    origin: [messages(1), drip(head('HTTP/1.1 103 Early Hints', 'Link: </a>') + reply('ok')), closed],
  }),
  httpCase({
    name: 'drip-both-ways',
    expect: '200',
    client: [drip(`${post('Content-Length: 5')}hello`), messages(1), closed],
    origin: [messages(1), drip(reply('world')), closed],
  }),
  httpCase({
    name: 'head-in-two-parts',
    expect: '200',
    client: [send('GET / HTTP/1.1\r\nHost: exam'), idle(30), send('ple.test\r\n\r\n'), messages(1), closed],
  }),
];

const bulk: readonly DifferentialCase[] = [
  httpCase({
    name: 'bulk-response',
    expect: '200',
    client: [send(get('/')), messages(1), closed],
    origin: [messages(1), send(reply(large)), closed],
  }),
  httpCase({
    name: 'bulk-response-chunked',
    expect: '200',
    client: [send(get('/')), messages(1), closed],
    origin: [
      messages(1),
      send(head('HTTP/1.1 200 OK', CHUNKED), `c350\r\n${'x'.repeat(50_000)}\r\n`.repeat(10), '0\r\n\r\n'),
      closed,
    ],
    loose: [
      { pattern: / 200 \d+ /g, as: ' 200 N ', because: 'chunks may be cut anew, so their framing has other sizes' },
    ],
  }),
  httpCase({
    name: 'bulk-response-until-close',
    expect: '200',
    client: [send(get('/')), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK'), large), halfClose, closed],
  }),
  httpCase({
    name: 'bulk-upload',
    expect: '200',
    client: [send(post(`Content-Length: ${large.length}`), large), messages(1), closed],
  }),
  httpCase({
    name: 'bulk-upload-chunked',
    expect: '200',
    client: [send(post(CHUNKED), `c350\r\n${'x'.repeat(50_000)}\r\n`.repeat(10), '0\r\n\r\n'), messages(1), closed],
  }),
  httpCase({
    name: 'bulk-slow-reader',
    expect: '200',
    client: [send(get('/')), pause, originText('\r\n\r\n'), idle(100), resume, messages(1), closed],
    origin: [messages(1), send(reply(large)), closed],
  }),
  httpCase({
    name: 'bulk-slow-origin',
    expect: '200',
    client: [send(post(`Content-Length: ${large.length}`), large), messages(1), closed],
    origin: [pause, idle(100), resume, messages(1), send(reply('taken')), closed],
  }),
];

const timeouts: readonly DifferentialCase[] = [
  httpCase({ name: 'timeout-silent-client', expect: '408', config: web(short), client: [closed] }),
  httpCase({
    name: 'timeout-silent-client-dontlognull',
    expect: '408',
    logs: 0,
    config: web({ frontend: [...short.frontend, 'option dontlognull'] }),
    client: [closed],
  }),
  httpCase({
    name: 'timeout-mid-head',
    expect: '408',
    config: web(short),
    client: [send('GET / HTTP/1.1\r\nHo'), closed],
  }),
  httpCase({
    name: 'timeout-mid-head-drip',
    expect: '408',
    config: web(short),
    client: [send('GET / HTTP/1.1\r\nA: '), idle(150), send('b'), idle(100), send('c'), closed],
  }),
  httpCase({
    name: 'timeout-mid-body',
    expect: '504',
    config: web(short),
    client: [send(post('Content-Length: 10'), 'hello'), closed],
    origin: [text('hello'), closed],
  }),
  httpCase({
    name: 'timeout-mid-chunk',
    expect: '504',
    config: web(short),
    client: [send(post(CHUNKED), 'a\r\nhello'), closed],
    origin: [text('hello'), closed],
  }),
  httpCase({
    name: 'timeout-keep-alive',
    expect: '200',
    config: web(short),
    client: [send(get('/')), messages(1), closed],
  }),
  httpCase({
    name: 'timeout-keep-alive-then-mid-head',
    expect: '200 408',
    logs: 2,
    config: web(short),
    client: [send(get('/')), messages(1), send('GET / HT'), closed],
  }),
  httpCase({
    name: 'timeout-server-no-response',
    expect: '504',
    config: web({ backend: ['timeout server 300ms'] }),
    client: [send(get('/')), closed],
    origin: [messages(1), closed],
  }),
  httpCase({
    name: 'timeout-server-mid-head',
    expect: '504',
    config: web({ backend: ['timeout server 300ms'] }),
    client: [send(get('/')), closed],
    origin: [messages(1), send('HTTP/1.1 200 OK\r\nX-A'), closed],
  }),
  httpCase({
    name: 'timeout-server-mid-body',
    expect: '200',
    config: web({ backend: ['timeout server 300ms'] }),
    client: [send(get('/')), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), 'hello'), closed],
  }),
  httpCase({
    name: 'timeout-server-mid-chunk',
    expect: '200',
    config: web({ backend: ['timeout server 300ms'] }),
    client: [send(get('/')), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK', CHUNKED), 'a\r\nhello'), closed],
  }),
  httpCase({
    name: 'timeout-server-until-close-body',
    expect: '200',
    config: web({ backend: ['timeout server 300ms'] }),
    client: [send(get('/')), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK'), 'hello'), closed],
  }),
  httpCase({
    name: 'timeout-server-not-while-client-sends',
    expect: '200',
    config: web({ backend: ['timeout server 300ms'] }),
    client: [send(post('Content-Length: 3'), 'a'), idle(200), send('b'), idle(200), send('c'), messages(1), closed],
  }),
  httpCase({
    name: 'timeout-tunnel',
    expect: '101',
    config: web({ backend: ['timeout tunnel 300ms'] }),
    client: [send(get('/', 'Connection: Upgrade', 'Upgrade: echo')), heads(1), send('ping'), closed],
    origin: [
      messages(1),
      send(head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: echo')),
      text('ping'),
      closed,
    ],
  }),
  httpCase({
    name: 'timeout-tunnel-longer-than-client',
    expect: '101',
    config: web({ frontend: ['timeout client 300ms'], backend: ['timeout server 300ms', 'timeout tunnel 5s'] }),
    client: [
      send(get('/', 'Connection: Upgrade', 'Upgrade: echo')),
      heads(1),
      idle(700),
      send('ping'),
      text('pong'),
      close,
    ],
    origin: [
      messages(1),
      send(head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: echo')),
      text('ping'),
      send('pong'),
      closed,
    ],
  }),
  httpCase({
    name: 'timeout-queue',
    expect: '200',
    logs: 2,
    config: web({ backend: ['timeout queue 300ms'], server: 'maxconn 1' }),
    clients: [
      [send(get('/first')), messages(1), closed],
      [awaitSignal('first-at-origin'), send(get('/queued')), closed, raise('refused')],
    ],
    origins: {
      main: [[messages(1), raise('first-at-origin'), awaitSignal('refused'), send(reply('done')), closed]],
    },
  }),
  httpCase({
    name: 'queue-served-when-free',
    expect: '200',
    logs: 2,
    config: web({ backend: ['timeout queue 3s'], server: 'maxconn 1' }),
    clients: [
      [send(get('/first')), messages(1), closed],
      [awaitSignal('first-at-origin'), send(get('/queued')), raise('sent'), messages(1), closed],
    ],
    origins: {
      main: [
        [messages(1), raise('first-at-origin'), awaitSignal('sent'), idle(50), send(reply('done')), closed],
        [serve(reply('too'))],
      ],
    },
  }),
  httpCase({
    name: 'timeout-client-during-response-is-not-its-fault',
    expect: '200',
    config: web(short),
    client: [send(get('/')), messages(1), closed],
    origin: [messages(1), idle(600), send(reply('late')), closed],
  }),
  httpCase({
    name: 'timeout-http-request-falls-back-to-client',
    expect: '408',
    config: [
      'frontend {case}',
      '  bind {bind}',
      '  timeout client 300ms',
      '  timeout http-request 0',
      '  default_backend {case}-be',
      'backend {case}-be',
      '  server s1 {origin}',
      '',
    ].join('\n'),
    client: [send('GET / HT'), closed],
  }),
  httpCase({
    name: 'timeout-half-closed-tunnel',
    expect: '101',
    config: web({ frontend: ['timeout client-fin 200ms'], backend: ['timeout tunnel 3s'] }),
    client: [
      send(get('/', 'Connection: Upgrade', 'Upgrade: echo')),
      heads(1),
      send('last'),
      halfClose,
      closed,
      logged(1),
    ],
    origin: [
      messages(1),
      send(head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: echo')),
      text('last'),
      clientText('\r\n\r\n'),
      closed,
    ],
  }),
];

export const slowPeers: readonly DifferentialCase[] = [...drips, ...bulk, ...timeouts];
