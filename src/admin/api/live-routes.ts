/** What changes by itself: the feed of figures over a WebSocket. */

import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { StatisticsFeed, Viewer } from '../live/statistics-feed.ts';
import { type Caller, callerOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { refuse } from './guard.ts';
import { about } from './schemas.ts';

/** Nothing is expected of a viewer. */
const LONGEST_MESSAGE = 1024;
const TRY_AGAIN_LATER = 1013;
const POLICY = 1008;
const CLOSE_MS = 2_000;

export interface LiveContext {
  readonly admin: AdminContext;
  readonly feed: StatisticsFeed;
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

export async function liveRoutes(app: FastifyInstance, { admin, feed }: LiveContext): Promise<void> {
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
}
