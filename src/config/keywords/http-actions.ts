/** The actions of `http-request` and `http-response` rules (manual 4.2). */

import type { ProxyDraft } from '../draft.ts';
import { parseFormat } from '../format.ts';
import { EVERYWHERE, type KeywordEntry } from '../keyword.ts';
import type { ConditionModel, FormatModel, HttpActionModel } from '../model.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { pointMask } from './fetches.ts';
import { readRedirect } from './redirects.ts';

type Failure = { readonly error: string };
export type Direction = 'http-request' | 'http-response';

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
export function placesOf(proxy: ProxyDraft, direction: Direction): number {
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

export const SHARED_ACTIONS: readonly ActionEntry[] = [
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
export const REQUEST_NAMES =
  'wait-for-handshake ot-group set-log-level set-nice use-service sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) ' +
  'sc-set-gpt(*) sc-set-gpt0(*) send-spoe-group do-resolve(*) cache-use add-acl(*) add-header allow auth capture ' +
  'del-acl(*) del-header del-map(*) deny disable-l7-retry early-hint normalize-uri redirect reject replace-header ' +
  'replace-path replace-pathq replace-uri replace-value return set-header set-map(*) set-method set-path set-pathq ' +
  'set-query set-uri strict-mode tarpit track-sc(*) set-timeout wait-for-body set-var-fmt(*) set-var(*) unset-var(*) ' +
  'set-dst set-dst-port set-mark set-src set-src-port set-tos silent-drop set-priority-class set-priority-offset';
export const RESPONSE_NAMES =
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
