/**
 * The control socket: `mahalo vrrp status`, the admin role and whoever is root talk to the agent here. Off the data path,
 * hence plain Node sockets; but a client that does not read, floods or sends nonsense costs nothing that is not bounded.
 */

import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import {
  answerLine,
  type ControlFault,
  type ControlRequest,
  eventLine,
  faultLine,
  LineSplitter,
  LONGEST_LINE,
  parseRequest,
  progressLine,
} from './control-line.ts';

const MOST_CLIENTS = 32;
/** What may wait for a client that does not read, bytes. The largest answer (metrics of many instances) is far smaller. */
const MOST_WAITING = 1_048_576;

/** Throws ControlRefusal for what it will not do. */
export type CommandHandler = (request: ControlRequest, progress: (text: string) => void) => unknown;

export class ControlRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }

  get fault(): ControlFault {
    return { code: this.code, message: this.message };
  }
}

export class ControlServer {
  readonly #handler: CommandHandler;
  readonly #clients = new Set<Socket>();
  readonly #subscribers = new Set<Socket>();
  #server: Server | undefined;
  #path = '';
  /** Clients cut off because they did not read. */
  dropped = 0;

  constructor(handler: CommandHandler) {
    this.#handler = handler;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Where it listens; `''`: nowhere. */
  get path(): string {
    return this.#server === undefined ? '' : this.#path;
  }

  /**
   * Listens, for its owner alone (mode 0600); once more: there instead, and who is connected stays. Returns what went
   * wrong, or undefined.
   */
  async open(path: string): Promise<string | undefined> {
    try {
      const made = mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
      if (made !== undefined) chmodSync(dirname(path), 0o755); // whatever the umask
    } catch (error) {
      return `cannot make the directory of ${path}: ${(error as Error).message}`;
    }
    const taken = await takePath(path);
    if (taken !== undefined) return taken;
    const server = createServer((socket) => this.#accept(socket));
    const listening = new Promise<string | undefined>((resolve) => {
      server.once('error', (error) => resolve(`cannot listen on ${path}: ${error.message}`));
      server.once('listening', () => resolve(undefined));
    });
    // The socket file is made within listen(): nobody else may connect, not even for a moment.
    const umask = process.umask(0o177);
    server.listen(path);
    process.umask(umask);
    const fault = await listening;
    if (fault !== undefined) return fault;
    chmodSync(path, 0o600);
    this.#stopListening();
    this.#server = server;
    this.#path = path;
    return undefined;
  }

  /** Twice is once. */
  close(): void {
    for (const client of this.#clients) client.destroy();
    this.#stopListening();
  }

  #stopListening(): void {
    if (this.#server === undefined) return;
    this.#server.close();
    this.#server = undefined;
    try {
      unlinkSync(this.#path);
    } catch {
      // Node has removed it already.
    }
  }

  /** To all who subscribed; those who do not keep up are cut off. */
  tell(event: unknown): void {
    if (this.#subscribers.size === 0) return;
    const line = eventLine(event);
    for (const subscriber of this.#subscribers) this.#write(subscriber, line);
  }

  #accept(socket: Socket): void {
    if (this.#clients.size >= MOST_CLIENTS) {
      socket.end(faultLine(null, { code: 'busy', message: 'too many clients' }));
      socket.destroySoon();
      return;
    }
    this.#clients.add(socket);
    const splitter = new LineSplitter();
    socket.on('data', (chunk) => this.#receive(socket, splitter, chunk as Buffer));
    socket.on('error', () => socket.destroy()); // a client that went away is none of our trouble
    socket.on('close', () => {
      this.#clients.delete(socket);
      this.#subscribers.delete(socket);
    });
  }

  #receive(socket: Socket, splitter: LineSplitter, chunk: Buffer): void {
    const lines = splitter.push(chunk);
    if (lines === undefined) {
      const fault = { code: 'too-long', message: `a line of more than ${LONGEST_LINE} bytes` };
      socket.end(faultLine(null, fault));
      socket.removeAllListeners('data');
      socket.resume();
      return;
    }
    for (const line of lines) {
      if (socket.destroyed) return;
      if (line.trim() !== '') void this.#serve(socket, line);
    }
  }

  async #serve(socket: Socket, line: string): Promise<void> {
    const parsed = parseRequest(line);
    if (parsed.kind === 'fault') {
      this.#write(socket, faultLine(parsed.id, parsed.fault));
      return;
    }
    const { request } = parsed;
    const { id } = request;
    if (request.command === 'subscribe') {
      this.#subscribers.add(socket);
      this.#write(socket, answerLine(id, { subscribed: true }));
      return;
    }
    try {
      // A synchronous command is answered within this turn, so that answers keep the order of their requests.
      const result = this.#handler(request, (text) => this.#write(socket, progressLine(id, text)));
      this.#write(socket, answerLine(id, result instanceof Promise ? await result : result));
    } catch (error) {
      const fault =
        error instanceof ControlRefusal ? error.fault : { code: 'internal', message: (error as Error).message };
      this.#write(socket, faultLine(id, fault));
    }
  }

  #write(socket: Socket, line: string): void {
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(line);
    if (socket.writableLength <= MOST_WAITING) return;
    this.dropped++;
    socket.destroy();
  }
}

/** Makes way for our socket: removes one that nobody serves. Returns why it cannot be ours, or undefined. */
async function takePath(path: string): Promise<string | undefined> {
  let isSocket: boolean;
  try {
    isSocket = lstatSync(path).isSocket();
  } catch {
    return undefined; // there is none
  }
  if (!isSocket) return `${path} is there and is no socket`;
  const served = await new Promise<boolean>((resolve) => {
    const probe = createConnection(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (served) return `another agent listens on ${path}`;
  try {
    unlinkSync(path);
  } catch {
    // Somebody else was quicker; listen() will tell.
  }
  return undefined;
}
