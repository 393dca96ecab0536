/** The part of the `ws` package that the tests use; the package itself carries no types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage, Server } from 'node:http';
  import type { Duplex } from 'node:stream';

  interface ClientOptions {
    headers?: Record<string, string>;
    maxPayload?: number;
  }

  export class WebSocket extends EventEmitter {
    constructor(address: string, options?: ClientOptions);
    constructor(address: string, protocol: string, options?: ClientOptions);
    readonly readyState: number;
    readonly protocol: string;
    send(data: string | Uint8Array): void;
    ping(data?: string): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: {
      server: Server;
      verifyClient?: (info: { req: IncomingMessage }) => boolean;
    });
    readonly clients: Set<WebSocket>;
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (open: WebSocket) => void): void;
    close(): void;
  }
}
