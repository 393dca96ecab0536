/** `make run` as a newcomer meets it: start it, type what it prints, press Ctrl-C. BENCH_PROGRAM tries another proxy. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { Browser, PASSWORD, send } from '../admin/admin-process.ts';
import { findProgram } from '../find-program.ts';

t.setTimeout(300_000);
const deadlineMs = 60_000;
const script = fileURLToPath(new URL('../../scripts/run-demo.ts', import.meta.url));

/** The running demo and all it has printed so far. */
class Demo {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';

  constructor() {
    const other = process.env['BENCH_PROGRAM'];
    const parameters = other === undefined ? [] : ['--program', other];
    this.child = spawn(process.execPath, [script, '--port', '18080', '--pages-port', '18443', ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.exited = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) {
        return match;
      }
      if (Date.now() > deadline || this.child.exitCode !== null) {
        throw new Error(`the demo does not print ${pattern}; it printed:\n${this.output}`);
      }
      await delay(20);
    }
  }

  /** The printed command that holds `part`. */
  command(part: string): string {
    const line = this.output.split('\n').find((candidate) => candidate.startsWith('  ') && candidate.includes(part));
    if (line === undefined) {
      throw new Error(`no printed command holds '${part}':\n${this.output}`);
    }
    return line.trim();
  }
}

/** Skips a test where `program` is not installed. */
function missing(program: string): { skip: string | false } {
  return { skip: findProgram(program) === null && `${program} is not installed` };
}

/** What a shell prints for `command`. */
async function shell(command: string): Promise<{ code: number | null; text: string }> {
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // The one-liner says `node`, which the user's PATH has; here it is the one that runs this test.
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

/** Another program has no pages. */
const unit = { skip: process.env['BENCH_PROGRAM'] !== undefined && 'only Mahalo has pages' };

t.test('the demo does what it prints and leaves nothing behind', async (t) => {
  const demo = new Demo();
  t.teardown(() => demo.child.kill('SIGKILL'));
  const port = Number((await demo.until(/Open http:\/\/127\.0\.0\.1:(\d+)\//))[1]);
  const socketPath = (await demo.until(/(\S+\/admin\.sock)/))[1] as string;
  await demo.until(/Log lines:/);

  t.test('the curl lines answer as their remarks say', missing('curl'), async (t) => {
    const home = demo.command(`:${port}/ `);
    const first = await shell(home);
    const second = await shell(home);
    const names = [first, second].map(({ text }) => /Aloha from server (one|two)/.exec(text)?.[1]);
    t.strictSame(names.sort(), ['one', 'two'], 'the servers take turns');
    t.match(first.text, /^x-forwarded-for: 127\.0\.0\.1$/im, 'the origin is told the client');
    const chosen = await shell(demo.command('/static/hello'));
    t.match(chosen.text, /^x-served-by: static\/two\r$/im, 'the path chooses the backend');
    t.notMatch(chosen.text, /^x-powered-by:/im, 'a header of the origin is taken away');
    const moved = await shell(demo.command('/old'));
    t.match(moved.text, /^HTTP\/1\.1 301 /, 'the redirect');
    t.match(moved.text, /^location: \/\r$/im);
    t.match((await shell(demo.command('/private'))).text, /^HTTP\/1\.1 403 /, 'the refusal');
    t.match((await shell(demo.command('/proxy-health'))).text, /^HTTP\/1\.[01] 200 /, "the proxy's own health");
    const slow = await shell(demo.command('/slow'));
    t.equal(slow.text.match(/Aloha from server one/g)?.length, 2, 'both slow requests are answered by the one server');
  });

  t.test('the log shows each request, and the wait in the queue', async (t) => {
    await demo.until(/ www app\/(one|two) 0\/0\/.* 200 .*"GET \/ HTTP\/1\.1"/);
    await demo.until(/ www www\/<NOSRV> .* 301 .*"GET \/old HTTP\/1\.1"/);
    const waited = await demo.until(/ www slow\/one \d+\/([1-9]\d{2,})\/.*"GET \/slow HTTP\/1\.1"/);
    t.ok(Number(waited[1]) >= 500, 'the second slow request waited for the first');
  });

  t.test('the runtime API line without socat works', async (t) => {
    t.match((await shell(demo.command('node -e'))).text, /^Name: \S+/m);
  });

  t.test('the runtime API lines work', missing('socat'), async (t) => {
    t.match((await shell(demo.command('show stat'))).text, /^# pxname,svname,.*\nwww,FRONTEND,/, 'show stat');
    await shell(demo.command('disable server'));
    const home = demo.command(`:${port}/ `);
    const answers = [await shell(home), await shell(home), await shell(home)];
    t.ok(
      answers.every(({ text }) => text.includes('Aloha from server two')),
      'a disabled server gets nothing',
    );
    await shell(demo.command('enable server'));
    t.match((await shell(demo.command('show stat'))).text, /^app,one,.*,UP[ ,]/m, 'an enabled server is back');
  });

  t.test('the pages answer, and their certificate and claim code are the printed ones', unit, async (t) => {
    const pagesPort = Number((await demo.until(/The web interface: https:\/\/127\.0\.0\.1:(\d+)\//))[1]);
    const [, fingerprint] = await demo.until(/certificate: {2}([0-9A-F:]{95})\n/);
    const socket = tlsConnect({ port: pagesPort, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    t.equal(socket.getPeerCertificate().fingerprint256, fingerprint, 'the fingerprint to compare');
    socket.destroy();
    const page = await send(pagesPort, 'GET', '/', { headers: { accept: 'text/html' } });
    t.match(page.text, /<title>Mahalo<\/title>/, 'the page');
    const browser = new Browser(pagesPort);
    const [, code] = await demo.until(/claim code: {3}(\S+)/);
    const claim = { code, unit: 'demo', user: 'olga', password: PASSWORD };
    t.equal((await browser.call('POST', '/api/claim', { body: claim })).status, 200, 'the code is good');
    const { json } = await browser.call('GET', '/api/proxy');
    t.match(json, { running: true, revision: 1 }, 'the proxy is that of the demo');
    const [, server] = await demo.until(/servers to try it with: (\S+) and/);
    const body = { answers: { servers: [server], address: '127.0.0.1', port: 18990 }, text: '' };
    const written = await browser.call('POST', '/api/templates/web-farm/text', { body });
    t.match(written.json.configuration?.text, `${server} check`, 'the wizard takes the printed server');
  });

  t.test('Ctrl-C ends everything', async (t) => {
    demo.child.kill('SIGINT');
    t.equal(await demo.exited, 0, 'exit status');
    t.notOk(existsSync(dirname(socketPath)), 'its directory is gone');
    t.ok(await refused(port), 'nobody listens any more');
  });
});

t.test('a demo whose proxy cannot start says so and ends', async (t) => {
  const child = spawn(process.execPath, [script, '--port', '18180', '--program', '/bin/false'], { stdio: 'pipe' });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  t.equal(code, 1);
  t.match(text, /The proxy ended by itself/);
});
