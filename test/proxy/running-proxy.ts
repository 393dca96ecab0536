/** A proxy that serves inside the test's own process, with raw clients and origins around it, all stopped by `stop`. */
import { createServer, type Server as NetServer, Socket } from 'node:net';
import { loadConfiguration } from '../../src/config/loader.ts';
import { systemOptions } from '../../src/config/sources.ts';
import { Reactor } from '../../src/loop/reactor.ts';
import { QCUR, SCUR } from '../../src/proxy/counters.ts';
import { ProxyRuntime } from '../../src/proxy/proxy-runtime.ts';
import { freePort } from '../interop/differential/free-port.ts';

const DEADLINE_MS = 60_000;

/** Small kernel buffers on the client's side, so that back-pressure is soon felt. */
export const DEFAULTS = `
global
 maxconn 100
 tune.rcvbuf.client 16384
 tune.sndbuf.client 16384
defaults
 mode http
 timeout connect 2s
 timeout client 5s
 timeout server 5s
`;

/** Waits for `holds`, looking after every turn of the loop; throws with `what` when it never does. */
export async function until(
  what: string | (() => string),
  holds: () => boolean,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** One end of a TCP connection that remembers what came, as text of one character a byte. */
export class Peer {
  readonly socket: Socket;
  received = '';
  /** The other side ended, orderly or not. */
  ended = false;
  reset = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.reset = true;
    });
    socket.on('close', () => {
      this.ended = true;
    });
  }

  send(text: string | Buffer): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  }

  count(text: string): number {
    return this.received.split(text).length - 1;
  }

  async has(text: string, times = 1): Promise<void> {
    await until(
      () => `${times} x ${JSON.stringify(text)} in ${JSON.stringify(this.received.slice(-300))}`,
      () => this.count(text) >= times,
    );
  }

  async isEnded(): Promise<void> {
    await until(
      () => `the end after ${JSON.stringify(this.received.slice(-300))}`,
      () => this.ended,
    );
  }
}

/** Accepts connections; each is told to `serve`, and stays in `peers`. */
export class Origin {
  readonly peers: Peer[] = [];
  readonly port: number;
  readonly #server: NetServer;

  private constructor(server: NetServer, port: number, serve: (peer: Peer) => void) {
    this.#server = server;
    this.port = port;
    server.on('connection', (socket) => {
      const peer = new Peer(socket);
      this.peers.push(peer);
      serve(peer);
    });
  }

  static async start(serve: (peer: Peer) => void = () => {}): Promise<Origin> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Origin(server, (server.address() as { port: number }).port, serve);
  }

  /** Answers each request without a body at once. */
  static answering(response: string): Promise<Origin> {
    return Origin.start((peer) => {
      let answered = 0;
      peer.socket.on('data', () => {
        for (; answered < peer.count('\r\n\r\n'); answered++) peer.send(response);
      });
    });
  }

  async peer(index = 0): Promise<Peer> {
    await until(`connection ${index} at the origin`, () => this.peers.length > index);
    return this.peers[index] as Peer;
  }

  stop(): void {
    for (const peer of this.peers) peer.socket.destroy();
    this.#server.close();
  }
}

export class RunningProxy {
  readonly runtime: ProxyRuntime;
  readonly reactor: Reactor;
  readonly port: number;
  readonly messages: string[];
  readonly #peers: Peer[] = [];
  #stopped = false;

  private constructor(runtime: ProxyRuntime, reactor: Reactor, port: number, messages: string[]) {
    this.runtime = runtime;
    this.reactor = reactor;
    this.port = port;
    this.messages = messages;
  }

  /** `configuration` names its first port `$port`; further ones may be put in by the caller. */
  static async start(configuration: string): Promise<RunningProxy> {
    const port = await freePort();
    const text = configuration.replaceAll('$port', String(port));
    const loaded = await loadConfiguration([{ name: 'test.cfg', text }], systemOptions());
    if (loaded.model === undefined) throw new Error(loaded.diagnostics.map((one) => one.text).join('\n'));
    const reactor = new Reactor();
    const messages: string[] = [];
    const runtime = new ProxyRuntime(loaded.model, reactor, {
      descriptors: 4096,
      nowWallMs: () => Date.now(),
      onMessage: (severity, message) => messages.push(`[${severity}] ${message}`),
    });
    const faults = runtime.bind();
    if (faults.length > 0) throw new Error(faults.map(({ fault }) => fault.text).join('\n'));
    runtime.openLogs();
    runtime.run();
    reactor.start();
    return new RunningProxy(runtime, reactor, port, messages);
  }

  async connect(port = this.port): Promise<Peer> {
    const socket = new Socket({ allowHalfOpen: true });
    const peer = new Peer(socket);
    this.#peers.push(peer);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, '127.0.0.1', resolve);
    });
    return peer;
  }

  get streams(): number {
    let count = 0;
    this.runtime.eachStream(() => {
      count++;
    });
    return count;
  }

  /** What is not zero although nothing goes on; empty when all was given back. */
  leftovers(): string[] {
    const left: string[] = [];
    const note = (name: string, value: number): void => {
      if (value !== 0) left.push(`${name}=${value}`);
    };
    const { runtime } = this;
    note('streams', this.streams);
    note('connections', runtime.connections);
    for (const proxy of runtime.proxies) {
      note(`${proxy.name} frontend`, proxy.frontendCounters[SCUR] as number);
      note(`${proxy.name} backend`, proxy.backendCounters[SCUR] as number);
      note(`${proxy.name} queue`, proxy.queue.length);
      note(`${proxy.name} queue counter`, proxy.backendCounters[QCUR] as number);
      for (const listener of proxy.listeners) note(`${proxy.name} listener`, listener.counters[SCUR] as number);
      for (const server of proxy.servers) {
        note(`${server.name} current`, server.current);
        note(`${server.name} counter`, server.counters[SCUR] as number);
        note(`${server.name} places`, server.sessions);
        note(`${server.name} queue`, server.queue.length);
        note(`${server.name} queue counter`, server.counters[QCUR] as number);
        note(`${server.name} connections in use`, server.pool.used);
      }
    }
    return left;
  }

  async isQuiet(): Promise<void> {
    try {
      await until('quiet', () => this.leftovers().length === 0);
    } catch {
      throw new Error(`left: ${this.leftovers().join(', ')}`);
    }
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const peer of this.#peers) peer.socket.destroy();
    this.runtime.stop();
    this.reactor.stop();
    this.reactor.close();
  }
}
