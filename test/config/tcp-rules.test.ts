/** `tcp-request`, `tcp-response` and `use-server` lines: what the model says, and what is complained about as at haproxy. */
import t from 'tap';
import { loadProxy, messagesOf, TIMEOUTS } from './loading.ts';

const LISTEN = `listen a\n bind 127.0.0.1:1\n${TIMEOUTS} server s 127.0.0.1:2\n`;

function messages(lines: readonly string[]): Promise<readonly string[]> {
  return messagesOf(LISTEN + lines.map((line) => ` ${line}\n`).join(''));
}

t.test('the place of a rule is that of its line', async (t) => {
  const text = `${LISTEN} tcp-request connection reject\n use-server s if TRUE\n`;
  const proxy = await loadProxy(text, 'a');
  const lines = text.split('\n');
  const lineOf = (words: string): number => lines.findIndex((line) => line.includes(words)) + 1;
  t.equal(proxy.tcpConnectionRules[0]?.place.line, lineOf('tcp-request'));
  t.equal(proxy.useServers[0]?.place.line, lineOf('use-server'));
});

t.test('rules stand in the list of their layer, the delays beside them', async (t) => {
  const proxy = await loadProxy(
    `${LISTEN}${[
      ' tcp-request inspect-delay 2s',
      ' tcp-response inspect-delay 300',
      ' tcp-request connection expect-proxy layer4 if TRUE',
      ' tcp-request session set-src src',
      ' tcp-request content switch-mode http proto h1',
      ' tcp-request content set-log-level silent',
      ' tcp-response content close unless FALSE',
    ].join('\n')}\n`,
    'a',
  );
  t.equal(proxy.tcpRequestDelayMs, 2000);
  t.equal(proxy.tcpResponseDelayMs, 300);
  t.strictSame(
    [proxy.tcpConnectionRules, proxy.tcpSessionRules, proxy.tcpRequestRules, proxy.tcpResponseRules].map((rules) =>
      rules.map((rule) => rule.action.kind),
    ),
    [['expect-proxy'], ['set-src'], ['switch-mode', 'set-log-level'], ['close']],
  );
  t.equal(proxy.tcpResponseRules[0]?.condition?.unless, true);
});

/** Line, and what haproxy 2.6.12 says about it behind the position. */
const MISTAKES: readonly (readonly [string, string])[] = [
  ['tcp-request', "missing argument for 'tcp-request' in proxy 'a'"],
  ['tcp-response', "missing argument for 'tcp-response' in proxy 'a'"],
  ['tcp-request foo', "'tcp-request' expects 'inspect-delay', 'connection', or 'content' in proxy 'a' (got 'foo')"],
  ['tcp-response foo', "'tcp-response' expects 'inspect-delay' or 'content' in proxy 'a' (got 'foo')"],
  ['tcp-request inspect-delay', "'tcp-request inspect-delay' expects a positive delay in milliseconds, in proxy 'a'"],
  [
    'tcp-request inspect-delay 1x',
    "'tcp-request inspect-delay' expects a positive delay in milliseconds, in proxy 'a' (unexpected character 'x')",
  ],
  [
    'tcp-request content accept foo',
    "'tcp-request content accept' only accepts 'if' or 'unless', in proxy 'a' (got 'foo')",
  ],
  [
    'tcp-request content accept if FOO',
    "'tcp-request content accept' : error detected in proxy 'a' while parsing 'if' condition : no such ACL : 'FOO'",
  ],
  ['tcp-request session capture src len 5', "'capture src' is not allowed in 'tcp-request session' rules in proxy 'a'"],
  ['tcp-request content capture src', "'tcp-request content capture' : a positive 'len' argument is mandatory"],
  ['tcp-request content capture src len 0', "'tcp-request content capture' : length must be > 0"],
  ['tcp-request content capture foo len 5', "'tcp-request content capture' : unknown fetch method 'foo'"],
  [
    'tcp-request content capture status len 5',
    "'tcp-request content capture' : fetch method 'status' extracts information from 'HTTP response', none of which is " +
      'available here',
  ],
  ['tcp-request content set-src foo', "unknown fetch method 'foo'"],
  ['tcp-request content set-src', 'missing fetch method'],
  ['tcp-request content set-log-level foo', "expects exactly 1 argument (log level name or 'silent')"],
  ['tcp-request content set-nice', 'expects exactly 1 argument (integer value)'],
  ['tcp-request content set-mark 1x', "invalid character starting at 'x' (integer/hex value expected)"],
  ['tcp-request content switch-mode', "'tcp-request switch-mode' expects a mode as argument."],
  ['tcp-request content switch-mode tcp', "'tcp-request switch-mode' expects a valid mode (got 'tcp')."],
  ['tcp-request content switch-mode http proto', "'tcp-request switch-mode': 'proto' expects a protocol as argument."],
  [
    'tcp-request content switch-mode http proto foo',
    "'tcp-request switch-mode': 'proto' expects a valid MUX protocol, if specified (got 'foo')",
  ],
  [
    'tcp-request content expect-proxy layer4',
    "'expect-proxy layer4' is not allowed in 'tcp-request content' rules in proxy 'a'",
  ],
  [
    'tcp-request connection expect-proxy layer5',
    "'tcp-request connection expect-proxy' only supports 'layer4' in proxy 'a' (got 'layer5')",
  ],
  ['tcp-request content use-service', "'tcp-request' expects a service name."],
  ['tcp-request content use-service foo', "'content' unknown service name."],
  ['tcp-request content send-spoe-group', 'expects 2 arguments: <engine-id> <group-id>'],
  [
    'tcp-request content track-sc9 src',
    "'tcp-request content track-sc9' : 9 track-sc number exceeding 2 (MAX_SESS_STKCTR-1) value",
  ],
  ['use-server', "'use-server' expects a server name."],
  ['use-server s', "'use-server' requires either 'if' or 'unless' followed by a condition."],
];

