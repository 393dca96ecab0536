/** Actions on what surrounds a message: addresses, log level, hints, timeouts, the tarpit. */
import { closed, type DifferentialCase, get, head, httpCase, messages, send } from '../case.ts';
import { action, answer, ask, back, front } from './http-action-case.ts';

export const streamActions: readonly DifferentialCase[] = [
  action(
    'set-src',
    '200',
    front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]', 'option forwardfor'),
    get('/', 'X-Client: 192.0.2.9'),
  ),
  action(
    'set-src-ipv6',
    '200',
    front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]', 'option forwardfor'),
    get('/', 'X-Client: 2001:db8::9'),
  ),
  action('set-src-none', '200', front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]')),
  action(
    'set-src-bad',
    '200',
    front('http-request set-src hdr(X-Client)', 'http-request set-header X-Src %[src]'),
    get('/', 'X-Client: nobody'),
  ),
  action(
    'set-src-condition',
    '403',
    ask('set-src hdr(X-Client)', 'deny if { src 192.0.2.0/24 }'),
    get('/', 'X-Client: 192.0.2.9'),
  ),
  action('set-src-one-request', '403 200', ask('set-src hdr(X-Client)', 'deny if { src 192.0.2.0/24 }'), '', {
    client: [send(get('/', 'X-Client: 192.0.2.9'), get('/')), messages(2)],
    logs: 2,
  }),
  action(
    'set-src-port',
    '200',
    front('http-request set-src-port hdr(X-Port)', 'http-request set-src hdr(X-Client)', 'option forwardfor'),
    get('/', 'X-Port: 4711', 'X-Client: 192.0.2.9'),
  ),
  action('set-src-masked', '200', front('http-request set-src src,ipmask(24)', 'http-request set-header X-Src %[src]')),
  action('set-dst', '200', front('http-request set-dst hdr(X-To)', 'option originalto'), get('/', 'X-To: 192.0.2.10')),
  httpCase({
    name: 'action-set-dst-leads-there',
    expect: '200 503',
    logs: 2,
    config: [
      'frontend {case}',
      '  bind {bind}',
      '  http-request set-dst str({origin}),field(1,:)',
      '  http-request set-dst-port str({origin}),field(2,:) if { path /there }',
      '  http-request set-dst-port str(1) unless { path /there }',
      '  default_backend {case}-be',
      'backend {case}-be',
      '  server s1 0.0.0.0:0',
      '',
    ].join('\n'),
    client: [send(get('/there')), messages(1), send(get('/')), messages(2)],
  }),
  action('originalto', '200', front('option originalto')),
  action('originalto-header', '200', { frontend: ['option originalto header X-Dst'], backend: ['option originalto'] }),
  action('originalto-except', '200', front('option originalto except 127.0.0.0/8')),
  action('set-log-level-silent', '200', ask('set-log-level silent'), get('/'), { logs: 0 }),
  action('set-log-level', '200', ask('set-log-level alert')),
  action('set-log-level-response', '200', answer('set-log-level debug if { status 200 }')),
  action('set-log-level-one-request', '200 200', ask('set-log-level silent if { path /quiet }'), '', {
    client: [send(get('/quiet')), messages(1), send(get('/loud')), messages(2)],
    logs: 1,
  }),
  action('set-tos', '200', ask('set-tos 0x20')),
  action('set-mark', '200', ask('set-mark 7')),
  action('set-priority', '200', ask('set-priority-class int(3)', 'set-priority-offset int(-10)')),
  action('disable-l7-retry', '200', ask('disable-l7-retry')),
  action('wait-for-handshake', '200', ask('wait-for-handshake')),
  action('early-hint', '103 200', ask('early-hint Link "</style.css>; rel=preload"'), get('/'), {
    client: [send(get('/')), closed],
  }),
  action(
    'early-hint-several',
    '103 103 200',
    ask('early-hint Link </a.css>', 'early-hint Link </b.js>', 'set-header X-A 1', 'early-hint Link %[path]'),
    get('/p'),
  ),
  action('early-hint-http10', '200', ask('early-hint Link </a.css>'), 'GET / HTTP/1.0\r\n\r\n'),
  action('early-hint-conditional', '200', ask('early-hint Link </a.css> if { path /other }')),
  action('set-timeout-server', '504', back('http-request set-timeout server 200ms'), get('/'), {
    origin: [messages(1)],
  }),
  action(
    'set-timeout-server-expression',
    '504',
    back('http-request set-timeout server hdr(X-Time)'),
    get('/', 'X-Time: 200'),
    { origin: [messages(1)] },
  ),
  action('set-timeout-tunnel', '101', back('http-request set-timeout tunnel 200ms'), '', {
    client: [
      send(get('/', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')),
      closed,
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
      closed,
    ],
  }),
  action('capture-length', '200', ask('capture req.hdr(x) len 3', 'capture path len 20'), get('/path', 'X: abcdef')),
  action(
    'capture-id',
    '200',
    front(
      'declare capture request len 4',
      'capture request header Host len 30',
      'http-request capture req.hdr(x) id 0',
      'http-request capture req.hdr(none) id 1',
    ),
    get('/', 'X: abcdef'),
  ),
  action('capture-response', '200', {
    frontend: ['declare capture response len 10', 'http-response capture status id 0'],
  }),
  action('capture-after-response', '403', {
    frontend: ['declare capture response len 10', 'http-request deny', 'http-after-response capture status id 0'],
  }),
  action('capture-in-backend', '200', {
    frontend: ['declare capture request len 10', 'declare capture response len 10'],
    backend: [
      'http-request capture src id 0',
      'http-request capture src id 7',
      'http-response capture res.hdr(x) id 0',
    ],
  }),
  action('tarpit', '500', front('timeout tarpit 300ms', 'http-request tarpit')),
  action('tarpit-status', '429', front('timeout tarpit 300ms', 'http-request tarpit deny_status 429')),
  action(
    'tarpit-string',
    '503',
    front('timeout tarpit 100ms', 'http-request tarpit status 503 content-type text/plain string "wait"'),
  ),
  action('tarpit-backend', '500', back('timeout tarpit 200ms', 'http-request tarpit')),
  action(
    'tarpit-with-body',
    '500',
    front('timeout tarpit 300ms', 'http-request tarpit'),
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}12345`,
  ),
  action('tarpit-conditional', '200', ask('tarpit if { path /other }')),
  action('strict-mode-words', '200', ask('strict-mode off', 'set-header X-A 1', 'strict-mode on')),
];
