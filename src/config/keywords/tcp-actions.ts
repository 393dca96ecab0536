/**
 * What `tcp-request` and `tcp-response` rules may do at each of their layers (manual 4.2). Actions that HTTP rules know by the
 * same name are read as there: this file says where they are allowed and in which order HAProxy lists them.
 */

import type { ActionContext, ActionEntry, ActionResult } from '../action.ts';
import { readExpression } from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import type { TcpActionModel } from '../model-rules.ts';
import { readInt32 } from '../numbers.ts';
import { kindOf, type Statement } from '../statement.ts';
import { pointMask } from './check-points.ts';
import { HTTP_ACTIONS } from './http-actions.ts';

/** The two words a rule begins with. */
export type TcpLayer =
  | 'tcp-request connection'
  | 'tcp-request session'
  | 'tcp-request content'
  | 'tcp-response content';

const COUNTERS = 'sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) sc-set-gpt(*) sc-set-gpt0(*)';
const VARIABLES = 'set-var-fmt(*) set-var(*) unset-var(*)';
const BEFORE_STREAMS = `${COUNTERS} ${VARIABLES} set-dst set-dst-port set-mark set-src set-src-port set-tos silent-drop`;

/** In HAProxy's order, as it lists them. A star: the name takes arguments in parentheses. */
const LISTED: Readonly<Record<TcpLayer, string>> = {
  'tcp-request connection': BEFORE_STREAMS,
  'tcp-request session': BEFORE_STREAMS,
  'tcp-request content':
    `ot-group set-log-level set-nice switch-mode use-service ${COUNTERS} send-spoe-group do-resolve(*) ` +
    `${VARIABLES} set-src set-src-port set-dst set-dst-port set-mark set-tos silent-drop set-priority-class ` +
    'set-priority-offset',
  'tcp-response content': `ot-group set-log-level set-nice ${COUNTERS} send-spoe-group ${VARIABLES} set-mark set-tos silent-drop`,
};

/** What the rules of a layer know besides, in the order of the message about an unknown action. */
const FIRST_REQUEST =
  "'accept', 'reject', 'capture', 'expect-proxy', 'expect-netscaler-cip', 'track-sc0' ... 'track-sc2'";
const FIRST_RESPONSE = "'accept', 'close', 'reject'";

export function listedNames(layer: TcpLayer): readonly string[] {
  return LISTED[layer].split(' ');
}

/** The list for "expects ...". */
export function expectedActions(layer: TcpLayer): string {
  const first = layer === 'tcp-response content' ? FIRST_RESPONSE : FIRST_REQUEST;
  return `${first}, ${listedNames(layer)
    .map((name) => `'${name}'`)
    .join(', ')}`;
}

/** Names beside the listed ones that a mistyped word may have meant. */
export function furtherNames(layer: TcpLayer): readonly string[] {
  return layer === 'tcp-response content'
    ? ['accept', 'reject', 'close']
    : ['accept', 'reject', 'capture', 'track-sc', 'expect-proxy', 'expect-netscaler-cip'];
}

type ParsedTcpAction =
  | { readonly action: TcpActionModel; readonly next: number }
  | { readonly later: string }
  | { readonly error: string };

/** `rule` is the line without its second word, so that the action's name is word 1 as in HTTP rules. */
export interface TcpActionContext {
  readonly rule: Statement;
  readonly proxy: ProxyDraft;
  readonly layer: TcpLayer;
}

const FRONTEND_REQUEST = pointMask('frontend tcp-request content rule');
const BACKEND_REQUEST = pointMask('backend tcp-request content rule');
const FRONTEND_RESPONSE = pointMask('frontend tcp-response content rule');
const BACKEND_RESPONSE = pointMask('backend tcp-response content rule');

/** The check points at which the rules of a layer run. */
export function placesOf(proxy: ProxyDraft, layer: TcpLayer): number {
  switch (layer) {
    case 'tcp-request connection':
      return pointMask('frontend tcp-request connection rule');
    case 'tcp-request session':
      return pointMask('frontend tcp-request session rule');
    case 'tcp-request content':
      return (proxy.frontend ? FRONTEND_REQUEST : 0) | (proxy.backend ? BACKEND_REQUEST : 0);
    case 'tcp-response content':
      return (proxy.frontend ? FRONTEND_RESPONSE : 0) | (proxy.backend ? BACKEND_RESPONSE : 0);
  }
}

const SHARED = new Set([
  'set-log-level',
  'set-nice',
  'set-mark',
  'set-tos',
  'set-src',
  'set-src-port',
  'set-dst',
  'set-dst-port',
  'set-priority-class',
  'set-priority-offset',
  'set-var',
  'set-var-fmt',
  'unset-var',
]);

function httpContext({ rule, proxy, layer }: TcpActionContext): ActionContext {
  return {
    statement: rule,
    proxy,
    direction: layer === 'tcp-response content' ? 'http-response' : 'http-request',
    places: placesOf(proxy, layer),
  };
}

function adopt(result: ActionResult, name: string, layer: TcpLayer): ParsedTcpAction {
  if ('error' in result) return result;
  if ('later' in result) return { later: `${layer} ${name}` };
  return { action: result.action as TcpActionModel, next: result.next };
}

