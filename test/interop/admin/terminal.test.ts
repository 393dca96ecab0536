/** A shell in the browser, from outside: who gets none, what goes through it, and that it ends. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { WebSocket } from 'ws';
import { AdminProcess, type Answer, type Browser, PASSWORD, until } from '../../admin/admin-process.ts';

const isRoot = process.getuid?.() === 0;
const words = isRoot ? ['--terminal-user', 'nobody'] : [];
const admin = new AdminProcess([...words, '--terminal-idle-seconds', '20']);
t.setTimeout(300_000);
t.teardown(() => admin.remove());
await admin.start();
const owner = await admin.claim();

const audit = (): string => readFileSync(join(admin.directory, 'audit.log'), 'utf8');
const turn = (enabled: boolean, browser = owner): Promise<Answer> =>
  browser.call('PUT', '/api/terminal', { body: { enabled } });
const ask = (browser: Browser, body: object = { password: PASSWORD }): Promise<Answer> =>
  browser.call('POST', '/api/terminal/ticket', { body });
const ticketOf = async (browser: Browser): Promise<string> => (await ask(browser)).json.ticket;
const headersOf = (browser: Browser): Record<string, string> => ({
  cookie: browser.cookieHeader,
  origin: browser.origin,
});

/** What a page has of a terminal: all output so far, and how it ended. */
class Terminal {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly chunks: Buffer[] = [];
  received = 0;
  /** As a page that draws does. */
  takes = true;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const bytes = data as Buffer;
      this.chunks.push(bytes);
      this.received += bytes.length;
      if (this.takes) this.taken(bytes.length);
    });
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  taken(bytes: number): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ taken: bytes }));
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text, 'latin1'));
  }

  async says(pattern: RegExp): Promise<RegExpExecArray> {
    let found: RegExpExecArray | null = null;
    await until(`${pattern} in ${JSON.stringify(this.text.slice(-500))}`, () => {
      found = pattern.exec(this.text);
      return found !== null;
    });
    return found as unknown as RegExpExecArray;
  }
}

function open(headers: Record<string, string>, ticket: string): Promise<Terminal> {
  const address = `wss://127.0.0.1:${admin.port}/api/terminal/socket?ticket=${ticket}&columns=100&rows=30`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { headers, rejectUnauthorized: false });
    const terminal = new Terminal(socket);
    socket.once('open', () => resolve(terminal));
    socket.on('error', reject);
  });
}

const opened = async (browser: Browser = owner): Promise<Terminal> => open(headersOf(browser), await ticketOf(browser));

await t.test('off until the owner turns it on', async (t) => {
  t.match((await owner.call('GET', '/api/terminal')).json, { enabled: false, available: true, open: 0 });
  t.equal((await ask(owner)).json.error.code, 'terminal-off');
  t.match((await turn(true)).json, { enabled: true, idleSeconds: 20 });
  t.match(audit(), /"owner".*terminal\.on/);
});

await t.test('a ticket costs the password, and is for admins who are logged in', async (t) => {
  t.equal((await ask(owner, { password: 'a wrong password' })).json.error.code, 'wrong-password');
  t.match(audit(), /refused\.password/);
  await owner.call('POST', '/api/users', { body: { name: 'operator', role: 'operator', password: PASSWORD } });
  const operator = admin.browser();
  await operator.logIn('operator');
  t.equal((await ask(operator)).json.error.code, 'not-allowed');
  const body = { name: 'script', role: 'admin', days: 1 };
  const { token } = (await owner.call('POST', '/api/tokens', { body })).json;
  const byToken = await admin.browser().call('POST', '/api/terminal/ticket', {
    body: { password: PASSWORD },
    headers: { authorization: `Bearer ${token}` },
  });
  t.equal(byToken.status, 403, 'not for tokens');
});

await t.test('a ticket opens once, for its own session, from a page of ours', async (t) => {
  const ticket = await ticketOf(owner);
  const other = admin.browser();
  await other.logIn('owner');
  const own = headersOf(owner);
  await t.rejects(open({ ...own, origin: 'https://evil.example' }, ticket), /403/, 'a page of somebody else');
  await t.rejects(open({ cookie: own['cookie'] ?? '' }, ticket), /403/, 'no origin');
  await t.rejects(open({ origin: owner.origin }, ticket), /401/, 'no session');
  await t.rejects(open({ ...own, host: 'evil.example' }, ticket), /421/, 'a name that is not ours');
  const refusals = (): number => audit().split('"refused.ticket"').length - 1;
  await t.rejects(open(headersOf(other), ticket), /403/, 'another session');
  await t.rejects(open(own, 'x'.repeat(43)), /403/, 'a guess');
  const terminal = await open(own, ticket);
  t.equal(refusals(), 2);
  await t.rejects(open(own, ticket), /403/, 'used');
  t.equal(refusals(), 3, 'the reuse is audited');
  const [older, newer] = [await ticketOf(owner), await ticketOf(owner)];
  await t.rejects(open(own, older), /403/, 'replaced by a newer one');
  const second = await open(own, newer);
  t.equal(refusals(), 4);
  t.equal((await owner.call('GET', '/api/terminal')).json.open >= 1, true);
  for (const one of [terminal, second]) {
    one.socket.close();
    await one.closed;
  }
});

