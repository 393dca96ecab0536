/** The part of the `ws` package that the tests use; the package itself carries no types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage, Server } from 'node:http';

  export class WebSocket extends EventEmitter {
    constructor(address: string, options?: { headers?: Record<string, string>; maxPayload?: number });
    readonly readyState: number;
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
    close(): void;
  }
}
