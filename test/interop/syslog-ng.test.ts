/**
 * The article on syslog-ng: haproxy and ours log to a real one, which takes the lines apart and writes the URL as the client
 * had sent it. Each field must be the same from both.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { findCandidate, findReference } from './differential/proxy-process.ts';
import { listenAddress, startSeed, webOrigin } from './seeds/seed-proxy.ts';
import { findSyslogNg, startSyslogNg } from './seeds/syslog-ng.ts';

t.setTimeout(600_000);

const syslogNg = findSyslogNg();
const programs = { haproxy: findReference(), mahalo: findCandidate() };
const missing = [...Object.entries(programs), ['syslog-ng', syslogNg] as const].find(([, program]) => program === null);
const skip = missing === undefined ? false : `${missing[0]} is not here`;

const FIELDS = [
  'client',
  'date',
  'frontend',
  'backend',
  'times',
  'status',
  'bytes',
  'request cookie',
  'response cookie',
  'termination state',
  'connections',
  'queues',
  'captured headers',
  'user agent',
  'request',
];

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) "quoted" {braces} #1';

/** What is sent, and the request that syslog-ng must have written. */
const REQUESTS: readonly (readonly [string, string])[] = [
  [
    `GET /blah HTTP/1.1\r\nHost: test.domain.tld\r\nUser-Agent: ${BROWSER}\r\n\r\n`,
    '"GET http://test.domain.tld/blah HTTP/1.1"',
  ],
  [
    'GET /a?b=c&d=%20 HTTP/1.1\r\nHost: test.domain.tld:8080\r\n\r\n',
    '"GET http://test.domain.tld:8080/a?b=c&d=%20 HTTP/1.1"',
  ],
  ['HEAD / HTTP/1.1\r\nHost: h\r\nUser-Agent: one|two\r\n\r\n', '"HEAD http://h/ HTTP/1.1"'],
  [
    `GET / HTTP/1.1\r\nHost: ${'long.'.repeat(10)}tld\r\nUser-Agent: ${'x'.repeat(300)}\r\n\r\n`,
    '"GET http://long.long.long.long.long.long.lo/ HTTP/1.1"',
  ],
  [
    'POST /form HTTP/1.1\r\nHost: post.tld\r\nUser-Agent: curl/8\r\nContent-Length: 3\r\n\r\na=b',
    '"POST http://post.tld/form HTTP/1.1"',
  ],
  ['GET /old HTTP/1.0\r\n\r\n', '"GET http:///old HTTP/1.0"'],
];

/** One request a connection; resolves when the answer has ended. */
async function ask(port: number, request: string): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => socket.destroy());
  socket.write(request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'), 'latin1');
  socket.resume();
  await once(socket, 'close');
}

/** Ports, dates and times are no program's own. */
function comparable(fields: readonly string[]): readonly string[] {
  return fields.map((field, index) => {
    switch (FIELDS[index]) {
      case 'client':
        return field.replace(/:\d+$/, ':PORT');
      case 'date':
        return field.replace(/^\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d\.\d{3}\]$/, '[DATE]');
      case 'times':
        return field.replace(/\d+/g, 'T');
      default:
        return field;
    }
  });
}

t.test('syslog-ng makes the same of the lines of both, and the URL as it was asked for', { skip }, async (test) => {
  const written: (readonly (readonly string[])[])[] = [];
  for (const program of Object.values(programs)) {
    const syslog = await startSyslogNg(test, syslogNg as string);
    const { port, address } = await listenAddress();
    const origin = await webOrigin(test, 'srv1');
    await startSeed(test, program as string, 'blog-syslog-ng', {
      '127.0.0.1 local2': `127.0.0.1:${syslog.port} local2`,
      '*:10080': address,
      '10.0.0.1:80': origin.address,
    });
    for (const [index, [request]] of REQUESTS.entries()) {
      await ask(port, request);
      // A line after the other, so that they come in order.
      await syslog.lines(index + 1);
    }
    await ask(port, 'garbage\r\n\r\n');
    written.push(await syslog.lines(REQUESTS.length + 1));
  }
  const [theirs = [], ours = []] = written;
  test.equal(ours.length, theirs.length, 'as many lines');
  theirs.forEach((expected, line) => {
    const fields = comparable(ours[line] ?? []);
    comparable(expected).forEach((value, index) => {
      test.equal(fields[index], value, `line ${line + 1}: ${FIELDS[index]}`);
    });
  });
  REQUESTS.forEach(([request, url], line) => {
    test.equal(ours[line]?.at(-1), url, JSON.stringify(request.slice(0, 40)));
  });
  test.equal(ours[0]?.[FIELDS.indexOf('captured headers')], `{test.domain.tld|${BROWSER.replace(/["{}#]/g, encoded)}}`);
});

function encoded(character: string): string {
  return `#${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
