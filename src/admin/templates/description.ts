/** A template as plain data, for the API and the form it draws: everything but the functions. */

import { manualLink } from '../text/manual-link.ts';
import { exampleAnswers } from './answers.ts';
import { applyTemplate } from './apply.ts';
import type { Availability } from './availability.ts';
import type { ExplainedLine } from './page.ts';
import type { Question } from './question.ts';
import type { Template } from './template.ts';
import { SHAPES } from './text-shapes.ts';

export interface DescribedText {
  readonly text: string;
  /** By the number of the line; `link` is '' where HAProxy's manual has nothing. */
  readonly lines: readonly (ExplainedLine & { readonly link: string })[];
}

export interface DescribedQuestion {
  readonly id: string;
  readonly question: Question;
  /** For texts: what a browser may check while it is typed. */
  readonly pattern?: string;
  readonly mostCharacters?: number;
}

export interface TemplateDescription {
  readonly id: string;
  readonly title: string;
  readonly purpose: string;
  readonly availability: Availability;
  readonly questions: readonly DescribedQuestion[];
  readonly manual: readonly { readonly place: string; readonly about: string; readonly link: string }[];
  /** What the examples make, to be read before anything is answered. */
  readonly example: { readonly configuration: DescribedText; readonly keepalived: DescribedText | undefined };
}

export function describeText(text: string, explained: readonly ExplainedLine[]): DescribedText {
  return { text, lines: explained.map((line) => ({ ...line, link: manualLink(line.manual) })) };
}

function describeQuestion(id: string, question: Question): DescribedQuestion {
  if (question.type !== 'text' && question.type !== 'texts') return { id, question };
  const { mostCharacters, pattern } = SHAPES[question.shape];
  return { id, question, pattern, mostCharacters };
}

export function describeTemplate(template: Template, availability: Availability): TemplateDescription {
  const { id, manual, purpose, questions, title } = template;
  const result = applyTemplate(template, exampleAnswers(questions), { configuration: '' });
  if (result.kind === 'refused') throw new Error(`the examples of ${id} are refused`);
  const { configuration, keepalived } = result;
  return {
    id,
    title,
    purpose,
    availability,
    questions: Object.entries(questions).map(([name, question]) => describeQuestion(name, question)),
    manual: manual.map((one) => ({ ...one, link: manualLink(one.place) })),
    example: {
      configuration: describeText(configuration.text, configuration.explained),
      keepalived: keepalived === undefined ? undefined : describeText(keepalived.text, keepalived.explained),
    },
  };
}
