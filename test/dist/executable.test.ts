/**
 * One executable (`make dist`), as somebody has it who has nothing else of the tree: each role starts from it, those that
 * start other programs of it do, and what travels inside is found. It is built here unless it is newer than its sources.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { WebSocket } from 'ws';
import { AdminProcess, PASSWORD, until } from '../admin/admin-process.ts';
import { findProgram } from '../find-program.ts';
import { freePort } from '../interop/differential/free-port.ts';

const TOP = join(import.meta.dirname, '../..');
const TARGET = `dist/mahalo-linux-${process.arch}`;
const STRIP = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu-strip`;
const LIMIT_MS = 600_000;

if (findProgram('make') === null || findProgram(STRIP) === null) {
  t.plan(0, `make or ${STRIP} is not installed`);
  process.exit();
}
t.setTimeout(LIMIT_MS);
const startedMs = performance.now();
const { MAKEFLAGS: _, ...environment } = process.env;
execFileSync('make', ['--no-print-directory', TARGET], { cwd: TOP, env: environment, stdio: ['ignore', 2, 2] });
t.comment(`${TARGET} after ${Math.round(performance.now() - startedMs)} ms`);

const directory = mkdtempSync(join(tmpdir(), 'mahalo-dist-'));
t.teardown(() => rmSync(directory, { recursive: true }));
const place = (name: string): string => join(directory, name);
/** Links, so that process.execPath and the name that was called are different things. */
for (const name of ['mahalo', 'haproxy', 'keepalived']) symlinkSync(join(TOP, TARGET), place(name));

function run(name: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(place(name), words, {
    cwd: directory,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    // What a caller tells his own Node changes nothing.
    env: { PATH: '/usr/bin:/bin', NODE_OPTIONS: '--no-such-option' },
  });
  return { code: status, out: stdout, err: stderr };
}

async function answerOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/', agent: false }, async (incoming) => {
      let text = '';
      for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
      resolve(text);
    }).on('error', reject);
  });
}

function proxyConfiguration(port: number): string {
  const text = `defaults
 mode http
 timeout connect 1s
 timeout client 10s
 timeout server 10s
frontend f
 bind 127.0.0.1:${port}
 http-request return status 200 content-type text/plain string "served on ${port}"
`;
  writeFileSync(place('proxy.cfg'), text);
  return place('proxy.cfg');
}

t.test('it says what it is, and refuses what it does not know', async (t) => {
  t.match(run('mahalo', 'version'), { code: 0, out: /from one executable\n$/, err: '' });
  t.match(run('mahalo', 'nonsense'), { code: 1, err: /unknown role 'nonsense'/ });
  t.equal(run('mahalo', 'helper', 'nonsense').code, 127);
});

t.test('as haproxy: in the background, where it serves', async (t) => {
  t.match(run('haproxy', '-v'), { code: 0, out: /^HAProxy version / });
  const port = await freePort();
  t.strictSame(run('haproxy', '-D', '-p', place('pid'), '-f', proxyConfiguration(port)), { code: 0, out: '', err: '' });
  const processId = Number(readFileSync(place('pid'), 'utf8'));
  t.equal(await answerOf(port), `served on ${port}`);
  process.kill(processId, 'SIGTERM');
  await until('it has ended', () => !existsSync(`/proc/${processId}`));
});

t.test('as keepalived', async (t) => {
  t.match(run('keepalived', '-v'), { code: 0, err: /Keepalived v/ });
  t.match(run('mahalo', 'vrrp', '-h'), { code: 0, err: /^Usage: mahalo vrrp/ });
  writeFileSync(place('keepalived.conf'), 'global_defs {\n router_id a\n}\n');
  t.equal(run('keepalived', '-t', '-f', place('keepalived.conf')).code, 0);
});

t.test(
  'a script of another user is run by way of a helper',
  { skip: process.getuid?.() !== 0 && 'needs root' },
  (t) => {
    t.match(run('mahalo', 'helper', 'run-as-user', '65534', '65534', '/usr/bin/id', '-u'), { code: 0, out: '65534\n' });
    t.end();
  },
);

t.test('admin: its own certificate, pages, the proxy, questions about a text, the hardware, a terminal', async (t) => {
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['--terminal-user', 'nobody'] : [];
  const words = ['-f', proxyConfiguration(port), '--stop-proxy', ...user];
  const admin = new AdminProcess(words, undefined, [place('mahalo')]);
  t.teardown(() => admin.remove());
  await admin.start();
  const owner = await admin.claim();
  t.equal(await answerOf(port), `served on ${port}`, 'its proxy serves');

  const page = await owner.call('GET', '/', { headers: { accept: 'text/html' } });
  t.match(page, { status: 200, headers: { 'content-type': /^text\/html/ } });
  const script = /src="(\/assets\/main-[^"]+)"/.exec(page.text)?.[1] ?? '';
  t.match(await owner.call('GET', script), { status: 200, headers: { 'content-type': /javascript/ } });

  const text = 'defaults\n mode httpp\n';
  const check = await owner.call('POST', '/api/configuration/check', { body: { text, files: [] } });
  t.match(check.text, /httpp/, 'the language role answers');
  await until('the hardware is known', async () => {
    const { distribution } = (await owner.call('GET', '/api/system')).json.versions;
    return typeof distribution === 'string';
  });

  await owner.call('PUT', '/api/terminal', { body: { enabled: true } });
  const { ticket } = (await owner.call('POST', '/api/terminal/ticket', { body: { password: PASSWORD } })).json;
  const query = `ticket=${ticket}&columns=80&rows=24`;
  const socket = new WebSocket(`wss://127.0.0.1:${admin.port}/api/terminal/socket?${query}`, {
    headers: { cookie: owner.cookieHeader, origin: owner.origin },
    rejectUnauthorized: false,
  });
  t.teardown(() => socket.terminate());
  let said = '';
  socket.on('message', (data) => {
    said += String(data);
  });
  await until('the terminal is open', () => socket.readyState === WebSocket.OPEN);
  socket.send(Buffer.from('echo $((6*7))-by-$(id -un)\r'));
  await until('the shell has answered', () => /42-by-\w/.test(said));
});
