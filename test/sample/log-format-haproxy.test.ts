/**
 * Golden lines: the real haproxy logs requests in its built-in formats and, on the same line, the raw numbers behind
 * them. A record made from the numbers must give the very same text.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { builtInFormat } from '../../src/config/keywords/log-formats.ts';
import { keepString } from '../../src/sample/kept-text.ts';
import { compileFormat, logFormat } from '../../src/sample/log-format.ts';
import type { LogRecord } from '../../src/sample/log-record.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { freePort } from '../interop/differential/free-port.ts';
import { kept, options, record } from './records.ts';

const DEADLINE_MS = 60_000;
const version = spawnSync('haproxy', ['-v'], { encoding: 'utf8' }).stdout ?? '';
const skip = version.includes('version 2.6') ? false : 'haproxy 2.6 is not installed';

const HTTPLOG = builtInFormat('httplog');
const CLFLOG = builtInFormat('httplog clf');
const TCPLOG = builtInFormat('tcplog');

const SEPARATOR = '~~~';
const NUMBERS =
  '%ci %cp %Ts %ms %Th %Ti %Tq %Tw %Tc %Tr %Tt %b %s %ST %B %U %tsc %ac %fc %bc %sc %rc %sq %bq %pid %lc %rt %bp %sp';
const ODDITIES =
  '%f %fi:%fp %bi %si %{+X}ci:%{+X}cp %{+X}Ts %{+X}rt %{+X}pid %{+X}ms %t %T %Tl %Tu %Td %H %{+Q}ID %ID|%{+Q}hr|%{+E}hs';
const LINE_PARTS = '%HM %HP %HPO %HQ %HU %HV %tr %trg %trl %Ti %TR %{+Q}hrl';

interface Sent {
  readonly bytes: string;
  /** What `%r` is made of; null: a bad request. */
  readonly line: string | null;
  readonly requestCaptures: readonly (string | null)[] | null;
  readonly responseCaptures: readonly (string | null)[] | null;
}

const get = (target: string, headers = ''): Sent => ({
  bytes: `GET ${target} HTTP/1.1\r\nHost: h\r\n${headers}\r\n`,
  line: `GET ${target} HTTP/1.1`,
  requestCaptures: ['h', headers === '' ? null : headers.slice(3, -2)],
  responseCaptures: ['{o|r#i"g}', null],
});

const REQUESTS: readonly (readonly Sent[])[] = [
  [get('/')],
  [get('/a/b?c=d&e="f"', 'A: x|y{z}#"\\]\xe9\r\n'), get('/second'), get('http://h/abs?q')],
  [{ bytes: 'BAD\r\n\r\n', line: null, requestCaptures: null, responseCaptures: null }],
  [{ ...get('/none'), responseCaptures: [null, null] }],
];

