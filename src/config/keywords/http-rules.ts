/** `http-request`, `http-response` and `redirect` (manual 4.2). */

import { parseCondition, warnAboutConflicts } from '../acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { literalFormat, parseFormat } from '../format.ts';
import { EVERYWHERE, type KeywordEntry, type ProxyKeyword, proxyKeyword, REAL_PROXIES } from '../keyword.ts';
import type { ConditionModel, FormatModel, HttpActionModel, HttpRuleModel, RedirectModel } from '../model.ts';
import { readInt32 } from '../numbers.ts';
import { kindOf, type Statement } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import { pointMask } from './fetches.ts';
import { warnAboutHttpRequestOrder, warnAboutRedirectOrder } from './rule-order.ts';

type Failure = { readonly error: string };
type Direction = 'http-request' | 'http-response';

export interface ActionContext {
  readonly statement: Statement;
  readonly proxy: ProxyDraft;
  readonly direction: Direction;
}

interface ParsedAction {
  readonly action: HttpActionModel;
  /** The index of the first word after the action's own. */
  readonly next: number;
  /** `redirect` reads its condition itself. */
  readonly condition?: ConditionModel | undefined;
}

export interface ActionEntry extends KeywordEntry {
  /** Nothing after it is reached when it has no condition. */
  readonly final: boolean;
  readonly parse: ((context: ActionContext, name: string) => ParsedAction | Failure) | undefined;
}

const REQUEST_FRONTEND = pointMask('frontend http-request header rule');
const REQUEST_BACKEND = pointMask('backend http-request header rule');
const RESPONSE_FRONTEND = pointMask('frontend http-response header rule');
const RESPONSE_BACKEND = pointMask('backend http-response header rule');

/** The check points at which the rules of a proxy run. */
function placesOf(proxy: ProxyDraft, direction: Direction): number {
  const request = direction === 'http-request';
  const frontend = proxy.frontend ? (request ? REQUEST_FRONTEND : RESPONSE_FRONTEND) : 0;
  const backend = proxy.backend ? (request ? REQUEST_BACKEND : RESPONSE_BACKEND) : 0;
  return frontend | backend;
}

function format(context: ActionContext, text: string): FormatModel | Failure {
  return parseFormat(text, {
    where: placesOf(context.proxy, context.direction),
    http: context.proxy.mode === 'http',
    log: false,
    response: context.direction === 'http-response',
  });
}

function parseHeader(kind: 'set-header' | 'add-header') {
  return (context: ActionContext): ParsedAction | Failure => {
    const name = context.statement.word(2);
    const text = context.statement.word(3);
    if (name === '' || text === '') return { error: 'expects exactly 2 arguments' };
    const value = format(context, text);
    return 'error' in value ? value : { action: { kind, name, value }, next: 4 };
  };
}

const DELETE_MATCHES = ['str', 'beg', 'end', 'sub', 'reg'] as const;

function parseDeleteHeader({ statement }: ActionContext): ParsedAction | Failure {
  const name = statement.word(2);
  if (name === '') return { error: 'expects at least 1 argument' };
  if (statement.word(3) !== '-m') return { action: { kind: 'del-header', name, match: 'str' }, next: 3 };
  const method = statement.word(4);
  if (method === '') return { error: '-m flag expects exactly 1 argument' };
  const match = DELETE_MATCHES.find((known) => known === method);
  if (match === undefined) return { error: `-m with unsupported matching method '${method}'` };
  if (match === 'reg') {
    try {
      new RegExp(name, 'i');
    } catch (problem) {
      return { error: `regex '${name}' is invalid (${problem instanceof Error ? problem.message : ''})` };
    }
  }
  return { action: { kind: 'del-header', name, match }, next: 5 };
}

const REPLY_LATER = new Set([
  'content-type',
  'errorfiles',
  'default-errorfiles',
  'errorfile',
  'file',
  'string',
  'lf-file',
  'lf-string',
  'hdr',
]);

/** The codes HAProxy has a message for. */
const REPLY_CODES = new Set([
  200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429, 500, 501, 502, 503, 504,
]);

