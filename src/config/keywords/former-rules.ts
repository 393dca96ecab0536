/**
 * Rules on whole header lines, as HAProxy had them up to 2.0 (manual 1.9, 4.2: `reqrep`, `rspdel`, `block`, ...). A rule's
 * expression is matched against each line, "Name: value", and against the start line; unlike those of today these rules
 * know nothing of headers that stand on several lines. They run after the `http-request` or `http-response` rules.
 */

import { parseCondition, warnAboutConflicts } from '../acl.ts';
import { checkRegex, type Direction, placesOf } from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import { literalFormat } from '../format.ts';
import { type ProxyKeyword, proxyKeyword, REAL_PROXIES } from '../keyword.ts';
import type { ConditionModel, HttpActionModel, HttpRuleModel } from '../model-rules.ts';
import { defaultReply } from '../reply.ts';
import type { Statement } from '../statement.ts';
import { warnAboutHttpRequestOrder } from './rule-order.ts';

type LineEffect = Extract<HttpActionModel, { readonly kind: 'filter-lines' }>['effect'];

/** The condition from a word on; undefined when there is none, null after an error. */
function readCondition(
  statement: Statement,
  proxy: ProxyDraft,
  index: number,
  direction: Direction,
): ConditionModel | undefined | null {
  const { keyword } = statement;
  const word = statement.word(index);
  if (word === '') return undefined;
  if (word !== 'if' && word !== 'unless') {
    statement.alert(`'${keyword}' : Expecting nothing, 'if', or 'unless', got '${word}'.`, 'spaced', index);
    return null;
  }
  const condition = parseCondition(statement.from(index), proxy, statement);
  if ('error' in condition) {
    const message = `error detected while parsing a '${keyword}' condition : ${condition.error}.`;
    statement.alert(message, 'spaced', index);
    return null;
  }
  warnAboutConflicts(condition, placesOf(proxy, direction), statement);
  return condition;
}

function filtersOf(proxy: ProxyDraft, direction: Direction): HttpRuleModel[] {
  return direction === 'http-request' ? proxy.requestFilters : proxy.responseFilters;
}

function addRule(statement: Statement, proxy: ProxyDraft, direction: Direction, rule: HttpRuleModel): void {
  filtersOf(proxy, direction).push(rule);
  if (direction === 'http-request') warnAboutHttpRequestOrder(statement, proxy, statement.keyword);
}

/** HAProxy does not let a backslash be the last character, or an unfinished \x. */
function checkReplacement(text: string): string | undefined {
  const rest = text.replace(/\\(?:x[0-9a-fA-F]{2}|[^x])/g, '');
  return rest.includes('\\') ? '\\' : undefined;
}

function parseFilter(direction: Direction, effect: LineEffect, ignoreCase: boolean) {
  return (statement: Statement, proxy: ProxyDraft): void => {
    const { keyword } = statement;
    const pattern = statement.word(1);
    const replaces = effect === 'replace';
    const replacement = replaces ? statement.word(2) : '';
    if (replaces && replacement === '') {
      statement.alert(`'${keyword}' expects <search> and <replace> as arguments.`);
      return;
    }
    if (pattern === '') {
      statement.alert(`'${keyword}' expects <regex> as an argument.`);
      return;
    }
    const condition = readCondition(statement, proxy, replaces ? 3 : 2, direction);
    if (condition === null) return;
    const wrong = checkRegex(pattern);
    if (wrong !== undefined) {
      statement.alert(`'${keyword}' : regular expression '${pattern}' : ${wrong.error}`, 'spaced', 1);
      return;
    }
    const character = checkReplacement(replacement);
    if (character !== undefined) {
      const what = 'invalid character or unterminated sequence in replacement string';
      statement.alert(`'${keyword}' : ${what} near '${character}'.`, 'spaced', 2);
      return;
    }
    const status = effect === 'tarpit' ? 500 : direction === 'http-request' ? 403 : 502;
    const action: HttpActionModel = { kind: 'filter-lines', effect, pattern, ignoreCase, replacement, status };
    addRule(statement, proxy, direction, { place: statement.place, action, condition });
    statement.warn(`The '${keyword}' directive is deprecated. ${INSTEAD[effect](direction)}`);
  };
}

