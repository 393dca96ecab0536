/** Every log format at the turns where its fields change; the group's defaults name no format. */
import {
  close,
  closed,
  type DifferentialCase,
  get,
  head,
  httpCase,
  messages,
  type Script,
  send,
  text,
  web,
} from '../case.ts';

const formats: readonly (readonly [string, readonly string[]])[] = [
  ['default', []],
  ['clf', ['option httplog clf']],
  ['tcplog', ['option tcplog']],
];

const ends: readonly (readonly [string, string, Script, Script | undefined])[] = [
  ['ok', '200', [send(get('/path?query=1')), messages(1), closed], undefined],
  ['close', '200', [send(get('/', 'Connection: close')), closed], undefined],
  ['malformed', '400', [send('garbage\r\n\r\n'), closed], undefined],
  ['silent', '', [close], undefined],
  ['server-aborts', '502', [send(get('/')), closed], [messages(1), close]],
  [
    'mid-body',
    '200',
    [send(get('/')), text('hello'), closed],
    [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), 'hello'), close],
  ],
];

const matrix = formats.flatMap(([format, lines]) =>
  ends.map(([end, expect, client, origin]) =>
    httpCase({
      name: `log-${format}-${end}`,
      expect,
      // The default format is written when a request is complete, the others when the stream ends.
      logs: format === 'default' && ['malformed', 'silent'].includes(end) ? 0 : 1,
      config: web({ frontend: lines }),
      client,
      ...(origin === undefined ? {} : { origin }),
    }),
  ),
);

/** Where a line is cut depends on the digits of times and ports before the place. */
const cut = (pattern: RegExp): DifferentialCase['loose'] => [
  { pattern, as: ' CUT', because: 'how many digits the times before the cut have is up to the machine' },
];

/** httplog with particular requests and options. */
function logCase(
  name: string,
  expect: string,
  request: string,
  lines: readonly string[] = [],
  logs = 1,
  loose: DifferentialCase['loose'] = [],
): DifferentialCase {
  return httpCase({
    loose,
    name: `log-${name}`,
    expect,
    logs,
    config: web({ frontend: ['option httplog', ...lines] }),
    client: [send(request), closed],
  });
}

export const logFormats: readonly DifferentialCase[] = [
  ...matrix,
  httpCase({
    name: 'log-default-tcp',
    expect: '',
    raw: true,
    config: web({ frontend: ['mode tcp'], backend: ['mode tcp'] }),
    client: [send('hello'), text('world'), closed],
    origin: [text('hello'), send('world'), close],
  }),
  logCase('long-uri', '200', get(`/${'long/'.repeat(300)}`), [], 1, cut(/ \/(long\/){100,}[long]*$/gm)),
  logCase('quote-in-uri', '200', get('/a"b')),
  logCase('eight-bit-in-header', '200', get('/', 'X-A: \xe9')),
  logCase('query', '200', get('/path?a=b&c=%20')),
  logCase('lower-case-method', '200', 'get / HTTP/1.1\r\nHost: h\r\n\r\n'),
  logCase('http10', '200', 'GET / HTTP/1.0\r\n\r\n'),
  logCase('absolute-uri', '200', head('GET http://h/path HTTP/1.1', 'Host: h')),
  logCase('logasap', '200', get('/'), ['option logasap']),
  logCase('dontlog-normal', '200', get('/'), ['option dontlog-normal'], 0),
  logCase('dontlog-normal-error', '400', 'garbage\r\n\r\n', ['option dontlog-normal']),
  logCase('separate-errors', '400', 'garbage\r\n\r\n', ['option log-separate-errors']),
  logCase('tag', '200', get('/'), ['log-tag other-tag']),
  logCase('facility-and-level', '200', get('/'), ['no log', 'log {syslog} daemon info']),
  logCase('level-hides', '200', get('/'), ['no log', 'log {syslog} local3 err'], 0),
  logCase('two-targets', '200', get('/'), ['log {syslog} local5'], 2),
  logCase(
    'length',
    '200',
    get(`/${'x'.repeat(200)}`),
    ['no log', 'log {syslog} len 128 local0'],
    1,
    cut(/ 200(?=[- \d]*$)[- \d]*/gm),
  ),
  httpCase({
    name: 'log-listen-section',
    expect: '200',
    config: 'listen {case}\n  option httplog\n  bind {bind}\n  server s1 {origin}\n',
    client: [send(get('/')), closed],
  }),
  httpCase({
    name: 'log-no-log',
    expect: '200',
    logs: 0,
    config: web({ frontend: ['no log'] }),
    client: [send(get('/')), closed],
  }),
];