for (const [line, message] of MISTAKES) {
  t.test(`'${line}' is refused in haproxy's words`, async (t) => {
    const [first] = await messages([line]);
    t.match(first, new RegExp(`^parsing \\[test\\.cfg:7\\] : ${message.replace(/[()[\]*.?]/g, '\\$&')}$`));
  });
}

t.test('an unknown action is answered with the list of those there are', async (t) => {
  const [first] = await messages(['tcp-response content rejekt']);
  t.match(first, /'tcp-response content' expects 'accept', 'close', 'reject', 'ot-group', 'set-log-level'/);
  t.match(first, /in proxy 'a' \(got 'rejekt'\)\. Did you mean 'reject' maybe \?/);
});

t.test('rules that run before those of the lines above are worth a warning', async (t) => {
  const found = await messages(['tcp-request content accept if TRUE', 'tcp-request connection accept if TRUE']);
  t.match(found.join('\n'), /a 'tcp-request' rule placed after a 'tcp-request content' rule will still be processed/);
});

t.test('a second inspect-delay is left out with a warning', async (t) => {
  const found = await messages(['tcp-request inspect-delay 1s', 'tcp-request inspect-delay 2s']);
  t.match(found.join('\n'), /ignoring tcp-request inspect-delay \(was already defined\) in proxy 'a'/);
});

t.test('what has no machinery yet is refused by name', async (t) => {
  for (const [line, name] of [
    ['tcp-request content send-spoe-group a b', 'tcp-request content send-spoe-group'],
    ['tcp-request connection track-sc0 src', 'tcp-request connection track-sc0'],
    ['tcp-request content sc-inc-gpc0(0)', 'tcp-request content sc-inc-gpc0'],
    ['tcp-request content switch-mode http proto h2', 'tcp-request content switch-mode http proto'],
  ] as const) {
    t.match((await messages([line]))[0], `'${name}' is not implemented yet`, line);
  }
});

t.test('use-server needs a server of that name', async (t) => {
  const found = await messages(['use-server t if TRUE']);
  t.match(found.join('\n'), /proxy 'a' : unable to find server 't' referenced in a 'use-server' rule\./);
});

t.test('an anonymous defaults section takes no rules', async (t) => {
  const found = await messagesOf('defaults\n tcp-request content reject\n tcp-response content reject\n');
  t.match(found.join('\n'), /tcp-request content is not allowed in anonymous 'defaults' sections/);
  t.match(
    found.join('\n'),
    /tcp-response content is only allowed in 'backend' sections or 'defaults' section with a name/,
  );
});
