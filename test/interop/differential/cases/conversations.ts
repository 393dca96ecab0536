/** Well-formed exchanges with some turn in them: expectation, interim responses, pipelining, trailers, upgrades. */
import {
  awaitSignal,
  clientText,
  close,
  closed,
  type DifferentialCase,
  get,
  halfClose,
  head,
  heads,
  httpCase,
  messages,
  raise,
  reply,
  send,
  serve,
  text,
  tunnel,
  web,
} from '../case.ts';

const CHUNKED = 'Transfer-Encoding: chunked';
const post = (body: string, ...lines: readonly string[]): string =>
  head('POST /form HTTP/1.1', 'Host: example.test', `Content-Length: ${body.length}`, ...lines);
const CONTINUE = head('HTTP/1.1 100 Continue');
const EXPECT = 'Expect: 100-continue';

const expectations: readonly DifferentialCase[] = [
  httpCase({
    name: 'expect-origin-continues',
    expect: '100 200',
    client: [send(post('hello', EXPECT)), heads(1), send('hello'), messages(1), closed],
    origin: [text('\r\n\r\n'), send(CONTINUE), messages(1), send(reply('done')), closed],
  }),
  httpCase({
    name: 'expect-client-does-not-wait',
    expect: '100 200',
    client: [send(post('hello', EXPECT), 'hello'), messages(1), closed],
    origin: [messages(1), send(CONTINUE, reply('done')), closed],
  }),
  httpCase({
    name: 'expect-origin-answers-without-continue',
    expect: '200',
    client: [send(post('hello', EXPECT)), messages(1), send('hello'), closed],
    origin: [text('\r\n\r\n'), send(reply('early')), text('hello'), closed],
  }),
  httpCase({
    name: 'expect-origin-refuses-417',
    expect: '417',
    client: [send(post('hello', EXPECT)), messages(1), closed],
    origin: [
      text('\r\n\r\n'),
      send(head('HTTP/1.1 417 Expectation Failed', 'Content-Length: 0', 'Connection: close')),
      close,
    ],
  }),
  httpCase({
    name: 'expect-continue-unasked',
    expect: '100 200',
    client: [send(post('hello'), 'hello'), messages(1), closed],
    origin: [messages(1), send(CONTINUE, reply('done')), closed],
  }),
  httpCase({
    name: 'expect-unknown',
    expect: '200',
    client: [send(get('/', 'Expect: miracles')), messages(1), closed],
  }),
  httpCase({
    name: 'expect-http10',
    expect: '200',
    client: [send(head('POST / HTTP/1.0', 'Content-Length: 5', EXPECT), 'hello'), closed],
  }),
];

const interims: readonly DifferentialCase[] = [
  httpCase({
    name: 'interim-103',
    expect: '103 200',
    client: [send(get('/')), heads(1), raise('hinted'), messages(1), closed],
    origin: [
      messages(1),
      send(head('HTTP/1.1 103 Early Hints', 'Link: </a>')),
      awaitSignal('hinted'),
      send(reply('ok')),
      closed,
    ],
  }),
  httpCase({
    name: 'interim-several',
    expect: '100 102 103 200',
    client: [send(get('/')), messages(1), closed],
    origin: [
      messages(1),
      send(CONTINUE, head('HTTP/1.1 102 Processing'), head('HTTP/1.1 103 Early Hints'), reply('ok')),
      closed,
    ],
  }),
  httpCase({
    name: 'interim-with-length',
    expect: '103 200',
    client: [send(get('/')), messages(1), closed],
    origin: [messages(1), send(head('HTTP/1.1 103 Early Hints', 'Content-Length: 4'), reply('ok')), closed],
  }),
  httpCase({
    name: 'interim-to-http10-client',
    expect: '103 200',
    client: [send('GET / HTTP/1.0\r\n\r\n'), closed],
    origin: [messages(1), send(head('HTTP/1.1 103 Early Hints'), reply('ok')), closed],
  }),
  httpCase({
    name: 'interim-with-response-rules',
    expect: '103 200',
    config: web({ backend: ['http-response set-header X-Seen yes'] }),
    client: [send(get('/')), messages(1), closed],
    origin: [messages(1), send(head('HTTP/1.1 103 Early Hints'), reply('ok')), closed],
  }),
];

