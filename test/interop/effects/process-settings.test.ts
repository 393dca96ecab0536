/** Keywords of the global section that concern the process (manual 3.1), seen from outside: in /proc, at its sockets, at its end. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { runtimeCommand } from '../../bench/runtime-socket.ts';
import { freePort } from '../differential/free-port.ts';
import { ProxyProcess, ProxyStartError } from '../differential/proxy-process.ts';
import { onEachProgram, until } from './each-program.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'needs root';
const needsSs = spawnSync('ss', ['-V']).error === undefined ? false : 'ss is not installed';
const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const TIMEOUTS = 'defaults\n mode tcp\n timeout connect 20s\n timeout client 20s\n timeout server 20s\n';

function status(pid: number, field: string): string {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

/** The kernel's limit of waiting connections of a listener. */
function backlogOf(port: number): number {
  const { stdout } = spawnSync('ss', ['-ltnH', `sport = :${port}`], { encoding: 'utf8' });
  return Number(stdout.trim().split(/\s+/)[2]);
}

/** Whether somebody accepts on a unix socket. */
function reached(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** A connection to a runtime API socket and what came on it. */
class Session {
  readonly socket: Socket;
  said = '';
  closed = false;

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text) => {
      this.said += text.toString();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }
}

onEachProgram('chroot, user and group', needsRoot, async (t, { name, path }) => {
  const root = mkdtempSync(join(directory, `${name}-`));
  chmodSync(root, 0o755);
  const proxy = await ProxyProcess.start(
    path,
    `global\n nbthread 1\n maxconn 100\n chroot ${root}\n user nobody\n group nogroup\n`,
  );
  t.teardown(() => proxy.stop());
  const pid = proxy.pid ?? 0;
  t.equal(readlinkSync(`/proc/${pid}/root`), root);
  t.equal(status(pid, 'Uid'), '65534\t65534\t65534\t65534');
  t.equal(status(pid, 'Gid'), '65534\t65534\t65534\t65534');
});

onEachProgram('ulimit-n raises the limit of descriptors, or says that it may not', false, async (t, { name, path }) => {
  const wrapper = join(directory, `${name}-few`);
  writeFileSync(wrapper, `#!/bin/sh\nulimit -n 1000\nexec "${path}" "$@"\n`);
  chmodSync(wrapper, 0o755);
  const settings = 'global\n nbthread 1\n maxconn 100\n ulimit-n 1501\n';
  const started = await ProxyProcess.start(wrapper, settings).catch((error: ProxyStartError) => error);
  if (started instanceof ProxyStartError) {
    t.match(started.output, /Cannot raise FD limit to 1501, limit is 1000\./);
    return;
  }
  t.teardown(() => started.stop());
  t.match(readFileSync(`/proc/${started.pid ?? 0}/limits`, 'utf8'), /Max open files +1501 /);
});

onEachProgram('quiet says nothing of what it says without it', false, async (t, { path }) => {
  for (const quiet of [true, false]) {
    const socket = join(directory, 'quiet.sock');
    const file = join(directory, 'quiet.cfg');
    writeFileSync(file, `global\n nbthread 1\n ${quiet ? 'quiet' : ''}\n${TIMEOUTS}frontend f\n bind ${socket}\n`);
    // In the foreground as asked for by -db, nobody is quiet.
    const child = spawn(path, ['-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    t.teardown(() => child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (part: Buffer) => {
      said += part.toString();
    });
    const ended = once(child, 'close');
    await until('it serves', () => reached(socket));
    child.kill('SIGUSR1');
    await ended;
    t.equal(said !== '', !quiet, quiet ? 'quiet' : 'not quiet');
    rmSync(socket, { force: true });
  }
});

onEachProgram('hard-stop-after ends a graceful stop', false, async (t, { path }) => {
  const origin = createServer(() => {}).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const port = await freePort();
  const proxy = await ProxyProcess.start(
    path,
    `global\n nbthread 1\n hard-stop-after 500ms\n${TIMEOUTS}listen l\n bind 127.0.0.1:${port}\n` +
      ` server s 127.0.0.1:${(origin.address() as AddressInfo).port}\n`,
  );
  t.teardown(() => proxy.stop());
  t.teardown(() => origin.close());
  const arrived = once(origin, 'connection');
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  client.write('hello');
  const [server] = (await arrived) as [Socket];
  const begin = Date.now();
  proxy.kill('SIGUSR1');
  await until('it ends', () => proxy.exited);
  t.ok(Date.now() - begin >= 450, 'not at once');
  client.destroy();
  server.destroy();
});

onEachProgram('stats timeout ends a silent session', false, async (t, { name, path }) => {
  const socket = join(directory, `${name}-timeout.sock`);
  const proxy = await ProxyProcess.start(path, `global\n nbthread 1\n stats socket ${socket}\n stats timeout 400ms\n`);
  t.teardown(() => proxy.stop());
  // The real haproxy now and then forgets the time of a session that speaks as it arrives: another one then shows it.
  const forgottenMs = name === 'mahalo' ? 50_000 : 3000;
  let closedAfterMs = -1;
  for (let attempt = 0; attempt < 4 && closedAfterMs < 0; attempt++) {
    const begin = Date.now();
    const session = new Session(socket);
    session.socket.write('prompt\n');
    await until('it is closed or was forgotten', () => session.closed || Date.now() - begin > forgottenMs);
    if (session.closed) closedAfterMs = Date.now() - begin;
    session.socket.destroy();
    if (name === 'mahalo') break;
  }
  t.ok(closedAfterMs >= 350, 'closed, and not at once');
});

onEachProgram('stats maxconn makes sessions wait', false, async (t, { name, path }) => {
  const socket = join(directory, `${name}-maxconn.sock`);
  const proxy = await ProxyProcess.start(path, `global\n nbthread 1\n stats socket ${socket}\n stats maxconn 1\n`);
  t.teardown(() => proxy.stop());
  const first = new Session(socket);
  first.socket.write('prompt\n');
  await until('the first is answered', () => first.said.includes('> '));
  const second = new Session(socket);
  second.socket.write('show info\n');
  first.socket.write('show info\n');
  await until('the first is answered again', () => first.said.includes('Uptime'));
  t.equal(second.said, '', 'the second waits');
  first.socket.end('quit\n');
  await until('the second is answered', () => second.said.includes('Uptime'));
});

onEachProgram('a stats socket has the options of its line', needsSs, async (t, { name, path }) => {
  const [port, plainPort] = [await freePort(), await freePort()];
  const socket = join(directory, `${name}-line.sock`);
  const proxy = await ProxyProcess.start(
    path,
    `global\n nbthread 1\n stats socket ${socket} mode 640 level operator maxconn 1\n` +
      ` stats socket ipv4@127.0.0.1:${port} backlog 7\n${TIMEOUTS}listen l\n backlog 9\n bind 127.0.0.1:${plainPort}\n`,
  );
  t.teardown(() => proxy.stop());
  t.equal(statSync(socket).mode & 0o777, 0o640);
  t.equal(backlogOf(port), 7);
  t.equal(backlogOf(plainPort), 9, 'as a frontend has');
  t.match(await runtimeCommand(socket, 'show cli level'), /operator/);
  const first = new Session(socket);
  first.socket.write('prompt\n');
  await until('the first is answered', () => first.said.includes('> '));
  const second = new Session(socket);
  second.socket.write('show info\n');
  first.socket.write('show info\n');
  await until('the first is answered again', () => first.said.includes('Uptime'));
  t.equal(second.said, '', 'maxconn of the line makes the second wait');
  first.socket.destroy();
  await until('the second is answered', () => second.said.includes('Uptime'));
});