function parseDeny({ statement, direction }: ActionContext): ParsedAction | Failure {
  const status = direction === 'http-request' ? 403 : 502;
  const word = statement.word(2);
  if (word === '' || word === 'if' || word === 'unless') return { action: { kind: 'deny', status }, next: 2 };
  if (REPLY_LATER.has(word)) return { error: `'${word}' is not implemented yet` };
  if (word !== 'status' && word !== 'deny_status') return { action: { kind: 'deny', status }, next: 2 };
  const text = statement.word(3);
  if (text === '') return { error: "'status' expects <status_code> as argument" };
  const code = readInt32(text);
  if (code < 200 || code > 599) return { error: `Unexpected status code '${code}'` };
  if (!REPLY_CODES.has(code)) return { error: `'status ${code}' without a message of its own is not implemented yet` };
  if (REPLY_LATER.has(statement.word(4))) return { error: `'${statement.word(4)}' is not implemented yet` };
  return { action: { kind: 'deny', status: code }, next: 4 };
}

const REDIRECT_CODES = [301, 302, 303, 307, 308] as const;

interface RedirectRules {
  /** The target is a formatted string (http-request, http-response) or literal text (`redirect`). */
  readonly format: ((text: string) => FormatModel | Failure) | undefined;
  readonly response: boolean;
}

type Redirection = { readonly redirect: RedirectModel; readonly condition: ConditionModel | undefined };

/** Everything after the word `redirect`. */
function readRedirect(
  statement: Statement,
  proxy: ProxyDraft,
  start: number,
  rules: RedirectRules,
): Redirection | Failure {
  let kind: RedirectModel['kind'] | undefined;
  let target = '';
  let code: RedirectModel['code'] = 302;
  let dropQuery = false;
  let appendSlash = false;
  let setCookie: string | undefined;
  let clearCookie: string | undefined;
  let condition: ConditionModel | undefined;
  for (let at = start; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word === 'drop-query') dropQuery = true;
    else if (word === 'append-slash') appendSlash = true;
    else if (word === 'ignore-empty') return { error: "'ignore-empty' is not implemented yet" };
    else if (word === 'if' || word === 'unless') {
      const parsed = parseCondition(statement.from(at), proxy, statement);
      if ('error' in parsed) return { error: `error in condition: ${parsed.error}` };
      condition = parsed;
      break;
    } else if (/^(?:location|prefix|scheme|set-cookie|clear-cookie|code)$/.test(word)) {
      if (value === '') return { error: `missing argument for '${word}'` };
      at++;
      if (word === 'location' || word === 'prefix' || word === 'scheme') {
        kind = word;
        target = value;
      } else if (word === 'set-cookie') {
        setCookie = value;
        clearCookie = undefined;
      } else if (word === 'clear-cookie') {
        clearCookie = value;
        setCookie = undefined;
      } else {
        const found = REDIRECT_CODES.find((known) => known === readInt32(value));
        if (found === undefined) {
          return { error: `'code': unsupported HTTP code '${value}' (must be one of 301, 302, 303, 307 or 308)` };
        }
        code = found;
      }
    } else {
      return {
        error:
          "expects 'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', 'ignore-empty' " +
          `or 'append-slash' (was '${word}')`,
      };
    }
  }
  if (kind === undefined) return { error: "redirection type expected ('prefix', 'location', or 'scheme')" };
  if (rules.response && kind !== 'location') return { error: "response only supports redirect type 'location'" };
  const to = rules.format === undefined ? literalFormat(target) : rules.format(target);
  if ('error' in to) return to;
  const redirect: RedirectModel = { kind, to, code, dropQuery, appendSlash, setCookie, clearCookie };
  return { redirect, condition };
}

function parseRedirectAction(context: ActionContext): ParsedAction | Failure {
  const result = readRedirect(context.statement, context.proxy, 2, {
    format: (text) => format(context, text),
    response: context.direction === 'http-response',
  });
  if ('error' in result) return result;
  const next = 2 + context.statement.from(2).length;
  return { action: { kind: 'redirect', redirect: result.redirect }, next, condition: result.condition };
}

function action(
  name: string,
  argument: string,
  final: boolean,
  help: string,
  parse: ActionEntry['parse'],
): ActionEntry {
  return {
    kind: 'http-request',
    name,
    sections: EVERYWHERE,
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially: '',
    since: '1.5',
    manual: '4.2',
    implemented: parse !== undefined,
    final,
    parse,
  };
}

