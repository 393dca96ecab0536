/**
 * `make run`: two small origin servers, a syslog server that prints, and the proxy on scripts/demo/demo.cfg, all on
 * 127.0.0.1 and without root. Ctrl-C stops everything and leaves nothing behind.
 *
 *     --port N         the first port to try (8080)
 *     --program PATH   another program with haproxy's flags in place of `scripts/mahalo proxy`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startOrigin } from './demo/origin.ts';

const triedPorts = 100;
const startDeadlineMs = 10_000;
const stopDeadlineMs = 5_000;

const configuration = fileURLToPath(new URL('./demo/demo.cfg', import.meta.url));
const mahalo = fileURLToPath(new URL('./mahalo', import.meta.url));

/** The first port from `first` on that nobody listens on. */
async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + triedPorts; port++) {
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
  throw new Error(`no free port from ${first} to ${first + triedPorts - 1}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function ended(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (ended(child)) {
    return;
  }
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await gone;
  clearTimeout(killer);
}

/** A syslog server that prints what comes, without the priority that only syslog servers need. */
async function startLog(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (message) => {
    process.stdout.write(
      `  ${message
        .toString('latin1')
        .replace(/^<\d+>/, '')
        .trimEnd()}\n`,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

function guide(port: number, socketPath: string): string {
  const url = `http://127.0.0.1:${port}`;
  return `Mahalo runs. Open ${url}/

Try in another terminal:
  curl ${url}/                    # servers one and two take turns
  curl -i ${url}/static/hello     # chosen by path; X-Served-By tells who answered
  curl -i ${url}/old              # a redirect by the proxy
  curl -i ${url}/private          # refused by the proxy
  curl -i ${url}/proxy-health     # the proxy's own health
  curl ${url}/slow & curl ${url}/slow & wait     # one at a time: the second queues

Ask and steer the running proxy (HAProxy's runtime API):
  echo 'show stat' | socat stdio ${socketPath}
  echo 'disable server app/one' | socat stdio ${socketPath}
  echo 'enable server app/one' | socat stdio ${socketPath}
without socat:
  node -e "require('net').connect('${socketPath}').end('show info\\n').pipe(process.stdout)"

The configuration is ${relative(process.cwd(), configuration)}. Ctrl-C stops everything. Log lines:
`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8080' }, program: { type: 'string' } },
  });
  // From the first moment on, so that an early Ctrl-C leaves nothing behind either.
  const stopAsked = new Promise<'stop'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve('stop'));
    }
  });
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
  const socketPath = join(directory, 'admin.sock');
  const one = await startOrigin('one');
  const two = await startOrigin('two');
  const log = await startLog();
  let proxy: ChildProcess | undefined;
  try {
    const port = await freePort(Number(values.port));
    const command = values.program === undefined ? [mahalo, 'proxy'] : [values.program];
    const [file, ...words] = [...command, '-f', configuration, '-db'];
    proxy = spawn(file as string, words, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        DEMO_PORT: `${port}`,
        DEMO_ONE_PORT: `${one.port}`,
        DEMO_TWO_PORT: `${two.port}`,
        DEMO_LOG_PORT: `${log.address().port}`,
        DEMO_DIRECTORY: directory,
      },
    });
    const proxyGone = new Promise<'gone'>((resolve) => {
      proxy?.once('exit', () => resolve('gone')).once('error', () => resolve('gone'));
    });
    const deadline = Date.now() + startDeadlineMs;
    const ready = (async (): Promise<'ready' | 'late'> => {
      while (!(await accepts(port))) {
        if (Date.now() > deadline) {
          return 'late';
        }
        await delay(20);
      }
      return 'ready';
    })();
    let outcome: 'ready' | 'late' | 'gone' | 'stop' = await Promise.race([ready, proxyGone, stopAsked]);
    if (outcome === 'ready') {
      process.stdout.write(guide(port, socketPath));
      outcome = await Promise.race([proxyGone, stopAsked]);
    }
    if (outcome === 'gone') {
      // A terminal's Ctrl-C reaches the proxy as well, and it may be the quicker one to end.
      outcome = await Promise.race([stopAsked, delay(100, 'gone' as const)]);
    }
    if (outcome === 'stop') {
      process.stdout.write('\nStopped.\n');
      return 0;
    }
    process.stderr.write(outcome === 'late' ? 'The proxy does not answer.\n' : 'The proxy ended by itself.\n');
    return 1;
  } finally {
    if (proxy !== undefined) {
      await stopChild(proxy);
    }
    log.close();
    one.stop();
    two.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

// A proxy that never came up would leave its watcher polling: end with the result, not when all is quiet.
main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`make run: ${error.message}\n`);
    process.exit(1);
  },
);
