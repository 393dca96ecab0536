/**
 * The same scripted peers checked by the real haproxy 2.6 and by us: what the peer is asked and the log-health-checks line
 * of the first check must be equal, durations aside.
 */
import { createSocket } from 'node:dgram';
import t from 'tap';
import type { CheckMethodModel, HttpExpectModel } from '../../src/config/model.ts';
import { bind, close, connect, listen, localAddress, socket } from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from '../../src/sys/socket-constants.ts';
import { haproxyMissing, RealHaproxy, waitUntil } from '../balance/real-haproxy.ts';
import { answer, Peer, type PeerScript } from './peer.ts';
import { check, PlainTarget, withoutDuration } from './plain-target.ts';

interface Scenario {
  title: string;
  /** What answers; an address where nothing good happens otherwise. */
  peer: PeerScript | { address: string; ours: SocketAddress };
  /** Lines of the backend, and what they mean. */
  lines?: string;
  http?: Partial<Extract<CheckMethodModel, { kind: 'http' }>>;
  expect?: HttpExpectModel;
  serverWords?: string;
  source?: string;
  checkTimeoutMs?: number;
}

const silent: PeerScript = {};
const hello = 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const helloOpen = answer('HTTP/1.0 200 OK\r\n\r\nhello', false);
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n';
const resetAtOnce: PeerScript = { connected: (peer) => void peer.resetAndDestroy() };

function status(title: string, response: string, closes = true): Scenario {
  return { title, peer: answer(response, closes), lines: 'option httpchk', http: {} };
}

function sends(words: string, http: NonNullable<Scenario['http']>): Scenario {
  return { title: `send ${words}`, peer: answer(hello), lines: `option httpchk\nhttp-check send ${words}`, http };
}

function expects(title: string, peer: PeerScript, words: string): Scenario {
  const [, not, match, pattern] = /^(! )?(\S+) (.*)$/.exec(words) as RegExpExecArray;
  return {
    title: `expect ${words}: ${title}`,
    peer,
    lines: `option httpchk\nhttp-check expect ${words}`,
    http: {},
    expect: { negated: not !== undefined, match: match as HttpExpectModel['match'], pattern: pattern as string },
  };
}

/** A listener that accepts nobody and whose queue is full: connection attempts get no answer. */
const full = socket(AF_INET, SOCK_STREAM, 0);
bind(full, SocketAddress.ipv4('127.0.0.1', 0));
listen(full, 0);
const fullAddress = localAddress(full) as SocketAddress;
const fillers = [1, 2, 3].map(() => {
  const fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  connect(fd, fullAddress);
  return fd;
});
t.teardown(() => {
  for (const fd of [full, ...fillers]) close(fd);
});
const noAnswer = { address: `127.0.0.1:${fullAddress.port}`, ours: fullAddress };
const nobody = { address: '127.0.0.1:1', ours: SocketAddress.ipv4('127.0.0.1', 1) };
const noSocket = { address: 'unix@/nonexistent/socket', ours: SocketAddress.unix('/nonexistent/socket') };
const broadcast = { address: '255.255.255.255:9', ours: SocketAddress.ipv4('255.255.255.255', 9) };

