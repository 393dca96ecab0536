/** The proxy's log: the newest lines, filtered; live they come over the WebSocket (`live-routes.ts`). */

import type { FastifyInstance } from 'fastify';
import type { LogFilter } from '../answers/log.ts';
import { compileFilter } from '../log/log-filter.ts';
import type { LogStore } from '../log/log-store.ts';
import { explainTermination } from '../words/termination-states.ts';
import { Failure } from './failure.ts';
import { about, list, NUMBER, object, pattern, type Schema, text } from './schemas.ts';

const MOST_LINES = 1000;
const USUAL_LINES = 200;
const OBJECT_NAME = pattern('^[A-Za-z0-9_.:-]{1,255}$');
/** As texts of a query, and as members of a message over the WebSocket. */
const FILTER = {
  status: pattern('^(?:[1-5]xx|[1-5][0-9]{2}|none)$', '5xx, 404, or none: no answer was sent'),
  frontend: OBJECT_NAME,
  backend: OBJECT_NAME,
  server: pattern('^[A-Za-z0-9_.:-]{1,255}(?:/[A-Za-z0-9_.:-]{1,255})?$', 's1 or backend/s1'),
  termination: pattern('^(?:failed|[A-Za-z.-]{1,4})$', 'sH, .H (any first letter), or failed: any but --'),
  text: text(200, 'in client, request line or event'),
  kind: { type: 'string', enum: ['requests', 'events'] },
} as const;
const OPTIONAL = Object.keys(FILTER);
const DIGITS = pattern('^[0-9]{1,9}$');
const LINE: Schema = {
  type: 'object',
  description: 'kind "http", "tcp": a request or session; "event": of a server; "gap": lines the proxy left out',
};

/** Of the message that begins to follow the log. */
export const LOG_FILTER_SCHEMA = object({ ...FILTER, slowerMs: { type: 'integer', minimum: 0 } }, [
  ...OPTIONAL,
  'slowerMs',
]);

export function logRoutes(app: FastifyInstance, store: LogStore): void {
  app.get(
    '/api/log',
    {
      config: { access: 'viewer' },
      schema: {
        ...about('live', 'The newest lines of the log, oldest first; 10,000 are kept', {
          answer: object({ lines: list(LINE), last: NUMBER }),
        }),
        querystring: object({ ...FILTER, slowerMs: DIGITS, before: DIGITS, limit: DIGITS }, [
          ...OPTIONAL,
          'slowerMs',
          'before',
          'limit',
        ]),
      },
    },
    async (request) => {
      const { before, limit, slowerMs, ...more } = request.query as Record<string, string>;
      const filter = { ...more, ...(slowerMs === undefined ? {} : { slowerMs: Number(slowerMs) }) } as LogFilter;
      const most = Math.min(MOST_LINES, Number(limit ?? USUAL_LINES));
      const end = before === undefined ? Number.POSITIVE_INFINITY : Number(before);
      return { lines: store.find(compileFilter(filter), end, most), last: store.last };
    },
  );
  app.get(
    '/api/log/termination-states/:state',
    {
      config: { access: 'viewer' },
      schema: about('live', 'What the two or four letters of a termination state mean', {
        params: object({ state: pattern('^[A-Za-z-]{2}(?:[A-Za-z-]{2})?$') }),
        answer: { type: 'object' },
      }),
    },
    async (request) => {
      const words = explainTermination((request.params as { state: string }).state);
      if (words === undefined) throw new Failure(404, 'not-found', 'there is no such state');
      return words;
    },
  );
}
