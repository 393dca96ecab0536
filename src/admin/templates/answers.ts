/**
 * From what a form (or a script) sent to the values a template writes with. Each question answers for itself: a message
 * that belongs beside its field, or a value that is safe to put into a configuration as it is.
 */

import {
  isAddress,
  isMachineAddress,
  type Read,
  readHost,
  readPort,
  readRoutes,
  readServers,
} from './answer-values.ts';
import { type AnswerValue, MOST_SERVERS, MOST_WORDS, type Question, type Questions } from './question.ts';
import { SHAPES, type TextShape } from './text-shapes.ts';

export interface AnswerError {
  /** The question; '' for a message about the whole. */
  readonly question: string;
  readonly message: string;
}

export type ReadAnswers = Readonly<Record<string, AnswerValue>>;

const PATTERNS: ReadonlyMap<TextShape, RegExp> = new Map(
  (Object.keys(SHAPES) as TextShape[]).map((name) => [name, new RegExp(`^(?:${SHAPES[name].pattern})$`)]),
);

function readText(text: string, shape: TextShape): Read<string> {
  const { must, mostCharacters } = SHAPES[shape];
  if (text.length > mostCharacters) return { error: `must have at most ${mostCharacters} characters` };
  return PATTERNS.get(shape)?.test(text) === true ? { value: text } : { error: `must ${must}` };
}

function readAddress(text: string, any: boolean): Read<string> {
  if (any ? text === '*' || isAddress(text) : isMachineAddress(text)) return { value: text };
  const star = any ? ', or * for all addresses' : '';
  return { error: `must be an address, such as 192.168.1.10${star}` };
}

/** One text each; the first that is wrong is told by its number. */
function readEach(texts: readonly string[], what: string, read: (text: string) => Read<string>): Read<string[]> {
  const values: string[] = [];
  for (const [index, text] of texts.entries()) {
    const one = read(text);
    if ('error' in one) return { error: `${what} ${index + 1} ${one.error}` };
    if (values.includes(one.value)) return { error: `${what} ${index + 1} is given twice` };
    values.push(one.value);
  }
  return { value: values };
}

function readNumber(given: unknown, least: number, most: number, unit: string): Read<number> {
  const text = typeof given === 'number' ? String(given) : given;
  const number = typeof text === 'string' && /^[0-9]{1,9}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return { value: number };
  return { error: `must be a whole number from ${least} to ${most}${unit === '' ? '' : ` (${unit})`}` };
}

/** `Array.isArray` alone would let through what is no text. */
function textsOf(given: unknown): readonly string[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const values: readonly unknown[] = given;
  return values.every((one) => typeof one === 'string') ? values : undefined;
}

function readList(question: Question & { readonly least: number }, texts: readonly string[]): Read<AnswerValue> {
  if (texts.length < question.least) {
    return { error: question.least === 1 ? 'needs at least one entry' : `needs at least ${question.least} entries` };
  }
  const most = question.type === 'servers' || question.type === 'routes' ? MOST_SERVERS : MOST_WORDS;
  if (texts.length > most) return { error: `may have at most ${most} entries` };
  switch (question.type) {
    case 'servers':
      return readServers(texts, question.prefix);
    case 'routes':
      return readRoutes(texts);
    case 'addresses':
      return readEach(texts, 'address', (text) => readAddress(text, false));
    case 'texts':
      return readEach(texts, 'entry', (text) => readText(text, question.shape));
    default:
      return { error: 'is no list' };
  }
}

function readOne(question: Question, given: unknown): Read<AnswerValue> {
  if ('least' in question && question.type !== 'number') {
    const texts = textsOf(given);
    return texts === undefined ? { error: 'must be a list of texts' } : readList(question, texts);
  }
  if (question.type === 'number') return readNumber(given, question.least, question.most, question.unit);
  if (question.type === 'port') return readPort(typeof given === 'number' ? String(given) : textOf(given));
  const text = textOf(given);
  switch (question.type) {
    case 'address':
      return readAddress(text, question.any);
    case 'host':
      return readHost(text);
    case 'choice': {
      const choice = question.choices.find((one) => one.value === text);
      const all = question.choices.map((one) => one.value).join(', ');
      return choice === undefined ? { error: `must be one of: ${all}` } : { value: choice.value };
    }
    default:
      return readText(text, question.shape);
  }
}

/** What is no text is as wrong as an empty one. */
function textOf(given: unknown): string {
  return typeof given === 'string' ? given : '';
}

export type AnswersResult = { readonly answers: ReadAnswers } | { readonly errors: readonly AnswerError[] };

/** Reads the answers to all questions. Never throws, whatever `given` is. */
export function readAnswers(questions: Questions, given: Readonly<Record<string, unknown>>): AnswersResult {
  const answers: Record<string, AnswerValue> = {};
  const errors: AnswerError[] = [];
  for (const id of Object.keys(given)) {
    if (!Object.hasOwn(questions, id)) errors.push({ question: '', message: 'an answer belongs to no question' });
  }
  for (const [id, question] of Object.entries(questions)) {
    const answer = (Object.hasOwn(given, id) ? given[id] : undefined) ?? question.initially;
    if (answer === undefined) errors.push({ question: id, message: `"${question.label}" must be answered` });
    else {
      const read = readOne(question, answer);
      if ('error' in read) errors.push({ question: id, message: `"${question.label}" ${read.error}` });
      else answers[id] = read.value;
    }
  }
  return errors.length > 0 ? { errors } : { answers };
}

/** The answers a reader sees before giving own ones: defaults, and examples where there is none. */
export function exampleAnswers(questions: Questions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(questions).map(([id, one]) => [id, one.initially ?? one.example]));
}