const bodiless: readonly DifferentialCase[] = [
  httpCase({
    name: 'head-with-length',
    expect: '200 200',
    bodyless: [0],
    logs: 2,
    client: [
      send('HEAD / HTTP/1.1\r\nHost: example.test\r\n\r\n'),
      messages(1),
      send(get('/next')),
      messages(2),
      closed,
    ],
    origin: [
      messages(1),
      send(head('HTTP/1.1 200 OK', 'Content-Length: 12345')),
      messages(2),
      send(reply('next')),
      closed,
    ],
  }),
  httpCase({
    name: 'head-chunked',
    expect: '200 200',
    bodyless: [0],
    logs: 2,
    client: [
      send('HEAD / HTTP/1.1\r\nHost: example.test\r\n\r\n'),
      messages(1),
      send(get('/next')),
      messages(2),
      closed,
    ],
    origin: [messages(1), send(head('HTTP/1.1 200 OK', CHUNKED)), messages(2), send(reply('next')), closed],
  }),
  httpCase({
    name: 'head-without-framing',
    expect: '200 200',
    bodyless: [0],
    logs: 2,
    client: [
      send('HEAD / HTTP/1.1\r\nHost: example.test\r\n\r\n'),
      messages(1),
      send(get('/next')),
      messages(2),
      closed,
    ],
    origin: [messages(1), send(head('HTTP/1.1 200 OK')), messages(2), send(reply('next')), closed],
  }),
  httpCase({
    name: 'head-answered-with-body',
    expect: '200',
    bodyless: [0],
    client: [send('HEAD / HTTP/1.1\r\nHost: example.test\r\n\r\n'), messages(1), closed],
    origin: [messages(1), send(reply('not allowed')), closed],
  }),
  httpCase({
    name: 'head-refused-by-rule',
    expect: '403',
    bodyless: [0],
    config: web({ frontend: ['http-request deny'] }),
    client: [send('HEAD / HTTP/1.1\r\nHost: example.test\r\n\r\n'), closed],
  }),
  httpCase({
    name: 'no-content-keeps-alive',
    expect: '204 200',
    logs: 2,
    client: [send(get('/')), messages(1), send(get('/next')), messages(2), closed],
    origin: [messages(1), send(head('HTTP/1.1 204 No Content')), messages(2), send(reply('next')), closed],
  }),
  httpCase({
    name: 'not-modified-keeps-alive',
    expect: '304 200',
    logs: 2,
    client: [send(get('/')), messages(1), send(get('/next')), messages(2), closed],
    origin: [
      messages(1),
      send(head('HTTP/1.1 304 Not Modified', 'Content-Length: 77')),
      messages(2),
      send(reply('next')),
      closed,
    ],
  }),
];

const many = (count: number): string => Array.from({ length: count }, (_, index) => get(`/${index + 1}`)).join('');

const pipelines: readonly DifferentialCase[] = [
  ...[2, 3, 10].map((count) =>
    httpCase({
      name: `pipeline-${count}`,
      expect: Array.from({ length: count }, () => '200').join(' '),
      logs: count,
      client: [send(many(count)), messages(count), closed],
    }),
  ),
  httpCase({
    name: 'pipeline-bodies',
    expect: '200 200 200',
    logs: 3,
    client: [
      send(post('one'), 'one', head('POST / HTTP/1.1', 'Host: h', CHUNKED), '3\r\ntwo\r\n0\r\n\r\n', get('/3')),
      messages(3),
      closed,
    ],
  }),
  httpCase({
    name: 'pipeline-error-in-the-middle',
    expect: '200 400',
    logs: 2,
    client: [send(get('/1'), 'GET / bad\r\n\r\n', get('/3')), closed],
  }),
  httpCase({
    name: 'pipeline-close-in-the-middle',
    expect: '200 200',
    logs: 2,
    client: [send(get('/1'), get('/2', 'Connection: close'), get('/3')), closed],
  }),
  httpCase({
    name: 'pipeline-http10-in-the-middle',
    expect: '200 200',
    logs: 2,
    client: [send(get('/1'), 'GET /2 HTTP/1.0\r\n\r\n', get('/3')), closed],
  }),
  httpCase({
    name: 'pipeline-origin-closes-each-time',
    expect: '200 200 200',
    logs: 3,
    client: [send(many(3)), messages(3), closed],
    origin: [messages(1), send(reply('once', 'Connection: close')), close],
  }),
  httpCase({
    name: 'pipeline-denied-in-the-middle',
    expect: '200 403 200',
    logs: 3,
    config: web({ frontend: ['http-request deny if { path /2 }'] }),
    client: [send(many(3)), closed],
  }),
  httpCase({
    name: 'pipeline-redirect-in-the-middle',
    expect: '200 302 200',
    logs: 3,
    config: web({ frontend: ['http-request redirect location /other if { path /2 }'] }),
    client: [send(many(3)), messages(3), closed],
  }),
  httpCase({
    name: 'pipeline-then-half-close',
    expect: '200 200 200',
    logs: 3,
    client: [send(many(3)), messages(3), halfClose, closed],
  }),
  httpCase({
    name: 'pipeline-second-request-in-two-parts',
    expect: '200 200',
    logs: 2,
    client: [
      send(get('/1'), 'GET /2 HTTP/1.1\r\nHo'),
      messages(1),
      send('st: example.test\r\n\r\n'),
      messages(2),
      closed,
    ],
  }),
];

