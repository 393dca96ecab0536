/** `set-var`, `set-var-fmt` and `unset-var`, in rules of every layer and in the global section (manual 2.8, 4.2). */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  ALL_RULES,
  action,
  type Failure,
  placesOf,
} from '../action.ts';
import { parseExpression } from '../expression.ts';
import { parseFormat } from '../format.ts';
import type { HttpActionModel } from '../model-rules.ts';
import { variableNameProblem } from '../variable-name.ts';
import { variableConditionProblem } from './variables.ts';

type Kind = 'set-var' | 'set-var-fmt' | 'unset-var';

/** What stands in the word: `set-var(txn.host,ifnotset)`. */
interface Target {
  readonly kind: Kind;
  readonly name: string;
  readonly conditions: readonly string[];
}

/** Where the value is evaluated: check points, and whether HTTP is spoken there. */
export interface ValuePlace {
  readonly where: number;
  readonly http: boolean;
  readonly response: boolean;
}

const EXPECTED = "Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'";

function readTarget(word: string): Target | Failure {
  const kind = (['set-var-fmt', 'set-var', 'unset-var'] as const).find((name) => word.startsWith(name)) ?? 'set-var';
  const rest = word.slice(kind.length);
  if (!rest.startsWith('(')) return { error: `invalid or incomplete action '${word}'. ${EXPECTED}` };
  if (!rest.endsWith(')')) return { error: `incomplete argument after action '${word}'. ${EXPECTED}` };
  const [name = '', ...written] = rest.slice(1, -1).split(',');
  // An empty word ends the conditions.
  const end = written.indexOf('');
  const conditions = end < 0 ? written : written.slice(0, end);
  if (conditions.length > 0 && kind === 'unset-var') {
    return {
      error:
        'unset-var does not expect parameters after the variable name. ' +
        'Only "set-var" and "set-var-fmt" manage conditions',
    };
  }
  const problem = variableConditionProblem(conditions) ?? variableNameProblem(name);
  if (problem === undefined) return { kind, name, conditions };
  // HAProxy shows what follows the wrong character, to the end of the word.
  const character = /^invalid syntax at char '(.*)'$/s.exec(problem)?.[1];
  if (character === undefined) return { error: problem };
  return { error: `invalid syntax at char '${rest.slice(1 + name.length - character.length)}'` };
}

export type VariableActionModel = Extract<HttpActionModel, { readonly kind: Kind }>;

/**
 * Reads the action from its word, and the words after it as the value. `next` is the index, within `following`, of the
 * first one that does not belong to it.
 */
export function readVariableAction(
  word: string,
  following: readonly string[],
  place: ValuePlace,
): { readonly action: VariableActionModel; readonly next: number } | Failure {
  const target = readTarget(word);
  if ('error' in target) return target;
  const { kind, name, conditions } = target;
  if (kind === 'unset-var') return { action: { kind, name }, next: 0 };
  const text = following[0] ?? '';
  if (kind === 'set-var-fmt') {
    const value = parseFormat(text, { where: place.where, http: place.http, use: 'text', response: place.response });
    return 'error' in value ? value : { action: { kind, name, conditions, value }, next: 1 };
  }
  const parsed = parseExpression(text, false, following.slice(1));
  if ('error' in parsed) return parsed;
  if ((parsed.fetch.places & place.where) === 0) {
    return {
      error:
        `fetch method '${word}' extracts information from '${parsed.fetch.source}', ` +
        'none of which is available here',
    };
  }
  const turned = place.response && parsed.fetch.name === 'hdr';
  const expression = turned ? { ...parsed.expression, fetch: 'res.hdr' } : parsed.expression;
  return { action: { kind, name, conditions, expression }, next: 1 + parsed.wordCount };
}

function parse({ statement, proxy, direction, places }: ActionContext, word: string): ActionResult {
  const read = readVariableAction(word, statement.from(2), {
    where: places ?? placesOf(proxy, direction),
    http: proxy.mode === 'http',
    response: direction !== 'http-request',
  });
  return 'error' in read ? read : { action: read.action, next: 2 + read.next };
}

export const VARIABLE_ACTIONS: readonly ActionEntry[] = [
  action({
    name: 'set-var',
    arguments: '(<name>[,<condition>...]) <expression>',
    directions: ALL_RULES,
    since: '1.6',
    help: 'Sets a variable.',
    parse,
  }),
  action({
    name: 'set-var-fmt',
    arguments: '(<name>[,<condition>...]) <format>',
    directions: ALL_RULES,
    since: '2.5',
    help: 'Sets a variable to a formatted string.',
    parse,
  }),
  action({
    name: 'unset-var',
    arguments: '(<name>)',
    directions: ALL_RULES,
    since: '1.6',
    help: 'Takes the value of a variable away.',
    parse,
  }),
];