await t.test(
  'a shell of an unprivileged user, with its groups and a clean environment',
  { skip: !isRoot && 'needs root' },
  async (t) => {
    const terminal = await opened();
    terminal.type('id -u; id -G; pwd; env | sort; echo E"N"D\r');
    const { input: all } = await terminal.says(/[\r\n]END/);
    const uid = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+)/m);
    t.match(all, new RegExp(`[\\r\\n](?:\\$ )?${uid?.[1]}\\r\\n${uid?.[2]}\\r\\n`), 'no group of root');
    t.match(all, /USER=nobody/);
    t.notMatch(all, /NODE_|MAHALO|npm_/);
    terminal.type('exit 3\r');
    t.match(await terminal.closed, { code: 1000, reason: /ended \(3\)/ });
    t.match(audit(), /terminal\.open.*as nobody/);
    await until('audited', () => /terminal\.close.*the shell ended/.test(audit()));
  },
);

await t.test('binary safe, and as large as the page says', async (t) => {
  const terminal = await opened();
  terminal.type('stty size; printf \'\\001\\377\\200\\342\\202\\254|\'; echo E"N"D\r');
  const { input } = await terminal.says(/[\r\n]?.*\|END/);
  t.match(input, /30 100/);
  t.ok(input.includes('\x01\xff\x80\xe2\x82\xac|END'));
  terminal.socket.send(JSON.stringify({ size: [132, 43] }));
  terminal.type('stty size\r');
  await terminal.says(/43 132/);
  // Bytes that are no text go up as they are.
  terminal.type('stty raw -echo; echo R"E"ADY; head -c 256 | od -An -v -tx1 | tr -d " \\n"; stty sane; echo E"N"D2\r');
  await terminal.says(/READY\n/);
  terminal.type(String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte)));
  const every = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('');
  await terminal.says(new RegExp(every));
  terminal.socket.send('{nonsense');
  t.equal((await terminal.closed).code, 1008);
});

await t.test('a program that writes without end waits for the page', async (t) => {
  const terminal = await opened();
  terminal.takes = false;
  terminal.type('yes 0123456789 | head -c 3000000; echo E"N"D\r');
  await until('it is stopped', async () => {
    const before = terminal.received;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return before > 200_000 && terminal.received === before;
  });
  t.ok(terminal.received < 500_000, `${terminal.received} bytes without a word from the page`);
  terminal.takes = true;
  terminal.taken(terminal.received);
  await terminal.says(/END/);
  t.ok(terminal.received >= 3_000_000);
  terminal.socket.terminate();
});

/** Processes whose command line holds the mark. */
function running(mark: string): number {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/cmdline`)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  }).length;
}

await t.test('what runs in it ends with the socket', async (t) => {
  const terminal = await opened();
  const mark = `31${process.pid}`;
  terminal.type(`sleep ${mark}\r`);
  await until('it runs', () => running(`sleep\0${mark}`) === 1);
  terminal.socket.terminate();
  await until('it ended', () => running(`sleep\0${mark}`) === 0);
  await until('audited', () => /the browser went away/.test(audit()));
  t.equal((await owner.call('GET', '/api/terminal')).json.open, 0);
});

await t.test('it ends with its session, and when nobody types', async (t) => {
  const second = admin.browser();
  await second.logIn('owner');
  const terminal = await opened(second);
  const { sessionId } = (await second.call('GET', '/api/session')).json;
  await owner.call('DELETE', `/api/sessions/${sessionId}`);
  t.match(await terminal.closed, { code: 1008, reason: /not logged in/ });
  const idle = await opened();
  t.match(await idle.closed, { code: 1008, reason: /typed/ });
});

await t.test('so many at a time; turned off, all end', async (t) => {
  const four = [await opened(), await opened(), await opened(), await opened()];
  const fifth = await opened();
  t.equal((await fifth.closed).code, 1013);
  t.equal((await turn(false)).json.enabled, false);
  for (const terminal of four) t.equal((await terminal.closed).code, 1008);
  t.match(audit(), /terminal\.off/);
});

await t.test('as root there is none unless somebody says as whom', { skip: !isRoot && 'needs root' }, async (t) => {
  const plain = new AdminProcess();
  t.teardown(() => plain.remove());
  await plain.start();
  const browser = await plain.claim();
  t.match((await browser.call('GET', '/api/terminal')).json, { available: false, reason: /--terminal-user/ });
  t.equal((await turn(true, browser)).json.error.code, 'no-terminal');
  const wrong = new AdminProcess(['--terminal-user', 'no-such-user-here']);
  await t.rejects(wrong.start(), /no user 'no-such-user-here'/);
  await wrong.remove();
});
