/**
 * What the actions of HTTP rules have in common: the entry that declares one, and reading of the words that several of them
 * take (formats, expressions, regular expressions, numbers). The actions themselves stand in `keywords/http-actions-*.ts`.
 */

import type { ProxyDraft } from './draft.ts';
import { parseExpression } from './expression.ts';
import { parseFormat } from './format.ts';
import { EVERYWHERE, type KeywordEntry } from './keyword.ts';
import { pointMask } from './keywords/check-points.ts';
import type { ConditionModel, ExpressionModel, FormatModel, HttpActionModel } from './model-rules.ts';
import { parseTime } from './numbers.ts';
import { compileRegex } from './regex/regex.ts';
import type { Statement } from './statement.ts';

export type Failure = { readonly error: string };
export type Direction = 'http-request' | 'http-response' | 'http-after-response';

export interface ActionContext {
  readonly statement: Statement;
  readonly proxy: ProxyDraft;
  readonly direction: Direction;
  /** The check points at which the rule runs, when it is none of `direction`: rules on connections and bytes. */
  readonly places?: number;
}

interface ParsedAction {
  readonly action: HttpActionModel;
  /** The index of the first word after the action's own. */
  readonly next: number;
  /** `redirect` reads its condition itself. */
  readonly condition?: ConditionModel | undefined;
}

/** The grammar was right, but nothing would run it. */
interface LaterAction {
  readonly later: string;
}

export type ActionResult = ParsedAction | LaterAction | Failure;
export type ParseAction = (context: ActionContext, name: string) => ActionResult;

export interface ActionEntry extends KeywordEntry {
  readonly directions: readonly Direction[];
  /** Nothing after it is reached when it has no condition. */
  readonly final: boolean;
  /** Needs a global `expose-experimental-directives` before it. */
  readonly experimental: boolean;
  readonly parse: ParseAction | undefined;
}

export const REQUEST: readonly Direction[] = ['http-request'];
export const REQUEST_AND_RESPONSE: readonly Direction[] = ['http-request', 'http-response'];
export const RESPONSES: readonly Direction[] = ['http-response', 'http-after-response'];
export const ALL_RULES: readonly Direction[] = ['http-request', 'http-response', 'http-after-response'];

interface ActionDeclaration {
  readonly name: string;
  readonly arguments?: string;
  readonly directions: readonly Direction[];
  readonly help: string;
  readonly final?: boolean;
  readonly experimental?: boolean;
  readonly since?: string;
  readonly implemented?: boolean;
  readonly parse: ParseAction | undefined;
}

/** Declares an action. `arguments` is its grammar after the name. */
export function action(declared: ActionDeclaration): ActionEntry {
  return {
    kind: declared.directions.includes('http-request') ? 'http-request' : 'http-response',
    name: declared.name,
    sections: EVERYWHERE,
    grammar: declared.arguments === undefined ? declared.name : `${declared.name} ${declared.arguments}`,
    help: declared.help,
    initially: '',
    since: declared.since ?? '1.5',
    manual: '4.2',
    implemented: declared.implemented ?? declared.parse !== undefined,
    directions: declared.directions,
    final: declared.final ?? false,
    experimental: declared.experimental ?? false,
    parse: declared.parse,
  };
}

const REQUEST_FRONTEND = pointMask('frontend http-request header rule');
const REQUEST_BACKEND = pointMask('backend http-request header rule');
const RESPONSE_FRONTEND = pointMask('frontend http-response header rule');
const RESPONSE_BACKEND = pointMask('backend http-response header rule');

/** The check points at which the rules of a proxy run. */
export function placesOf(proxy: ProxyDraft, direction: Direction): number {
  const request = direction === 'http-request';
  const frontend = proxy.frontend ? (request ? REQUEST_FRONTEND : RESPONSE_FRONTEND) : 0;
  const backend = proxy.backend ? (request ? REQUEST_BACKEND : RESPONSE_BACKEND) : 0;
  return frontend | backend;
}

/** A formatted string as the rules of this direction may use it. */
export function readFormat(context: ActionContext, text: string): FormatModel | Failure {
  return parseFormat(text, {
    where: context.places ?? placesOf(context.proxy, context.direction),
    http: context.proxy.mode === 'http',
    use: 'header',
    response: context.direction !== 'http-request',
  });
}

/** Whether a word begins the condition of a rule. */
export function beginsCondition(word: string): boolean {
  return word === 'if' || word === 'unless';
}

interface ReadExpression {
  readonly expression: ExpressionModel;
  readonly next: number;
}

/** An expression from word `start` on: its converters may stand as words of their own. */
export function readExpression(context: ActionContext, start: number, where?: number): ReadExpression | Failure {
  const { statement, proxy, direction } = context;
  const parsed = parseExpression(statement.word(start), false, statement.from(start + 1));
  if ('error' in parsed) return parsed;
  if ((parsed.fetch.places & (where ?? context.places ?? placesOf(proxy, direction))) === 0) {
    return {
      error:
        `fetch method '${statement.word(start)}' extracts information from '${parsed.fetch.source}', ` +
        'none of which is available here',
    };
  }
  const response = direction !== 'http-request' && parsed.fetch.name === 'hdr';
  const expression = response ? { ...parsed.expression, fetch: 'res.hdr' } : parsed.expression;
  return { expression, next: start + 1 + parsed.wordCount };
}

/** Says what is wrong with a regular expression; undefined when nothing is. */
export function checkRegex(pattern: string): Failure | undefined {
  try {
    compileRegex(pattern);
    return undefined;
  } catch (problem) {
    return { error: problem instanceof Error ? problem.message : String(problem) };
  }
}

/** C's strtol with base 0: decimal, 0x hexadecimal, 0 octal. Gives the number and what follows it. */
export function readAnyBase(text: string): { readonly value: number; readonly rest: string } {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
  if (match === null) return { value: 0, rest: text };
  const digits = match[2] ?? '';
  const magnitude = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return { value: match[1] === '-' ? -magnitude : magnitude, rest: text.slice(match[0].length) };
}

const SIZE_SHIFTS: Readonly<Record<string, number>> = { k: 10, K: 10, m: 20, M: 20, g: 30, G: 30 };

/** A size in bytes with an optional unit k, m or g, or the character that is wrong. */
export function readSize(text: string): number | Failure {
  const digits = /^\d*/.exec(text)?.[0] ?? '';
  const unit = text.charAt(digits.length);
  const shift = SIZE_SHIFTS[unit];
  if (unit === '') return Number(digits);
  if (digits === '' || shift === undefined) return { error: `unexpected character '${unit}'` };
  if (text.length > digits.length + 1) return { error: `unexpected character '${text.charAt(digits.length + 1)}'` };
  return Number(digits) * 2 ** shift;
}

/** A delay in milliseconds, or what is wrong with it, in the words of `wait-for-body`. */
export function readDelay(text: string): number | Failure {
  const time = parseTime(text);
  switch (time.kind) {
    case 'value':
      return time.rest === '' ? time.value : { error: `unexpected character '${time.rest.charAt(0)}'` };
    case 'over':
      return { error: 'time overflow (maximum value is 2147483647 ms or ~24.8 days)' };
    case 'under':
      return { error: 'time underflow (minimum non-null value is 1 ms)' };
    case 'character':
      return { error: `unexpected character '${time.character}'` };
  }
}
