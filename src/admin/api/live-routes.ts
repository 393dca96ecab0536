/** What changes by itself: the feed of figures over a WebSocket, and the VRRP agent's own word. */

import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { StatisticsFeed, Viewer } from '../live/statistics-feed.ts';
import { askVrrp } from '../vrrp/vrrp-client.ts';
import { type Caller, callerOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { refuse } from './guard.ts';
import { about, object, pattern, type Schema } from './schemas.ts';

/** Nothing is expected of a viewer. */
const LONGEST_MESSAGE = 1024;
const TRY_AGAIN_LATER = 1013;
const POLICY = 1008;
const CLOSE_MS = 2_000;

const VRRP_QUESTIONS = ['status', 'why', 'transitions'] as const;
const ANYTHING: Schema = {};

export interface LiveContext {
  readonly admin: AdminContext;
  readonly feed: StatisticsFeed;
  /** Undefined: no VRRP agent belongs to this unit. */
  readonly vrrpSocket: string | undefined;
}

/** Has nobody ended the session or the token since? */
function isStillCaller({ sessions, users }: AdminContext, caller: Caller): boolean {
  if (users.find(caller.user.name) === undefined) return false;
  if (caller.kind === 'session') return sessions.isAlive(caller.session.id);
  return users.tokens.some((token) => token.id === caller.tokenId);
}

function viewerOf(context: AdminContext, caller: Caller, socket: WebSocket): Viewer {
  return {
    waitingBytes: () => socket.bufferedAmount,
    send: (text) => socket.send(text),
    mayLook: () => isStillCaller(context, caller),
    close: (reason) => {
      socket.close(POLICY, reason);
      // One who takes nothing does not take the farewell either.
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    },
  };
}

export async function liveRoutes(app: FastifyInstance, { admin, feed, vrrpSocket }: LiveContext): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: LONGEST_MESSAGE, perMessageDeflate: false, clientTracking: true },
    preClose: (done) => {
      feed.closeAll();
      done();
    },
  });
  app.get(
    '/api/live',
    {
      websocket: true,
      config: { access: 'viewer' },
      schema: about('live', 'WebSocket: figures of all objects once a second, as JSON {type, timeMs, columns, rows}'),
    },
    (socket, request) => {
      const viewer = viewerOf(admin, callerOf(request), socket);
      socket.on('error', () => {
        // Of its own accord the other end sends nothing that could be wrong: it talks too much, or not this language.
        refuse(admin, request, 'message', '/api/live');
        socket.terminate();
      });
      socket.on('close', () => feed.remove(viewer));
      if (feed.add(viewer)) return;
      refuse(admin, request, 'viewers');
      socket.close(TRY_AGAIN_LATER, 'too many viewers');
    },
  );
  app.get(
    '/api/vrrp/:question',
    {
      config: { access: 'viewer' },
      schema: about('live', 'What the VRRP agent says of itself: status, why, transitions (docs/vrrp.md)', {
        params: object({ question: pattern(`^(?:${VRRP_QUESTIONS.join('|')})$`) }),
        answer: ANYTHING,
      }),
    },
    async (request) => {
      const { question } = request.params as { question: string };
      if (vrrpSocket === undefined) throw new Failure(404, 'no-vrrp', 'this unit runs no VRRP agent');
      const answer = await askVrrp(vrrpSocket, { command: question });
      if (answer.kind === 'unreachable') throw new Failure(503, 'vrrp-unreachable', answer.reason);
      if (answer.kind === 'fault') throw new Failure(502, 'refused-by-vrrp', answer.message);
      return answer.result;
    },
  );
}
