/** Templates: forms over text. They write nothing by themselves; what they make is applied like any other text. */

import type { FastifyInstance } from 'fastify';
import type { LanguageProcess } from '../language/language-process.ts';
import type { TemplateDescription } from '../templates/description.ts';
import { REPORT, TEXT } from './configuration-schemas.ts';
import { Failure } from './failure.ts';
import { unlessBusy } from './language-busy.ts';
import { about, BOOLEAN, list, NULLABLE, NUMBER, object, pattern, type Schema, text } from './schemas.ts';

const ANYTHING: Schema = { type: 'object', additionalProperties: true };
const LINE = object({ number: NUMBER, text: text(4096), explanation: text(4096), manual: text(200), link: text(400) });
const DESCRIBED = { text: TEXT, lines: list(LINE) };
const WRITTEN = object({ ...DESCRIBED, inserted: TEXT });
const TEMPLATE = object({
  id: text(64),
  title: text(200),
  purpose: text(2000),
  availability: {
    ...ANYTHING,
    description:
      '{"kind": "offered"}, {"kind": "not-yet", "missing": [keywords]} or {"kind": "broken", "messages": [...]}',
  },
  questions: list(
    object({ id: text(64), question: ANYTHING, pattern: text(400), mostCharacters: NUMBER }, [
      'pattern',
      'mostCharacters',
    ]),
  ),
  manual: list(object({ place: text(200), about: text(400), link: text(400) })),
  example: object({ configuration: object(DESCRIBED), keepalived: object(DESCRIBED) }, ['keepalived']),
});

export interface TemplateContext {
  readonly language: LanguageProcess;
  /** Read before every configuration. */
  readonly runtimeText: string;
}

export function templateRoutes(app: FastifyInstance, { language, runtimeText }: TemplateContext): void {
  const tag = 'templates';
  // They change with the program only.
  let catalogue: readonly TemplateDescription[] | undefined;
  app.get(
    '/api/templates',
    {
      config: { access: 'admin' },
      schema: about(tag, 'All templates: questions, an example, and whether the proxy can run them', {
        answer: list(TEMPLATE),
      }),
    },
    async () => {
      catalogue ??= await unlessBusy(() => language.ask('templates', {}));
      return catalogue;
    },
  );
  app.post(
    '/api/templates/:template/text',
    {
      config: { access: 'admin', action: 'template.write' },
      schema: about(tag, 'What the answers make of a text: the new part stands at its end, nothing else is touched', {
        params: object({ template: pattern('^[a-z0-9-]{1,64}$') }),
        body: object(
          {
            answers: { ...ANYTHING, description: 'by the ids of the questions' },
            text: TEXT,
            keepalived: TEXT,
            timeouts: { type: 'string', enum: ['add', 'leave'], description: 'time-outs that existing defaults lack' },
          },
          ['keepalived', 'timeouts'],
        ),
        answer: object({
          configuration: WRITTEN,
          keepalived: NULLABLE(WRITTEN),
          files: list(object({ path: text(200), text: TEXT, explanation: text(1000) })),
          needs: list(object({ path: text(200), what: text(1000) })),
          renamed: list(object({ wanted: text(100), used: text(100) })),
          offers: list(object({ section: text(100), line: ANYTHING, added: BOOLEAN })),
          report: REPORT,
        }),
      }),
    },
    async (request) => {
      const { template } = request.params as { readonly template: string };
      const body = request.body as {
        readonly answers: Readonly<Record<string, unknown>>;
        readonly text: string;
        readonly keepalived?: string;
        readonly timeouts?: 'add' | 'leave';
      };
      const given = { template, keepalived: '', timeouts: 'leave' as const, before: runtimeText, ...body };
      const result = await unlessBusy(() => language.ask('writeTemplate', given));
      if (result.kind === 'unknown') throw new Failure(404, 'not-found', `there is no template '${template}'`);
      if (result.kind === 'refused') {
        const { errors } = result;
        throw new Failure(422, 'refused', errors[0]?.message ?? 'the answers do not fit', { errors });
      }
      const { kind: _, ...written } = result;
      return written;
    },
  );
}
