/** Origins of the chaos run: they do what the path says, from a proper answer to a reset in its midst, and report what nobody asked. */
import { createServer, type Server, type Socket } from 'node:net';
import { decodeMessages } from '../interop/differential/http-message.ts';
import { bodyOf, Chance, chunked, pause } from './chaos-random.ts';

/** What an origin can be asked for, and whether the client may then see an answer cut short. */
export const BEHAVIOURS: Readonly<Record<string, { readonly cut: boolean }>> = {
  length: { cut: false },
  chunked: { cut: false },
  // Framed by the end of the connection: a failure looks like an end.
  close: { cut: true },
  interim: { cut: false },
  // Closing before the request is read resets the connection, and what was said is lost on the way.
  early: { cut: true },
  extra: { cut: false },
  drop: { cut: false },
  mute: { cut: false },
  garbage: { cut: false },
  truncate: { cut: true },
  reset: { cut: true },
  stall: { cut: true },
  badchunk: { cut: true },
  upgrade: { cut: true },
};

const START_LINE = /^(GET|POST|HEAD) \/\w+\/(\w+)\/(\d+)\/(c\d+r\d+) HTTP\/1\.[01]$/;

interface Asked {
  readonly method: string;
  readonly behaviour: string;
  readonly size: number;
  readonly id: string;
}

export class ChaosOrigin {
  readonly #seed: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #seen = new Set<string>();
  /** What must not happen: requests nobody sent, bodies of others, one request twice. */
  readonly violations: string[] = [];
  requests = 0;
  connections = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      // Whoever has nothing more to say leaves when the proxy does.
      socket.on('end', () => setTimeout(() => socket.destroySoon(), 20));
      socket.setNoDelay(true);
      void this.#serve(socket, new Chance(seed, `origin ${this.connections++}`));
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as { port: number }).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  async #serve(socket: Socket, chance: Chance): Promise<void> {
    if (chance.once(60)) {
      socket.resetAndDestroy();
      return;
    }
    const input = new Input(socket);
    await input.skipProxyLine();
    while (!socket.destroyed) {
      const head = await input.head();
      if (head === null) break;
      const asked = this.#understand(head);
      if (asked === null) break;
      if (asked.behaviour === 'upgrade') {
        await this.#echo(socket, asked.id);
        return;
      }
      if (asked.behaviour !== 'early') {
        const body = await input.body();
        if (body === null) break;
        this.#check(asked, body);
        if (!(await answer(socket, asked, chance))) return;
      } else {
        if (!(await answer(socket, asked, chance))) return;
        if (chance.once(2)) break;
        const body = await input.body();
        if (body === null) break;
        this.#check(asked, body);
      }
    }
    if (!socket.destroyed) socket.end();
    if (chance.once(3)) socket.destroySoon();
  }

  #understand(startLine: string): Asked | null {
    this.requests++;
    const match = START_LINE.exec(startLine);
    if (match === null) {
      this.violations.push(`a request that nobody sent: ${JSON.stringify(startLine.slice(0, 200))}`);
      return null;
    }
    const [, method = '', behaviour = '', size = '0', id = ''] = match;
    if (this.#seen.has(id)) this.violations.push(`request ${id} came twice`);
    this.#seen.add(id);
    return { method, behaviour, size: Number(size), id };
  }

  #check(asked: Asked, body: string): void {
    if (body !== bodyOf(asked.id, body.length)) this.violations.push(`the body of ${asked.id} is another's`);
  }

  async #echo(socket: Socket, id: string): Promise<void> {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nx-echo: ${id}\r\nconnection: upgrade\r\nupgrade: chaos-${this.#seed}\r\n\r\n`,
    );
    socket.pipe(socket);
  }
}

