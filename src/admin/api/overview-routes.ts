/** The unit at one glance, as a map, and over time. For everybody who may look. */

import type { FastifyInstance } from 'fastify';
import { METRICS } from '../history/figures.ts';
import { CEILING_BYTES, type History } from '../history/history.ts';
import { SHAPES } from '../history/series.ts';
import type { Overview } from '../live/overview.ts';
import { Failure } from './failure.ts';
import { about, BOOLEAN, list, NUMBER, object, pattern, type Schema, TIME, text } from './schemas.ts';

const NUMBER_OR_NULL: Schema = { type: ['number', 'null'] };
const RATES = object(Object.fromEntries(METRICS.map((metric) => [metric, NUMBER_OR_NULL])));
const LIGHT: Schema = { type: 'string', enum: ['green', 'amber', 'red', 'grey'] };
const COUNTS = object({ up: NUMBER, total: NUMBER });
const HEALTH = { light: LIGHT, reason: text(2000), sinceMs: NUMBER_OR_NULL };
const SERVICE = {
  kind: { type: 'string', enum: ['frontend', 'backend'] },
  name: text(255),
  mode: text(8),
  ...HEALTH,
  others: list(text(255)),
  servers: COUNTS,
  rates: RATES,
};
const SERVER = object({
  name: text(255),
  address: text(255),
  status: text(64),
  weight: NUMBER,
  title: text(64),
  backup: BOOLEAN,
  ...HEALTH,
  rates: RATES,
});
const PROXY = object({ revision: NUMBER, processId: NUMBER, startedMs: TIME });
const OBJECT_NAME = pattern('^[A-Za-z0-9_.:-]{1,255}$');
const STEPS = SHAPES.map(({ stepMs }) => stepMs / 1000);
const SERIES = object({
  object: text(600),
  stepMs: NUMBER,
  fromMs: TIME,
  values: object(Object.fromEntries(METRICS.map((metric) => [metric, list(NUMBER_OR_NULL)]))),
});

const STANDING = {
  timeMs: TIME,
  state: {
    type: 'string',
    enum: ['serving', 'bare', 'starting', 'stopped', 'unreachable', 'empty'],
    description:
      '"stopped": the proxy does not run; "unreachable": it runs and does not answer; "bare": its configuration has ' +
      'neither frontend nor backend; "empty": there is no configuration',
  },
  summary: text(1000),
  sinceMs: { ...NUMBER_OR_NULL, description: 'since when it does not run or answer, milliseconds since 1970' },
};

export interface OverviewContext {
  readonly overview: Overview;
  readonly history: History;
  /** Somebody looks: what he is told is of now. */
  attendFresh(): Promise<void>;
}

export function overviewRoutes(app: FastifyInstance, context: OverviewContext): void {
  const { overview, history } = context;
  app.get(
    '/api/overview',
    {
      config: { access: 'viewer' },
      schema: about('live', 'Is everything well, and if not, why: one line a frontend and backend', {
        answer: object({
          ...STANDING,
          light: LIGHT,
          proxy: { anyOf: [PROXY, { type: 'null' }] },
          totals: object({ servers: COUNTS, rates: RATES }),
          services: list(object(SERVICE)),
        }),
      }),
    },
    async () => {
      await context.attendFresh();
      return overview.overview();
    },
  );
  app.get(
    '/api/topology',
    {
      config: { access: 'viewer' },
      schema: about('live', 'Frontends, backends, servers, and which leads to which, with requests a second', {
        answer: object({
          ...STANDING,
          revision: NUMBER,
          frontends: list(object({ ...SERVICE, binds: list(text(1000)), computed: BOOLEAN })),
          backends: list(object({ ...SERVICE, members: list(SERVER) })),
          edges: list(object({ from: text(255), to: text(255), requests: NUMBER_OR_NULL })),
        }),
      }),
    },
    async () => {
      await context.attendFresh();
      return overview.topology();
    },
  );
  app.get(
    '/api/history',
    {
      config: { access: 'viewer' },
      schema: about('live', 'Which objects have a history, and how much memory it takes', {
        answer: object({
          objects: list(text(600)),
          metrics: list(text(32)),
          steps: list(object({ stepSeconds: NUMBER, length: NUMBER })),
          bytes: NUMBER,
          ceilingBytes: NUMBER,
          omitted: object({ count: NUMBER, names: list(text(600)) }),
        }),
      }),
    },
    async () => ({
      objects: [...history.series.keys()],
      metrics: METRICS,
      steps: SHAPES.map(({ stepMs, length }) => ({ stepSeconds: stepMs / 1000, length })),
      bytes: history.bytes,
      ceilingBytes: CEILING_BYTES,
      omitted: history.omitted,
    }),
  );
  const read = async (name: string, step: string | undefined): Promise<object> => {
    await context.attendFresh();
    const found = history.read(name, 1000 * Number(step ?? STEPS[0]));
    if (found === undefined) throw new Failure(404, 'not-found', `there is no history of ${name}`);
    return { object: name, ...found };
  };
  const querystring = object({ step: { type: 'string', enum: STEPS.map(String) } }, ['step']);
  app.get(
    '/api/history/:kind/:proxy',
    {
      config: { access: 'viewer' },
      schema: {
        ...about('live', `A frontend or backend over time, a value each ${STEPS.join(', ')} seconds`, {
          params: object({ kind: { type: 'string', enum: ['frontend', 'backend'] }, proxy: OBJECT_NAME }),
          answer: SERIES,
        }),
        querystring,
      },
    },
    async (request) => {
      const { kind, proxy } = request.params as { kind: string; proxy: string };
      return read(`${kind}/${proxy}`, (request.query as { step?: string }).step);
    },
  );
  app.get(
    '/api/history/server/:backend/:server',
    {
      config: { access: 'viewer' },
      schema: {
        ...about('live', 'A server over time', {
          params: object({ backend: OBJECT_NAME, server: OBJECT_NAME }),
          answer: SERIES,
        }),
        querystring,
      },
    },
    async (request) => {
      const { backend, server } = request.params as { backend: string; server: string };
      return read(`server/${backend}/${server}`, (request.query as { step?: string }).step);
    },
  );
}
