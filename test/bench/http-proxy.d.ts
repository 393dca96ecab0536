/** The part of the npm package http-proxy that the benchmark uses; the package brings no types. */
declare module 'http-proxy' {
  import type { Agent, IncomingMessage, ServerResponse } from 'node:http';

  export interface ProxyServer {
    web(request: IncomingMessage, response: ServerResponse): void;
    on(event: 'error', listener: (error: Error, request: IncomingMessage, response: ServerResponse) => void): this;
  }

  const httpProxy: { createProxyServer(options: { target: string; agent: Agent }): ProxyServer };
  export = httpProxy;
}
