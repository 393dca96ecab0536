/** The command as a whole: `scripts/haproxy` started, told to stop, replaced, refused. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../interop/differential/free-port.ts';

const program = join(import.meta.dirname, '../../scripts/haproxy');
const directory = mkdtempSync(join(tmpdir(), 'mahalo-proxy-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const DEFAULTS = 'defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n';

function configuration(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function run(...args: string[]) {
  const result = spawnSync(program, args, { encoding: 'utf8', cwd: directory, timeout: 120_000 });
  return { code: result.status, out: result.stdout, err: result.stderr.replace(/\(\d+\)/g, '(1)') };
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`did not happen in time: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function alive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    // A zombie waits for a parent that does not care; it is gone all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function serve(port: number, ...args: string[]): Promise<ChildProcess> {
  const file = configuration(`serve-${port}.cfg`, `${DEFAULTS}frontend f\n bind 127.0.0.1:${port}\n`);
  const child = spawn(program, ['-db', '-f', file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.on('error', () => {});
  t.teardown(() => child.kill('SIGKILL'));
  await until('it listens', () => answers(port));
  return child;
}

t.test('-v and -vv: a version that tools can read', async (t) => {
  const { code, out } = run('-v');
  t.equal(code, 0);
  t.match(out, /^HAProxy version 2\.6\.\d+-mahalo\S* \d{4}\/\d\d\/\d\d - /);
  t.match(run('-vv').out, /\nFeature list : .*\+EPOLL.*\n[\s\S]*will use epoll\./);
});

t.test('usage: printed on standard error, exit code 1', async (t) => {
  const { code, out, err } = run();
  t.equal(code, 1);
  t.equal(out, '');
  t.match(err, /\nUsage : mahalo \[-f <cfgfile\|cfgdir>\]\* /);
});

t.test('-c: 0 when valid, 1 when refused, 2 when nothing would listen', async (t) => {
  const valid = configuration('valid.cfg', `${DEFAULTS}frontend f\n bind 127.0.0.1:1\n`);
  t.match(run('-c', '-f', valid), { code: 0, out: 'Configuration file is valid\n' });
  t.match(run('-c', '-q', '-f', valid), { code: 0, out: '' });
  const silent = configuration('silent.cfg', `${DEFAULTS}backend b\n server s 127.0.0.1:1\n`);
  t.match(run('-c', '-f', silent), { code: 2, out: /will not start \(no listener\) => exit\(2\)/ });
  const wrong = configuration('wrong.cfg', `${DEFAULTS}frontend f\n binnd :1\n`);
  const refused = run('-c', '-f', wrong);
  t.equal(refused.code, 1);
  t.match(refused.err, /^\[NOTICE\] {3}\(1\) : haproxy version is 2\.6/);
  t.match(refused.err, /\[ALERT\] {4}\(1\) : config : parsing \[.*wrong\.cfg:7\] : unknown keyword 'binnd'/);
  const warned = configuration('warned.cfg', 'frontend f\n mode http\n bind 127.0.0.1:1\n');
  t.match(run('-c', '-f', warned), { code: 0, out: 'Warnings were found.\nConfiguration file is valid\n' });
  t.match(run('-c', '-dW', '-f', warned), { code: 1, err: /'zero-warning' is set\. Aborting\./ });
});

t.test('-cc: 0 when it holds, 1 when not, 2 when it cannot be read', async (t) => {
  t.equal(run('-cc', 'version_atleast(2.4) && feature(EPOLL)').code, 0);
  t.equal(run('-cc', 'streq("$NOWHERE","x")').code, 1);
  t.match(run('-cc', 'foo'), { code: 2, err: /Failed to evaluate condition: unparsable conditional expression 'foo'/ });
});

t.test('start: refused with the address that cannot be bound, quietly with -q', async (t) => {
  const file = configuration('taken.cfg', `${DEFAULTS}frontend f\n bind 192.0.2.1:8080\n`);
  const { code, err } = run('-f', file);
  t.equal(code, 1);
  t.match(
    err,
    /\[ALERT\] {4}\(1\) : Binding \[.*taken\.cfg:7\] for frontend f: cannot bind socket \(Cannot assign requested address\) for \[192\.0\.2\.1:8080\]/,
  );
  t.match(err, /\[ALERT\] {4}\(1\) : \[mahalo\.main\(\)\] Some protocols failed to start their listeners! Exiting\./);
  t.match(run('-q', '-f', file), { code: 1, out: '', err: '' });
  t.match(run('-D', '-f', file), { code: 1, err: /cannot bind socket/ }, 'a daemon tells as well');
});

t.test('start: refused when more descriptors are needed than there can be', async (t) => {
  const file = configuration('greedy.cfg', `${DEFAULTS}frontend f\n bind 127.0.0.1:1\n`);
  const { code, err } = run('-n', '1000000000', '-f', file);
  t.equal(code, 1);
  t.match(err, /\[mahalo\.main\(\)\] Cannot raise FD limit to \d+, limit is \d+\./);
});

t.test('SIGUSR1: ends with 0 and says what each proxy has seen', async (t) => {
  const port = await freePort();
  const child = await serve(port);
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  // One that was accepted: those that wait count later.
  const { status } = await fetch(`http://127.0.0.1:${port}/`);
  t.equal(status, 503);
  child.kill('SIGHUP');
  child.kill('SIGUSR1');
  const [code] = await once(child, 'exit');
  t.equal(code, 0);
  t.match(said, /\[WARNING\] {2}\(\d+\) : Proxy f stopped \(cumulated conns: FE: [1-9]\d*, BE: 0\)\./);
});

t.test('SIGUSR1: connections that wait to be accepted are served, not reset', async (t) => {
  const port = await freePort();
  const child = await serve(port);
  // While it stands still the kernel connects more clients than are accepted in one go.
  child.kill('SIGSTOP');
  const clients = Array.from({ length: 150 }, () => connect(port, '127.0.0.1'));
  const ends = clients.map(async (client) => {
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    let text = '';
    client.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    const end = await Promise.race([once(client, 'close').then(() => text.slice(0, 12)), once(client, 'error')]);
    client.destroy();
    return String(end);
  });
  await Promise.all(clients.map((client) => once(client, 'connect')));
  child.kill('SIGUSR1');
  child.kill('SIGCONT');
  // No backend is configured: that is said to each of them.
  t.same([...new Set(await Promise.all(ends))], ['HTTP/1.1 503']);
  if (child.exitCode === null) await once(child, 'exit');
});

t.test('SIGTERM and SIGINT: dies of the signal, as haproxy does', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const child = await serve(await freePort());
    child.kill(signal);
    const [code, by] = await once(child, 'exit');
    t.same([code, by], [null, signal]);
  }
});

t.test('-D: the command ends once the service listens, and the pid file names it', async (t) => {
  const port = await freePort();
  const file = configuration('daemon.cfg', `${DEFAULTS}frontend f\n bind 127.0.0.1:${port}\n`);
  const pidfile = join(directory, 'daemon.pid');
  t.match(run('-D', '-p', pidfile, '-f', file), { code: 0, out: '', err: '' });
  t.ok(await answers(port), 'it listens when the command has ended');
  const first = Number(readFileSync(pidfile, 'utf8'));
  t.ok(alive(first));

  t.equal(run('-D', '-p', pidfile, '-f', file, '-sf', String(first)).code, 0);
  const second = Number(readFileSync(pidfile, 'utf8'));
  t.not(second, first);
  await until('the old process ends', () => !alive(first));
  t.ok(await answers(port), 'the new process serves');
  process.kill(second, 'SIGTERM');
  await until('the new process ends', () => !alive(second));
  t.ok(existsSync(pidfile), 'the pid file stays, as it does with haproxy');
});
