/** `namespace` on bind and server lines (manual 5.1, 5.2), checks included, in a namespace made for the test. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { runtimeCommand } from '../../bench/runtime-socket.ts';
import { freePort } from '../differential/free-port.ts';
import { ProxyProcess } from '../differential/proxy-process.ts';
import { onEachProgram, until } from './each-program.ts';

const NAME = `mahalo-${process.pid}`;

function run(...words: string[]): { status: number | null; stdout: string } {
  const [command = '', ...rest] = words;
  return spawnSync(command, rest, { encoding: 'utf8', timeout: 120_000 });
}

function inside(...words: string[]): { status: number | null; stdout: string } {
  return run('ip', 'netns', 'exec', NAME, ...words);
}

const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
t.teardown(() => rmSync(directory, { recursive: true }));
const made =
  process.getuid?.() === 0 &&
  run('ip', 'netns', 'add', NAME).status === 0 &&
  inside('ip', 'link', 'set', 'lo', 'up').status === 0;
if (made) t.teardown(() => void run('ip', 'netns', 'del', NAME));
const skip = made ? false : 'no network namespace can be made here (needs root and iproute2)';

/** Serves the text on a port of the namespace's own 127.0.0.1. */
const ORIGIN = `require('http').createServer((q, r) => r.end('from inside')).listen(+process.argv[1], '127.0.0.1', () => console.log('up'))`;
const FETCH = `fetch(process.argv[1]).then((r) => r.text()).then(console.log, (e) => console.log(String(e)))`;

onEachProgram('a server and a listener live in another network namespace', skip, async (t, { name, path }) => {
  const [originPort, outerPort, innerPort] = [await freePort(), await freePort(), await freePort()];
  const origin = spawn('ip', ['netns', 'exec', NAME, process.execPath, '-e', ORIGIN, String(originPort)]);
  t.teardown(() => origin.kill());
  await once(origin.stdout, 'data');
  const socket = join(directory, `${name}.sock`);
  const proxy = await ProxyProcess.start(
    path,
    `global
  nbthread 1
  stats socket ${socket} level admin
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen outer
  bind 127.0.0.1:${outerPort}
  default-server check inter 100ms fall 1
  server s 127.0.0.1:${originPort} namespace ${NAME}
listen inner
  bind 127.0.0.1:${innerPort} namespace ${NAME}
  server s 127.0.0.1:${originPort} namespace ${NAME}
listen plain
  bind 127.0.0.1:${innerPort}
  server s 127.0.0.1:${originPort}
`,
  );
  t.teardown(() => proxy.stop());
  const url = (port: number): string => `http://127.0.0.1:${port}/`;
  await until('the server is checked', async () => {
    const state = await runtimeCommand(socket, 'show stat outer 4 -1');
    return /^outer,s,.*L4/m.test(state);
  });
  t.match(await runtimeCommand(socket, 'show stat outer 4 -1'), /^outer,s,.*,UP,.*L4OK/m);
  t.equal(await (await fetch(url(outerPort))).text(), 'from inside', 'the server, which its checks keep up');
  t.equal(inside(process.execPath, '-e', FETCH, url(innerPort)).stdout.trim(), 'from inside', 'the listener');
  t.equal((await fetch(url(innerPort))).status, 503, 'outside, there is nobody on that port');
});
