/** Every text that was applied: list, compare, take away, bring in. Going back is applying an older text. */

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Revision, RevisionView } from '../answers/revisions.ts';
import { exportPieces } from '../configuration/export.ts';
import { unifiedDiff } from '../configuration/line-diff.ts';
import type { RevisionStore } from '../configuration/revision-store.ts';
import { callerOf } from './caller.ts';
import { FILES, TEXT } from './configuration-schemas.ts';
import { Failure } from './failure.ts';
import { about, list, NUMBER, object, pattern, type Schema, TIME, text } from './schemas.ts';

const NUMBER_PATTERN = '^[1-9][0-9]{0,9}$';
const NUMBER_IN_PATH = object({ number: pattern(NUMBER_PATTERN) });
const OUTCOME = text(16, '"confirmed": in force; "trial": runs, not confirmed; "past": was applied or brought in');
const REVISION = { number: NUMBER, parent: NUMBER, author: text(80), timeMs: TIME, note: text(500), outcome: OUTCOME };
const MOST_IMPORTED = 500;
const IMPORTED = object({
  number: NUMBER,
  parent: NUMBER,
  author: text(80),
  timeMs: TIME,
  note: text(500),
  text: TEXT,
  files: FILES,
});

export interface HistoryContext {
  readonly base: string;
  readonly name: string;
  readonly revisions: RevisionStore;
}

function revisionView({ revisions }: HistoryContext, { number, parent, author, timeMs, note }: Revision): RevisionView {
  const { confirmed, trial } = revisions.state;
  const outcome = number === confirmed ? 'confirmed' : number === trial?.revision ? 'trial' : 'past';
  return { number, parent, author, timeMs, note, outcome };
}

function found({ revisions }: HistoryContext, number: number): Revision {
  const revision = revisions.find(number);
  if (revision === undefined) throw new Failure(404, 'not-found', `there is no revision ${number}`);
  return revision;
}

function exchangeRoutes(app: FastifyInstance, context: HistoryContext): void {
  const { base, name, revisions } = context;
  const file: Schema = { description: 'a file to save' };
  app.get(
    `${base}/revisions/:number/file`,
    {
      config: { access: 'admin' },
      schema: about(name, 'The text of a revision as a file', { params: NUMBER_IN_PATH, answer: file }),
    },
    async (request, reply) => {
      const revision = found(context, Number((request.params as { number: string }).number));
      return reply
        .header('content-disposition', `attachment; filename="${name}-${revision.number}.cfg"`)
        .type('text/plain; charset=utf-8')
        .send(revision.text);
    },
  );
  app.get(
    `${base}/export`,
    {
      config: { access: 'admin', action: `${name}.export` },
      schema: about(name, 'All revisions in one file: a JSON object a line, the first says what it is', {
        answer: file,
      }),
    },
    async (_request, reply) =>
      reply
        .header('content-disposition', `attachment; filename="${name}-revisions.jsonl"`)
        .type('application/jsonl; charset=utf-8')
        .send(Readable.from(exportPieces(name, revisions))),
  );
  app.post(
    `${base}/import`,
    {
      config: { access: 'admin', action: `${name}.import` },
      schema: about(name, 'Brings revisions of an export into the history, under new numbers. Nothing is applied', {
        body: object({ revisions: { ...list(IMPORTED), maxItems: MOST_IMPORTED } }),
        answer: object({ numbers: list(NUMBER) }),
      }),
    },
    async (request) => {
      const body = request.body as { readonly revisions: readonly Revision[] };
      const by = callerOf(request).user.name;
      const numbers = new Map<number, number>();
      for (const { number, parent, author, timeMs, note, text: content, files } of body.revisions) {
        const told = `${note} (was ${number}, brought in by ${by})`.trim().slice(0, 500);
        const added = revisions.add({
          parent: numbers.get(parent) ?? 0,
          author,
          timeMs,
          note: told,
          text: content,
          files,
        });
        numbers.set(number, added.number);
      }
      return { numbers: [...numbers.values()] };
    },
  );
}

export function historyRoutes(app: FastifyInstance, context: HistoryContext): void {
  const { base, name } = context;
  app.get(
    `${base}/revisions`,
    {
      config: { access: 'admin' },
      schema: about(name, 'Every text that was applied, the newest first', { answer: list(object(REVISION)) }),
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
    `${base}/revisions/:number`,
    {
      config: { access: 'admin' },
      schema: about(name, 'One of them, with its text and what it changed (unified diff)', {
        params: NUMBER_IN_PATH,
        answer: object({ ...REVISION, text: TEXT, files: FILES, diff: { type: 'string' } }),
      }),
    },
    async (request) => {
      const revision = found(context, Number((request.params as { number: string }).number));
      const before = context.revisions.find(revision.parent)?.text ?? '';
      const { text: content, files } = revision;
      return { ...revisionView(context, revision), text: content, files, diff: unifiedDiff(before, content) };
    },
  );
  app.get(
    `${base}/revisions/:number/compare/:other`,
    {
      config: { access: 'admin' },
      schema: about(name, 'What leads from one revision to another (unified diff)', {
        params: object({ number: pattern(NUMBER_PATTERN), other: pattern(NUMBER_PATTERN) }),
        answer: object({ before: TEXT, after: TEXT, diff: { type: 'string' } }),
      }),
    },
    async (request) => {
      const { number, other } = request.params as { number: string; other: string };
      const before = found(context, Number(number)).text;
      const after = found(context, Number(other)).text;
      return { before, after, diff: unifiedDiff(before, after) };
    },
  );
  exchangeRoutes(app, context);
}
