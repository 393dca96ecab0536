/** Keywords of the global section about limits, processors and ports of the machine (manual 3.1, 3.2), seen from outside. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { runtimeCommand } from '../../bench/runtime-socket.ts';
import { freePort } from '../differential/free-port.ts';
import { ProxyProcess, ProxyStartError } from '../differential/proxy-process.ts';
import { onEachProgram, until } from './each-program.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const TIMEOUTS = 'defaults\n mode tcp\n timeout connect 20s\n timeout client 20s\n timeout server 20s\n';

function listening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function frontend(port: number): string {
  return `${TIMEOUTS}frontend f\n bind 127.0.0.1:${port}\n`;
}

/** The processors of the main thread. */
function processors(pid: number | undefined): string {
  const text = readFileSync(`/proc/${pid ?? 0}/task/${pid ?? 0}/status`, 'utf8');
  return /^Cpus_allowed_list:\s*(.*)$/m.exec(text)?.[1] ?? '';
}

onEachProgram('cpu-map names the processors', false, async (t, { name, path }) => {
  if (name === 'haproxy') {
    t.pass('HAProxy 2.6 with one thread binds itself to them in the background only');
    return;
  }
  for (const [line, expected] of [
    ['cpu-map 1 0', '0'],
    ['cpu-map 1/1 0', '0'],
    ['cpu-map 1/2 0', processors(process.pid)],
  ] as const) {
    const port = await freePort();
    const proxy = await ProxyProcess.start(path, `global\n nbthread 1\n maxconn 100\n ${line}\n${frontend(port)}`);
    await until('it serves', () => listening(port));
    t.equal(processors(proxy.pid), expected, line);
    await proxy.stop();
  }
});

onEachProgram('grace lets a stopping process go on accepting for a while', false, async (t, { path }) => {
  const port = await freePort();
  const proxy = await ProxyProcess.start(path, `global\n nbthread 1\n maxconn 100\n grace 2500ms\n${frontend(port)}`);
  t.teardown(() => proxy.stop());
  await until('it serves', () => listening(port));
  const begin = Date.now();
  proxy.kill('SIGUSR1');
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.ok(await listening(port), 'still there after the signal');
  await until('it ends', () => proxy.exited);
  t.ok(Date.now() - begin >= 2450, 'not before the time is over');
});

onEachProgram('grace of a proxy, as 1.9 has it, lets that proxy alone go on', false, async (t, { name, path }) => {
  if (name === 'haproxy') {
    t.pass('HAProxy 2.6 has it no more');
    return;
  }
  const [graceful, plain] = [await freePort(), await freePort()];
  const proxy = await ProxyProcess.start(
    path,
    `global\n nbthread 1\n maxconn 100\n${frontend(graceful)} grace 2500ms\nfrontend g\n bind 127.0.0.1:${plain}\n`,
  );
  t.teardown(() => proxy.stop());
  await until('it serves', async () => (await listening(graceful)) && (await listening(plain)));
  const begin = Date.now();
  proxy.kill('SIGUSR1');
  await until('the other one is gone', async () => !(await listening(plain)));
  t.ok(await listening(graceful), 'still there');
  await until('it ends', () => proxy.exited);
  t.ok(Date.now() - begin >= 2450, 'not before the time is over');
});

onEachProgram('no strict-limits makes a limit that cannot be raised a warning', false, async (t, { path }) => {
  const settings = (strict: string): string => `global\n nbthread 1\n maxconn 100\n ulimit-n 2000000000\n ${strict}\n`;
  const refused = await ProxyProcess.start(path, settings('strict-limits')).catch((error: ProxyStartError) => error);
  t.ok(refused instanceof ProxyStartError, 'strict-limits');
  const port = await freePort();
  const proxy = await ProxyProcess.start(path, settings('no strict-limits') + frontend(port));
  t.teardown(() => proxy.stop());
  await until('it serves', () => listening(port));
  t.pass('no strict-limits');
});

onEachProgram('fd-hard-limit is what maxconn is reckoned from', false, async (t, { name, path }) => {
  const socket = join(directory, `${name}.sock`);
  const port = await freePort();
  const proxy = await ProxyProcess.start(
    path,
    `global\n nbthread 1\n fd-hard-limit 500\n stats socket ${socket}\n${frontend(port)}`,
  );
  t.teardown(() => proxy.stop());
  await until('it serves', () => listening(port));
  const maxconn = Number(/^Maxconn: (\d+)$/m.exec(await runtimeCommand(socket, 'show info'))?.[1]);
  t.ok(maxconn > 100 && maxconn < 250, `maxconn ${maxconn}`);
});

onEachProgram('noreuseport keeps a second process from a port', false, async (t, { path }) => {
  for (const [line, shared] of [
    ['', true],
    ['noreuseport', false],
  ] as const) {
    const port = await freePort();
    const settings = `global\n nbthread 1\n maxconn 100\n ${line}\n${frontend(port)}`;
    const first = await ProxyProcess.start(path, settings);
    await until('it serves', () => listening(port));
    const second = await ProxyProcess.start(path, settings).catch((error: ProxyStartError) => error);
    if (second instanceof ProxyStartError) t.match(second.output, /Address already in use/);
    t.equal(second instanceof ProxyProcess, shared, line === '' ? 'without it, both have it' : line);
    if (second instanceof ProxyProcess) await second.stop();
    await first.stop();
  }
});
