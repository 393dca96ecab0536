/** Maps and ACLs through the runtime API: the same commands to haproxy and to `scripts/haproxy`, the same answers. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';

const skip = spawnSync('haproxy', ['-v']).error === undefined ? false : 'haproxy is not installed';
const ours = join(import.meta.dirname, '../../scripts/haproxy');
const directory = mkdtempSync(join(tmpdir(), 'mahalo-patterns-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const FILES: Readonly<Record<string, string>> = {
  'hosts.map': '# hosts\nexample.com one\n  www.example.com   two words \nexample.com again\n.org three\n',
  'numbers.map': '1 5\n2:9 -7\n3 99999999999\n',
  'networks.map': '10.0.0.0/8 1.2.3.4\n10.1.0.0/16 2001:db8::1\n10.0.0.1/255.0.0.255 9.9.9.9\n2001:db8::/32 ::1\n',
  'expressions.map': '^/a/([^/]+)/ first-\\1\n/b second\n',
  'list.acl': 'Some.Host\nother\n# no\nsome.host\n',
  'pairs.acl': 'key value\nother thing\n',
};

const CONFIGURATION = `
global
 nbthread 1
 maxconn 200
 stats socket SOCKET level admin
defaults
 mode http
 timeout connect 1s
 timeout client 5s
 timeout server 5s
frontend fe
 bind unix@PATHfe
 acl listed hdr(host) -i -f PATHlist.acl more
 acl listed hdr(host) -m sub -i -f PATHlist.acl
 acl paired hdr(x) -M -f PATHpairs.acl
 acl numbered hdr_cnt(x) gt 5 7 1:3
 acl local src 10.0.0.0/8 ::1
 acl seven path_beg -u 77 -i /seven /SEV
 acl there hdr(y) -m found
 acl expression path_reg ^/[a-z]+$
 acl bytes hdr(z) -m bin 6162 63
 http-request deny if METH_POST listed or { src -n 192.0.2.0/24 } !there
 http-request set-header a %[req.hdr(a),map(PATHhosts.map)]
 http-request set-header b %[req.hdr(a),lower,map_end(PATHhosts.map,none)]
 http-request set-header c %[req.hdr(a),map_beg(PATHhosts.map)]
 http-request set-header d %[req.hdr(a),map_int_int(PATHnumbers.map,4)]
 http-request set-header e %[src,map_ip_ip(PATHnetworks.map,127.0.0.1)]
 http-request set-header f %[path,map_regm(PATHexpressions.map)]
 default_backend be
backend be
 server s1 127.0.0.1:1001
`;

/** `$` stands for the directory of the files. */
const COMMANDS: readonly string[] = [
  'show map',
  'show acl',
  'show map $hosts.map',
  'show map #0',
  'show map #77;show acl #77;show acl #x;show map nope;show acl nope',
  'show acl $list.acl',
  'show map $pairs.acl;show acl $pairs.acl',
  'get map $hosts.map www.example.com;get map $hosts.map EXAMPLE.com;get map $hosts.map a.org',
  'get map $numbers.map 7;get map $numbers.map 3;get map $numbers.map 10;get map $numbers.map x',
  'get map $networks.map 10.1.2.3;get map $networks.map 10.2.0.1;get map $networks.map 2001:db8::5',
  'get map $networks.map ::ffff:10.1.0.1;get map $networks.map 2002:0a01:0203::;get map $networks.map x',
  'get map $expressions.map /a/x/y;get map $expressions.map /c',
  'get acl $list.acl SOME.host;get acl $list.acl xotherx;get acl $list.acl nothing',
  'get acl #77 /SEVEN/a;get acl #77 /x;get acl $pairs.acl key;get map $pairs.acl key',
  'get acl #0;get map;get map nope x;get acl nope x',
  'get acl #1 x;get acl #2 6;get acl #2 2;get acl #3 10.2.3.4;get acl #3 ::1;get acl #4 x;get acl #5 /abc;get acl #6 ab',
  'add map $hosts.map new.example.com value;show map $hosts.map;get map $hosts.map new.example.com',
  'add map $hosts.map;add map $hosts.map k;add map;add map nope k v;add acl nope k;add acl;add acl #77',
  'add map $numbers.map x 5;add map $numbers.map 5 x;add map $numbers.map 100: 8;get map $numbers.map 1000',
  'add map $networks.map 300.1.2.3 1.1.1.1;add map $networks.map 1.1.1.1 x;add map $networks.map 172.16.0.0/12 ::2',
  'get map $networks.map 172.17.0.1',
  'add map $expressions.map ( x;add map $expressions.map ^/c$ third;get map $expressions.map /c',
  'add acl $list.acl Extra;get acl $list.acl extra;add acl $pairs.acl x',
  'add acl #77 /eight;get acl #77 /EIGHT/1;del acl #77 /eight;get acl #77 /EIGHT/1;show acl #77',
  'set map $hosts.map example.com changed;get map $hosts.map example.com;show map $hosts.map',
  'set map $hosts.map nope x;set map nope a b;set map $hosts.map;set map $numbers.map 1 x;set map $numbers.map 1 -3',
  'get map $numbers.map 1',
  'del map $hosts.map example.com;del map $hosts.map example.com;get map $hosts.map example.com;del map;del acl #1',
  'del map nope x;del acl nope x;del map $hosts.map #0xzz;del map $hosts.map #0x1;set map $hosts.map #0x1 x',
  'show map',
  'show acl',
  'prepare map $hosts.map;prepare map nope;prepare acl $hosts.map;prepare acl #77',
  'add map @1 $hosts.map v1.example.com first;add map @1 $hosts.map v1b.example.com second;show map @1 $hosts.map',
  'add map @5 $hosts.map later x;get map $hosts.map v1.example.com;show map $hosts.map;show map @0 $hosts.map',
  'commit map $hosts.map;commit map @9 $hosts.map;commit map @1;commit map @1 nope;commit map @1 $hosts.map',
  'show map $hosts.map;show map;get map $hosts.map v1.example.com;commit map @1 $hosts.map',
  'clear map @0 $hosts.map;clear map $hosts.map;show map $hosts.map;clear map;clear acl;clear map nope;clear acl nope',
  'add map $hosts.map <<\nk1 v1\nk2  v2 with blanks \nk3 v3\n',
  'show map $hosts.map',
  'add map $hosts.map <<\nnovalue\n',
  'add map $numbers.map <<\n200 1\nx 2\n300 3\n',
  'show map $numbers.map',
  'clear acl $list.acl;show acl $list.acl;get acl $list.acl other;show acl',
  'help add map',
];

