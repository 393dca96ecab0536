/** The state and weight of servers: at once, several at a time, or when their sessions have gone. Operators. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DrainWait, ServerName } from '../answers/servers.ts';
import { type Drains, MOST_WAITS } from '../live/drains.ts';
import { parseStatistics, type StatisticsRow } from '../proxy/statistics.ts';
import type { AuditLog } from '../store/audit-log.ts';
import { actorOf } from './caller.ts';
import { Failure } from './failure.ts';
import { askProxy } from './proxy-routes.ts';
import { about, list, NUMBER, object, pattern, TIME, text } from './schemas.ts';

/** As HAProxy allows names: nothing in them can end a command or begin another. */
const OBJECT_NAME = pattern('^[A-Za-z0-9_.:-]{1,255}$');
const SERVER = { backend: OBJECT_NAME, server: OBJECT_NAME };
const STATE = { type: 'string', enum: ['ready', 'drain', 'maint'] } as const;
const WEIGHT = { type: 'integer', minimum: 0, maximum: 256 } as const;
const FIGURES = object({ status: text(64), state: text(8, 'to set to get back here'), weight: NUMBER });
const CHANGE = object({ before: FIGURES, now: FIGURES });
const MOST_AT_ONCE = 200;
const LONGEST_WAIT_S = 86_400;
const USUAL_WAIT_S = 3_600;
const AFTERWARDS = { type: 'string', enum: ['drain', 'maint'] } as const;
const WAIT = object({
  id: NUMBER,
  ...SERVER,
  sessions: NUMBER,
  sessionsAtStart: NUMBER,
  sessionsNow: NUMBER,
  afterwards: AFTERWARDS,
  before: text(8),
  startedMs: TIME,
  deadlineMs: TIME,
  endedMs: { type: ['number', 'null'] },
  actor: text(80),
  state: { type: 'string', enum: ['waiting', 'done', 'cancelled', 'timed-out', 'failed'] },
  reason: text(500),
});

export interface ServerContext {
  readonly socketPath: string;
  readonly audit: AuditLog;
  readonly drains: Drains;
}

interface Figures {
  readonly status: string;
  readonly state: string;
  readonly weight: number;
}

/** The word that sets what the status shows. */
function stateWord(status: string): string {
  if (status.startsWith('MAINT')) return 'maint';
  return status.startsWith('DRAIN') ? 'drain' : 'ready';
}

async function rowsNow({ socketPath }: ServerContext): Promise<readonly StatisticsRow[]> {
  return parseStatistics(await askProxy(socketPath, 'show stat')).rows;
}

function rowOf(rows: readonly StatisticsRow[], { backend, server }: ServerName): StatisticsRow {
  const row = rows.find((one) => one['kind'] === 'server' && one['pxname'] === backend && one['svname'] === server);
  if (row === undefined) throw new Failure(404, 'not-found', `there is no server ${backend}/${server}`);
  return row;
}

/** How it is now: what an undo goes back to. */
function figuresOf(row: StatisticsRow): Figures {
  const status = String(row['status'] ?? '');
  // `weight` is what is in force (0 while draining), `uweight` what was set.
  return { status, state: stateWord(status), weight: Number(row['uweight'] ?? row['weight'] ?? 0) };
}

/** Says it to the proxy; both outcomes are noted. */
async function order(context: ServerContext, request: FastifyRequest, command: string): Promise<void> {
  const answer = (await askProxy(context.socketPath, command)).trim();
  const note = { actor: actorOf(request.caller), source: request.ip, action: 'server.change', detail: command };
  // The runtime API says nothing when it has done it.
  context.audit.add({ ...note, outcome: answer === '' ? 'done' : 'failed' });
  if (answer !== '') throw new Failure(422, 'refused-by-proxy', answer.slice(0, 500));
}

async function change(context: ServerContext, request: FastifyRequest, what: string): Promise<object> {
  const name = request.params as ServerName;
  const before = figuresOf(rowOf(await rowsNow(context), name));
  await order(context, request, `set server ${name.backend}/${name.server} ${what}`);
  return { before, now: figuresOf(rowOf(await rowsNow(context), name)) };
}

function singleRoutes(app: FastifyInstance, context: ServerContext): void {
  app.post(
    '/api/proxy/servers/:backend/:server/state',
    {
      config: { access: 'operator', action: 'server.change' },
      schema: about('proxy', 'ready; drain: no new clients; maint: nothing, no checks', {
        params: object(SERVER),
        body: object({ state: STATE }),
        answer: CHANGE,
      }),
    },
    async (request) => {
      const { state } = request.body as { state: string };
      const answer = await change(context, request, `state ${state}`);
      context.drains.forget(request.params as ServerName, actorOf(request.caller));
      return answer;
    },
  );
  app.post(
    '/api/proxy/servers/:backend/:server/weight',
    {
      config: { access: 'operator', action: 'server.change' },
      schema: about('proxy', 'Its share of the load', {
        params: object(SERVER),
        body: object({ weight: WEIGHT }),
        answer: CHANGE,
      }),
    },
    async (request) => change(context, request, `weight ${(request.body as { weight: number }).weight}`),
  );
}

