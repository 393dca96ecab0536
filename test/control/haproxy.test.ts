/**
 * The same commands to the real haproxy and to `scripts/haproxy`, each with the same configuration, before any traffic:
 * the answers must be the same, byte for byte.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';

const missing = spawnSync('haproxy', ['-v']).error === undefined ? false : 'haproxy is not installed';
const ours = join(import.meta.dirname, '../../scripts/haproxy');
const directory = mkdtempSync(join(tmpdir(), 'mahalo-api-'));
t.teardown(() => rmSync(directory, { recursive: true }));

/** The listeners are unix sockets: no port is taken. Sockets of the API come last, they would shift the ids. */
function configuration(name: string): string {
  const path = (socket: string): string => join(directory, `${name}.${socket}`);
  return `
defaults
 mode http
 timeout connect 1s
 timeout client 5s
 timeout server 5s
frontend fe
 bind ${path('fe')}
 maxconn 150
 default_backend be
backend be
 balance leastconn
 server s1 127.0.0.1:1001
 server s2 127.0.0.1:1002 weight 20 backup maxconn 10
 server s3 127.0.0.1:1003 disabled
backend fixed
 balance static-rr
 server s1 127.0.0.1:1004 weight 10
listen li
 mode tcp
 bind ${path('li')}
 server t1 127.0.0.1:1005
backend empty
global
 nbthread 1
 maxconn 200
 set-var proc.text str(hello)
 set-var proc.number int(-5)
 set-var proc.twice int(1),add(1)
 set-var-fmt proc.format "<%[var(proc.text)]> %f %b %s %ST %B %ts %Tc"
 set-var proc.text,ifnotset str(again)
 set-var proc.bytes bin(00416101)
 set-var proc.flag bool(1)
 set-var proc.address ipv4(10.0.0.1)
 stats socket ${path('admin')} level admin
 stats socket ${path('operator')} level operator
 stats socket ${path('user')} level user
`;
}

const COMMANDS: readonly (readonly ['admin' | 'operator' | 'user', string])[] = [
  ['user', 'show events'],
  ['user', 'show events buf0'],
  ['operator', 'show events buf0'],
  ['operator', 'show events buf0 -n'],
  ['operator', 'show events buf0 -x'],
  ['operator', 'show events stdout'],
  ['operator', 'show events nothing'],
  ['admin', 'help show events'],
  ['admin', 'show backend'],
  ...['text', 'number', 'twice', 'format', 'bytes', 'flag', 'address', 'none'].map(
    (name) => ['operator', `get var proc.${name}`] as const,
  ),
  ['user', 'get var proc.text'],
  ['admin', 'get var'],
  ['admin', 'get var txn.x'],
  ['admin', 'get var foo'],
  ['admin', 'set var proc.text str(x)'],
  ...[
    'proc.new str(new)',
    'proc.text expr str(b),upper',
    'proc.text fmt <%[var(proc.number)]>%f',
    'proc.text foo str(b)',
    'proc.text',
    '',
    'txn.x str(a)',
    'proc.x! str(a)',
    'proc.x path',
    'proc.x str(a),foo',
    'proc.x fmt %HM',
    'proc.x fmt %foo',
    'proc.x fmt %[src]',
    'proc.number,ifgt int(-7)',
    'proc.number,ifgt int(7)',
  ].map(
    (words) =>
      [
        'admin',
        `experimental-mode on;set var ${words};get var proc.text;get var proc.new;get var proc.number`,
      ] as const,
  ),
  ['user', 'experimental-mode on;set var proc.text str(x)'],
  ['admin', 'show cli level'],
  ['operator', 'show cli level'],
  ['user', 'show cli level'],
  ['user', 'show errors;show sess;disable server be/s1'],
  ['operator', 'clear counters all'],
  ['operator', 'set server be/s1 weight 1'],
  ['user', 'get weight be/s2'],
  ['admin', 'operator;show cli level;user;show cli level;operator'],
  ['admin', 'prompt\nget weight be/s1\nquit'],
  ['admin', 'set timeout cli'],
  ['admin', 'set timeout cli foo'],
  ['admin', 'set timeout cli 10s'],
  ['admin', 'set timeout http'],
  ['admin', 'expert-mode;expert-mode on;expert-mode'],
  ['admin', 'set severity-output number;get weight be/x;set severity-output string;get weight be/x'],
  ['admin', 'show sess 0x1'],
  ['admin', 'show servers state nope'],
  ['admin', 'show servers conn nope'],
  ['admin', 'show errors nope'],
  ['admin', 'show env NO_SUCH_VARIABLE'],
  ['admin', 'help show stat'],
  ['admin', 'show servers conn'],
  ['admin', 'disable server'],
  ['admin', 'disable server be'],
  ['admin', 'disable server be/x'],
  ['admin', 'disable server x/s1'],
  ['admin', 'disable server be/s1'],
  ['admin', 'enable server be/s1'],
  ['admin', 'set server be/s1 state drain'],
  ['admin', 'set server be/s1 state ready'],
  ['admin', 'set server be/s1 state foo'],
  ['admin', 'set server be/s1 weight 50%;get weight be/s1'],
  ['admin', 'set server be/s2 weight 50%;get weight be/s2'],
  ['admin', 'set server be/s1 weight 300'],
  ['admin', 'set server be/s1 weight x'],
  ['admin', 'set server be/s1 weight'],
  ['admin', 'set server be/s1 weight 0;get weight be/s1'],
  ['admin', 'set weight fixed/s1 5'],
  ['admin', 'set weight fixed/s1 0%'],
  ['admin', 'set server be/s1 health x'],
  ['admin', 'set server be/s1 addr'],
  ['admin', 'set server be/s1 addr foo'],
  ['admin', 'set server be/s1 addr 127.0.0.1'],
  ['admin', 'set server be/s1 addr 127.0.0.2 port 99'],
  ['admin', 'set server be/s1 addr ::1 port 99'],
  ['admin', 'set server be/s1 agent up'],
  ['admin', 'set server be/s1 fqdn x'],
  ['admin', 'set server be/s1 fqdn'],
  ['admin', 'set server be/s1 ssl on'],
  ['admin', 'set server be/s1'],
  ['admin', 'enable health be/s1'],
  ['admin', 'disable health be/s1'],
  ['admin', 'set maxconn server be/s1 5'],
  ['admin', 'set maxconn server be/s1 x'],
  ['admin', 'set maxconn server be/s1'],
  ['admin', 'set maxconn frontend fe 10'],
  ['admin', 'set maxconn frontend fe'],
  ['admin', 'set maxconn frontend nope 10'],
  ['admin', 'set maxconn frontend'],
  ['admin', 'set maxconn global 50'],
  ['admin', 'set maxconn global 5000'],
  ['admin', 'set maxconn global'],
  ['admin', 'shutdown session'],
  ['admin', 'shutdown session 0x1'],
  ['admin', 'shutdown sessions server be/s1'],
  ['admin', 'shutdown sessions server be'],
  ['admin', 'shutdown frontend li'],
  ['admin', 'shutdown frontend li'],
  ['admin', 'enable frontend li'],
  ['admin', 'disable frontend li'],
  ['admin', 'clear counters'],
  ['admin', 'clear counters all'],
];

