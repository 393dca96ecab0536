/** The plain HTTP port: it only says where HTTPS is. Nothing of the unit is told, nothing is read but the request line. */

import { createServer, type Server } from 'node:http';
import { hostOf, isOwnHost } from '../security/addresses.ts';
import type { AdminContext } from './context.ts';

const TIMEOUT_CHECK_MS = 10_000;
const REQUEST_MS = 5_000;
const MOST_CONNECTIONS = 64;

export function createRedirectServer(
  { names, audit }: Pick<AdminContext, 'names' | 'audit'>,
  httpsPort: () => number,
): Server {
  const server = createServer(
    { connectionsCheckingInterval: TIMEOUT_CHECK_MS, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      response.setHeader('connection', 'close');
      const host = hostOf(request.headers.host);
      // Never send anybody to a name that is not ours.
      if (host === undefined || !isOwnHost(request.headers.host, names)) {
        const source = request.socket.remoteAddress ?? '';
        const detail = String(request.headers.host).slice(0, 100);
        audit.add({ actor: '', source, action: 'refused.host', outcome: 'refused', detail });
        response.writeHead(421, { 'content-type': 'text/plain' }).end('This is not a name of this unit.\n');
        return;
      }
      const port = httpsPort();
      const authority = `${host.includes(':') ? `[${host}]` : host}${port === 443 ? '' : `:${port}`}`;
      const path = /^\/[\x21-\x7e]*$/.test(request.url ?? '') ? request.url : '/';
      response
        .writeHead(308, { location: `https://${authority}${path}`, 'content-type': 'text/plain' })
        .end('This unit is managed over HTTPS. Compare the fingerprint of its certificate with that on its console.\n');
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}
