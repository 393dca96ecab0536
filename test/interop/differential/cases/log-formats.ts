/** Every log format at the turns where its fields change. */
import {
  close,
  closed,
  type DifferentialCase,
  get,
  head,
  httpCase,
  logged,
  messages,
  type Script,
  send,
  text,
  web,
} from '../case.ts';

const formats: readonly (readonly [string, readonly string[]])[] = [
  ['default', ['no option httplog']],
  ['clf', ['option httplog clf']],
  ['tcplog', ['option tcplog']],
];

const ends: readonly (readonly [string, Script, Script | undefined])[] = [
  ['ok', [send(get('/path?query=1')), messages(1), closed], undefined],
  ['close', [send(get('/', 'Connection: close')), closed], undefined],
  ['malformed', [send('garbage\r\n\r\n'), closed], undefined],
  ['silent', [close, logged(1)], undefined],
  ['server-aborts', [send(get('/')), closed], [messages(1), close]],
  [
    'mid-body',
    [send(get('/')), text('hello'), closed],
    [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), 'hello'), close],
  ],
];

const matrix = formats.flatMap(([format, lines]) =>
  ends.map(([end, client, origin]) =>
    httpCase({
      name: `log-${format}-${end}`,
      expect: '?',
      config: web({ frontend: lines }),
      client,
      ...(origin === undefined ? {} : { origin }),
    }),
  ),
);

/** httplog with particular requests and options. */
function logCase(name: string, request: string, lines: readonly string[] = [], logs = 1): DifferentialCase {
  return httpCase({ name: `log-${name}`, expect: '?', logs, config: web({ frontend: lines }), client: [send(request), closed] });
}

export const logFormats: readonly DifferentialCase[] = [
  ...matrix,
  logCase('long-uri', get(`/${'long/'.repeat(300)}`)),
  logCase('quote-in-uri', get('/a"b')),
  logCase('eight-bit-in-header', get('/', 'X-A: \xe9')),
  logCase('query', get('/path?a=b&c=%20')),
  logCase('lower-case-method', 'get / HTTP/1.1\r\nHost: h\r\n\r\n'),
  logCase('http10', 'GET / HTTP/1.0\r\n\r\n'),
  logCase('absolute-uri', head('GET http://h/path HTTP/1.1', 'Host: h')),
  logCase('logasap', get('/'), ['option logasap']),
  logCase('dontlog-normal', get('/'), ['option dontlog-normal'], 0),
  logCase('dontlog-normal-error', 'garbage\r\n\r\n', ['option dontlog-normal']),
  logCase('separate-errors', 'garbage\r\n\r\n', ['option log-separate-errors']),
  logCase('tag', get('/'), ['log-tag other-tag']),
  logCase('facility-and-level', get('/'), ['no log', 'log {syslog} daemon info']),
  logCase('level-hides', get('/'), ['no log', 'log {syslog} local3 err'], 0),
  logCase('two-targets', get('/'), ['log {syslog} local5'], 2),
  logCase('length', get(`/${'x'.repeat(200)}`), ['no log', 'log {syslog} len 128 local0']),
  httpCase({
    name: 'log-listen-section',
    expect: '?',
    config: 'listen {case}\n  bind {bind}\n  server s1 {origin}\n',
    client: [send(get('/')), closed],
  }),
  httpCase({
    name: 'log-no-log',
    expect: '?',
    logs: 0,
    config: web({ frontend: ['no log'] }),
    client: [send(get('/')), closed],
  }),
];
