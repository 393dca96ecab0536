/** The rules of 1.9 on whole header lines (manual 1.9, 4.2), which HAProxy 2.6 has no more: what they make of messages. */
import t from 'tap';
import { messagesOf } from '../config/loading.ts';
import { DEFAULTS, Origin, RunningProxy } from './running-proxy.ts';

const REQUEST = 'GET /static/a HTTP/1.1\r\nHost: www.Example.com\r\nX-One: 1\r\nX-Two: 2\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nServer: Apache/1.3\r\nX-Inner: secret\r\nContent-Length: 2\r\n\r\nhi';

interface Outcome {
  /** What the origin was asked; '' when it was not. */
  readonly asked: string;
  readonly answered: string;
}

/** Sends the request through a frontend with these rules. */
async function pass(rules: string, wanted: string): Promise<Outcome> {
  const origin = await Origin.answering(RESPONSE);
  const proxy = await RunningProxy.start(
    `${DEFAULTS} timeout tarpit 20ms\nlisten l\n bind 127.0.0.1:$port\n server s 127.0.0.1:${origin.port}\n${rules}`,
  );
  try {
    const client = await proxy.connect();
    client.send(REQUEST);
    await client.has(wanted);
    const asked = origin.peers[0]?.received ?? '';
    client.socket.end();
    return { asked, answered: client.received };
  } finally {
    proxy.stop();
    origin.stop();
  }
}

const WHOLE = '\r\n\r\nhi';

t.test('reqrep replaces the request line', async (t) => {
  const { asked } = await pass(' reqrep ^([^\\ :]*)\\ /static/(.*)     \\1\\ /\\2\n', WHOLE);
  t.match(asked, /^GET \/a HTTP\/1\.1\r\n/);
});

t.test('reqirep replaces header lines whatever their case, and may put in another line', async (t) => {
  const { asked } = await pass(' reqirep ^host:\\ (.*)\\.com Host:\\ \\1.org\\r\\nX-Was:\\ \\1\n', WHOLE);
  t.match(asked, /\r\nhost: www\.Example\.org\r\n/i);
  t.match(asked, /\r\nx-was: www\.Example\r\n/i);
});

t.test('reqrep minds the case', async (t) => {
  const { asked } = await pass(' reqrep ^host:\\ .* Host:\\ other\n', WHOLE);
  t.match(asked, /\r\nhost: www\.Example\.com\r\n/i);
});

t.test('reqdel and reqidel remove lines, not the request line', async (t) => {
  const { asked } = await pass(' reqdel ^X-O\n reqidel ^x-t\n reqidel ^get\n', WHOLE);
  t.match(asked, /^GET \/static\/a HTTP\/1\.1\r\n/);
  t.notMatch(asked, /x-one|x-two/i);
});

t.test('reqadd adds a line if its condition holds, and sees what the other rules left', async (t) => {
  const rules =
    ' acl gone hdr_cnt(x-one) eq 0\n reqadd X-Three:\\ 3 if gone\n reqadd X-Four:\\ 4% if { path /b }\n reqdel ^X-One\n';
  const { asked } = await pass(rules, WHOLE);
  t.match(asked, /\r\nx-three: 3\r\n/i);
  t.notMatch(asked, /x-four/i);
});

t.test('reqdeny answers 403, on the request line or a header', async (t) => {
  for (const rule of ['reqdeny ^GET\\ /static', 'reqideny ^x-one:\\ 1$']) {
    const { asked, answered } = await pass(` ${rule}\n`, '403 Forbidden');
    t.equal(asked, '', rule);
    t.match(answered, /^HTTP\/1\.1 403 /);
  }
});

t.test('reqallow keeps later rules from denying, and http-request deny does not ask it', async (t) => {
  t.match((await pass(' reqiallow ^host:\n reqdeny ^GET\n', WHOLE)).answered, /^HTTP\/1\.1 200 /);
  const denied = await pass(' reqiallow ^host:\n http-request deny if { path_beg /static }\n', '403 Forbidden');
  t.equal(denied.asked, '');
});

t.test('reqtarpit answers 500 after a while', async (t) => {
  const begin = Date.now();
  const { asked } = await pass(' reqtarpit ^X-One\n', '500 Internal');
  t.ok(Date.now() - begin >= 15, 'not at once');
  t.equal(asked, '');
});

t.test('reqpass does nothing', async (t) => {
  t.match((await pass(' reqpass ^GET\n', WHOLE)).answered, /^HTTP\/1\.1 200 /);
});

t.test('block denies before every other rule', async (t) => {
  const { answered } = await pass(' http-request allow\n block if { path_beg /static }\n', '403 Forbidden');
  t.match(answered, /^HTTP\/1\.1 403 /);
});

t.test('the rules run after http-request rules, whose allow does not end them', async (t) => {
  const { asked } = await pass(' reqadd X-Three:\\ 3\n http-request allow\n', WHOLE);
  t.match(asked, /\r\nx-three: 3\r\n/i);
});

t.test('rsprep, rspdel and rspadd change the response', async (t) => {
  const rules =
    ' rspirep ^(server:).* \\1\\ hidden\n rspdel ^X-Inner\n rspadd X-Proxy:\\ yes\n rsprep ^HTTP/1.1\\ 200.* HTTP/1.1\\ 203\\ Mapped\n';
  const { answered } = await pass(rules, WHOLE);
  t.match(answered, /^HTTP\/1\.1 203 Mapped\r\n/);
  t.match(answered, /\r\nserver: hidden\r\n/i);
  t.notMatch(answered, /x-inner/i);
  t.match(answered, /\r\nx-proxy: yes\r\n/i);
});

t.test('rspdeny answers 502', async (t) => {
  const { answered } = await pass(' rspideny ^x-inner:\n', '502 Bad');
  t.match(answered, /^HTTP\/1\.1 502 /);
});

t.test('a replacement that is no request line is a bad request', async (t) => {
  const { answered } = await pass(' reqrep ^GET.* nonsense\n', '400 Bad');
  t.match(answered, /^HTTP\/1\.1 400 /);
});

t.test('they are warned about, and mistakes in them are refused', async (t) => {
  const frontend = `${DEFAULTS}frontend f\n bind :1\n`;
  const said = async (line: string): Promise<string> => (await messagesOf(`${frontend} ${line}\n`)).join('\n');
  t.match(
    await said('reqadd A:\\ b'),
    /The 'reqadd' directive is deprecated\. Use 'http-request add-header' instead\./,
  );
  t.match(await said('block if TRUE'), /now deprecated in favor of 'http-request deny'/);
  t.match(await said('reqrep a'), /'reqrep' expects <search> and <replace> as arguments\./);
  t.match(await said('reqdel'), /'reqdel' expects <regex> as an argument\./);
  t.match(await said('reqdel ('), /'reqdel' : regular expression '\(' : /);
  t.match(await said('reqdel a b'), /'reqdel' : Expecting nothing, 'if', or 'unless', got 'b'\./);
  t.match(await said('reqrep a b\\\\'), /unterminated sequence in replacement string/);
  t.match(await said('reqadd nonsense'), /is not a header line/);
  t.match(await said('rspadd A:\\ b\n http-response allow'), /is not implemented yet/);
});
