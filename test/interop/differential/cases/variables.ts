/** Variables of every scope and type, their conditions and limits; captures, captured cookies and unique ids. */
import {
  close,
  closed,
  type DifferentialCase,
  get,
  httpCase,
  messages,
  reply,
  type Script,
  send,
  serve,
  web,
} from '../case.ts';
import { NUMBERS } from './formatted-strings.ts';

const TWO: Script = [send(get('/one', 'X-N: 1')), messages(1), send(get('/two')), messages(2), close];
const ONE: Script = [send(get('/one?q=1', 'X-N: 1', 'X-Empty:')), messages(1), close];

function rules(name: string, frontend: readonly string[], client: Script = ONE, expect = '200'): DifferentialCase {
  return httpCase({
    name: `variables-${name}`,
    expect,
    logs: expect === '' ? 1 : expect.split(' ').length,
    loose: NUMBERS,
    config: web({ frontend }),
    client,
  });
}

/** What is left of variables, told in a response. */
function shown(...names: readonly string[]): readonly string[] {
  return names.map((name, index) => `http-response set-header X-V${index} "%[var(${name},none)]|%[var(${name})]"`);
}

const SAMPLES = [
  'str(text)',
  'int(-5)',
  'bool(true)',
  'src',
  'ipv6(2001:db8::1)',
  'bin(00ff61)',
  'method',
  'req.hdr(x-n),add(4)',
  'req.hdr(x-none)',
  'req.hdr(x-empty)',
  'path,length',
  'date,mul(0)',
  'always_false',
];

const types = rules('types', [
  ...SAMPLES.map((sample, index) => `http-request set-var(txn.v${index}) ${sample}`),
  ...SAMPLES.map(
    (_, index) =>
      `http-request set-header X-Found-${index} %[var(txn.v${index}),hex] if { var(txn.v${index}) -m found }`,
  ),
  ...shown(...SAMPLES.map((_, index) => `txn.v${index}`)),
]);

const CONDITIONS = ['ifexists', 'ifnotexists', 'ifempty', 'ifnotempty', 'ifset', 'ifnotset', 'ifgt', 'iflt'];
const NEW_VALUES = ['str(new)', 'str()', 'int(5)', 'int(50)', 'bool(1)', 'path,bytes(0,0)'];

/** Each condition with each new value, on a variable that does not exist, exists without a value, has a text or a number. */
const conditions = CONDITIONS.map((condition) =>
  rules(`condition-${condition}`, [
    ...NEW_VALUES.flatMap((value, index) => [
      `http-request set-var(txn.none${index},${condition}) ${value}`,
      `http-request set-var(txn.unset${index}) str(old)`,
      `http-request unset-var(txn.unset${index})`,
      `http-request set-var(txn.unset${index},${condition}) ${value}`,
      `http-request set-var(txn.text${index}) str(old)`,
      `http-request set-var(txn.text${index},${condition}) ${value}`,
      `http-request set-var(txn.number${index}) int(10)`,
      `http-request set-var(txn.number${index},${condition}) ${value}`,
      `http-request set-var-fmt(txn.format${index},${condition},ifnotset) %[${value}]`,
      `http-request set-header X-Converted-${index} %[${value},set-var(txn.converted${index},${condition})]`,
    ]),
    ...shown(
      ...NEW_VALUES.flatMap((_, i) => [
        `txn.none${i}`,
        `txn.unset${i}`,
        `txn.text${i}`,
        `txn.number${i}`,
        `txn.format${i}`,
        `txn.converted${i}`,
      ]),
    ),
  ]),
);

const scopes = [
  rules(
    'scopes-last-as-long-as-they-do',
    [
      'tcp-request connection set-var(sess.connection) src',
      'tcp-request connection set-var(txn.connection) str(lost)',
      'tcp-request session set-var(sess.session) str(session)',
      'tcp-request content set-var(txn.content) str(content)',
      'http-request set-var(sess.first,ifnotexists) path',
      'http-request set-var(txn.own,ifnotexists) path',
      'http-request set-var(req.own,ifnotexists) path',
      'http-request set-var(res.own) str(too-early)',
      'http-request set-header X-Req "%[var(req.own,none)] %[var(res.own,none)] %[var(check.own,none)]"',
      'http-response set-var(res.later) str(now)',
      ...shown(
        'sess.connection',
        'txn.connection',
        'sess.session',
        'txn.content',
        'sess.first',
        'txn.own',
        'req.own',
        'res.own',
        'res.later',
        'proc.none',
        'check.none',
      ),
      'log-format "%f %[var(sess.first)] %[var(txn.own)] %[var(req.own)] %[var(res.later)] %ST %B"',
    ],
    TWO,
    '200 200',
  ),
  rules(
    'in-answers-of-our-own',
    [
      'http-request set-var(txn.a) str(a)',
      'http-request set-var(req.a) str(a)',
      'http-request deny if { path /denied }',
      'http-request return status 200 content-type text/plain lf-string "%[var(txn.a)] %[var(req.a)]\\n" if { path /mine }',
      'http-after-response set-var(res.b) str(b)',
      'http-after-response set-header X-After "%[var(txn.a)] %[var(req.a,gone)] %[var(res.b)] %[status]"',
      'option httplog',
    ],
    [send(get('/mine')), messages(1), send(get('/there')), messages(2), send(get('/denied')), messages(3), close],
    '200 200 403',
  ),
  rules('as-acl', [
    'acl long var(txn.v) -m len ge 4',
    'acl beginning var(txn.v) -m beg /o',
    'acl number var(txn.n) -m int gt 2',
    'acl set var(txn.b) -m bool',
    'http-request set-var(txn.v) path',
    'http-request set-var(txn.n) int(3)',
    'http-request set-var(txn.b) bool(true)',
    'http-response set-header X-Long 1 if long',
    'http-response set-header X-Beginning 1 if beginning',
    'http-response set-header X-Number 1 if number',
    'http-response set-header X-Set 1 if set',
    'http-response set-header X-Unset 1 unless { var(txn.none) -m found }',
    'option httplog',
  ]),
  httpCase({
    name: 'variables-in-tcp-mode',
    expect: '',
    raw: true,
    loose: NUMBERS,
    config: web({
      frontend: [
        'mode tcp',
        'tcp-request inspect-delay 1s',
        'tcp-request content set-var(txn.first) req.payload(0,3) if { req.len ge 3 }',
        'tcp-request content set-var-fmt(sess.who) <%[src]>',
        'tcp-request content reject if { var(txn.first) -m str bad }',
        'log-format "%f %[var(txn.first)] %[var(sess.who)] %[var(req.x)] %B"',
      ],
      backend: ['mode tcp'],
    }),
    client: [send('GET / HTTP/1.1\r\n\r\n'), messages(1), close],
    origin: [messages(1), send(reply('hello')), closed],
  }),
];

