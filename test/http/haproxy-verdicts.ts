/**
 * Asks the real haproxy what it makes of raw bytes: a client writes a request, an origin answers with a response, and
 * what comes out on either side is noted. Used to make `h1-verdicts.json` (`node test/http/haproxy-verdicts.ts`) and to
 * check that it still holds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../interop/differential/free-port.ts';

export interface Verdict {
  /** Status the client got; 0 = none, or a start line that is not HTTP/1.x. */
  readonly status: number;
  /** Where HAProxy's error capture says it is wrong, -1 if it captured nothing. */
  readonly at: number;
  /** What the other side received, the head only. */
  readonly forwarded: string;
}

export interface Case {
  readonly name: string;
  readonly kind: 'request' | 'response';
  readonly bytes: string;
}

export interface MeasuredCase extends Case {
  readonly strict: Verdict;
  /** With `option accept-invalid-http-request` and `-response`. */
  readonly relaxed: Verdict;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const SILENCE_MS = 40;
/** For the first word of an answer: enough, and if not, more. */
export const PATIENCE_MS = [400, 4000, 20_000] as const;

export function readCases(): readonly MeasuredCase[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'h1-verdicts.json'), 'utf8')) as MeasuredCase[];
}

/** A running haproxy with one origin behind it. */
export class HaproxyJudge {
  readonly #directory = mkdtempSync(join(tmpdir(), 'h1-verdicts-'));
  readonly #relaxed: boolean;
  readonly #origin: net.Server;
  #port = 0;
  #process: ChildProcess | null = null;
  #reply = OK;
  #received = '';
  #lastEvent = '';

  constructor(relaxed: boolean) {
    this.#relaxed = relaxed;
    this.#origin = net.createServer((socket) => this.#serve(socket));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#origin.listen(0, '127.0.0.1', resolve));
    this.#port = await freePort();
    const origin = (this.#origin.address() as net.AddressInfo).port;
    const file = join(this.#directory, 'haproxy.cfg');
    writeFileSync(file, configuration(this.#directory, this.#port, origin, this.#relaxed));
    this.#process = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
    const deadline = Date.now() + 60_000;
    while (!(await canConnect(this.#port))) {
      if (Date.now() > deadline) throw new Error('haproxy did not start');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async judge(test: Case, patienceMs: number = PATIENCE_MS[0]): Promise<Verdict> {
    this.#received = '';
    this.#reply = test.kind === 'response' ? test.bytes : OK;
    const answer = await exchange(this.#port, test.kind === 'request' ? test.bytes : REQUEST, patienceMs);
    const status = Number(/^HTTP\/1\.\d (\d+)/.exec(answer)?.[1] ?? 0);
    const passed = test.kind === 'request' ? this.#received : answer;
    return { status, at: await this.#captured(test.kind), forwarded: passed.split('\r\n\r\n', 1)[0] ?? '' };
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child !== null && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    this.#origin.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #serve(socket: net.Socket): void {
    let text = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      text += data.toString('latin1');
      this.#received += data.toString('latin1');
      if (text.includes('\r\n\r\n')) socket.end(Buffer.from(this.#reply, 'latin1'));
    });
  }

  /** The position in a capture that was not there before. */
  async #captured(kind: Case['kind']): Promise<number> {
    const errors = await command(join(this.#directory, 'stats.sock'), 'show errors');
    const part = errors.split(`invalid ${kind}`)[1] ?? '';
    const event = /event #(\d+)/.exec(part)?.[1];
    if (event === undefined || this.#lastEvent === kind + event) return -1;
    this.#lastEvent = kind + event;
    return Number(/error at position (\d+)/.exec(part)?.[1] ?? -1);
  }
}

function configuration(directory: string, port: number, origin: number, relaxed: boolean): string {
  const option = (side: string) => (relaxed ? `  option accept-invalid-http-${side}\n` : '');
  return `global
  maxconn 200
  stats socket ${directory}/stats.sock level admin
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 2s
frontend f
  bind 127.0.0.1:${port} proto h1
${option('request')}  default_backend b
backend b
${option('response')}  server s 127.0.0.1:${origin}
`;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Writes, and reads until the peer closes or has said nothing for a while (much longer before its first word). */
function exchange(port: number, bytes: string, patienceMs: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    let timer = setTimeout(() => socket.destroy(), patienceMs);
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(() => socket.destroy(), SILENCE_MS);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

function command(path: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(path, () => socket.write(`${text}\n`));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(answer));
  });
}

/** Measures every case anew and rewrites the table. */
async function rewrite(): Promise<void> {
  const judges = [new HaproxyJudge(false), new HaproxyJudge(true)] as const;
  for (const judge of judges) await judge.start();
  const lines: string[] = [];
  for (const { name, kind, bytes } of readCases()) {
    const [strict, relaxed] = [
      await judges[0].judge({ name, kind, bytes }),
      await judges[1].judge({ name, kind, bytes }),
    ];
    lines.push(JSON.stringify({ name, kind, bytes, strict, relaxed }));
  }
  for (const judge of judges) await judge.stop();
  const ascii = lines.join(',\n').replace(/[^ -~\n]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  writeFileSync(join(import.meta.dirname, 'h1-verdicts.json'), `[\n${ascii}\n]\n`);
}

if (process.argv[1] === import.meta.filename) await rewrite();
