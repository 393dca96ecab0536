/** `capture` in HTTP rules: an expression's value is kept in a place of its own, or in a declared one (manual 4.2). */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  ALL_RULES,
  action,
  beginsCondition,
  readExpression,
} from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import type { HttpRuleModel } from '../model-rules.ts';
import { readInt32 } from '../numbers.ts';
import { pointMask } from './check-points.ts';

const REQUEST_PLACE = pointMask('frontend http-request header rule');
const RESPONSE_PLACE = pointMask('frontend http-response header rule');

function parseCapture(context: ActionContext): ActionResult {
  const { statement, proxy, direction } = context;
  const request = direction === 'http-request';
  const least = [2, 3, 4].map((at) => statement.word(at));
  if (least.some((word) => word === '' || beginsCondition(word))) {
    return { error: `expects <expression> ${request ? "[ 'len' <length> | id <idx> ]" : 'id <idx>'}` };
  }
  const read = readExpression(context, 2, request ? REQUEST_PLACE : RESPONSE_PLACE);
  if ('error' in read) return read;
  const { expression, next } = read;
  const word = statement.word(next);
  const text = statement.word(next + 1);
  if (word === '') return { error: request ? "expects 'len or 'id'" : "expects 'id'" };
  if (word === 'len' && request) {
    if (!proxy.frontend) return { error: `proxy '${proxy.name}' has no frontend capability` };
    const length = readInt32(text);
    if (length <= 0) return { error: 'length must be > 0' };
    proxy.requestCaptures.push({ header: undefined, length });
    return { action: { kind: 'capture', expression, slot: proxy.requestCaptures.length - 1 }, next: next + 2 };
  }
  if (word !== 'id') return { error: `expects ${request ? "'len' or 'id'" : "'id'"}, found '${word}'` };
  if (!/^(?:\s*[+-]?\d+)?$/.test(text)) return { error: `cannot parse id '${text}'` };
  return { action: { kind: 'capture', expression, slot: readInt32(text) }, next: next + 2 };
}

export const CAPTURE_ACTIONS: readonly ActionEntry[] = [
  action({
    name: 'capture',
    arguments: '<expression> { len <length> | id <id> }',
    directions: ALL_RULES,
    since: '1.6',
    help: 'Keeps the value of an expression for the log: in a place of its own, or in one of `declare capture`.',
    parse: parseCapture,
  }),
];

/** Places that rules of a frontend name must have been declared; gives the complaints. */
export function captureProblems(proxy: ProxyDraft): readonly string[] {
  if (!proxy.frontend) return [];
  const missing = (rules: readonly HttpRuleModel[], places: number, direction: string): readonly string[] =>
    rules.flatMap(({ action }) =>
      action.kind === 'capture' && action.slot >= places
        ? [`Proxy '${proxy.name}': unable to find capture id '${action.slot}' referenced by ${direction} capture rule.`]
        : [],
    );
  return [
    ...missing(proxy.httpRequestRules, proxy.requestCaptures.length, 'http-request'),
    ...missing(proxy.httpResponseRules, proxy.responseCaptures.length, 'http-response'),
    ...missing(proxy.httpAfterResponseRules, proxy.responseCaptures.length, 'http-response'),
  ];
}