const BIG = '/'.concat('x'.repeat(300));
const fill = (scope: string): readonly string[] => [
  ...[0, 1, 2, 3].flatMap((n) => [`http-request set-var(${scope}.v${n}) path`]),
  `http-request unset-var(${scope}.v0)`,
  `http-request set-var(${scope}.v4) str(small)`,
];

/**
 * What did not fit exists as a boolean of whatever HAProxy's memory held: only that it is there is compared.
 * With limits in the global section.
 */
export const limitedVariables: readonly DifferentialCase[] = ['txn', 'sess', 'req'].map((scope) =>
  rules(
    `limited-${scope}`,
    [
      ...fill(scope),
      `http-request set-header X-Here "${[0, 1, 2, 3, 4].map((n) => `%[var(${scope}.v${n}),length,mul(0)]`).join(' ')}"`,
      'option httplog',
    ],
    [send(get(BIG)), messages(1), send(get('/short')), messages(2), close],
    '200 200',
  ),
);

const COOKIES = [
  'ses=1',
  'session=123456789012; other=2',
  'a=b;ses = "x;y"; ses=3',
  '$Version=1; ses=2',
  'ses; sesame=open',
  'none=1,ses=4',
  '',
];

const captures = [
  ...COOKIES.map((cookie, index) =>
    httpCase({
      name: `variables-capture-cookie-${index}`,
      expect: '200',
      config: web({ frontend: ['option httplog', 'capture cookie ses len 8'] }),
      client: [send(get('/', `Cookie: ${cookie}`, 'Cookie: session=last')), messages(1), close],
      origin: [serve(reply('x', `Set-Cookie: ${cookie}; path=/`, 'Set-Cookie: sess=later'))],
    }),
  ),
  rules(
    'capture-slots',
    [
      'option httplog',
      'capture request header Host len 4',
      'declare capture request len 3',
      'capture request header X-N len 10',
      'capture response header Content-Length len 3',
      'declare capture response len 20',
      'http-request capture path id 1',
      'http-request capture req.hdr(x-none) len 5',
      'http-request capture path,length len 5',
      'http-response capture status id 1',
      'http-response set-header X-Captured "%[capture.req.hdr(0)] %[capture.req.hdr(1)] %[capture.req.hdr(3)] %[capture.req.hdr(9)]"',
      'http-response set-header X-Answer "%[capture.res.hdr(0)] %[capture.res.hdr(1)] %hr %hs %hrl %hsl"',
    ],
    TWO,
    '200 200',
  ),
  rules(
    'unique-id',
    [
      'unique-id-format %{+X}o\\ id:%[path]-%HM',
      'unique-id-header X-Unique-ID',
      'http-request set-header X-Before <%ID>',
      'http-request set-header X-Early <%[unique-id]> if { path /two }',
      'http-response set-header X-After <%ID><%[unique-id]>',
      'http-request deny if { path /denied }',
      'log-format "%f %ID %ST %B"',
    ],
    [send(get('/one')), messages(1), send(get('/two')), messages(2), send(get('/denied')), messages(3), close],
    '200 200 403',
  ),
  rules(
    'unique-id-malformed',
    ['unique-id-format id-%[src]', 'log-format "%f <%ID> %ST %B"'],
    [send('bad\r\n\r\n'), closed],
    '400',
  ),
  rules('unique-id-long', [`unique-id-format ${'x'.repeat(200)}`, 'unique-id-header X-ID', 'option httplog']),
  rules('no-unique-id', ['unique-id-header X-ID', 'log-format "%f <%ID> <%[unique-id]> %B"']),
];

export const variableCases: readonly DifferentialCase[] = [types, ...conditions, ...scopes, ...captures];
