/** Origins that answer health checks in scripted ways, and remember what they were asked. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What a peer does with a connection; `request` is what has arrived so far. */
export interface PeerScript {
  connected?(socket: Socket): void;
  asked?(socket: Socket, request: string): void;
}

export class Peer {
  /** Everything each connection sent, in order of connection. */
  readonly requests: string[] = [];
  script: PeerScript;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(script: PeerScript) {
    this.script = script;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const index = this.requests.push('') - 1;
      this.#open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#open.delete(socket));
      socket.on('end', () => socket.end());
      socket.on('data', (data) => {
        this.requests[index] += data.toString('latin1');
        this.script.asked?.(socket, this.requests[index] as string);
      });
      this.script.connected?.(socket);
    });
  }

  static async start(script: PeerScript): Promise<Peer> {
    const peer = new Peer(script);
    await peer.listen(0);
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    if (!this.#server.listening) return;
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers a complete request head with these bytes, then closes if told. */
export function answer(response: string, closes = true): PeerScript {
  return {
    asked(socket, request) {
      if (!request.includes('\r\n\r\n')) return;
      socket.write(response, 'latin1');
      if (closes) socket.end();
    },
  };
}