interface Changes {
  readonly servers: readonly (ServerName & { readonly state?: string; readonly weight?: number })[];
}

function bulkRoute(app: FastifyInstance, context: ServerContext): void {
  const wanted = object({ ...SERVER, state: STATE, weight: WEIGHT }, ['state', 'weight']);
  app.post(
    '/api/proxy/servers',
    {
      config: { access: 'operator', action: 'server.change' },
      schema: about('proxy', 'State or weight of several servers; an undo sends back what "before" says', {
        body: object({ servers: { ...list(wanted), minItems: 1, maxItems: MOST_AT_ONCE } }),
        answer: object({
          servers: list(object({ ...SERVER, before: FIGURES, now: FIGURES, error: text(500) }, ['error'])),
        }),
      }),
    },
    async (request) => {
      const { servers } = request.body as Changes;
      const before = await rowsNow(context);
      // A name that is wrong is told before anything is done.
      for (const one of servers) rowOf(before, one);
      const errors = new Map<object, string>();
      for (const one of servers) {
        const { backend, server, state, weight } = one;
        try {
          if (weight !== undefined) await order(context, request, `set server ${backend}/${server} weight ${weight}`);
          if (state === undefined) continue;
          await order(context, request, `set server ${backend}/${server} state ${state}`);
          context.drains.forget(one, actorOf(request.caller));
        } catch (error) {
          if (!(error instanceof Failure) || error.status !== 422) throw error;
          errors.set(one, error.message);
        }
      }
      const after = await rowsNow(context);
      return {
        servers: servers.map((one) => ({
          backend: one.backend,
          server: one.server,
          before: figuresOf(rowOf(before, one)),
          now: figuresOf(rowOf(after, one)),
          ...(errors.has(one) ? { error: errors.get(one) } : {}),
        })),
      };
    },
  );
}

interface DrainBody {
  readonly sessions?: number;
  readonly afterwards?: 'drain' | 'maint';
  readonly timeoutSeconds?: number;
}

function drainRoutes(app: FastifyInstance, context: ServerContext): void {
  const { drains } = context;
  app.post(
    '/api/proxy/servers/:backend/:server/drain',
    {
      config: { access: 'operator', action: 'server.drain' },
      schema: about(
        'proxy',
        'No new clients; tells (GET, and the live WebSocket) when at most so many sessions are left',
        {
          params: object(SERVER),
          body: object(
            {
              sessions: {
                type: 'integer',
                minimum: 0,
                maximum: 1_000_000,
                description: 'done when at most so many are left; 0',
              },
              afterwards: {
                ...AFTERWARDS,
                description: 'what it is in the end: left drained, or in maintenance; drain',
              },
              timeoutSeconds: {
                type: 'integer',
                minimum: 1,
                maximum: LONGEST_WAIT_S,
                description: 'gives up waiting; 3600',
              },
            },
            ['sessions', 'afterwards', 'timeoutSeconds'],
          ),
          answer: WAIT,
        },
      ),
    },
    async (request) => drain(context, request),
  );
  app.get(
    '/api/drains',
    {
      config: { access: 'viewer' },
      schema: about('proxy', 'Servers that are waited for, and those of the last ten minutes', { answer: list(WAIT) }),
    },
    async () => drains.waits,
  );
  app.delete(
    '/api/drains/:id',
    {
      config: { access: 'operator', action: 'server.drain' },
      schema: about('proxy', 'Waits no more: the server goes back to the state it had', {
        params: object({ id: pattern('^[1-9][0-9]{0,9}$') }),
        answer: WAIT,
      }),
    },
    async (request) => {
      const ended = await drains.cancel(Number((request.params as { id: string }).id), actorOf(request.caller));
      if (ended === undefined) throw new Failure(404, 'not-found', 'nothing waits under this number');
      return ended;
    },
  );
}

async function drain(context: ServerContext, request: FastifyRequest): Promise<DrainWait> {
  const { drains } = context;
  const name = request.params as ServerName;
  const body = request.body as DrainBody;
  const row = rowOf(await rowsNow(context), name);
  if (drains.waitOf(name) !== undefined) throw new Failure(409, 'waits-already', 'this server is being waited for');
  if (drains.full) throw new Failure(409, 'too-many', `${MOST_WAITS} servers are being waited for already`);
  const before = figuresOf(row).state;
  if (before === 'maint')
    throw new Failure(409, 'in-maintenance', 'this server is in maintenance: it has nothing to drain');
  await order(context, request, `set server ${name.backend}/${name.server} state drain`);
  return drains.add({
    ...name,
    sessions: body.sessions ?? 0,
    sessionsAtStart: Number(row['scur'] ?? 0),
    afterwards: body.afterwards ?? 'drain',
    before,
    timeoutMs: 1000 * (body.timeoutSeconds ?? USUAL_WAIT_S),
    actor: actorOf(request.caller),
  });
}

export function serverRoutes(app: FastifyInstance, context: ServerContext): void {
  singleRoutes(app, context);
  bulkRoute(app, context);
  drainRoutes(app, context);
}
