/** The HTTPS server: Fastify with everything bounded, the guard before every route, and the description of itself. */

import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import { type FastifyInstance, fastify } from 'fastify';
import type { AdminContext } from './context.ts';
import { entranceRoutes } from './entrance-routes.ts';
import { failureBody } from './failure.ts';
import { CSRF_HEADER, guard, SESSION_COOKIE } from './guard.ts';
import { lazyValidators } from './lazy-validators.ts';
import { isLongBody } from './long-bodies.ts';
import { ownRoutes } from './own-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { unitRoutes } from './unit-routes.ts';

/** How often Node looks for requests that take too long. */
const TIMEOUT_CHECK_MS = 10_000;
const HEADERS_MS = 10_000;
const HANDSHAKE_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
const LONGEST_PARAMETER = 200;

export interface ServerSettings {
  readonly context: AdminContext;
  /** More routes than those of people and unit, and the plugins they need. */
  readonly more: (app: FastifyInstance) => Promise<void>;
  onError(error: unknown): void;
}

function description(context: AdminContext): object {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mahalo',
        version: context.version,
        description:
          'What the web interface uses, for scripts as well. A session (cookie, and on every write the header ' +
          `${CSRF_HEADER}) comes from POST /api/login, a token from POST /api/tokens.`,
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
          csrf: { type: 'apiKey', in: 'header', name: CSRF_HEADER },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: ({ schema, url, route }: { schema: object; url: string; route: { config?: { access?: string } } }) => ({
      schema: { ...schema, ...accessOf(route.config?.access) },
      url,
    }),
  };
}

/** `x-access` says what the guard asks for; `security` says it in OpenAPI's words. */
function accessOf(access: string | undefined): object {
  const open = access === 'claim' || access === 'public';
  const session = { session: [], csrf: [] };
  const security = open ? [] : access === 'person' ? [session] : [session, { token: [] }];
  return { 'x-access': access, security };
}

export async function buildServer({ context, more, onError }: ServerSettings): Promise<FastifyInstance> {
  const { limits } = context;
  const app = fastify({
    https: {
      ...context.certificate.material,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      headersTimeout: Math.min(HEADERS_MS, limits.requestMs),
    },
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: LONGEST_PARAMETER, ignoreTrailingSlash: false },
    forceCloseConnections: true,
    schemaController: { compilersFactory: { buildValidator: lazyValidators() } },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    logger: false,
    clientErrorHandler: (error, socket) => {
      answerBadClient(context, error as NodeJS.ErrnoException, socket as Socket);
    },
  });
  app.addHook('onError', async (_request, _reply, error) => {
    if ((error as { statusCode?: number }).statusCode === undefined && !('status' in error)) onError(error);
  });
  boundConnections(app.server as unknown as Server, context);
  // JSON is all that is understood: a form of another site's page cannot send it.
  app.removeContentTypeParser('text/plain');
  await app.register(cookie);
  await app.register(swagger, description(context));
  // The views say what goes out; compiling a writer for each answer would only cost memory.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  guard(app, context);
  entranceRoutes(app, context);
  peopleRoutes(app, context);
  ownRoutes(app, context);
  unitRoutes(app, context, () => (app.server as unknown as Server).setSecureContext(context.certificate.material));
  await more(app);
  app.get(
    '/api/docs',
    { config: { access: 'viewer' }, schema: { tags: ['unit'], summary: 'This description (OpenAPI 3.1)' } },
    async () => app.swagger(),
  );
  await app.ready();
  return app;
}

/** Requests that are no requests, or come too slowly. */
function answerBadClient(context: AdminContext, error: NodeJS.ErrnoException, socket: Socket): void {
  const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const large = error.code === 'HPE_HEADER_OVERFLOW';
  // Browsers open connections ahead of need: one on which nothing was ever said accuses nobody.
  const silent = slow && socket.bytesRead === 0;
  if (slow && isLongBody(socket)) return;
  if (error.code === 'ECONNRESET' || !socket.writable || silent) {
    socket.destroy();
    return;
  }
  context.audit.add({
    actor: '',
    source: socket.remoteAddress ?? '',
    action: slow ? 'refused.slow' : 'refused.malformed',
    outcome: 'refused',
    ...(error.code === undefined ? {} : { detail: error.code }),
  });
  const status = slow ? '408 Request Timeout' : large ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify(failureBody(slow ? 'too-slow' : 'bad-request', status.slice(4)));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** So many connections, and so many of one source: the owner finds a place though a stranger holds all he can. */
function boundConnections(server: Server, { limits, audit }: AdminContext): void {
  const ofSource = new Map<string, number>();
  server.maxConnections = limits.connections;
  server.on('drop', (dropped?: { remoteAddress?: string }) => {
    audit.add({ actor: '', source: dropped?.remoteAddress ?? '', action: 'refused.connections', outcome: 'refused' });
  });
  server.on('connection', (socket: Socket) => {
    const source = socket.remoteAddress ?? '';
    const count = (ofSource.get(source) ?? 0) + 1;
    ofSource.set(source, count);
    socket.once('close', () => {
      const left = (ofSource.get(source) ?? 1) - 1;
      if (left === 0) ofSource.delete(source);
      else ofSource.set(source, left);
    });
    if (count > limits.connectionsOfASource) {
      audit.add({ actor: '', source, action: 'refused.connections', outcome: 'refused' });
      socket.destroy();
    }
  });
}
