/** `http-request`, `http-response` and `redirect` lines (manual 4.2). */

import { parseCondition, warnAboutConflicts } from '../acl.ts';
import { type Direction, placesOf } from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import { EVERYWHERE, type ProxyKeyword, proxyKeyword, REAL_PROXIES } from '../keyword.ts';
import type { HttpRuleModel } from '../model-rules.ts';
import { kindOf, type Statement } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import { ACTIONS, findAction, HTTP_ACTIONS, LISTED_NAMES } from './http-actions.ts';
import { readRedirect } from './redirects.ts';
import { warnAboutHttpRequestOrder, warnAboutRedirectOrder } from './rule-order.ts';

/** Whether the last rule makes further ones pointless, for HAProxy's warning. */
function endsRules(rules: readonly HttpRuleModel[]): boolean {
  const last = rules.at(-1);
  if (last === undefined || last.condition !== undefined) return false;
  return HTTP_ACTIONS.find((entry) => entry.name === last.action.kind)?.final ?? false;
}

function parseRule(statement: Statement, proxy: ProxyDraft, direction: Direction): HttpRuleModel | undefined {
  const name = statement.word(1);
  const entry = findAction(direction, name);
  if (entry === undefined) {
    const listed = [...ACTIONS[direction]];
    // More may differ in the names of actions that take parentheses.
    const starred = new Set(listed.filter(([known]) => known.endsWith('(*)')).map(([, known]) => known.name));
    const tolerance = (candidate: string): number => (starred.has(candidate) ? 3 : 2);
    const names = name === '' ? [] : listed.map(([, known]) => known.name);
    const best = nearestWord(name, names, tolerance);
    const missing = name === '' ? ' (missing argument)' : '';
    const question = best === undefined ? '' : ` Did you mean '${best}' maybe ?`;
    const expected = LISTED_NAMES[direction].split(' ').map((known) => `'${known}'`);
    statement.alert(
      `'${direction}' expects ${expected.join(', ')}, but got '${name}'${missing}.${question}`,
      'tight',
      1,
      best,
    );
    return undefined;
  }
  if (entry.experimental && !statement.state.draft.global.said.has('expose-experimental-directives')) {
    statement.alert(
      `'${entry.name}' action is experimental, must be allowed via a global 'expose-experimental-directives'`,
      'spaced',
      1,
    );
    return undefined;
  }
  if (entry.parse === undefined) {
    statement.notImplemented(`${direction} ${entry.name}`, 1);
    return undefined;
  }
  const parsed = entry.parse({ statement, proxy, direction }, name);
  if ('error' in parsed) {
    statement.alert(
      `error detected in ${kindOf(proxy)} '${proxy.name}' while parsing '${direction} ${name}' rule : ${parsed.error}.`,
      'spaced',
      1,
    );
    return undefined;
  }
  if ('later' in parsed) {
    statement.notImplemented(parsed.later, 1);
    return undefined;
  }
  let condition = parsed.condition;
  const next = statement.word(parsed.next);
  if (next === 'if' || next === 'unless') {
    const read = parseCondition(statement.from(parsed.next), proxy, statement);
    if ('error' in read) {
      statement.alert(
        `error detected while parsing an '${direction} ${name}' condition : ${read.error}.`,
        'spaced',
        parsed.next,
      );
      return undefined;
    }
    condition = read;
  } else if (next !== '') {
    statement.alert(
      `'${direction} ${name}' expects either 'if' or 'unless' followed by a condition but found '${next}'.`,
      'tight',
      parsed.next,
    );
    return undefined;
  }
  return { place: statement.place, action: parsed.action, condition };
}

function rulesOf(proxy: ProxyDraft, direction: Direction): HttpRuleModel[] {
  if (direction === 'http-request') return proxy.httpRequestRules;
  return direction === 'http-response' ? proxy.httpResponseRules : proxy.httpAfterResponseRules;
}

function parseRules(direction: Direction) {
  return (statement: Statement, proxy: ProxyDraft): void => {
    const rules = rulesOf(proxy, direction);
    if (endsRules(rules)) {
      statement.warn(
        `previous '${direction}' action is final and has no condition attached, further entries are NOOP.`,
        'tight',
      );
    }
    const rule = parseRule(statement, proxy, direction);
    if (rule === undefined) return;
    if (direction === 'http-request') warnAboutHttpRequestOrder(statement, proxy, 'http-request');
    if (rule.condition !== undefined) warnAboutConflicts(rule.condition, placesOf(proxy, direction), statement);
    rules.push(rule);
  };
}

function parseRedirect(statement: Statement, proxy: ProxyDraft): void {
  const result = readRedirect(statement, proxy, 1, { format: undefined, response: false });
  if ('error' in result) {
    statement.alert(
      `error detected in ${kindOf(proxy)} '${proxy.name}' while parsing redirect rule : ${result.error}.`,
    );
    return;
  }
  const { redirect, condition } = result;
  proxy.redirectRules.push({ place: statement.place, action: { kind: 'redirect', redirect }, condition });
  warnAboutRedirectOrder(statement, proxy, 'redirect');
  if (condition !== undefined) warnAboutConflicts(condition, placesOf(proxy, 'http-request'), statement);
}

export const RULE_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'http-request',
    sections: EVERYWHERE,
    namedDefaults: true,
    since: '1.3',
    grammar: 'http-request <action> [<arguments>] [{if | unless} <condition>]',
    help: 'What to do with requests, rule by rule.',
    parse: parseRules('http-request'),
  }),
  proxyKeyword({
    name: 'http-response',
    sections: EVERYWHERE,
    namedDefaults: true,
    since: '1.5',
    grammar: 'http-response <action> [<arguments>] [{if | unless} <condition>]',
    help: 'What to do with responses, rule by rule.',
    parse: parseRules('http-response'),
  }),
  proxyKeyword({
    name: 'http-after-response',
    sections: EVERYWHERE,
    namedDefaults: true,
    since: '2.2',
    grammar: 'http-after-response <action> [<arguments>] [{if | unless} <condition>]',
    help: 'What to do with responses just before they are sent, our own ones included.',
    parse: parseRules('http-after-response'),
  }),
  proxyKeyword({
    name: 'redirect',
    sections: REAL_PROXIES,
    since: '1.3',
    grammar: 'redirect {location | prefix | scheme} <target> [code <code>] [<option>...] [{if | unless} <condition>]',
    help: 'Answers with a redirection; after all `http-request` rules.',
    parse: parseRedirect,
  }),
];
