/** What an editor asks about a text and a place in it. Nothing is kept: the text comes with every question. */

import type { FastifyInstance } from 'fastify';
import type { PlaceInText } from '../language/editor-calls.ts';
import type { LanguageProcess } from '../language/language-process.ts';
import { TEXT } from './configuration-schemas.ts';
import { unlessBusy } from './language-busy.ts';
import { about, BOOLEAN, list, NULLABLE, NUMBER, object, type Schema, text } from './schemas.ts';

const OFFSET: Schema = { type: 'integer', minimum: 0, description: 'in UTF-16 units from 0' };
const PLACE = object({ text: TEXT, offset: OFFSET });
const WORDS = text(4096);
const NAMED = object({
  kind: WORDS,
  name: WORDS,
  start: NUMBER,
  end: NUMBER,
  line: NUMBER,
  lineText: WORDS,
  section: WORDS,
});
const EXPLANATION = object({
  kind: WORDS,
  name: WORDS,
  grammar: WORDS,
  help: WORDS,
  initially: WORDS,
  since: WORDS,
  manual: WORDS,
  link: WORDS,
  implemented: BOOLEAN,
});
const COMPLETION = object({ label: WORDS, kind: WORDS, grammar: WORDS, help: WORDS, implemented: BOOLEAN });

interface Question {
  readonly path: 'complete' | 'hover' | 'definition' | 'symbols' | 'format';
  readonly summary: string;
  readonly body: Schema;
  readonly answer: Schema;
}

const QUESTIONS: readonly Question[] = [
  {
    path: 'complete',
    summary: 'What can be written at a place; start and end: what a chosen one replaces',
    body: PLACE,
    answer: object({ start: NUMBER, end: NUMBER, candidates: list(COMPLETION) }),
  },
  {
    path: 'hover',
    summary: 'What the word at a place means; null: nothing to say',
    body: PLACE,
    answer: NULLABLE(object({ start: NUMBER, end: NUMBER, keywords: list(EXPLANATION), definitions: list(NAMED) })),
  },
  {
    path: 'definition',
    summary: 'Where the name at a place is defined, and where it is used',
    body: PLACE,
    answer: object({ definitions: list(NAMED), uses: list(object({ name: WORDS, start: NUMBER, end: NUMBER })) }),
  },
  {
    path: 'symbols',
    summary: 'Everything that has a name: sections, servers, ACLs, users',
    body: object({ text: TEXT }),
    answer: list(NAMED),
  },
  {
    path: 'format',
    summary: 'The same text with other blanks',
    body: object({ text: TEXT }),
    answer: object({ text: TEXT }),
  },
];

/** The questions about keepalived.conf, as `mahalo language` calls them. */
const FLOATING = {
  complete: 'completeFloating',
  hover: 'hoverFloating',
  definition: 'definitionFloating',
  format: 'formatFloating',
} as const;

export function textRoutes(app: FastifyInstance, language: LanguageProcess): void {
  for (const { path, summary, body, answer } of QUESTIONS) {
    app.post(
      `/api/configuration/${path}`,
      { config: { access: 'admin' }, schema: about('editor', summary, { body, answer }) },
      async (request) => unlessBusy(() => language.ask(path, request.body as PlaceInText)),
    );
    if (path === 'symbols') continue;
    app.post(
      `/api/vrrp/configuration/${path}`,
      {
        config: { access: 'admin' },
        schema: about('editor', `${summary} (keepalived.conf)`, { body, answer }),
      },
      async (request) => unlessBusy(() => language.ask(FLOATING[path], request.body as PlaceInText)),
    );
  }
}
