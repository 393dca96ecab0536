/**
 * The same scripted peers checked by the real haproxy 2.6 and by us: what the peer is asked and the log-health-checks line
 * of the first check must be equal, durations aside.
 */
import { createSocket } from 'node:dgram';
import t from 'tap';
import { bind, close, connect, listen, localAddress, socket } from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from '../../src/sys/socket-constants.ts';
import { haproxyMissing, RealHaproxy, waitUntil } from '../balance/real-haproxy.ts';
import { loadModel } from '../config/loading.ts';
import { answer, Peer, type PeerScript } from './peer.ts';
import { check, PlainTarget, withoutDuration } from './plain-target.ts';

interface Scenario {
  title: string;
  /** What answers; an address where nothing good happens otherwise. */
  peer: PeerScript | { address: string; ours: SocketAddress };
  /** Lines of the backend. */
  lines?: string;
  serverWords?: string;
  source?: string;
  checkTimeoutMs?: number;
}

const silent: PeerScript = {};
const hello = 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const helloOpen = answer('HTTP/1.0 200 OK\r\n\r\nhello', false);
const tagged = 'HTTP/1.0 200 OK\r\nX-Tags: one, two\r\nX-Tags: three\r\n\r\n';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n';
const resetAtOnce: PeerScript = { connected: (peer) => void peer.resetAndDestroy() };

function status(title: string, response: string, closes = true): Scenario {
  return { title, peer: answer(response, closes), lines: 'option httpchk' };
}

function sends(words: string): Scenario {
  return {
    title: `send ${words}`,
    peer: answer(hello),
    lines: `option httpchk
http-check send ${words}`,
  };
}

function expects(title: string, peer: PeerScript, words: string): Scenario {
  return { title: `expect ${words}: ${title}`, peer, lines: `option httpchk\nhttp-check expect ${words}` };
}

/** `http-check` rules, one a line. */
function http(title: string, peer: PeerScript, ...rules: string[]): Scenario {
  const lines = rules.map((rule) => `http-check ${rule}`).join('\n');
  return { title: `${title}: ${rules.join('; ')}`, peer, lines: `option httpchk\n${lines}` };
}

function tcp(title: string, peer: PeerScript, ...rules: string[]): Scenario {
  const lines = rules.map((rule) => `tcp-check ${rule}`).join('\n');
  return { title: `${title}: ${rules.join('; ')}`, peer, lines: `option tcp-check\n${lines}` };
}

/** Says so at once, and again whenever it is spoken to. */
function greeting(text: string): PeerScript {
  return { connected: (peer) => void peer.write(text) };
}

