/** One request and its response as bytes, and an origin that keeps what it received. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const ANSWER_DEADLINE_MS = 20_000;

/** The bytes of a head and of the body that its Content-Length announces are there. */
function complete(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1];
  if (length !== undefined) return text.length >= head + 4 + Number(length);
  return !/\r\ntransfer-encoding: *chunked/i.test(text.slice(0, head)) || text.endsWith('0\r\n\r\n');
}

export class RecordingOrigin {
  /** One character a byte. */
  received = '';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(response: string, always: boolean) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', (part) => {
        const before = complete(this.received);
        this.received += part.toString('latin1');
        if (always || (!before && complete(this.received))) socket.write(response, 'latin1');
      });
    });
  }

  /** `always`: whatever arrives is answered, not only a whole request. */
  static async open(response: string, always = false): Promise<RecordingOrigin> {
    const origin = new RecordingOrigin(response, always);
    await new Promise<void>((resolve) => {
      origin.#server.listen(0, '127.0.0.1', resolve);
    });
    return origin;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** Sends bytes and gives what came back until a response was complete, the connection closed, or it took too long. */
export function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, done);
    socket.on('connect', () => socket.write(request, 'latin1'));
    socket.on('data', (part) => {
      answer += part.toString('latin1');
      if (complete(answer)) done();
    });
    socket.on('close', done);
    socket.on('error', reject);
  });
}

/** Sends bytes, waits for any answer, and closes. */
export function sendBytes(port: number, bytes: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (): void => {
      socket.end();
      resolve();
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, done);
    socket.on('connect', () => socket.write(bytes, 'latin1'));
    socket.on('data', done);
    socket.on('close', done);
    socket.on('error', reject);
  });
}

/** Header fields by name in lower case; of several the last. */
export function headersOf(message: string): ReadonlyMap<string, string> {
  const [, ...lines] = message.slice(0, message.indexOf('\r\n\r\n')).split('\r\n');
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
