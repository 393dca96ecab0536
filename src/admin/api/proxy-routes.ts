/** The running proxy as it is: `show info`, `show stat`, its sessions. */

import type { FastifyInstance } from 'fastify';
import type { ConfigurationService } from '../configuration/configuration-service.ts';
import { askRuntime, RuntimeUnreachable } from '../proxy/runtime-client.ts';
import { parseSessions } from '../proxy/session-list.ts';
import { parseInfo, parseStatistics } from '../proxy/statistics.ts';
import type { AuditLog } from '../store/audit-log.ts';
import { actorOf } from './caller.ts';
import { Failure } from './failure.ts';
import { about, BOOLEAN, DONE, list, NUMBER, object, pattern, type Schema, text } from './schemas.ts';

const FIGURES: Schema = { type: 'object', additionalProperties: { type: ['string', 'number'] } };
const SESSION = object({
  id: text(20),
  protocol: text(16),
  client: text(64),
  frontend: text(255),
  backend: text(255),
  server: text(255),
  ageSeconds: NUMBER,
  idleLeftSeconds: { type: ['number', 'null'] },
});

export interface ProxyContext {
  readonly configuration: ConfigurationService;
  readonly socketPath: string;
  readonly audit: AuditLog;
  lastWords(revision: number): string;
}

/** 503 when the proxy does not answer. `command` must come from us. */
export async function askProxy(socketPath: string, command: string): Promise<string> {
  try {
    return await askRuntime(socketPath, command);
  } catch (error) {
    if (error instanceof RuntimeUnreachable) throw new Failure(503, 'proxy-unreachable', error.message);
    throw error;
  }
}

export function proxyRoutes(app: FastifyInstance, context: ProxyContext): void {
  const { socketPath, audit } = context;
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
      const info = parseInfo(await askProxy(socketPath, 'show info'));
      return { running: true, revision: process.revision, processId: process.processId, info };
    },
  );
  app.get(
    '/api/proxy/last-words',
    {
      // It repeats lines of the configuration.
      config: { access: 'admin' },
      schema: about('proxy', 'What the process of the configuration in force wrote last, also when it is gone', {
        answer: object({ revision: NUMBER, text: text(20_000) }),
      }),
    },
    async () => {
      const { confirmed, process, trial } = context.configuration;
      const revision = process?.revision ?? trial?.revision ?? confirmed?.number ?? 0;
      return { revision, text: context.lastWords(revision) };
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
    async () => parseStatistics(await askProxy(socketPath, 'show stat')),
  );
  app.get(
    '/api/proxy/sessions',
    {
      config: { access: 'operator' },
      schema: about('proxy', 'Who is connected now ("show sess"); the first 500', {
        answer: object({ sessions: list(SESSION), omitted: NUMBER }),
      }),
    },
    async () => parseSessions(await askProxy(socketPath, 'show sess')),
  );
  app.delete(
    '/api/proxy/sessions/:id',
    {
      config: { access: 'admin', action: 'session.kill' },
      schema: about('proxy', 'Ends a session at once ("shutdown session")', {
        params: object({ id: pattern('^0x[0-9a-f]{1,16}$') }),
        answer: DONE,
      }),
    },
    async (request) => {
      const { id } = request.params as { id: string };
      const answer = (await askProxy(socketPath, `shutdown session ${id}`)).trim();
      const note = { actor: actorOf(request.caller), source: request.ip, action: 'session.kill', detail: id };
      audit.add({ ...note, outcome: answer === '' ? 'done' : 'failed' });
      if (answer !== '') throw new Failure(404, 'not-found', 'there is no such session any more');
      return { done: true };
    },
  );
}
