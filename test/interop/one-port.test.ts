/**
 * Several protocols on one port, told apart by their first bytes, with real programs on both ends: `openssl s_server` for two
 * names, whose certificates must arrive untouched, `ssh`, `curl`.
 */
import { type ExecFileException, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { freePort } from './differential/free-port.ts';
import { ProxyProcess } from './differential/proxy-process.ts';
import { forEachProgram, listenAddress, webOrigin } from './seeds/seed-proxy.ts';

t.setTimeout(600_000);

function missing(program: string, ...words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'ignore' }).error !== undefined;
}

const absent = [
  ['openssl', 'version'],
  ['ssh', '-V'],
  ['curl', '-V'],
].filter(([program = '', word = '']) => missing(program, word));

const directory = mkdtempSync(join(tmpdir(), 'one-port-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

function run(program: string, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...words],
      { timeout: 60_000 },
      (_error: ExecFileException | null, out: string, errors: string) => resolve(out + errors),
    );
    child.stdin?.end(input);
  });
}

/** A TLS server with a certificate of its own for `name`. */
async function tlsServer(test: Test, name: string): Promise<string> {
  const key = join(directory, `${name}.key`);
  const certificate = join(directory, `${name}.pem`);
  const making = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${name} -keyout ${key} -out ${certificate}`;
  execFileSync('openssl', making.split(' '), { stdio: 'ignore' });
  const port = await freePort();
  const words = `s_server -quiet -www -accept 127.0.0.1:${port} -key ${key} -cert ${certificate}`;
  const server = spawn('openssl', words.split(' '), { stdio: 'ignore' });
  test.teardown(() => server.kill());
  for (let tries = 0; tries < 200; tries++) {
    if (spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${port}`], { input: '' }).status === 0) break;
  }
  return `127.0.0.1:${port}`;
}

/** An SSH server as far as its banner. */
async function sshServer(test: Test): Promise<{ address: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      heard.push(bytes.toString('latin1'));
      socket.end('SSH-2.0-behind_the_proxy\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.teardown(() => server.close());
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

if (absent.length > 0) t.pass('one port', { skip: `${absent.map(([program]) => program).join(', ')} not installed` });
else {
  forEachProgram(t, 'TLS by name, SSH and HTTP share a port', async (test, program) => {
    const { port, address } = await listenAddress();
    const [a, b, ssh, web] = await Promise.all([
      tlsServer(test, 'a.example'),
      tlsServer(test, 'b.example'),
      sshServer(test),
      webOrigin(test, 'the web'),
    ]);
    const proxy = await ProxyProcess.start(
      program,
      `global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend one
  bind ${address}
  tcp-request inspect-delay 5s
  tcp-request content accept if { req.ssl_hello_type 1 }
  tcp-request content accept if { req.payload(0,7) -m bin 5353482d322e30 }
  tcp-request content accept if HTTP
  tcp-request content reject if WAIT_END
  use_backend tls_a if { req.ssl_sni -i a.example }
  use_backend tls_b if { req.ssl_sni -m end .b.example b.example }
  use_backend ssh if { req.payload(0,7) -m bin 5353482d322e30 }
  default_backend web
backend tls_a
  server s ${a}
backend tls_b
  server s ${b}
backend ssh
  server s ${ssh.address}
backend web
  mode http
  http-response set-header X-Through the-proxy
  server s ${web.address}
`,
    );
    test.teardown(() => proxy.stop());
    const at = `127.0.0.1:${port}`;
    for (const name of ['a.example', 'b.example']) {
      const seen = await run('openssl', ['s_client', '-connect', at, '-servername', name], 'GET / HTTP/1.0\r\n\r\n');
      test.match(seen, new RegExp(`subject=CN ?= ?${name.replace('.', '\\.')}`), `the certificate of ${name}`);
    }
    test.match(
      await run('curl', ['-s', '-k', '--resolve', `b.example:${port}:127.0.0.1`, `https://b.example:${port}/`]),
      /s_server/,
      'curl speaks TLS with the second server',
    );
    test.match(
      await run('curl', ['-s', '-i', `http://${at}/`]),
      /x-through: the-proxy[\s\S]*the web/i,
      'curl speaks HTTP',
    );
    const words = ['-v', '-p', String(port), '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no'];
    test.match(
      await run('ssh', [...words, '-o', `UserKnownHostsFile=${join(directory, 'hosts')}`, 'nobody@127.0.0.1', 'true']),
      /behind_the_proxy/,
      'ssh meets the banner of its server',
    );
    test.match(ssh.heard[0], /^SSH-2\.0-/, 'which heard its own first');
  });
}