const trailers: readonly DifferentialCase[] = [
  httpCase({
    name: 'trailers-of-request',
    expect: '200',
    client: [
      send(head('POST / HTTP/1.1', 'Host: h', CHUNKED, 'Trailer: X-Sum'), '5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n'),
      messages(1),
      closed,
    ],
  }),
  httpCase({
    name: 'trailers-of-response',
    expect: '200',
    client: [send(get('/', 'TE: trailers')), messages(1), closed],
    origin: [
      messages(1),
      send(head('HTTP/1.1 200 OK', CHUNKED), '5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-B: c\r\n\r\n'),
      closed,
    ],
  }),
  httpCase({
    name: 'trailers-late',
    expect: '200',
    client: [send(get('/')), text('hello'), raise('seen'), messages(1), closed],
    origin: [
      messages(1),
      send(head('HTTP/1.1 200 OK', CHUNKED), '5\r\nhello\r\n'),
      awaitSignal('seen'),
      send('0\r\nX-Sum: 42\r\n\r\n'),
      closed,
    ],
  }),
  httpCase({
    name: 'chunked-response-to-http10-client',
    expect: '200',
    client: [send('GET / HTTP/1.0\r\nHost: h\r\n\r\n'), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK', CHUNKED), '5\r\nhello\r\n0\r\n\r\n'), closed],
  }),
  httpCase({
    name: 'chunked-response-to-http10-keep-alive-client',
    expect: '200',
    client: [send('GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n'), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK', CHUNKED), '5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n'), closed],
  }),
];

const upgrade = (...lines: readonly string[]): string => get('/chat', 'Connection: Upgrade', 'Upgrade: echo', ...lines);
const SWITCH = head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: echo');

const upgrades: readonly DifferentialCase[] = [
  httpCase({
    name: 'upgrade-accepted',
    expect: '101',
    client: [send(upgrade()), heads(1), send('ping'), text('pong'), close],
    origin: [messages(1), send(SWITCH), text('ping'), send('pong'), closed],
  }),
  httpCase({
    name: 'upgrade-origin-speaks-first',
    expect: '101',
    client: [send(upgrade()), text('hello'), send('bye'), closed],
    origin: [messages(1), send(SWITCH, 'hello'), text('bye'), close],
  }),
  httpCase({
    name: 'upgrade-client-speaks-early',
    expect: '101',
    client: [send(upgrade(), 'early'), text('pong'), closed],
    origin: [text('\r\n\r\n'), send(SWITCH), text('early'), send('pong'), close],
  }),
  httpCase({
    name: 'upgrade-client-half-closes',
    expect: '101',
    client: [send(upgrade()), heads(1), send('last'), halfClose, closed],
    origin: [messages(1), send(SWITCH), text('last'), closed],
  }),
  httpCase({
    name: 'upgrade-origin-half-closes',
    expect: '101',
    client: [send(upgrade()), text('last'), closed],
    origin: [messages(1), send(SWITCH, 'last'), halfClose, closed],
  }),
  httpCase({
    name: 'upgrade-refused',
    expect: '200 200',
    logs: 2,
    client: [send(upgrade()), messages(1), send(get('/next')), messages(2), closed],
    origin: [messages(1), send(reply('no')), messages(2), send(reply('next')), closed],
  }),
  httpCase({
    name: 'upgrade-with-body',
    expect: '502',
    client: [
      send(head('POST /chat HTTP/1.1', 'Host: h', 'Connection: Upgrade', 'Upgrade: echo', 'Content-Length: 4'), 'body'),
      closed,
    ],
    origin: [messages(1), send(SWITCH, 'pong'), close],
  }),
  httpCase({
    name: 'upgrade-websocket-without-key',
    expect: '400',
    client: [send(get('/', 'Connection: Upgrade', 'Upgrade: websocket')), closed],
  }),
  httpCase({
    name: 'upgrade-websocket-without-accept',
    expect: '502',
    client: [
      send(
        get(
          '/',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ),
      ),
      closed,
    ],
    origin: [
      messages(1),
      send(head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket')),
      closed,
    ],
  }),
  httpCase({
    name: 'upgrade-websocket-raw',
    expect: '101',
    client: [
      send(
        get(
          '/',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ),
      ),
      heads(1),
      send('\x81\x02hi'),
      text('\x81\x02ho'),
      close,
    ],
    origin: [
      messages(1),
      send(
        head(
          'HTTP/1.1 101 Switching Protocols',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
        ),
      ),
      text('\x81\x02hi'),
      send('\x81\x02ho'),
      closed,
    ],
  }),
  httpCase({
    name: 'upgrade-header-without-connection-token',
    expect: '200',
    client: [send(get('/', 'Upgrade: echo')), messages(1), closed],
    origin: [serve(reply('plain'))],
  }),
  httpCase({
    name: 'connect-accepted',
    expect: '200',
    client: [
      send('CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n'),
      heads(1),
      send('ping'),
      closed,
    ],
    origin: [
      messages(1),
      tunnel,
      send(head('HTTP/1.1 200 Connected')),
      text('ping'),
      send('pong'),
      clientText('pong'),
      close,
    ],
  }),
  httpCase({
    name: 'connect-refused',
    expect: '405',
    client: [send('CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n'), messages(1), closed],
    origin: [messages(1), send(head('HTTP/1.1 405 Method Not Allowed', 'Content-Length: 0')), closed],
  }),
];

export const conversations: readonly DifferentialCase[] = [
  ...expectations,
  ...interims,
  ...bodiless,
  ...pipelines,
  ...trailers,
  ...upgrades,
];
