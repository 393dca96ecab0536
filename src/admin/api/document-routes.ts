/**
 * A document on trial: text, check, preview, apply, confirm, return. The proxy's configuration is one, keepalived.conf
 * another. Admins only: such texts name files and hold passwords.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CheckReport } from '../../config/report.ts';
import type { DocumentFile } from '../answers/revisions.ts';
import { ConfigurationRefusal, type ConfigurationService } from '../configuration/configuration-service.ts';
import type { RevisionStore, Trial } from '../configuration/revision-store.ts';
import { callerOf } from './caller.ts';
import { FILES, REPORT, TEXT, WORDS } from './configuration-schemas.ts';
import { Failure } from './failure.ts';
import { historyRoutes } from './history-routes.ts';
import { unlessBusy } from './language-busy.ts';
import { about, BOOLEAN, DONE, NULLABLE, NUMBER, object, type Schema, TIME, text } from './schemas.ts';

const REVISION_BODY = object({ revision: { type: 'integer', minimum: 1 } });
export const TRIAL = object({
  revision: NUMBER,
  author: text(80, 'who can confirm it'),
  startedMs: TIME,
  deadlineMs: TIME,
  serving: BOOLEAN,
  remainingMs: NUMBER,
});

export interface DocumentContext {
  /** `/api/configuration` */
  readonly base: string;
  /** In the audit log and in the description: `configuration`. */
  readonly name: string;
  readonly service: ConfigurationService;
  readonly revisions: RevisionStore;
  readonly previewSchema: Schema;
  /** Null instead of a preview: the text is refused. */
  preview(text: string, files: readonly DocumentFile[]): Promise<{ report: CheckReport; preview: object | null }>;
  words(): Promise<object>;
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

export function trialView({ nowMs }: Pick<DocumentContext, 'nowMs'>, trial: Trial): object {
  const { revision, author, startedMs, deadlineMs, serving } = trial;
  return { revision, author, startedMs, deadlineMs, serving, remainingMs: Math.max(0, deadlineMs - nowMs()) };
}

interface TextBody {
  readonly text: string;
  readonly files?: readonly DocumentFile[];
}

function trialRoutes(app: FastifyInstance, context: DocumentContext): void {
  const { base, name, revisions, service } = context;
  app.post(
    `${base}/apply`,
    {
      config: { access: 'admin', action: `${name}.apply` },
      schema: about(name, 'Run a text on trial: it is taken back unless its author confirms it in time', {
        body: object({ text: TEXT, parent: { type: 'integer', minimum: 0 }, note: text(500), files: FILES }, ['files']),
        answer: TRIAL,
      }),
    },
    async (request) => {
      const body = request.body as TextBody & { readonly parent: number; readonly note: string };
      const trial = await answered(() => service.apply({ files: [], ...body, author: authorOf(request) }));
      return trialView(context, trial);
    },
  );
  app.post(
    `${base}/confirm`,
    {
      config: { access: 'admin', action: `${name}.confirm` },
      schema: about(name, 'Keep the text on trial: from now on it boots', { body: REVISION_BODY, answer: DONE }),
    },
    async (request) => {
      const { revision } = request.body as { revision: number };
      await answered(() => service.confirm(revision, authorOf(request)));
      return { done: true };
    },
  );
  app.post(
    `${base}/return`,
    {
      config: { access: 'admin', action: `${name}.return` },
      schema: about(name, 'Take the text on trial back now', { body: REVISION_BODY, answer: DONE }),
    },
    async (request) => {
      const { revision } = request.body as { revision: number };
      await answered(() => service.takeBack(revision, authorOf(request)));
      return { done: true };
    },
  );
  app.get(
    `${base}/state`,
    {
      config: { access: 'viewer' },
      schema: about(name, 'Which revision is in force, and whether one is on trial', {
        answer: object({ confirmed: NUMBER, confirmedMs: TIME, trial: NULLABLE(TRIAL) }),
      }),
    },
    async () => {
      const { confirmed, confirmedMs, trial } = revisions.state;
      return { confirmed, confirmedMs, trial: trial === undefined ? null : trialView(context, trial) };
    },
  );
}

export function documentRoutes(app: FastifyInstance, context: DocumentContext): void {
  const { base, name, service } = context;
  const body = object({ text: TEXT, files: FILES }, ['files']);
  app.get(
    base,
    {
      config: { access: 'admin' },
      schema: about(name, 'The text in force, and the files that go with it; number 0: there is none yet', {
        answer: object({ number: NUMBER, text: TEXT, files: FILES }),
      }),
    },
    async () => {
      const { confirmed } = service;
      return { number: confirmed?.number ?? 0, text: confirmed?.text ?? '', files: confirmed?.files ?? [] };
    },
  );
  app.post(
    `${base}/check`,
    {
      config: { access: 'admin', action: `${name}.check` },
      schema: about(name, 'What its reader says to a text (docs/diagnostics.md)', { body, answer: REPORT }),
    },
    async (request) => {
      const { text: content, files } = request.body as TextBody;
      return answered(() => service.check(content, files));
    },
  );
  app.post(
    `${base}/preview`,
    {
      config: { access: 'admin' },
      schema: about(name, 'What would change if this text were applied, from the text in force; null: it is refused', {
        body,
        answer: object({ report: REPORT, preview: NULLABLE(context.previewSchema) }),
      }),
    },
    async (request) => {
      const { text: content, files } = request.body as TextBody;
      return answered(() => context.preview(content, service.filesFor(content, files ?? [])));
    },
  );
  app.get(
    `${base}/words`,
    {
      config: { access: 'admin' },
      schema: about(name, 'The words of its language, for colours: at the start of a line, and behind it', {
        answer: WORDS,
      }),
    },
    async () => answered(() => context.words()),
  );
  trialRoutes(app, context);
  historyRoutes(app, context);
}
