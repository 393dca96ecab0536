/**
 * The control socket of the appliance: a JSON object a line in, a JSON object a line out, in order. Whoever may open it
 * may do everything, so it is the owner's alone (0600). Nothing that is sent to it ends us.
 */

import { chmodSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Command, type CommandRequest, type Conversation, Refusal } from './command.ts';
import { LONGEST_LINE, Received } from './received.ts';

/** More than admin, a console and a few people need. */
const MOST_CONNECTIONS = 32;
/** What a command may be sent: more than any update. */
const MOST_BYTES = 1024 ** 3;

/** Tells a fault of ours. */
export type Tell = (text: string) => void;

export class ControlSocket {
  readonly #commands = new Map<string, Command>();
  readonly #tell: Tell;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(commands: readonly Command[], tell: Tell) {
    for (const command of commands) {
      if (this.#commands.has(command.word)) throw new Error(`two commands are called '${command.word}'`);
      this.#commands.set(command.word, command);
    }
    this.#tell = tell;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** Nobody else listens at `path`: whoever starts has asked. */
  listen(path: string): Promise<void> {
    try {
      unlinkSync(path); // left by one that was killed
    } catch {
      // Usually there is none.
    }
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, () => {
        chmodSync(path, 0o600);
        resolve();
      });
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const received = new Received(() => socket.resume());
    const ended = new AbortController();
    const end = (): void => {
      received.end();
      ended.abort();
    };
    socket.on('data', (chunk: Buffer) => {
      if (!received.feed(chunk)) socket.pause();
    });
    socket.on('end', end);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      end();
      this.#sockets.delete(socket);
    });
    this.#converse(socket, received, ended.signal).catch((error: unknown) => {
      this.#tell(`the control socket: ${(error as Error).stack ?? error}`);
      socket.destroy();
    });
  }

  async #converse(socket: Socket, received: Received, ended: AbortSignal): Promise<void> {
    const send = (line: object): void => {
      if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
    };
    while (!socket.destroyed) {
      const read = await received.line();
      if (read.kind === 'end') break;
      if (read.kind === 'too-long') {
        send(failed(new Refusal('too-long', `a line has at most ${LONGEST_LINE} bytes`)));
        break;
      }
      const bytes = new FollowingBytes(received);
      try {
        const request = requestOf(read.text);
        const command = this.#commandOf(request);
        if (command.takesBytes) bytes.size = sizeOf(request);
        const conversation: Conversation = {
          bytes: command.takesBytes ? bytes : undefined,
          ended,
          progress: (progress) => send({ progress }),
        };
        const result = await command.run(request, conversation);
        send({ ok: true, result: result ?? null });
      } catch (error) {
        if (!(error instanceof Refusal)) this.#tell(`${(error as Error).stack ?? error}`);
        send(failed(error));
      }
      // So that the next line is a line.
      await bytes.drop();
    }
    socket.end();
  }

  #commandOf({ command }: CommandRequest): Command {
    if (typeof command !== 'string') throw new Refusal('bad-request', '"command" must be a text');
    const found = this.#commands.get(command);
    if (found !== undefined) return found;
    throw new Refusal('unknown-command', `there is no command '${command.slice(0, 40)}'; 'help' lists them`);
  }
}

/** What follows a line. */
class FollowingBytes {
  size = 0;
  readonly #received: Received;
  #readBytes = 0;
  #over = false;

  constructor(received: Received) {
    this.#received = received;
  }

  async *read(): AsyncGenerator<Buffer> {
    for (let part = await this.#next(); part !== undefined; part = await this.#next()) yield part;
    if (this.#readBytes < this.size) {
      throw new Refusal('cut-off', `${this.#readBytes} of ${this.size} bytes came, then the connection ended`);
    }
  }

  async drop(): Promise<void> {
    while ((await this.#next()) !== undefined);
  }

  async #next(): Promise<Buffer | undefined> {
    const left = this.size - this.#readBytes;
    if (left === 0 || this.#over) return undefined;
    const part = await this.#received.bytes(left);
    if (part === undefined) this.#over = true;
    this.#readBytes += part?.length ?? 0;
    return part;
  }
}

function requestOf(text: string): CommandRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal('bad-json', `the line is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as CommandRequest;
  throw new Refusal('bad-request', 'the line must be a JSON object');
}

function sizeOf({ size }: CommandRequest): number {
  if (typeof size === 'number' && Number.isInteger(size) && size > 0 && size <= MOST_BYTES) return size;
  throw new Refusal('bad-request', `"size" must say how many bytes follow, 1 to ${MOST_BYTES}`);
}

function failed(error: unknown): object {
  const { message } = error as Error;
  return { ok: false, error: { code: error instanceof Refusal ? error.code : 'internal', message } };
}
