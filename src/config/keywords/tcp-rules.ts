/** `tcp-request` and `tcp-response` lines (manual 4.2): rules on connections, sessions and the first bytes of a stream. */

import { parseCondition, warnAboutConflicts } from '../acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { ConditionModel, TcpRuleModel } from '../model-rules.ts';
import { parseTime } from '../numbers.ts';
import { kindOf, Statement } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import { warnAboutTcpConnectionOrder, warnAboutTcpContentOrder, warnAboutTcpSessionOrder } from './rule-order.ts';
import { expectedActions, furtherNames, listedNames, placesOf, readTcpAction, type TcpLayer } from './tcp-actions.ts';

function whereOf(proxy: ProxyDraft): string {
  return `in ${kindOf(proxy)} '${proxy.name}'`;
}

/** An anonymous defaults section hands no rules down. */
function isAnonymous(proxy: ProxyDraft): boolean {
  return proxy.section === 'defaults' && proxy.name === '';
}

/** The condition from word `at` on; `undefined` in the result: none. False: complained about. */
function readCondition(
  statement: Statement,
  at: number,
  proxy: ProxyDraft,
  subject: string,
): { readonly condition: ConditionModel | undefined } | false {
  const next = statement.word(at);
  if (next === '') return { condition: undefined };
  if (next !== 'if' && next !== 'unless') {
    statement.alert(`'${subject}' only accepts 'if' or 'unless', ${whereOf(proxy)} (got '${next}')`, 'spaced', at);
    return false;
  }
  const condition = parseCondition(statement.from(at), proxy, statement);
  if (!('error' in condition)) return { condition };
  statement.alert(
    `'${subject}' : error detected ${whereOf(proxy)} while parsing '${next}' condition : ${condition.error}`,
    'spaced',
    at,
  );
  return false;
}

/** The line without its second word: actions then stand where those of HTTP rules do. */
function withoutLayer(statement: Statement): Statement {
  const words = statement.words.filter((_word, index) => index !== 1);
  return new Statement(words, statement.place, statement.section, statement.modifier, statement.state);
}

function complainUnknown(statement: Statement, proxy: ProxyDraft, layer: TcpLayer): void {
  const word = statement.word(2);
  const listed = listedNames(layer);
  const starred = new Set(listed.filter((name) => name.endsWith('(*)')).map((name) => name.replace('(*)', '')));
  const names = [...listed.map((name) => name.replace('(*)', '')), ...furtherNames(layer)];
  // More may differ in the names of actions that take parentheses.
  const best = word === '' ? undefined : nearestWord(word, names, (name) => (starred.has(name) ? 3 : 2));
  const question = best === undefined ? '' : ` Did you mean '${best}' maybe ?`;
  const end = layer === 'tcp-response content' ? '' : '\n';
  statement.alert(
    `'${layer}' expects ${expectedActions(layer)} ${whereOf(proxy)} (got '${word}').${question}${end}`,
    'spaced',
    2,
    best,
  );
}

function parseRule(statement: Statement, proxy: ProxyDraft, layer: TcpLayer): TcpRuleModel | undefined {
  const rule = withoutLayer(statement);
  const parsed = readTcpAction({ rule, proxy, layer });
  if (parsed === undefined) {
    complainUnknown(statement, proxy, layer);
    return undefined;
  }
  if ('error' in parsed) {
    statement.alert(parsed.error, 'spaced', 2);
    return undefined;
  }
  if ('later' in parsed) {
    statement.notImplemented(parsed.later, 2);
    return undefined;
  }
  const read = readCondition(statement, parsed.next + 1, proxy, `${layer} ${statement.word(2)}`);
  if (read === false) return undefined;
  return { place: statement.place, action: parsed.action, condition: read.condition };
}

/** `inspect-delay`: milliseconds; what is known already stays. */
function parseDelay(statement: Statement, proxy: ProxyDraft, known: number): number {
  const keyword = `${statement.word(0)} inspect-delay`;
  const text = statement.word(2);
  const message = `'${keyword}' expects a positive delay in milliseconds, ${whereOf(proxy)}`;
  if (text === '') {
    statement.alert(message);
    return known;
  }
  const time = parseTime(text);
  if (time.kind === 'over') {
    statement.alert(
      `${message} (timer overflow in '${text}', maximum value is 2147483647 ms or ~24.8 days)`,
      'spaced',
      2,
    );
  } else if (time.kind === 'under') {
    statement.alert(`${message} (timer underflow in '${text}', minimum non-null value is 1 ms)`, 'spaced', 2);
  } else if (time.kind === 'character') {
    statement.alert(`${message} (unexpected character '${time.character}')`, 'spaced', 2);
  } else if (time.rest !== '') {
    statement.alert(`${message} (unexpected character '${time.rest.charAt(0)}')`, 'spaced', 2);
  } else if (known !== 0) {
    statement.warn(`ignoring ${keyword} (was already defined) ${whereOf(proxy)}`);
  } else return time.value;
  return known;
}

