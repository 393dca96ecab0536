/** Every variable of formatted strings with every flag, in log lines and in headers; when lines are written; sinks' formats. */
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
  serve,
  text,
  web,
} from '../case.ts';

const TCP = 'B H ID ST T Tc Td Th Tl Ts Tt Tu Tw U ac b bc bi bp bq ci cp f fc fi fp ft hr hrl hs hsl lc ms pid rc rt';
const MORE = 's sc si sp sq sslc sslv t ts tsc';
const HTTP = 'CC CS HM HP HPO HQ HU HV TR Ta Ti Tq Tr r tr trg trl';
const ALL = `${TCP} ${MORE} ${HTTP}`.split(' ');
const FLAGS = ['', '+Q', '+X', '+E', '-M', '+Q,+X,+E', '+Q,-M', '-M,+E'];

/** Clocks, ports, process numbers; dates have their own shapes. */
const VOLATILE = 'Tc Td Th Ti TR Tq Tr Ts Tt Tw ac bp cp fp sp ms pid rt'.split(' ');
export const NUMBERS: DifferentialCase['loose'] = [
  {
    pattern: new RegExp(`\\b(${VOLATILE.join('|')})=("?\\+?)(?!-1)[0-9A-F]+("?)`, 'g'),
    as: '$1=$2N$3',
    because: 'clocks, ports and process numbers are not the same twice',
  },
  // Before the end these are below zero.
  { pattern: /\b(Ta|Tu)=("?\+?)-?\d+/g, as: '$1=$2N', because: 'clocks go on' },
  {
    pattern: /\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d/g,
    as: 'DATE',
    because: 'clocks go on',
  },
  { pattern: /DATE\.\d{3}/g, as: 'DATE.MS', because: 'clocks go on' },
];

/** `B=%B CC=%CC ...` */
function every(names: readonly string[]): string {
  return names.map((name) => `${name}=%${name}`).join(' ');
}

/** The transcript shows short headers only. */
function inParts(names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / 8) }, (_, part) => names.slice(part * 8, part * 8 + 8));
}

const LONG_LINES = ['no log', 'log {syslog} len 8192 local0'];
const CAPTURES = [
  'capture request header User-Agent len 12',
  'capture request header X-None len 8',
  'declare capture request len 5',
  'capture response header X-O len 40',
  'capture response header X-None len 8',
  'capture cookie ses len 9',
];

const REQUEST = head(
  'GET http://h.test/a"b\xff#]?c=d\\e HTTP/1.1',
  'Host: h.test',
  'User-Agent: first',
  'User-Agent: a|b{c}"\\]\xe9 and more',
  'Cookie: none; a=b; session=12345678; ses=2',
);
const ORIGIN: Script = [
  serve(head('HTTP/1.1 200 OK', 'Content-Length: 2', 'X-O: {o|r#i"g}', 'Set-Cookie: sess=abcdefghijk; path=/')),
];

const variables = FLAGS.map((flags, index) =>
  httpCase({
    name: `format-log-flags-${index}`,
    expect: '200',
    loose: NUMBERS,
    config: web({
      frontend: [
        ...LONG_LINES,
        ...CAPTURES,
        'option accept-invalid-http-request',
        "unique-id-format '%{+X}o-a\"]\\-%[req.hdr(host)]'",
        `log-format '%f ${flags === '' ? '' : `%{${flags}}o `}${every(ALL)}'`,
      ],
    }),
    client: [send(REQUEST), messages(1), close],
    origin: [messages(1), send(reply()), closed],
  }),
);

function reply(): string {
  return `${(ORIGIN[0] as { readonly text: string }).text}ok`;
}

const headers = FLAGS.map((flags, index) =>
  httpCase({
    name: `format-header-flags-${index}`,
    expect: '200',
    loose: NUMBERS,
    config: web({
      frontend: [
        ...CAPTURES,
        'option httplog',
        'unique-id-format id-%[req.hdr(host)]',
        ...inParts(ALL).map(
          (names, part) =>
            `http-request set-header X-All-${part} '${flags === '' ? '' : `%{${flags}}o `}${every(names)}'`,
        ),
        `http-request set-header X-Text '  %{${flags}}[req.hdr(x-odd)]  |%{${flags}}[req.hdr(x-none)]|'`,
        `http-request set-var-fmt(txn.made) ' %{${flags}}[req.hdr(x-odd)]  |%{${flags}}[req.hdr(x-none)]|'`,
        'http-request set-header X-Made <%[var(txn.made)]>',
        `http-response set-header X-Back '%{${flags}}[res.hdr(x-o)] %{${flags}}[var(txn.made)] %s %b %ST'`,
      ],
    }),
    client: [send(head('GET /x HTTP/1.1', 'Host: h', 'X-Odd: a"b]c\\d\xe9\te')), messages(1), close],
    origin: [messages(1), send(reply()), closed],
  }),
);

const tcp = FLAGS.map((flags, index) =>
  httpCase({
    name: `format-tcp-flags-${index}`,
    expect: '',
    raw: true,
    loose: NUMBERS,
    config: web({
      frontend: [
        'mode tcp',
        ...LONG_LINES,
        `log-format '%f ${flags === '' ? '' : `%{${flags}}o `}${every(`${TCP} ${MORE}`.split(' '))}'`,
      ],
      backend: ['mode tcp'],
    }),
    client: [send('hello'), text('world'), closed],
    origin: [text('hello'), send('world'), close],
  }),
);