function parseCapture(context: TcpActionContext): ParsedTcpAction {
  const { rule, proxy, layer } = context;
  const subject = `'${layer} capture'`;
  if (!proxy.frontend) return { error: `${subject} : proxy '${proxy.name}' has no frontend capability` };
  if (layer !== 'tcp-request content') {
    return {
      error: `'capture ${rule.word(2)}' is not allowed in '${layer}' rules in ${kindOf(proxy)} '${proxy.name}'`,
    };
  }
  const read = readExpression(httpContext(context), 2);
  if ('error' in read) return { error: `${subject} : ${read.error}` };
  if (rule.word(read.next) !== 'len') return { error: `${subject} : a positive 'len' argument is mandatory` };
  const length = readInt32(rule.word(read.next + 1));
  if (length <= 0) return { error: `${subject} : length must be > 0` };
  proxy.requestCaptures.push({ header: undefined, length });
  const slot = proxy.requestCaptures.length - 1;
  return { action: { kind: 'capture', expression: read.expression, slot }, next: read.next + 2 };
}

function parseExpect(context: TcpActionContext, kind: 'expect-proxy' | 'expect-netscaler-cip'): ParsedTcpAction {
  const { rule, proxy, layer } = context;
  const where = `in ${kindOf(proxy)} '${proxy.name}'`;
  const protocol = rule.word(2);
  if (protocol !== 'layer4') return { error: `'${layer} ${kind}' only supports 'layer4' ${where} (got '${protocol}')` };
  if (layer !== 'tcp-request connection') {
    return { error: `'${kind} layer4' is not allowed in '${layer}' rules ${where}` };
  }
  return { action: { kind }, next: 3 };
}

function parseTrack(context: TcpActionContext, word: string): ParsedTcpAction {
  const { rule, layer } = context;
  const subject = `'${layer} ${word}'`;
  const number = /^\d+$/.exec(word.slice('track-sc'.length))?.[0];
  if (number === undefined) return { error: `${subject} : missing track-sc number` };
  if (Number(number) > 2) {
    return { error: `${subject} : ${number} track-sc number exceeding 2 (MAX_SESS_STKCTR-1) value` };
  }
  const read = readExpression(httpContext(context), 2);
  if ('error' in read) return { error: `${subject} : ${read.error}` };
  const next = rule.word(read.next);
  if (next !== '' && next !== 'table' && next !== 'if' && next !== 'unless') {
    return {
      error:
        `${subject} only accepts 'if' or 'unless', in ${kindOf(context.proxy)} '${context.proxy.name}' ` +
        `(got '${next}')`,
    };
  }
  return { later: `${layer} ${word}` };
}

const PROTOCOLS = new Set(['h1', 'h2', 'none', 'fcgi', 'quic']);

function parseSwitchMode({ rule, proxy }: TcpActionContext): ParsedTcpAction {
  const subject = "'tcp-request switch-mode'";
  const mode = rule.word(2);
  if (mode === '') return { error: `${subject} expects a mode as argument.` };
  if (!proxy.frontend) {
    return { error: `${subject} not allowed because ${kindOf(proxy)} '${proxy.name}' has no frontend capability` };
  }
  if (mode !== 'http') return { error: `${subject} expects a valid mode (got '${mode}').` };
  if (rule.word(3) !== 'proto') return { action: { kind: 'switch-mode' }, next: 3 };
  const protocol = rule.word(4);
  if (protocol === '') return { error: `${subject}: 'proto' expects a protocol as argument.` };
  if (!PROTOCOLS.has(protocol)) {
    return { error: `${subject}: 'proto' expects a valid MUX protocol, if specified (got '${protocol}')` };
  }
  if (protocol !== 'h1') return { later: 'tcp-request content switch-mode http proto' };
  return { action: { kind: 'switch-mode' }, next: 5 };
}

function parseLater({ rule, layer }: TcpActionContext, name: string): ParsedTcpAction {
  if (name === 'use-service') {
    return rule.word(2) === ''
      ? { error: "'tcp-request' expects a service name." }
      : { error: "'content' unknown service name." };
  }
  if (name === 'send-spoe-group' && (rule.word(2) === '' || rule.word(3) === '')) {
    return { error: 'expects 2 arguments: <engine-id> <group-id>' };
  }
  if (name === 'do-resolve' && !/^do-resolve\([^,()]+,[^()]+\)$/.test(rule.word(1))) {
    return {
      error:
        "Can't parse 'do-resolve'. Expects 'do-resolve(<varname>,<resolvers>[,<options>]) <expr>'. " +
        "Available options are 'ipv4' and 'ipv6'",
    };
  }
  return { later: `${layer} ${rule.word(1).replace(/\(.*$/, '')}` };
}

/** Reads the action of a rule; undefined: HAProxy knows none of this name at this layer. */
export function readTcpAction(context: TcpActionContext): ParsedTcpAction | undefined {
  const { rule, layer } = context;
  const word = rule.word(1);
  const response = layer === 'tcp-response content';
  if (word === 'accept' || word === 'reject') return { action: { kind: word }, next: 2 };
  if (response) {
    if (word === 'close') return { action: { kind: 'close' }, next: 2 };
  } else if (word === 'capture') return parseCapture(context);
  else if (word.startsWith('track-sc')) return parseTrack(context, word);
  else if (word === 'expect-proxy' || word === 'expect-netscaler-cip') return parseExpect(context, word);

  for (const listed of listedNames(layer)) {
    const name = listed.replace('(*)', '');
    if (listed !== word && !(listed.endsWith('(*)') && word.startsWith(name))) continue;
    if (name === 'silent-drop') return { action: { kind: 'silent-drop' }, next: 2 };
    if (name === 'switch-mode') return parseSwitchMode(context);
    const entry = SHARED.has(name) ? findShared(name) : undefined;
    if (entry?.parse === undefined) return parseLater(context, name);
    return adopt(entry.parse(httpContext(context), word), name, layer);
  }
  return undefined;
}

/** Whether an action does at these layers what it does in HTTP rules. */
export function isSharedWithHttp(name: string): boolean {
  return SHARED.has(name);
}

function findShared(name: string): ActionEntry | undefined {
  return HTTP_ACTIONS.find((entry) => entry.name === name);
}
