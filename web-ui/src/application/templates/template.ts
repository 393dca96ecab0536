/** Templates as the API describes them (GET /api/templates), and what a form's answers make of a text. */

import { ApiError, api } from '../../api/client.ts';

interface QuestionBase {
  readonly label: string;
  readonly help: string;
}

export type Question =
  | (QuestionBase & {
      readonly type: 'address';
      readonly any: boolean;
      readonly initially?: string;
      readonly example: string;
    })
  | (QuestionBase & { readonly type: 'host' | 'text'; readonly initially?: string; readonly example: string })
  | (QuestionBase & { readonly type: 'port'; readonly initially?: number; readonly example: number })
  | (QuestionBase & {
      readonly type: 'number';
      readonly least: number;
      readonly most: number;
      readonly unit: string;
      readonly initially?: number;
      readonly example: number;
    })
  | (QuestionBase & {
      readonly type: 'choice';
      readonly choices: readonly { readonly value: string; readonly label: string }[];
      readonly initially?: string;
      readonly example: string;
    })
  | (QuestionBase & {
      readonly type: 'servers' | 'routes' | 'addresses' | 'texts';
      readonly least: number;
      readonly initially?: readonly string[];
      readonly example: readonly string[];
    });

export interface AskedQuestion {
  readonly id: string;
  readonly question: Question;
  /** For texts: what may be typed, as a regular expression for the whole of it. */
  readonly pattern?: string;
  readonly mostCharacters?: number;
}

export interface ExplainedLine {
  /** From 1, in the text. */
  readonly number: number;
  readonly text: string;
  readonly explanation: string;
  /** "4.2 balance": section and keyword of HAProxy's manual. */
  readonly manual: string;
  /** '' where the manual has nothing. */
  readonly link: string;
}

export interface DescribedText {
  readonly text: string;
  readonly lines: readonly ExplainedLine[];
}

export interface Template {
  readonly id: string;
  readonly title: string;
  readonly purpose: string;
  readonly availability:
    | { readonly kind: 'offered' }
    | { readonly kind: 'not-yet'; readonly missing: readonly string[] }
    | { readonly kind: 'broken'; readonly messages: readonly string[] };
  readonly questions: readonly AskedQuestion[];
  readonly manual: readonly { readonly place: string; readonly about: string; readonly link: string }[];
  readonly example: { readonly configuration: DescribedText; readonly keepalived?: DescribedText };
}

export interface WrittenText extends DescribedText {
  /** The new part, at the end of `text`. */
  readonly inserted: string;
}

export interface WrittenTemplate {
  readonly configuration: WrittenText;
  readonly keepalived: WrittenText | null;
  readonly files: readonly { readonly path: string; readonly text: string; readonly explanation: string }[];
  readonly needs: readonly { readonly path: string; readonly what: string }[];
  readonly renamed: readonly { readonly wanted: string; readonly used: string }[];
  /** Time-outs that the existing defaults lack. */
  readonly offers: readonly { readonly section: string; readonly added: boolean }[];
  /** What the proxy says to the whole new text. */
  readonly report: CheckReport;
}

export interface CheckReport {
  readonly verdict: 'valid' | 'invalid' | 'no-listener';
  readonly diagnostics: readonly CheckDiagnostic[];
}

export interface CheckDiagnostic {
  readonly severity: 'error' | 'warning' | 'notice' | 'diag';
  readonly file: string;
  /** From 1; 0: it concerns no line. */
  readonly line: number;
  /** In bytes of UTF-8, from 1. */
  readonly column: number;
  readonly endColumn?: number;
  readonly message: string;
  readonly hint?: string;
  readonly keyword?: string;
}

/** What stands in the fields: lists as lines of a text. */
export type Answers = Readonly<Record<string, string>>;

const LISTS: readonly Question['type'][] = ['servers', 'routes', 'addresses', 'texts'];

export function isList(question: Question): boolean {
  return LISTS.includes(question.type);
}

/** The fields as they are before anybody types: what the template takes by itself, else nothing. */
export function initialAnswers(template: Template): Answers {
  return Object.fromEntries(
    template.questions.map(({ id, question: { initially } }) => [
      id,
      initially === undefined ? '' : typeof initially === 'object' ? initially.join('\n') : String(initially),
    ]),
  );
}

/** As the API takes them; an empty field is no answer, so that the template's own one holds. */
export function answersToSend(template: Template, answers: Answers): Readonly<Record<string, unknown>> {
  const entries = template.questions.flatMap(({ id, question }): [string, unknown][] => {
    const text = (answers[id] ?? '').trim();
    if (text === '') return [];
    if (!isList(question)) return [[id, text]];
    const lines = text.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
    return [[id, lines.filter((line) => line !== '')]];
  });
  return Object.fromEntries(entries);
}

export function loadTemplates(): Promise<readonly Template[]> {
  return api.get('/api/templates');
}

export function writeTemplate(
  template: Template,
  answers: Answers,
  text: string,
  more: { readonly keepalived?: string; readonly timeouts?: 'add' | 'leave' } = {},
): Promise<WrittenTemplate> {
  const body = { answers: answersToSend(template, answers), text, ...more };
  return api.post(`/api/templates/${template.id}/text`, body);
}

/** By question, what the unit says is wrong with its answer; '' for what concerns the whole. Undefined: another error. */
export function answerErrors(error: unknown): Readonly<Record<string, string>> | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const { errors } = error.detail;
  if (!Array.isArray(errors)) return undefined;
  const list = errors as readonly { readonly question: string; readonly message: string }[];
  // The field has its label already.
  return Object.fromEntries(list.map(({ message, question }) => [question, message.replace(/^"[^"]*" /, '')]));
}
