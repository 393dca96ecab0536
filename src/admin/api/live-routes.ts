/** What changes by itself, over one WebSocket: the feed of figures, servers that are waited for, lines of the log. */

import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LogFilter } from '../answers/log.ts';
import type { StatisticsFeed, Viewer } from '../live/statistics-feed.ts';
import type { LogViews } from '../log/log-views.ts';
import { type Caller, callerOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { refuse } from './guard.ts';
import { LOG_FILTER_SCHEMA } from './log-routes.ts';
import { about, object } from './schemas.ts';

/** A viewer says no more than which lines of the log he wants. */
const LONGEST_MESSAGE = 1024;
const TRY_AGAIN_LATER = 1013;
const POLICY = 1008;
const INVALID = 1007;
const CLOSE_MS = 2_000;

/** `filter`: null to see no lines any more. */
const WISH = object({
  type: { type: 'string', enum: ['log'] },
  filter: { anyOf: [LOG_FILTER_SCHEMA, { type: 'null' }] },
});

interface Wish {
  readonly type: 'log';
  readonly filter: LogFilter | null;
}

export interface LiveContext {
  readonly admin: AdminContext;
  readonly feed: StatisticsFeed;
  readonly logViews: LogViews;
  /** Somebody looks: figures are asked for at once. */
  attend(): void;
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

/** Undefined: not a message of ours. */
function wishOf(request: FastifyRequest, text: string): Wish | undefined {
  try {
    const wish: unknown = JSON.parse(text);
    return request.validateInput(wish, WISH) ? (wish as Wish) : undefined;
  } catch {
    return undefined;
  }
}

export async function liveRoutes(app: FastifyInstance, context: LiveContext): Promise<void> {
  const { admin, feed, logViews } = context;
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
      schema: about(
        'live',
        'WebSocket: messages {type, ...}: "statistics" (figures of all objects) or "unreachable" once a second, "drains", ' +
          'and lines of the "log" for who sends {"type": "log", "filter": {...}} (null: no more)',
      ),
    },
    (socket, request) => {
      const viewer = viewerOf(admin, callerOf(request), socket);
      socket.on('error', () => {
        // Of its own accord the other end sends nothing that could be wrong: it talks too much, or not this language.
        refuse(admin, request, 'message', '/api/live');
        socket.terminate();
      });
      socket.on('close', () => {
        feed.remove(viewer);
        logViews.leave(viewer);
      });
      socket.on('message', (data) => {
        const wish = wishOf(request, String(data));
        if (wish === undefined) {
          refuse(admin, request, 'message', '/api/live');
          socket.close(INVALID, 'not a message of this interface');
        } else if (wish.filter === null) logViews.leave(viewer);
        else logViews.follow(viewer, wish.filter);
      });
      if (feed.add(viewer)) {
        context.attend();
        return;
      }
      refuse(admin, request, 'viewers');
      socket.close(TRY_AGAIN_LATER, 'too many viewers');
    },
  );
}