const SHARED_ACTIONS: readonly ActionEntry[] = [
  action(
    'add-header',
    '<name> <format>',
    false,
    'Adds a header, keeping those of its name.',
    parseHeader('add-header'),
  ),
  action('allow', '', true, 'Ends the rules; the message goes on.', () => ({ action: { kind: 'allow' }, next: 2 })),
  action('del-header', '<name> [-m <match>]', false, 'Removes all headers of a name.', parseDeleteHeader),
  action('deny', '[deny_status <code>]', true, 'Answers with an error instead.', parseDeny),
  action('redirect', '<rule>', true, 'Answers with a redirection instead.', parseRedirectAction),
  action(
    'set-header',
    '<name> <format>',
    false,
    'Sets a header, replacing those of its name.',
    parseHeader('set-header'),
  ),
];

function laterActions(names: string): readonly ActionEntry[] {
  return names.split(' ').map((name) => action(name, '', false, 'Not implemented yet.', undefined));
}

/** In HAProxy's order, as it lists them. A star: the name takes arguments in parentheses. */
const REQUEST_NAMES =
  'wait-for-handshake ot-group set-log-level set-nice use-service sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) ' +
  'sc-set-gpt(*) sc-set-gpt0(*) send-spoe-group do-resolve(*) cache-use add-acl(*) add-header allow auth capture ' +
  'del-acl(*) del-header del-map(*) deny disable-l7-retry early-hint normalize-uri redirect reject replace-header ' +
  'replace-path replace-pathq replace-uri replace-value return set-header set-map(*) set-method set-path set-pathq ' +
  'set-query set-uri strict-mode tarpit track-sc(*) set-timeout wait-for-body set-var-fmt(*) set-var(*) unset-var(*) ' +
  'set-dst set-dst-port set-mark set-src set-src-port set-tos silent-drop set-priority-class set-priority-offset';
const RESPONSE_NAMES =
  'ot-group set-log-level set-nice sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) sc-set-gpt(*) sc-set-gpt0(*) ' +
  'send-spoe-group cache-store add-acl(*) add-header allow capture del-acl(*) del-header del-map(*) deny redirect ' +
  'replace-header replace-value return set-header set-map(*) set-status strict-mode track-sc(*) wait-for-body ' +
  'set-var-fmt(*) set-var(*) unset-var(*) set-mark set-tos silent-drop';

function actionTable(names: string, kind: 'http-request' | 'http-response'): readonly ActionEntry[] {
  const later = laterActions(names.replace(/\(\*\)/g, ''));
  return later.map((entry) => ({ ...(SHARED_ACTIONS.find((known) => known.name === entry.name) ?? entry), kind }));
}

export const REQUEST_ACTIONS: readonly ActionEntry[] = actionTable(REQUEST_NAMES, 'http-request');
export const RESPONSE_ACTIONS: readonly ActionEntry[] = actionTable(RESPONSE_NAMES, 'http-response');

/** Whether the last rule makes further ones pointless, for HAProxy's warning. */
function endsRules(rules: readonly HttpRuleModel[]): boolean {
  const last = rules.at(-1);
  if (last === undefined || last.condition !== undefined) return false;
  return SHARED_ACTIONS.find((entry) => entry.name === last.action.kind)?.final ?? false;
}

function parseRule(statement: Statement, proxy: ProxyDraft, direction: Direction): HttpRuleModel | undefined {
  const name = statement.word(1);
  const table = direction === 'http-request' ? REQUEST_ACTIONS : RESPONSE_ACTIONS;
  // `set-var(txn.x)` is the action `set-var`.
  const entry = table.find((known) => known.name === name || name.startsWith(`${known.name}(`));
  if (entry === undefined) {
    const listed = (direction === 'http-request' ? REQUEST_NAMES : RESPONSE_NAMES).split(' ');
    const best = nearestWord(
      name,
      table.map((known) => known.name),
    );
    const missing = name === '' ? ' (missing argument)' : '';
    const question = best === undefined ? '' : ` Did you mean '${best}' maybe ?`;
    statement.alert(
      `'${direction}' expects ${listed.map((known) => `'${known}'`).join(', ')}, but got '${name}'${missing}.${question}`,
      'tight',
      1,
      best,
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

function parseRules(direction: Direction) {
  return (statement: Statement, proxy: ProxyDraft): void => {
    const rules = direction === 'http-request' ? proxy.httpRequestRules : proxy.httpResponseRules;
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
    name: 'redirect',
    sections: REAL_PROXIES,
    since: '1.3',
    grammar: 'redirect {location | prefix | scheme} <target> [code <code>] [<option>...] [{if | unless} <condition>]',
    help: 'Answers with a redirection; after all `http-request` rules.',
    parse: parseRedirect,
  }),
];