/** Answers everything it is told with this. */
function replying(text: string): PeerScript {
  return { asked: (peer) => void peer.write(text) };
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
  { title: 'http, connection refused', peer: nobody, lines: 'option httpchk' },
  { title: 'http, no answer to the connection', peer: noAnswer, lines: 'option httpchk' },
  { title: 'http, silent', peer: silent, lines: 'option httpchk' },
  {
    title: 'http, silent, timeout check',
    peer: silent,
    lines: 'option httpchk\ntimeout check 100',
    checkTimeoutMs: 100,
  },
  {
    title: 'http, closed without a word',
    peer: { asked: (peer) => void peer.end() },
    lines: 'option httpchk',
  },
  { title: 'http, reset', peer: { asked: (peer) => void peer.resetAndDestroy() }, lines: 'option httpchk' },
  { title: 'http, reset at once', peer: resetAtOnce, lines: 'option httpchk' },
  {
    title: 'http, another protocol',
    peer: { connected: (peer) => void peer.write('SSH-2.0-x\r\n') },
    lines: 'option httpchk',
  },
  {
    title: 'http, PROXY header',
    peer: answer(hello),
    lines: 'option httpchk',
    serverWords: 'check-send-proxy',
  },
  {
    title: 'http, method uri version',
    peer: answer(hello),
    lines: 'option httpchk HEAD /x?y HTTP/1.1',
  },
  {
    title: 'http, headers behind the version',
    peer: answer(hello),
    lines: 'option httpchk GET /x HTTP/1.1\\r\\nHost:\\ www\\r\\nX-A:\\ b',
  },
  sends('meth POST uri /y ver HTTP/1.1 hdr Host h hdr connection keep-alive body abc'),
  sends('ver HTTP/1.0 hdr Connection keep-alive hdr Foo-BAR "X y"'),
  sends('ver HTTP/1.1 hdr Connection close hdr Host a'),
  sends('ver HTTP/1.1 hdr Connection upgrade hdr Upgrade x'),
  sends('meth POST ver HTTP/1.1 hdr Content-Length 7'),
  ...['GET', 'HEAD', 'PUT', 'DELETE', 'TRACE', 'PATCH', 'FOO', 'CONNECT'].map((method) => sends(`meth ${method}`)),
  sends('meth GET body abcd'),
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
  expects('a header', answer(tagged), 'hdr name x-tags value two'),
  expects('a header', answer(tagged), 'hdr name X-TAGS value Two'),
  expects('a header', answer(tagged), 'fhdr name x-tags value "one, two"'),
  expects('a header', answer(tagged), 'fhdr name x-tags value two'),
  expects('a header', answer(tagged), 'hdr name -m beg x- value -m end wo'),
  expects('a header', answer(tagged), 'hdr name -m sub tag value -m sub hre'),
  expects('a header', answer(tagged), 'hdr name -m reg ^X-T value -m reg ^t.o$'),
  expects('a header', answer(tagged), 'hdr name x-none'),
  expects('a header', answer(tagged), '! hdr name x-none'),
  expects('a header', answer(tagged), '! hdr name -m end tags'),
  expects('a minimum', helloOpen, 'min-recv 3 string xyz'),
  expects('a minimum', helloOpen, 'min-recv 3 ! string xyz'),
  expects('words of our own', answer(hello), 'on-success "well done 100%%" string ell'),
  expects('words of our own', answer(hello), 'on-error "badly done" string xyz'),
  expects('words of our own', answer(hello), 'on-error "badly done" comment "the reason" status 500'),
  expects('statuses of our own', answer(hello), 'ok-status L6OK string ell'),
  expects('statuses of our own', answer(hello), 'ok-status l7okc string ell'),
  expects('statuses of our own', answer(hello), 'error-status L4CON string xyz'),
  expects('statuses of our own', answer(hello), 'error-status L7OKC string xyz'),
  http('silence', silent, 'expect tout-status L4TOUT status 200'),
  http('two expectations', answer(hello), 'expect status 200', 'expect string ell'),
  http('two expectations', answer(hello), 'expect status 200', 'expect ! string ell'),
  http('three expectations', helloOpen, 'expect ! status 500', 'expect hdr name none', 'expect string ell'),
  http('404 means leave me', answer('HTTP/1.0 404 Not There\r\n\r\n'), 'disable-on-404'),
  http('404 means leave me', answer('HTTP/1.0 500 Oh\r\n\r\n'), 'disable-on-404'),
  http(
    'two requests',
    answer(hello),
    'connect',
    'send uri /a',
    'expect status 200',
    'connect',
    'send uri /b',
    'expect status 201',
  ),
  http('a connection first', answer(hello), 'connect', 'send uri /a', 'expect status 200'),
  http('a PROXY connection', answer(hello), 'connect send-proxy', 'send uri /a ver HTTP/1.1 hdr Host a'),
  http('comments', answer(hello), 'comment first', 'expect status 500'),
  http('comments', answer(hello), 'comment first', 'expect status 500 comment second'),
  http('comments', silent, 'connect comment one', 'send uri /x comment two'),
  tcp('no steps', silent),
  tcp('connect', silent, 'connect'),
  { ...tcp('connect refused', silent, 'connect'), peer: nobody },
  { ...tcp('connect refused', silent, 'connect comment "is anybody there"'), peer: nobody },
  { ...tcp('connect refused', silent, 'send x'), peer: nobody },
  { ...tcp('connect refused', silent, 'connect port 1'), peer: nobody },
  tcp('redis', replying('+PONG\r\n'), 'send PING\\r\\n', 'expect string +PONG'),
  tcp('redis', replying('-ERR\r\n'), 'send PING\\r\\n', 'expect string +PONG'),
  tcp('redis, silent', silent, 'send PING\\r\\n', 'expect string +PONG'),
  tcp('redis, silent', silent, 'send PING\\r\\n comment ping', 'expect string +PONG comment pong'),
  tcp('redis, closed', { asked: (peer) => void peer.end() }, 'send PING\\r\\n', 'expect string +PONG'),
  tcp('redis, reset', { asked: (peer) => void peer.resetAndDestroy() }, 'send PING\\r\\n', 'expect string +PONG'),
  tcp('closed at once', { connected: (peer) => void peer.end() }, 'expect error-status L7STS comment why string x'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect rstring ^220[-x]?'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect rstring ^550'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect ! rstring ^550'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect ! string mail'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect binary 323230'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect binary 353530'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect rbinary ^3232'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect rbinary ^3535 comment hex'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect min-recv 4 string 250'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect on-error "no mail" string 250', 'send QUIT\\r\\n'),
  tcp('greeting', greeting('220 mail\r\n'), 'expect string 220', 'send QUIT\\r\\n'),
  tcp('dialogue', greeting('220 mail\r\n'), 'expect string 220', 'send-binary 514f', 'expect string 220'),
  tcp('twice', greeting('220 mail\r\n'), 'connect', 'expect string 220', 'connect linger', 'expect string 250'),
  tcp('string-lf', greeting('50% off'), 'expect string-lf "50%% off"'),
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
    target.sendProxy = scenario.serverWords !== undefined;
    target.source = scenario.source === undefined ? null : SocketAddress.ipv4(scenario.source, 0);
    target.checkTimeoutMs = scenario.checkTimeoutMs;
    targets.push(target);
  }
  const model = await loadModel(`defaults\n  mode http\n${sections.join('\n')}\n`);
  for (const [i, target] of targets.entries()) {
    const proxy = model.proxies.find(({ name }) => name === `b${i}`);
    if (proxy === undefined) throw new Error(`no backend b${i}`);
    target.method = proxy.checkMethod;
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
