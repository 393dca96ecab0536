/** The running proxy through its runtime API: figures for everybody, the state of servers for operators. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ConfigurationService } from '../configuration/configuration-service.ts';
import { askRuntime, RuntimeUnreachable } from '../proxy/runtime-client.ts';
import { parseInfo, parseStatistics } from '../proxy/statistics.ts';
import type { AuditLog } from '../store/audit-log.ts';
import { actorOf } from './caller.ts';
import { Failure } from './failure.ts';
import { about, BOOLEAN, list, NUMBER, object, pattern, type Schema, text } from './schemas.ts';

/** As HAProxy allows names: nothing in them can end a command or begin another. */
const OBJECT_NAME = pattern('^[A-Za-z0-9_.:-]{1,255}$');
const SERVER_IN_PATH = object({ backend: OBJECT_NAME, server: OBJECT_NAME });
const FIGURES: Schema = { type: 'object', additionalProperties: { type: ['string', 'number'] } };
const STATES = ['ready', 'drain', 'maint'] as const;
const BEFORE = object({ status: text(64), weight: NUMBER });

export interface ProxyContext {
  readonly configuration: ConfigurationService;
  readonly socketPath: string;
  readonly audit: AuditLog;
}

async function ask(context: ProxyContext, command: string): Promise<string> {
  try {
    return await askRuntime(context.socketPath, command);
  } catch (error) {
    if (error instanceof RuntimeUnreachable) throw new Failure(503, 'proxy-unreachable', error.message);
    throw error;
  }
}

interface ServerName {
  readonly backend: string;
  readonly server: string;
}

/** How it is now: what an undo goes back to. */
async function serverNow(context: ProxyContext, { backend, server }: ServerName): Promise<object> {
  const { rows } = parseStatistics(await ask(context, 'show stat'));
  const row = rows.find((one) => one['kind'] === 'server' && one['pxname'] === backend && one['svname'] === server);
  if (row === undefined) throw new Failure(404, 'not-found', `there is no server ${backend}/${server}`);
  return { status: String(row['status'] ?? ''), weight: Number(row['weight'] ?? 0) };
}

async function order(context: ProxyContext, request: FastifyRequest, command: string): Promise<object> {
  const name = request.params as ServerName;
  const before = await serverNow(context, name);
  const answer = (await ask(context, command)).trim();
  const note = { actor: actorOf(request.caller), source: request.ip, action: 'server.change', detail: command };
  // The runtime API says nothing when it has done it.
  if (answer !== '') {
    context.audit.add({ ...note, outcome: 'failed' });
    throw new Failure(422, 'refused-by-proxy', answer.slice(0, 500));
  }
  context.audit.add({ ...note, outcome: 'done' });
  return { before, now: await serverNow(context, name) };
}

export function proxyRoutes(app: FastifyInstance, context: ProxyContext): void {
  app.get(
    '/api/proxy',
    {
      config: { access: 'viewer' },
      schema: about('proxy', 'Does it run, since when, with which revision ("show info")', {
        answer: object({ running: BOOLEAN, revision: NUMBER, processId: NUMBER, info: FIGURES }),
      }),
    },
    async () => {
      const { process } = context.configuration;
      if (process === undefined) return { running: false, revision: 0, processId: 0, info: {} };
      const info = parseInfo(await ask(context, 'show info'));
      return { running: true, revision: process.revision, processId: process.processId, info };
    },
  );
  app.get(
    '/api/proxy/statistics',
    {
      config: { access: 'viewer' },
      schema: about('proxy', 'Frontends, backends, servers with all their figures ("show stat", names as in its CSV)', {
        answer: object({ rows: list(FIGURES), omitted: NUMBER }),
      }),
    },
    async () => parseStatistics(await ask(context, 'show stat')),
  );
  const CHANGE = object({ before: BEFORE, now: BEFORE });
  app.post(
    '/api/proxy/servers/:backend/:server/state',
    {
      config: { access: 'operator', action: 'server.change' },
      schema: about('proxy', 'ready; drain: no new clients; maint: nothing, no checks', {
        params: SERVER_IN_PATH,
        body: object({ state: { type: 'string', enum: STATES } }),
        answer: CHANGE,
      }),
    },
    async (request) => {
      const { backend, server } = request.params as ServerName;
      const { state } = request.body as { state: string };
      return order(context, request, `set server ${backend}/${server} state ${state}`);
    },
  );
  app.post(
    '/api/proxy/servers/:backend/:server/weight',
    {
      config: { access: 'operator', action: 'server.change' },
      schema: about('proxy', 'Its share of the load', {
        params: SERVER_IN_PATH,
        body: object({ weight: { type: 'integer', minimum: 0, maximum: 256 } }),
        answer: CHANGE,
      }),
    },
    async (request) => {
      const { backend, server } = request.params as ServerName;
      const { weight } = request.body as { weight: number };
      return order(context, request, `set server ${backend}/${server} weight ${weight}`);
    },
  );
}
