/**
 * `make run`: two small origin servers, a syslog server that prints, and a unit (`mahalo admin` with its pages, and the proxy
 * it starts on scripts/demo/demo.cfg), all on 127.0.0.1 and without root. Ctrl-C stops everything and leaves nothing behind.
 *
 *     --port N         the first port to try (8080)
 *     --pages-port N   the first port to try for the pages (8443)
 *     --state DIR      keep what the unit knows (owner, configurations) there, for the next run
 *     --program PATH   another program with haproxy's flags in place of the unit; there are no pages then
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, resolve as resolvePath } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startOrigin } from './demo/origin.ts';
import { startUnit, type UnitConsole } from './demo/unit.ts';

const triedPorts = 100;
const startDeadlineMs = 60_000;
const stopDeadlineMs = 5_000;

const configuration = fileURLToPath(new URL('./demo/demo.cfg', import.meta.url));

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

/** How to get into the pages. */
function pagesGuide({ address, claimCode, fingerprint }: UnitConsole, servers: readonly string[]): string {
  const entrance =
    claimCode === ''
      ? '  It has an owner already: log in.'
      : `  claim code:   ${claimCode}
  Claim it, then choose "Add a service"; servers to try it with: ${servers.join(' and ')}.`;
  return `
The web interface: ${address}
  certificate:  ${fingerprint}
  The browser warns, for the unit made the certificate itself: compare the SHA-256 fingerprint, then go on.
${entrance}
`;
}

function guide(port: number, socketPath: string, pages: string): string {
  const url = `http://127.0.0.1:${port}`;
  return `Mahalo runs. Open ${url}/
${pages}
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

type Outcome = 'ready' | 'late' | 'gone' | 'stop';

/** Until somebody listens on `port`. */
async function untilAccepts(port: number): Promise<'ready' | 'late'> {
  const deadline = Date.now() + startDeadlineMs;
  while (!(await accepts(port))) {
    if (Date.now() > deadline) return 'late';
    await delay(20);
  }
  return 'ready';
}

/** The proxy of a unit ends by itself once the unit has ended. */
async function untilRefuses(port: number): Promise<void> {
  const deadline = Date.now() + stopDeadlineMs;
  while ((await accepts(port)) && Date.now() < deadline) await delay(20);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      'pages-port': { type: 'string', default: '8443' },
      state: { type: 'string' },
      program: { type: 'string' },
    },
  });
  // From the first moment on, so that an early Ctrl-C leaves nothing behind either.
  const stopAsked = new Promise<'stop'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve('stop'));
    }
  });
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
  const socketPath = join(directory, 'admin.sock');
  const origins = [await startOrigin('one'), await startOrigin('two')];
  const servers = origins.map((origin) => `127.0.0.1:${origin.port}`);
  const log = await startLog();
  const port = await freePort(Number(values.port));
  const environment = {
    DEMO_PORT: `${port}`,
    DEMO_ONE_PORT: `${origins[0]?.port}`,
    DEMO_TWO_PORT: `${origins[1]?.port}`,
    DEMO_LOG_PORT: `${log.address().port}`,
    DEMO_DIRECTORY: directory,
  };
  let child: ChildProcess | undefined;
  try {
    let pages = Promise.resolve('');
    if (values.program === undefined) {
      const unit = startUnit({
        stateDirectory: values.state === undefined ? join(directory, 'state') : resolvePath(values.state),
        port: await freePort(Number(values['pages-port'])),
        configuration,
        environment,
      });
      child = unit.child;
      pages = unit.ready.then((told) => pagesGuide(told, servers));
    } else {
      child = spawn(values.program, ['-f', configuration, '-db'], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, ...environment },
      });
    }
    const running = child;
    const gone = new Promise<'gone'>((resolve) => {
      running.once('exit', () => resolve('gone')).once('error', () => resolve('gone'));
    });
    const ready = pages.then(() => untilAccepts(port));
    let outcome: Outcome = await Promise.race([ready, gone, stopAsked]);
    if (outcome === 'ready') {
      process.stdout.write(guide(port, socketPath, await pages));
      outcome = await Promise.race([gone, stopAsked]);
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
    if (child !== undefined) {
      await stopChild(child);
      await untilRefuses(port);
    }
    log.close();
    for (const origin of origins) origin.stop();
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