class Haproxy {
  readonly #directory = mkdtempSync(join(tmpdir(), 'log-lines-'));
  readonly #lines: string[] = [];
  readonly #syslog = dgram.createSocket('udp4');
  readonly #origin = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-O: {o|r#i"g}\r\n\r\nok'));
  });
  #process: ChildProcess | null = null;
  port = 0;

  async start(mode: 'http' | 'tcp', sections: readonly string[]): Promise<void> {
    this.#syslog.on('message', (message) => this.#lines.push(message.toString('latin1').trimEnd()));
    await new Promise<void>((resolve) => this.#syslog.bind(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => this.#origin.listen(0, '127.0.0.1', resolve));
    this.port = await freePort();
    const origin = (this.#origin.address() as net.AddressInfo).port;
    const http = mode === 'http';
    const file = join(this.#directory, 'haproxy.cfg');
    const lines = [
      'global',
      '  maxconn 100',
      `  log 127.0.0.1:${this.#syslog.address().port} len 8192 format raw local0`,
      'defaults',
      `  mode ${mode}`,
      '  log global',
      '  timeout client 5s',
      '  timeout server 5s',
      '  timeout connect 1s',
      'frontend web',
      `  bind 127.0.0.1:${this.port}`,
      ...(http ? ['  capture request header host len 32', '  capture request header a len 32'] : []),
      ...(http ? ['  capture response header x-o len 32', '  capture response header none len 8'] : []),
      `  log-format '${sections.join(SEPARATOR)}'`,
      ...(http ? ['  use_backend empty if { path /none }'] : []),
      '  default_backend app',
      'backend app',
      `  server one 127.0.0.1:${origin}`,
      'backend empty',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    this.#process = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
    const deadline = Date.now() + DEADLINE_MS;
    while (!(await connects(this.port)) && Date.now() < deadline) await new Promise((done) => setTimeout(done, 20));
  }

  /** The next log line that is about one of our requests (the probing connections are logged too). */
  async line(number: number): Promise<string> {
    const deadline = Date.now() + DEADLINE_MS;
    while (Date.now() < deadline) {
      const wanted = this.#lines[number];
      if (wanted !== undefined) return wanted;
      await new Promise((done) => setTimeout(done, 10));
    }
    throw new Error(`no log line ${number} of ${this.#lines.length}`);
  }

  /** Waits until nothing more comes from earlier connections, then counts. */
  async settled(): Promise<number> {
    let count = -1;
    while (count !== this.#lines.length) {
      count = this.#lines.length;
      await new Promise((done) => setTimeout(done, 200));
    }
    return count;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    this.#origin.close();
    this.#syslog.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Sends requests one after another on one connection, each after the answer to the last. */
async function converse(port: number, requests: readonly string[]): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const request of requests) {
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(Buffer.from(request, 'latin1'));
    await answered;
    // Idle time between requests: it must show in the line.
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  socket.destroy();
  await closed;
}

/** A record from the raw numbers of a line. */
function recordOf(numbers: string, sent: Sent, port: number, isHttp: boolean): LogRecord {
  const fields = numbers.split(' ');
  const names = NUMBERS.replaceAll('%', '').split(' ');
  const text = (name: string) => fields[names.indexOf(name)] ?? '';
  const number = (name: string) => Number(text(name).replace('+', ''));
  const after = (moment: number, name: string) => (number(name) < 0 ? -1 : moment + number(name));
  const requestMs = number('Tq');
  const queueMs = after(requestMs, 'Tw');
  const connectMs = after(queueMs, 'Tc');
  const address = (name: string) => (text(name) === '-' ? null : SocketAddress.ipv4('127.0.0.1', number(name)));
  return record({
    isHttp,
    clientAddress: SocketAddress.ipv4(text('ci'), number('cp')),
    frontendAddress: SocketAddress.ipv4('127.0.0.1', port),
    backendSource: address('bp'),
    serverAddress: address('sp'),
    acceptDateMs: number('Ts') * 1000 + number('ms'),
    handshakeMs: number('Th'),
    idleMs: number('Ti'),
    requestMs,
    queueMs,
    connectMs,
    dataMs: after(connectMs, 'Tr'),
    closeMs: number('Tt'),
    frontendName: 'web',
    backendName: text('b'),
    serverName: text('s'),
    status: number('ST'),
    bytesRead: number('B'),
    bytesUploaded: number('U'),
    terminationState: text('tsc').slice(0, 2),
    cookieState: text('tsc').slice(2),
    activeConnections: number('ac'),
    frontendConnections: number('fc'),
    backendConnections: number('bc'),
    serverConnections: number('sc'),
    retries: number('rc'),
    redispatched: text('rc').startsWith('+'),
    serverQueue: number('sq'),
    backendQueue: number('bq'),
    processId: number('pid'),
    logCounter: number('lc'),
    requestCounter: number('rt'),
    hostname: hostname(),
    requestLine: sent.line === null ? null : keepString(sent.line),
    requestCaptures: sent.requestCaptures === null ? null : kept(sent.requestCaptures),
    responseCaptures: sent.responseCaptures === null ? null : kept(sent.responseCaptures),
  });
}

t.test('HTTP lines are those of haproxy, character for character', { skip }, async (t) => {
  const haproxy = new Haproxy();
  t.teardown(() => haproxy.stop());
  const quietClf = `${CLFLOG}%{-Q}o`;
  await haproxy.start('http', [NUMBERS, HTTPLOG, ODDITIES, LINE_PARTS, quietClf]);
  let next = await haproxy.settled();
  for (const connection of REQUESTS) {
    await converse(
      haproxy.port,
      connection.map((sent) => sent.bytes),
    );
    for (const sent of connection) {
      const [numbers = '', http, odd, parts, clf = ''] = (await haproxy.line(next++)).split(SEPARATOR);
      const made = recordOf(numbers, sent, haproxy.port, true);
      const name = sent.line ?? 'bad request';
      t.equal(compileFormat(logFormat(HTTPLOG), options('log')).write(made), http, `${name}: httplog`);
      t.equal(compileFormat(logFormat(ODDITIES), options('log')).write(made), odd, `${name}: other variables`);
      t.equal(
        compileFormat(logFormat(LINE_PARTS), options('log')).write(made),
        parts,
        `${name}: parts of the request line`,
      );
      t.equal(compileFormat(logFormat(CLFLOG), options('log')).write(made).trim(), clf.trim(), `${name}: clf`);
    }
  }
  await haproxy.stop();
});

t.test('TCP lines are those of haproxy, character for character', { skip }, async (t) => {
  const haproxy = new Haproxy();
  t.teardown(() => haproxy.stop());
  // Without a request its moment stays -1, so that a wait of no time is logged as 1: HAProxy's habit.
  const numbers = NUMBERS.replace('%Ti', '0').replace('%Tq', '-1').replace('%Tr', '-1');
  await haproxy.start('tcp', [numbers, TCPLOG, '%Th %Tt %Td %Tu %{+Q}s %{+X}pid']);
  const next = await haproxy.settled();
  await converse(haproxy.port, ['hello']);
  const [raw = '', tcp, others] = (await haproxy.line(next)).split(SEPARATOR);
  const sent = { bytes: '', line: null, requestCaptures: null, responseCaptures: null };
  const made = recordOf(raw, sent, haproxy.port, false);
  t.equal(compileFormat(logFormat(TCPLOG), options('log')).write(made), tcp);
  t.equal(compileFormat(logFormat('%Th %Tt %Td %Tu %{+Q}s %{+X}pid'), options('log')).write(made), others);
  await haproxy.stop();
});