/** Returns false if the connection is not to be served on. */
async function answer(socket: Socket, asked: Asked, chance: Chance): Promise<boolean> {
  const { behaviour, id, method } = asked;
  const body = method === 'HEAD' ? '' : bodyOf(id, asked.size);
  const start = `HTTP/1.1 200 OK\r\nx-echo: ${id}\r\n`;
  const whole = `${start}content-length: ${asked.size}\r\n\r\n${body}`;
  switch (behaviour) {
    case 'chunked':
      return send(
        socket,
        `${start}transfer-encoding: chunked\r\n\r\n${method === 'HEAD' ? '' : chunked(body, chance)}`,
        chance,
      );
    case 'close':
      await send(socket, `${start}\r\n${body}`, chance);
      socket.end();
      return false;
    case 'interim':
      await send(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(1 + chance.below(50)), chance);
      return send(socket, whole, chance);
    case 'extra':
      // Bytes that must never become the answer to somebody else's request. In one piece: what comes later, when the
      // connection is lent again, nobody can tell from an answer.
      if (whole.length > 4000) return send(socket, whole, chance);
      return socket.write(`${whole}HTTP/1.1 200 OK\r\nx-echo: smuggled\r\ncontent-length: 0\r\n\r\n`);
    case 'drop':
      if (chance.once(2)) socket.resetAndDestroy();
      else socket.end();
      return false;
    case 'mute':
      return false;
    case 'garbage':
      await send(
        socket,
        chance.pick(['HTTP/1.1 abc\r\n\r\n', '\x00\x01\x02', 'hello\r\n\r\n', 'HTTP/1.1 200 OK\r\na b: c\r\n\r\n']),
        chance,
      );
      socket.end();
      return false;
    case 'truncate':
      await send(socket, whole.slice(0, chance.below(whole.length + 1)), chance);
      socket.end();
      return false;
    case 'reset':
      await send(socket, whole.slice(0, chance.below(whole.length + 1)), chance);
      socket.resetAndDestroy();
      return false;
    case 'stall':
      await send(socket, whole.slice(0, chance.below(whole.length)), chance);
      return false;
    case 'badchunk':
      await send(socket, `${start}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n`, chance);
      return false;
    default:
      return send(socket, whole, chance);
  }
}

/** Writes in pieces; false when the other side is gone. */
export async function send(socket: Socket, text: string, chance: Chance): Promise<boolean> {
  for (const piece of chance.pieces(text)) {
    if (socket.destroyed || !socket.writable) return false;
    if (!socket.write(piece, 'latin1')) {
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve);
        socket.once('close', resolve);
      });
    } else if (chance.once(4)) await pause(chance.below(3));
  }
  return !socket.destroyed;
}

/** Requests out of a connection's bytes. */
class Input {
  #bytes: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | null = null;
  #head = '';

  constructor(socket: Socket) {
    const tell = (): void => {
      const wake = this.#wake;
      this.#wake = null;
      wake?.();
    };
    socket.on('data', (part: Buffer) => {
      this.#parts.push(part);
      tell();
    });
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.#ended = true;
        tell();
      });
    }
  }

  /** False when no more will come. */
  async #more(): Promise<boolean> {
    if (this.#parts.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#parts.length === 0) return false;
    this.#bytes = Buffer.concat([this.#bytes, ...this.#parts.splice(0)]);
    return true;
  }

  async skipProxyLine(): Promise<void> {
    while (this.#bytes.length < 6) if (!(await this.#more())) return;
    if (this.#bytes.toString('latin1', 0, 6) !== 'PROXY ') return;
    while (this.#bytes.indexOf('\r\n') < 0) if (!(await this.#more())) return;
    this.#bytes = this.#bytes.subarray(this.#bytes.indexOf('\r\n') + 2);
  }

  /** The start line of the next request once its head is whole. */
  async head(): Promise<string | null> {
    while (this.#bytes.indexOf('\r\n\r\n') < 0) if (!(await this.#more())) return null;
    const end = this.#bytes.indexOf('\r\n\r\n') + 4;
    this.#head = this.#bytes.toString('latin1', 0, end);
    return this.#head.slice(0, this.#head.indexOf('\r\n'));
  }

  /** The body of that request, after which the next one may be asked for; null when it never came. */
  async body(): Promise<string | null> {
    for (;;) {
      const decoded = decodeMessages(this.#bytes, { kind: 'request', bodyless: [], ended: false, tunnelAfter: 0 });
      const message = decoded.messages[0];
      if (message?.complete === true) {
        this.#bytes = decoded.rest;
        return message.body.toString('latin1');
      }
      if (!(await this.#more())) return null;
    }
  }
}