const ends: readonly (readonly [string, string, Script, Script | undefined])[] = [
  ['ok', '200', [send(get('/path?query=1', 'User-Agent: me')), messages(1), close], undefined],
  ['two', '200 200', [send(get('/one')), messages(1), send(get('/two')), messages(2), close], undefined],
  ['malformed', '400', [send('garbage\r\n\r\n'), closed], undefined],
  ['silent', '', [close], undefined],
  ['server-aborts', '502', [send(get('/')), closed], [messages(1), close]],
  ['denied', '403', [send(get('/denied')), closed], undefined],
];

/** Formats by what they wait for. */
const moments: readonly (readonly [string, string])[] = [
  ['init', '%f %b %s %tsc %lc .'],
  ['request', '%f %r %b %tsc %lc .'],
  ['client', '%f %ci %b %s %ST %tsc .'],
  ['status', '%f %ST %b %tsc .'],
  ['server', '%f %s %b %r .'],
  ['bytes', '%f %B %b %s %ST %tsc .'],
  ['expression', '%f %[status] %[capture.req.uri] %[be_name] %ST .'],
  ['captures', '%f %hr %hs %ST .'],
  ['blanks', '  %f   a  %hr   %hs  b%[str( c )]  %[str()] %hrl  %hsl '],
];

const lines = moments.flatMap(([moment, format]) =>
  ends.map(([end, expect, client, origin]) =>
    httpCase({
      name: `format-when-${moment}-${end}`,
      expect,
      // Where nothing but the request line is waited for, HAProxy writes the line again with the response.
      logs: (end === 'two' ? 2 : 1) * (moment === 'request' && ['ok', 'two'].includes(end) ? 2 : 1),
      loose: NUMBERS,
      config: web({
        frontend: [
          ...(moment === 'captures' ? ['capture request header User-Agent len 20'] : []),
          'http-request deny if { path /denied }',
          `log-format '${format}'`,
        ],
      }),
      client,
      ...(origin === undefined ? {} : { origin }),
    }),
  ),
);

function sink(name: string, frontend: readonly string[], client: Script, expect: string, logs = 1): DifferentialCase {
  return httpCase({
    name: `format-sink-${name}`,
    expect,
    logs,
    loose: [...NUMBERS, ...SINK],
    config: web({ frontend }),
    client,
  });
}

const SINK: DifferentialCase['loose'] = [
  { pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d/g, as: 'ISO', because: 'clocks go on' },
  { pattern: /haproxy \d+ - /g, as: 'haproxy PID - ', because: 'process numbers differ' },
];

const OK: Script = [send(get('/')), messages(1), close];
const MALFORMED: Script = [send('garbage\r\n\r\n'), closed];

export const formattedStrings: readonly DifferentialCase[] = [
  ...variables,
  ...headers,
  ...tcp,
  ...lines,
  sink('error-format', ['log-format "%f fine %ST"', 'error-log-format "%f error %ST %ts %ci %b %s"'], MALFORMED, '400'),
  ...['http', 'tcp'].map((mode) =>
    httpCase({
      name: `format-sink-error-unborn-${mode}`,
      expect: '',
      loose: [...NUMBERS, ...SINK],
      config: [
        'listen {case}',
        `  mode ${mode}`,
        '  bind {bind} accept-proxy',
        `  error-log-format "%f ${every(`${TCP} ${MORE}`.split(' '))} %[src] %[be_name] %[fe_name]"`,
        ...LONG_LINES.map((line) => `  ${line}`),
        '  server s1 {origin}',
        '',
      ].join('\n'),
      client: [send('no PROXY header\r\n'), closed],
    }),
  ),
  sink('error-format-unused', ['log-format "%f fine %ST"', 'error-log-format "%f error %ST"'], OK, '200'),
  sink(
    'structured',
    [
      'no log',
      'log {syslog} format rfc5424 local0',
      'log-format-sd %{+Q,+E}o\\ [ex@1\\ a=%f\\ b=%ci\\ c=%r]\\ ',
      'log-format "%f x"',
    ],
    [send(get('/a"]\\')), messages(1), close],
    '200',
  ),
  sink('structured-local', ['log-format-sd [ex@1\\ a=%f]', 'log-format "%f x"'], OK, '200'),
  sink('rfc5424', ['no log', 'log {syslog} format rfc5424 local0', 'log-format "%f x"'], OK, '200'),
  sink('priority', ['no log', 'log {syslog} format priority local0', 'log-format "x %f x"'], OK, '200'),
  sink(
    'sample',
    ['no log', 'log {syslog} sample 1,3-4:5 local0', 'log-format "%f %HP %ST ."'],
    [1, 2, 3, 4, 5, 6].flatMap((n) => [send(get(`/${n}`)), messages(n)]).concat([close]),
    '200 200 200 200 200 200',
    4,
  ),
  sink('httpslog', ['option httpslog'], OK, '200'),
  sink('httpslog-malformed', ['option httpslog'], MALFORMED, '400'),
];