/** Columns of `show stat` that depend on when one looks. */
const TIMES = new Set(['lastchg', 'lastsess']);

/** The connection is closed by the other side once it has answered. */
function ask(socketPath: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(socketPath);
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(`${command}\n`));
    socket.on('data', (text) => {
      said += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(said));
  });
}

async function start(name: string, program: string): Promise<(level: string, command: string) => Promise<string>> {
  const file = join(directory, `${name}.cfg`);
  writeFileSync(file, configuration(name));
  const child = spawn(program, ['-db', '-f', file], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  const last = join(directory, `${name}.user`);
  const deadline = Date.now() + 60_000;
  for (;;) {
    const ready = existsSync(last) && (await ask(last, 'show cli level').catch(() => '')) !== '';
    if (ready) {
      return (level, command) => ask(join(directory, `${name}.${level}`), command);
    }
    if (Date.now() > deadline) {
      throw new Error(`${name} does not answer`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Rows as records without what depends on time. */
function stat(csv: string): unknown {
  const [header = '', ...lines] = csv.split('\n');
  const names = header.split(',');
  return lines.map((line) =>
    Object.fromEntries(
      line.split(',').flatMap((value, index) => (TIMES.has(names[index] ?? '') ? [] : [[names[index], value]])),
    ),
  );
}

t.test('runtime API: answers as the real haproxy', { skip: missing }, async (t) => {
  const real = await start('real', 'haproxy');
  const mine = await start('ours', ours);

  await t.test('show stat: header, columns and values before any traffic', async (t) => {
    for (const command of [
      'show stat',
      'show stat be 4 -1',
      'show stat up',
      'show stat no-maint',
      'show stat 3 2 -1',
    ]) {
      const [expected, actual] = await Promise.all([real('admin', command), mine('admin', command)]);
      t.equal(actual.split('\n')[0], expected.split('\n')[0]);
      t.same(stat(actual), stat(expected), command);
    }
  });

  await t.test('show info: the same fields in the same order', async (t) => {
    const names = (text: string): readonly string[] => text.split('\n').map((line) => line.split(':')[0] ?? '');
    const [expected, actual] = await Promise.all([real('admin', 'show info'), mine('admin', 'show info')]);
    t.same(names(actual), names(expected));
    const tags = (text: string): readonly string[] =>
      text.split('\n').map((line) => line.split(':').slice(0, 3).join(':'));
    t.same(tags(await mine('admin', 'show info typed')), tags(await real('admin', 'show info typed')));
  });

  await t.test('show servers state: every figure but the age', async (t) => {
    const ageless = (text: string): string => text.replace(/^((?:\S+ ){9})\d+/gm, '$1-');
    t.equal(ageless(await mine('admin', 'show servers state')), ageless(await real('admin', 'show servers state')));
  });

  for (const [level, command] of COMMANDS) {
    const expected = await real(level, command);
    t.equal(await mine(level, command), expected, `${level}: ${command}`);
  }
});