const scenarios: Scenario[] = [
  { title: 'connection accepted', peer: silent },
  { title: 'connection accepted, PROXY header', peer: silent, serverWords: 'check-send-proxy' },
  { title: 'connection refused', peer: nobody },
  { title: 'connection not answered', peer: noAnswer },
  { title: 'connection not answered, timeout check', peer: noAnswer, lines: 'timeout check 100', checkTimeoutMs: 100 },
  { title: 'unix socket missing', peer: noSocket },
  { title: 'broadcast address', peer: broadcast },
  { title: 'source address not ours', peer: nobody, lines: 'source 192.0.2.9', source: '192.0.2.9' },
  { title: 'http, connection refused', peer: nobody, lines: 'option httpchk', http: {} },
  { title: 'http, no answer to the connection', peer: noAnswer, lines: 'option httpchk', http: {} },
  { title: 'http, silent', peer: silent, lines: 'option httpchk', http: {} },
  {
    title: 'http, silent, timeout check',
    peer: silent,
    lines: 'option httpchk\ntimeout check 100',
    http: {},
    checkTimeoutMs: 100,
  },
  {
    title: 'http, closed without a word',
    peer: { asked: (peer) => void peer.end() },
    lines: 'option httpchk',
    http: {},
  },
  { title: 'http, reset', peer: { asked: (peer) => void peer.resetAndDestroy() }, lines: 'option httpchk', http: {} },
  { title: 'http, reset at once', peer: resetAtOnce, lines: 'option httpchk', http: {} },
  {
    title: 'http, another protocol',
    peer: { connected: (peer) => void peer.write('SSH-2.0-x\r\n') },
    lines: 'option httpchk',
    http: {},
  },
  {
    title: 'http, PROXY header',
    peer: answer(hello),
    lines: 'option httpchk',
    http: {},
    serverWords: 'check-send-proxy',
  },
  {
    title: 'http, method uri version',
    peer: answer(hello),
    lines: 'option httpchk HEAD /x?y HTTP/1.1',
    http: { method: 'HEAD', uri: '/x?y', version: 'HTTP/1.1' },
  },
  {
    title: 'http, headers behind the version',
    peer: answer(hello),
    lines: 'option httpchk GET /x HTTP/1.1\\r\\nHost:\\ www\\r\\nX-A:\\ b',
    http: { method: 'GET', uri: '/x', version: 'HTTP/1.1', headers: ['Host: www', 'X-A: b'] },
  },
  sends('meth POST uri /y ver HTTP/1.1 hdr Host h hdr connection keep-alive body abc', {
    method: 'POST',
    uri: '/y',
    version: 'HTTP/1.1',
    headers: ['Host: h', 'connection: keep-alive'],
    body: 'abc',
  }),
  sends('ver HTTP/1.0 hdr Connection keep-alive hdr Foo-BAR "X y"', {
    headers: ['Connection: keep-alive', 'Foo-BAR: X y'],
  }),
  sends('ver HTTP/1.1 hdr Connection close hdr Host a', {
    version: 'HTTP/1.1',
    headers: ['Connection: close', 'Host: a'],
  }),
  sends('ver HTTP/1.1 hdr Connection upgrade hdr Upgrade x', {
    version: 'HTTP/1.1',
    headers: ['Connection: upgrade', 'Upgrade: x'],
  }),
  sends('meth POST ver HTTP/1.1 hdr Content-Length 7', {
    method: 'POST',
    version: 'HTTP/1.1',
    headers: ['Content-Length: 7'],
  }),
  ...['GET', 'HEAD', 'PUT', 'DELETE', 'TRACE', 'PATCH', 'FOO', 'CONNECT'].map((method) =>
    sends(`meth ${method}`, { method }),
  ),
  sends('meth GET body abcd', { method: 'GET', body: 'abcd' }),
  status('200', hello),
  status('200, kept open', hello, false),
  status('302', 'HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n'),
  status('404', 'HTTP/1.0 404 Not There\r\n\r\n'),
  status('500 without reason', 'HTTP/1.0 500\r\n\r\n'),
  status('reason with odd characters', 'HTTP/1.0 500 B\x01\xe9 "q" <%> x\r\n\r\n'),
  status('long reason', `HTTP/1.0 500 ${'r'.repeat(200)}\r\n\r\n`),
  status('garbage', 'garbage\r\n\r\n'),
  status('HTTP/0.9', '<html>hello</html>'),
  status('half a head', 'HTTP/1.0 200 OK\r\nFoo: b'),
  status('half a head, kept open', 'HTTP/1.0 200 OK\r\nFoo: b', false),
  status('status line only', 'HTTP/1.0 200 OK\r\n'),
  status('bare line feeds', 'HTTP/1.0 200 OK\n\n'),
  status('a header without colon', 'HTTP/1.0 200 OK\r\nFoo bar\r\n\r\n'),
  status('100 before 200', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
  status('101', 'HTTP/1.1 101 Switching\r\n\r\n', false),
  status('body cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel'),
  expects('403', answer('HTTP/1.0 403 Forbidden\r\n\r\n'), 'status 200,400-403'),
  expects('403', answer('HTTP/1.0 403 Forbidden\r\n\r\n'), '! status 403'),
  expects('403', answer('HTTP/1.0 403 Forbidden\r\n\r\n'), 'rstatus ^4'),
  expects('503', answer('HTTP/1.0 503 Sorry\r\n\r\n'), 'rstatus ^4'),
  expects('403', answer('HTTP/1.0 403 Forbidden\r\n\r\n'), '! rstatus ^5'),
  expects('hello', answer(hello), 'string ell'),
  expects('hello', answer(hello), 'string xyz'),
  expects('hello', answer(hello), 'string helloandmore'),
  expects('hello until close', answer('HTTP/1.0 200 OK\r\n\r\nhello'), 'string xyz'),
  expects('hello, open', helloOpen, 'string xyz'),
  expects('hello, open', helloOpen, 'string ell'),
  expects('hello', answer(hello), '! string ell'),
  expects('hello', answer(hello), '! string xyz'),
  expects('hello, open', helloOpen, '! string xyz'),
  expects('no body', answer('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'), 'string xyz'),
  expects('no body', answer('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'), '! string xyz'),
  expects('500', answer('HTTP/1.0 500 Bad\r\n\r\nhello'), 'string ell'),
  expects('chunked', answer(chunked), 'rstring ^hello$'),
  expects('chunked', answer(chunked, false), 'string lol'),
  expects('hello', answer(hello), 'rstring xy+z'),
  expects('bad chunk', answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhel'), 'string ell'),
  expects('cut short', answer('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel'), 'string xxx'),
  expects('204', answer('HTTP/1.1 204 No Content\r\n\r\n', false), 'string xxx'),
  expects('too long', answer(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(99997)}end`), 'string end'),
];

t.test('the first check of every scenario ends as at haproxy', { skip: haproxyMissing() ?? false }, async (t) => {
  const log = createSocket('udp4');
  await new Promise<void>((resolve) => log.bind(0, '127.0.0.1', resolve));
  const theirLines: string[] = [];
  log.on('message', (message) => theirLines.push(message.toString('latin1').trim()));

  const haproxy = new RealHaproxy();
  const peers: Peer[] = [];
  const targets: PlainTarget[] = [];
  const sections: string[] = [];
  t.teardown(async () => {
    log.close();
    await haproxy.stop();
    for (const peer of peers) await peer.stop();
  });
  const asked: { theirs: Peer | null; ours: Peer | null }[] = [];
  for (const [i, scenario] of scenarios.entries()) {
    const scripted = 'address' in scenario.peer ? null : scenario.peer;
    const theirs = scripted && (await Peer.start(scripted));
    const ours = scripted && (await Peer.start(scripted));
    for (const peer of [theirs, ours]) if (peer !== null) peers.push(peer);
    asked.push({ theirs, ours });
    const fixed = 'address' in scenario.peer ? scenario.peer : null;
    const address = fixed?.address ?? `127.0.0.1:${theirs?.port}`;
    sections.push(
      `backend b${i}\n  ${(scenario.lines ?? '').replaceAll('\n', '\n  ')}\n  server s ${address} check ${scenario.serverWords ?? ''}`,
    );
    const target = new PlainTarget(`b${i}`, fixed?.ours ?? SocketAddress.ipv4('127.0.0.1', ours?.port ?? 0));
    if (scenario.http !== undefined) {
      target.method = {
        kind: 'http',
        method: 'OPTIONS',
        uri: '/',
        version: 'HTTP/1.0',
        headers: [],
        body: '',
        expect: scenario.expect,
        ...scenario.http,
      };
    }
    target.sendProxy = scenario.serverWords !== undefined;
    target.source = scenario.source === undefined ? null : SocketAddress.ipv4(scenario.source, 0);
    target.checkTimeoutMs = scenario.checkTimeoutMs;
    targets.push(target);
  }
  await haproxy.start(
    `defaults
  mode http
  timeout connect 250
  timeout server 1s
  timeout client 1s
  log 127.0.0.1:${log.address().port} format raw local0
  option log-health-checks
  default-server inter 300 rise 1 fall 1
listen l
  bind unix@${haproxy.path('front')}
${sections.join('\n')}
`,
    '  max-spread-checks 1\n',
  );
  const checks = check(targets);
  t.teardown(() => checks.stop());
  const theirLine = (i: number) => theirLines.find((line) => line.includes(`server b${i}/s `)) ?? '';
  await waitUntil(
    () => scenarios.every((_, i) => targets[i]?.lines.length !== 0 && theirLine(i) !== ''),
    'a check of every server',
  ).catch(() => {});
  // A check that only sends is over before its peer has read.
  const proxied = asked.filter((_, i) => scenarios[i]?.serverWords !== undefined);
  await waitUntil(() => proxied.every((pair) => pair.ours?.requests[0] && pair.theirs?.requests[0]), 'PROXY headers');
  for (const [i, { title }] of scenarios.entries()) {
    t.equal(withoutDuration(targets[i]?.lines[0] ?? ''), withoutDuration(theirLine(i)), title);
    const ports = (request: string | undefined) =>
      request?.replace(/^(PROXY TCP4 \S+ \S+) \d+ \d+/, '$1 PORT PORT') ?? '';
    t.equal(ports(asked[i]?.ours?.requests[0]), ports(asked[i]?.theirs?.requests[0]), `${title}: request`);
  }
});
