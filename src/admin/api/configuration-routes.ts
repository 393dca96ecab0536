/** The proxy's configuration: text, check, apply, confirm, history. Admins only: such texts name files and hold passwords. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ConfigurationRefusal, type ConfigurationService } from '../configuration/configuration-service.ts';
import { unifiedDiff } from '../configuration/line-diff.ts';
import type { Revision, RevisionStore, Trial } from '../configuration/revision-store.ts';
import { callerOf } from './caller.ts';
import { REPORT, TEXT } from './configuration-schemas.ts';
import { Failure } from './failure.ts';
import { unlessBusy } from './language-busy.ts';
import { about, BOOLEAN, DONE, list, NULLABLE, NUMBER, object, pattern, TIME, text } from './schemas.ts';

const NUMBER_IN_PATH = object({ number: pattern('^[1-9][0-9]{0,9}$') });
const REVISION_BODY = object({ revision: { type: 'integer', minimum: 1 } });
const OUTCOME = text(16, '"confirmed": in force; "trial": runs, not confirmed; "past": was applied');
const REVISION = { number: NUMBER, parent: NUMBER, author: text(80), timeMs: TIME, note: text(500), outcome: OUTCOME };
const TRIAL = object({
  revision: NUMBER,
  author: text(80, 'who can confirm it'),
  startedMs: TIME,
  deadlineMs: TIME,
  serving: BOOLEAN,
  remainingMs: NUMBER,
});
export interface ConfigurationContext {
  readonly configuration: ConfigurationService;
  readonly revisions: RevisionStore;
  nowMs(): number;
}

const STATUS = {
  busy: 409,
  trial: 409,
  'no-trial': 409,
  'not-yours': 403,
  outdated: 409,
  invalid: 422,
  'did-not-start': 422,
} as const;

async function answered<Value>(work: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await unlessBusy(async () => work());
  } catch (error) {
    if (!(error instanceof ConfigurationRefusal)) throw error;
    const detail = error.report === undefined ? {} : { report: error.report };
    throw new Failure(STATUS[error.code], error.code, error.message, detail);
  }
}

function authorOf(request: FastifyRequest): string {
  return callerOf(request).user.name;
}

function trialView({ nowMs }: ConfigurationContext, trial: Trial): object {
  const { revision, author, startedMs, deadlineMs, serving } = trial;
  return { revision, author, startedMs, deadlineMs, serving, remainingMs: Math.max(0, deadlineMs - nowMs()) };
}

function revisionView({ revisions }: ConfigurationContext, { number, parent, author, timeMs, note }: Revision): object {
  const { confirmed, trial } = revisions.state;
  const outcome = number === confirmed ? 'confirmed' : number === trial?.revision ? 'trial' : 'past';
  return { number, parent, author, timeMs, note, outcome };
}

function found({ revisions }: ConfigurationContext, number: number): Revision {
  const revision = revisions.find(number);
  if (revision === undefined) throw new Failure(404, 'not-found', `there is no revision ${number}`);
  return revision;
}

function historyRoutes(app: FastifyInstance, context: ConfigurationContext): void {
  const tag = 'configuration';
  app.get(
    '/api/configuration/revisions',
    {
      config: { access: 'admin' },
      schema: about(tag, 'Every text that was applied, the newest first', { answer: list(object(REVISION)) }),
    },
    async () => {
      const { revisions } = context;
      return revisions.numbers().flatMap((number) => {
        const revision = revisions.find(number);
        return revision === undefined ? [] : [revisionView(context, revision)];
      });
    },
  );
  app.get(
    '/api/configuration/revisions/:number',
    {
      config: { access: 'admin' },
      schema: about(tag, 'One of them, with its text and what it changed (unified diff)', {
        params: NUMBER_IN_PATH,
        answer: object({ ...REVISION, text: TEXT, diff: { type: 'string' } }),
      }),
    },
    async (request) => {
      const revision = found(context, Number((request.params as { number: string }).number));
      const before = context.revisions.find(revision.parent)?.text ?? '';
      return { ...revisionView(context, revision), text: revision.text, diff: unifiedDiff(before, revision.text) };
    },
  );
}

function trialRoutes(app: FastifyInstance, context: ConfigurationContext): void {
  const tag = 'configuration';
  const { configuration, revisions } = context;
  app.post(
    '/api/configuration/apply',
    {
      config: { access: 'admin', action: 'configuration.apply' },
      schema: about(tag, 'Run a text on trial: it is taken back unless its author confirms it in time', {
        body: object({ text: TEXT, parent: { type: 'integer', minimum: 0 }, note: text(500) }),
        answer: TRIAL,
      }),
    },
    async (request) => {
      const { text: content, parent, note } = request.body as { text: string; parent: number; note: string };
      const trial = await answered(() => configuration.apply(content, parent, authorOf(request), note));
      return trialView(context, trial);
    },
  );
  app.post(
    '/api/configuration/confirm',
    {
      config: { access: 'admin', action: 'configuration.confirm' },
      schema: about(tag, 'Keep the text on trial: from now on it boots', { body: REVISION_BODY, answer: DONE }),
    },
    async (request) => {
      const { revision } = request.body as { revision: number };
      await answered(() => configuration.confirm(revision, authorOf(request)));
      return { done: true };
    },
  );
  app.post(
    '/api/configuration/return',
    {
      config: { access: 'admin', action: 'configuration.return' },
      schema: about(tag, 'Take the text on trial back now', { body: REVISION_BODY, answer: DONE }),
    },
    async (request) => {
      const { revision } = request.body as { revision: number };
      await answered(() => configuration.takeBack(revision, authorOf(request)));
      return { done: true };
    },
  );
  app.get(
    '/api/configuration/state',
    {
      config: { access: 'viewer' },
      schema: about(tag, 'Which revision is in force, and whether one is on trial', {
        answer: object({ confirmed: NUMBER, confirmedMs: TIME, trial: NULLABLE(TRIAL) }),
      }),
    },
    async () => {
      const { confirmed, confirmedMs, trial } = revisions.state;
      return { confirmed, confirmedMs, trial: trial === undefined ? null : trialView(context, trial) };
    },
  );
}

export function configurationRoutes(app: FastifyInstance, context: ConfigurationContext): void {
  const tag = 'configuration';
  app.get(
    '/api/configuration',
    {
      config: { access: 'admin' },
      schema: about(tag, 'The text in force; number 0: there is none yet', {
        answer: object({ number: NUMBER, text: TEXT }),
      }),
    },
    async () => {
      const { confirmed } = context.configuration;
      return { number: confirmed?.number ?? 0, text: confirmed?.text ?? '' };
    },
  );
  app.post(
    '/api/configuration/check',
    {
      config: { access: 'admin', action: 'configuration.check' },
      schema: about(tag, 'What the proxy says to a text (docs/diagnostics.md)', {
        body: object({ text: TEXT }),
        answer: REPORT,
      }),
    },
    async (request) => answered(() => context.configuration.check((request.body as { text: string }).text)),
  );
  trialRoutes(app, context);
  historyRoutes(app, context);
}
