/**
 * `http-request`, `http-response` and `redirect` rules, compiled once: conditions and formats are functions, header names
 * are hashed. A rule either changes the message and lets the next one run, or ends the evaluation (manual section 4.2).
 */
import type { HttpActionModel, HttpRuleModel } from '../config/model.ts';
import { compileRegex } from '../config/regex/regex.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { hashName } from '../http/header-hash.ts';
import { compileCondition } from '../sample/condition.ts';
import type { CompileOptions, SampleContext } from '../sample/context.ts';
import { compileFormat } from '../sample/log-format.ts';
import { type CompiledRedirect, compileRedirect } from './redirect.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';

type Condition = (context: SampleContext) => boolean;

/** What evaluating a list came to: all rules done, or what the final one said. */
export const CONTINUE = 0;
export const DENY = 1;
export const REDIRECT = 2;

export type HttpRule =
  | {
      readonly condition: Condition | null;
      readonly kind: 'set-header' | 'add-header';
      readonly name: string;
      readonly lower: string;
      readonly hash: number;
      readonly value: (stream: Stream) => string;
    }
  | {
      readonly condition: Condition | null;
      readonly kind: 'del-header';
      readonly matches: (head: Http1Head, index: number) => boolean;
    }
  | { readonly condition: Condition | null; readonly kind: 'deny'; readonly status: number }
  | { readonly condition: Condition | null; readonly kind: 'allow' }
  | { readonly condition: Condition | null; readonly kind: 'redirect'; readonly redirect: CompiledRedirect };

/** Which rule ended the last evaluation; valid right after `applyRules` returned DENY or REDIRECT. */
export let finalRule: HttpRule | null = null;

function compileDelete(
  action: HttpActionModel & { readonly kind: 'del-header' },
): (head: Http1Head, index: number) => boolean {
  const lower = action.name.toLowerCase();
  const hash = hashName(action.name);
  switch (action.match) {
    case 'str':
      return (head, index) => head.nameHash[index] === hash && head.nameString(index).toLowerCase() === lower;
    case 'beg':
      return (head, index) => head.nameString(index).toLowerCase().startsWith(lower);
    case 'end':
      return (head, index) => head.nameString(index).toLowerCase().endsWith(lower);
    case 'sub':
      return (head, index) => head.nameString(index).toLowerCase().includes(lower);
    case 'reg': {
      const pattern = compileRegex(action.name);
      return (head, index) => pattern.test(head.nameString(index).toLowerCase());
    }
  }
}

function compileRule(model: HttpRuleModel, options: CompileOptions): HttpRule {
  const condition = model.condition === undefined ? null : compileCondition(model.condition, options);
  const action = model.action;
  switch (action.kind) {
    case 'set-header':
    case 'add-header': {
      const format = compileFormat(action.value, options);
      return {
        condition,
        kind: action.kind,
        name: action.name,
        lower: action.name.toLowerCase(),
        hash: hashName(action.name),
        value: (stream) => format.write(recordOf(stream)),
      };
    }
    case 'del-header':
      return { condition, kind: 'del-header', matches: compileDelete(action) };
    case 'deny':
      return { condition, kind: 'deny', status: action.reply.status };
    case 'allow':
      return { condition, kind: 'allow' };
    case 'redirect':
      return { condition, kind: 'redirect', redirect: compileRedirect(action.redirect, options) };
    default:
      throw new Error(`'${action.kind}' is not implemented yet`);
  }
}

export function compileRules(models: readonly HttpRuleModel[], options: CompileOptions): readonly HttpRule[] {
  return models.map((model) => compileRule(model, options));
}

/** Header values from rules end at the first line end: one header may not smuggle in another. */
function singleLine(value: string): string {
  const end = value.search(/[\r\n\0]/);
  return end < 0 ? value : value.slice(0, end);
}

/** Runs `rules` over `head`. Returns CONTINUE (an `allow` included), DENY or REDIRECT (see `finalRule`). */
export function applyRules(rules: readonly HttpRule[], stream: Stream, head: Http1Head): number {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as HttpRule;
    if (rule.condition !== null && !rule.condition(stream)) continue;
    switch (rule.kind) {
      case 'set-header': {
        // The value is made first: it may speak of the header it replaces.
        const value = singleLine(rule.value(stream));
        head.removeAll(rule.hash, rule.lower);
        head.addHeader(rule.name, value);
        break;
      }
      case 'add-header':
        head.addHeader(rule.name, singleLine(rule.value(stream)));
        break;
      case 'del-header':
        for (let k = 0; k < head.count; k++) if (head.lineEnd[k] !== 0 && rule.matches(head, k)) head.removeAt(k);
        break;
      case 'allow':
        return CONTINUE;
      case 'deny':
        finalRule = rule;
        return DENY;
      case 'redirect':
        finalRule = rule;
        return REDIRECT;
    }
  }
  return CONTINUE;
}