const INSTEAD: Readonly<Record<LineEffect, (direction: Direction) => string>> = {
  replace: (direction) =>
    direction === 'http-request'
      ? "Use 'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header' instead."
      : "Use 'http-response replace-header' instead.",
  delete: (direction) => `Use '${direction} del-header' instead.`,
  deny: (direction) => `Use '${direction} deny' instead.`,
  allow: () => "Use 'http-request allow' instead.",
  tarpit: () => "Use 'http-request tarpit' instead.",
  pass: () => 'It has no effect.',
};

function parseAdd(direction: Direction) {
  return (statement: Statement, proxy: ProxyDraft): void => {
    const { keyword } = statement;
    const text = statement.word(1);
    if (text === '') {
      statement.alert(`'${keyword}' expects <header> as an argument.`);
      return;
    }
    const condition = readCondition(statement, proxy, 2, direction);
    if (condition === null) return;
    const line = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)$/.exec(text);
    if (line === null) {
      statement.alert(`'${keyword}' : '${text}' is not a header line of the form 'Name: value'.`, 'spaced', 1);
      return;
    }
    const action: HttpActionModel = {
      kind: 'add-header',
      name: line[1] ?? '',
      value: literalFormat((line[2] ?? '').trimEnd()),
    };
    addRule(statement, proxy, direction, { place: statement.place, action, condition });
    statement.warn(`The '${keyword}' directive is deprecated. Use '${direction} add-header' instead.`);
  };
}

function parseBlock(statement: Statement, proxy: ProxyDraft): void {
  if (statement.word(1) !== 'if' && statement.word(1) !== 'unless') {
    statement.alert("'block' requires either 'if' or 'unless' followed by a condition.");
    return;
  }
  const condition = parseCondition(statement.from(1), proxy, statement);
  if ('error' in condition) {
    statement.alert(`error detected while parsing blocking condition : ${condition.error}.`, 'spaced', 1);
    return;
  }
  warnAboutConflicts(condition, placesOf(proxy, 'http-request'), statement);
  const reply = defaultReply(403);
  if ('error' in reply) throw new Error(reply.error);
  proxy.blockRules.push({ place: statement.place, action: { kind: 'deny', reply }, condition });
  statement.warn(
    "The 'block' directive is now deprecated in favor of 'http-request deny' which uses the exact same syntax. The " +
      'rules are translated but support might disappear in a future version.',
  );
}

function former(
  name: string,
  argument: string,
  help: string,
  parse: (statement: Statement, proxy: ProxyDraft) => void,
): ProxyKeyword {
  return proxyKeyword({ name, sections: REAL_PROXIES, grammar: `${name} ${argument}`, help, parse });
}

const CONDITION = '[{if | unless} <condition>]';

/** `reqdel` minds the case, `reqidel` does not. */
function pair(
  start: 'req' | 'rsp',
  verb: string,
  effect: LineEffect,
  argument: string,
  help: string,
): readonly ProxyKeyword[] {
  const direction = start === 'req' ? 'http-request' : 'http-response';
  const grammar = `${argument} ${CONDITION}`;
  return [
    former(start + verb, grammar, help, parseFilter(direction, effect, false)),
    former(
      `${start}i${verb}`,
      grammar,
      `${help} Upper and lower case are alike.`,
      parseFilter(direction, effect, true),
    ),
  ];
}

const REPLACE_HELP = 'Replaces lines of the head that match, the start line included.';

export const FORMER_RULES: readonly ProxyKeyword[] = [
  former('block', `{if | unless} <condition>`, 'Denies requests, before all other rules.', parseBlock),
  former('reqadd', `<line> ${CONDITION}`, 'Adds a header line to requests.', parseAdd('http-request')),
  former('rspadd', `<line> ${CONDITION}`, 'Adds a header line to responses.', parseAdd('http-response')),
  ...pair('req', 'allow', 'allow', '<search>', 'Lets no further rule of its kind deny the request.'),
  ...pair('req', 'del', 'delete', '<search>', 'Removes header lines that match.'),
  ...pair('req', 'deny', 'deny', '<search>', 'Denies requests with a line that matches.'),
  ...pair('req', 'pass', 'pass', '<search>', 'Does nothing.'),
  ...pair('req', 'rep', 'replace', '<search> <string>', REPLACE_HELP),
  ...pair('req', 'tarpit', 'tarpit', '<search>', 'Holds up requests with a line that matches.'),
  ...pair('rsp', 'del', 'delete', '<search>', 'Removes header lines that match.'),
  ...pair('rsp', 'deny', 'deny', '<search>', 'Denies responses with a line that matches.'),
  ...pair('rsp', 'rep', 'replace', '<search> <string>', REPLACE_HELP),
];
