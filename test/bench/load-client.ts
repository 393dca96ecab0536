/** One raw client connection of the mixed load: writes bytes as told, reads whole responses. */
import { connect, type Socket } from 'node:net';

const answerDeadlineMs = 20_000;

export interface LoadResponse {
  readonly status: number;
  readonly bodyBytes: number;
}

/** The body's extent in `bytes` from `start`: its payload and where it ends, or undefined while incomplete. */
function body(head: string, bytes: Buffer, start: number, bodyless: boolean): [number, number] | undefined {
  if (bodyless) {
    return [0, start];
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    let at = start;
    let payload = 0;
    for (;;) {
      const lineEnd = bytes.indexOf('\r\n', at);
      const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
      if (lineEnd < 0 || bytes.length < lineEnd + 2 + size + 2) {
        return undefined;
      }
      at = lineEnd + 2 + size + 2;
      payload += size;
      if (size === 0) {
        return [payload, at];
      }
    }
  }
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return bytes.length < start + length ? undefined : [length, start + length];
}

export class LoadClient {
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #bytes = 0;
  #ended: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const end = (error: Error): void => {
      this.#ended ??= error;
      this.#wake?.();
    };
    this.#socket.on('data', (part) => {
      this.#parts.push(part as Buffer);
      this.#bytes += part.length;
      this.#wake?.();
    });
    this.#socket.once('error', end).once('close', () => end(new Error('connection closed')));
    this.#socket.once('end', () => end(new Error('connection closed by the proxy')));
    this.#socket.setTimeout(answerDeadlineMs, () => this.#socket.destroy(new Error('no answer in time')));
  }

  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /** Resolves at the next bytes; rejects when the connection ended. */
  async received(): Promise<void> {
    if (this.#ended !== undefined) {
      throw this.#ended;
    }
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** The next response; interim ones (1xx) are passed over. `bodyless` for the answer to HEAD. */
  async response(bodyless = false): Promise<LoadResponse> {
    let examined = 0;
    for (;;) {
      // A large body arrives in many parts: look again only once the part count has grown by a fair amount.
      if (this.#bytes > examined) {
        const bytes = this.#take();
        examined = this.#bytes;
        const end = bytes.indexOf('\r\n\r\n');
        if (end >= 0) {
          const head = bytes.toString('latin1', 0, end + 2);
          const status = Number(head.slice(9, 12));
          const interim = status >= 100 && status < 200;
          const extent = body(head, bytes, end + 4, bodyless || interim);
          if (extent !== undefined) {
            const [bodyBytes, after] = extent;
            this.#parts = [bytes.subarray(after)];
            this.#bytes = bytes.length - after;
            if (!interim) {
              return { status, bodyBytes };
            }
            examined = 0;
            continue;
          }
        }
      }
      await this.received();
    }
  }

  #take(): Buffer {
    if (this.#parts.length !== 1) {
      this.#parts = [Buffer.concat(this.#parts)];
    }
    return this.#parts[0] as Buffer;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Ends with a reset rather than a FIN. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
