/** HAProxy's own log analyser reads our lines as it reads HAProxy's: same requests, same reports. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { request } from 'node:http';
import t from 'tap';
import { freePort } from './differential/free-port.ts';
import { ProxyProcess } from './differential/proxy-process.ts';
import { SyslogSocket } from './differential/syslog-socket.ts';
import { forEachProgram, webOrigin } from './seeds/seed-proxy.ts';

const HALOG = '/usr/bin/halog';
const PATHS = ['/', '/one', '/one', '/two?x=1', '/denied', '/nowhere'];

/** Reports whose text holds no time: what they say must be equal for both programs. */
const REPORTS: readonly (readonly string[])[] = [
  ['-st'],
  ['-tc'],
  ['-cc'],
  ['-srv'],
  ['-H', '-q', '-st'],
  ['-hs', '400:599', '-st'],
];

const reports = new Map<string, string>();

function installed(): boolean {
  try {
    accessSync(HALOG, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function get(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

/** What halog says of the lines, times left out: columns of `-srv` after the counts are averages of times. */
function report(lines: readonly string[], words: readonly string[]): string {
  const run = spawnSync(HALOG, ['-q', ...words], { input: `${lines.join('\n')}\n`, encoding: 'utf8' });
  if (words[0] !== '-srv') return run.stdout;
  return run.stdout
    .split('\n')
    .map((line) => line.split(/\s+/).slice(0, 10).join(' '))
    .join('\n');
}

if (!installed()) t.test('halog', { skip: 'halog (of package haproxy) is not here' }, async () => {});
else {
  forEachProgram(t, 'halog finds every request', async (test, program) => {
    const origin = await webOrigin(test, 'w1');
    const log = await SyslogSocket.open();
    test.teardown(() => log.close());
    const port = await freePort();
    const dead = await freePort();
    const proxy = await ProxyProcess.start(
      program,
      `global
  log 127.0.0.1:${log.port} local0
defaults
  mode http
  log global
  option httplog
  retries 0
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend web
  bind 127.0.0.1:${port}
  http-request deny if { path /denied }
  use_backend dead if { path /nowhere }
  default_backend live
backend live
  server w1 ${origin.address}
backend dead
  server gone 127.0.0.1:${dead}
`,
    );
    test.teardown(() => proxy.stop());
    const statuses: number[] = [];
    for (const path of PATHS) statuses.push(await get(port, path));
    test.strictSame(statuses, [200, 200, 200, 200, 403, 503]);
    const deadline = Date.now() + 60_000;
    while (log.lines.length < PATHS.length && Date.now() < deadline) await new Promise((done) => setTimeout(done, 10));
    test.equal(log.lines.length, PATHS.length);
    // A file written by syslogd has a host name where the wire has none.
    const lines = log.lines.map((line) => line.replace(/^<\d+>(\w+ +\d+ [\d:]+) /, '$1 localhost '));
    for (const words of REPORTS) {
      const key = words.join(' ');
      const text = report(lines, words);
      test.match(text, /\d/, `halog ${key} has something to say`);
      const other = reports.get(key);
      if (other === undefined) reports.set(key, text);
      else test.equal(text, other, `halog ${key} says the same of both programs`);
    }
  });
}