function parseTcpRequest(statement: Statement, proxy: ProxyDraft): void {
  const layer = statement.word(1);
  const inDefaults = proxy.section === 'defaults';
  if (layer === '') {
    statement.alert(`missing argument for 'tcp-request' ${inDefaults ? 'in defaults section' : whereOf(proxy)}`);
    return;
  }
  const knownLayer = layer === 'content' || layer === 'connection' || layer === 'session';
  if (layer !== 'inspect-delay' && !knownLayer) {
    const where = inDefaults ? 'in defaults section' : whereOf(proxy);
    statement.alert(
      `'tcp-request' expects 'inspect-delay', 'connection', or 'content' ${where} (got '${layer}')`,
      'spaced',
      1,
    );
    return;
  }
  if ((layer === 'connection' || layer === 'session') && !proxy.frontend) {
    statement.alert(`tcp-request ${layer} is not allowed because ${kindOf(proxy)} ${proxy.name} is not a frontend`);
    return;
  }
  if (isAnonymous(proxy)) {
    statement.alert(`tcp-request ${layer} is not allowed in anonymous 'defaults' sections`);
    return;
  }
  if (layer === 'inspect-delay') {
    proxy.tcpRequestDelay = parseDelay(statement, proxy, proxy.tcpRequestDelay);
    return;
  }
  const rule = parseRule(statement, proxy, `tcp-request ${layer}` as TcpLayer);
  if (rule === undefined) return;
  if (layer === 'content') {
    warnAboutTcpContentOrder(statement, proxy, 'tcp-request');
    proxy.tcpRequestRules.push(rule);
  } else if (layer === 'session') {
    warnAboutTcpSessionOrder(statement, proxy, 'tcp-request');
    proxy.tcpSessionRules.push(rule);
  } else {
    warnAboutTcpConnectionOrder(statement, proxy, 'tcp-request');
    proxy.tcpConnectionRules.push(rule);
  }
  warnAboutCondition(statement, proxy, rule, `tcp-request ${layer}` as TcpLayer);
}

/** Told after what is wrong with the rule's place among others. */
function warnAboutCondition(statement: Statement, proxy: ProxyDraft, rule: TcpRuleModel, layer: TcpLayer): void {
  if (rule.condition !== undefined) warnAboutConflicts(rule.condition, placesOf(proxy, layer), statement, layer);
}

function parseTcpResponse(statement: Statement, proxy: ProxyDraft): void {
  const layer = statement.word(1);
  if (layer === '') {
    statement.alert(`missing argument for 'tcp-response' ${whereOf(proxy)}`);
    return;
  }
  if (layer !== 'inspect-delay' && layer !== 'content') {
    statement.alert(
      `'tcp-response' expects 'inspect-delay' or 'content' ${whereOf(proxy)} (got '${layer}')`,
      'spaced',
      1,
    );
    return;
  }
  if (isAnonymous(proxy) || !proxy.backend) {
    statement.alert(`tcp-response ${layer} is only allowed in 'backend' sections or 'defaults' section with a name`);
    return;
  }
  if (layer === 'inspect-delay') {
    proxy.tcpResponseDelay = parseDelay(statement, proxy, proxy.tcpResponseDelay);
    return;
  }
  const rule = parseRule(statement, proxy, 'tcp-response content');
  if (rule === undefined) return;
  proxy.tcpResponseRules.push(rule);
  warnAboutCondition(statement, proxy, rule, 'tcp-response content');
}

export const TCP_RULE_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'tcp-request',
    sections: EVERYWHERE,
    since: '1.4',
    grammar: 'tcp-request {connection | session | content} <action> [{if | unless} <condition>] | inspect-delay <time>',
    help: 'What to do with connections, sessions, and streams by their first bytes; how long to wait for these.',
    parse: parseTcpRequest,
  }),
  proxyKeyword({
    name: 'tcp-response',
    sections: EVERYWHERE,
    since: '1.5',
    grammar: 'tcp-response content <action> [{if | unless} <condition>] | inspect-delay <time>',
    help: "What to do with streams by the first bytes of the server's answer; how long to wait for these.",
    parse: parseTcpResponse,
  }),
];