interface Side {
  readonly child: ChildProcess;
  ask(command: string): Promise<string>;
}

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

async function start(name: string, program: string): Promise<Side> {
  const path = join(directory, name.slice(0, 1));
  for (const [file, text] of Object.entries(FILES)) writeFileSync(`${path}${file}`, text);
  const file = `${path}.cfg`;
  const socket = `${path}.sock`;
  writeFileSync(file, CONFIGURATION.replaceAll('PATH', path).replaceAll('SOCKET', socket));
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr?.on('data', (text) => {
    complaint += text;
  });
  t.teardown(() => child.kill('SIGKILL'));
  const deadline = Date.now() + 60_000;
  while ((await ask(socket, 'show cli level').catch(() => '')) === '') {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`${name} does not answer: ${complaint}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    child,
    ask: async (command) => {
      const said = await ask(socket, command.replaceAll('$', path));
      // Where entries lie in memory is nobody's business, and neither are the ACLs of HAProxy's own HTTP client.
      const own = /^\d+ \(\) acl 'var' file 'httpclient'.*\n/gm;
      return said
        .replaceAll(path, '$')
        .replace(/^0x[0-9a-f]+ /gm, '0x ')
        .replace(own, '');
    },
  };
}

t.test('maps and ACLs answer as the real haproxy does', { skip }, async (t) => {
  const [real, mine] = await Promise.all([start('real', 'haproxy'), start('ours', ours)]);
  for (const command of COMMANDS) {
    const [expected, actual] = [await real.ask(command), await mine.ask(command)];
    t.equal(actual, expected, command);
  }
  await t.test('entries are found by the address that show tells', async (t) => {
    const found = /^(0x[0-9a-f]+) k2 /m;
    const socket = join(directory, 'o.sock');
    const map = join(directory, 'ohosts.map');
    const address = found.exec(await ask(socket, `show map ${map}`))?.[1];
    t.equal(await ask(socket, `set map ${map} #${address} set`), '\n');
    t.match(await ask(socket, `get map ${map} k2`), 'value="set"');
    t.equal(await ask(socket, `del map ${map} #${address}`), '\n');
    t.match(await ask(socket, `get map ${map} k2`), 'found=no');
    t.equal(await ask(socket, `del map ${map} #${address}`), 'Key not found.\n\n');
  });
});
