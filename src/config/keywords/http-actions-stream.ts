/** The actions on what surrounds a message: addresses, timeouts, log level, queue priority, socket marks (manual 4.2). */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  ALL_RULES,
  action,
  REQUEST,
  REQUEST_AND_RESPONSE,
  readAnyBase,
  readDelay,
  readExpression,
  readSize,
} from '../action.ts';
import { parseTime } from '../numbers.ts';

type Expressed = 'set-src' | 'set-src-port' | 'set-dst' | 'set-dst-port' | 'set-priority-class' | 'set-priority-offset';

function parseExpressed(kind: Expressed) {
  return (context: ActionContext): ActionResult => {
    const read = readExpression(context, 2);
    return 'error' in read ? read : { action: { kind, expression: read.expression }, next: read.next };
  };
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

function parseLogLevel({ statement }: ActionContext): ActionResult {
  const word = statement.word(2);
  const level = word === 'silent' ? -1 : LEVELS.indexOf(word);
  if (level < 0 && word !== 'silent') return { error: "expects exactly 1 argument (log level name or 'silent')" };
  return { action: { kind: 'set-log-level', level }, next: 3 };
}

/** Nothing here waits for its turn to be processed, so there is none to be early or late. */
function parseNice({ statement, direction }: ActionContext): ActionResult {
  if (statement.word(2) === '') return { error: 'expects exactly 1 argument (integer value)' };
  return { later: `${direction} set-nice` };
}

function parseSocketNumber(kind: 'set-mark' | 'set-tos') {
  return ({ statement }: ActionContext): ActionResult => {
    if (statement.word(2) === '') return { error: 'expects exactly 1 argument (integer/hex value)' };
    const { value, rest } = readAnyBase(statement.word(2));
    if (rest !== '') return { error: `invalid character starting at '${rest}' (integer/hex value expected)` };
    return { action: { kind, value: value | 0 }, next: 3 };
  };
}

function parseTimeout(context: ActionContext): ActionResult {
  const { statement, proxy } = context;
  const timeout = statement.word(2);
  const text = statement.word(3);
  if (timeout === '' || text === '') return { error: 'expects exactly 2 arguments' };
  if (!proxy.backend) return { error: `proxy '${proxy.name}' has no backend capability` };
  if (timeout !== 'server' && timeout !== 'tunnel') {
    return { error: `'set-timeout' rule supports 'server'/'tunnel' (got '${timeout}')` };
  }
  const time = parseTime(text);
  const subject = `in argument '${text}' to rule 'set-timeout ${timeout}'`;
  if (time.kind === 'over') {
    return { error: `timer overflow ${subject} (maximum value is 2147483647 ms or ~24.8 days)` };
  }
  if (time.kind === 'under') return { error: `timer underflow ${subject} (minimum value is 1 ms)` };
  if (time.kind === 'value' && time.rest === '') {
    if (time.value === 0) return { error: `null value is not valid for a 'set-timeout ${timeout}' rule` };
    return { action: { kind: 'set-timeout', timeout, value: time.value }, next: 4 };
  }
  const read = readExpression(context, 3, -1);
  if ('error' in read) {
    if (read.error.endsWith('is not implemented yet')) return read;
    const character = time.kind === 'character' ? time.character : time.rest.charAt(0);
    return { error: `unexpected character '${character}' in rule 'set-timeout ${timeout}'` };
  }
  return { action: { kind: 'set-timeout', timeout, value: read.expression }, next: 4 };
}

function parseWaitForBody({ statement }: ActionContext): ActionResult {
  let timeoutMs = -1;
  let atLeast = 0;
  let at = 2;
  for (; statement.word(at) === 'time' || statement.word(at) === 'at-least'; at += 2) {
    const word = statement.word(at);
    const text = statement.word(at + 1);
    if (text === '') return { error: `missing argument for '${word}'` };
    const value = word === 'time' ? readDelay(text) : readSize(text);
    if (typeof value === 'object') return value;
    if (word === 'time') timeoutMs = value;
    else atLeast = value;
  }
  if (timeoutMs < 0) return { error: 'expects time <time> [ at-least <bytes> ]' };
  return { action: { kind: 'wait-for-body', timeoutMs, atLeast }, next: at };
}

function parseStrictMode({ statement }: ActionContext): ActionResult {
  const word = statement.word(2);
  if (word === '') return { error: 'expects exactly 1 arguments' };
  const on = word.toLowerCase() === 'on';
  if (!on && word.toLowerCase() !== 'off') {
    return { error: `Unexpected value '${word}'. Only 'on' and 'off' are supported` };
  }
  return { action: { kind: 'strict-mode', on }, next: 3 };
}

function expressed(name: Expressed, since: string, help: string): ActionEntry {
  return action({ name, arguments: '<expression>', directions: REQUEST, since, help, parse: parseExpressed(name) });
}

export const STREAM_ACTIONS: readonly ActionEntry[] = [
  expressed('set-src', '1.6', 'The client is taken to come from this address.'),
  expressed('set-src-port', '1.8', 'The client is taken to come from this port.'),
  expressed('set-dst', '1.8', 'The client is taken to have connected to this address.'),
  expressed('set-dst-port', '1.8', 'The client is taken to have connected to this port.'),
  expressed('set-priority-class', '1.9', 'Requests of a lower class leave the queue first.'),
  expressed(
    'set-priority-offset',
    '1.9',
    'Milliseconds by which the request counts as older (negative) or younger in the queue.',
  ),
  action({
    name: 'set-log-level',
    arguments: '<level>',
    directions: REQUEST_AND_RESPONSE,
    help: 'The level of this log line, or `silent`: no line.',
    parse: parseLogLevel,
  }),
  action({
    name: 'set-nice',
    arguments: '<nice>',
    directions: REQUEST_AND_RESPONSE,
    help: 'How early the request has its turn to be processed.',
    implemented: false,
    parse: parseNice,
  }),
  action({
    name: 'set-mark',
    arguments: '<mark>',
    directions: REQUEST_AND_RESPONSE,
    help: "Marks the packets of the client's connection (needs CAP_NET_ADMIN).",
    parse: parseSocketNumber('set-mark'),
  }),
  action({
    name: 'set-tos',
    arguments: '<tos>',
    directions: REQUEST_AND_RESPONSE,
    help: "The type of service field of the packets of the client's connection.",
    parse: parseSocketNumber('set-tos'),
  }),
  action({
    name: 'set-timeout',
    arguments: '{ server | tunnel } { <timeout> | <expression> }',
    directions: REQUEST,
    since: '2.4',
    help: "Replaces the backend's timeout for this request.",
    parse: parseTimeout,
  }),
  action({
    name: 'wait-for-body',
    arguments: 'time <time> [ at-least <bytes> ]',
    directions: REQUEST_AND_RESPONSE,
    since: '2.4',
    help: 'Waits for the payload, or for its first bytes, before the rules go on.',
    parse: parseWaitForBody,
  }),
  action({
    name: 'wait-for-handshake',
    directions: REQUEST,
    since: '1.8',
    help: 'Waits until a TLS handshake with early data is complete; without early data there is nothing to wait for.',
    parse: () => ({ action: { kind: 'wait-for-handshake' }, next: 2 }),
  }),
  action({
    name: 'strict-mode',
    arguments: '{ on | off }',
    directions: ALL_RULES,
    since: '2.2',
    help: 'Whether a rewrite that fails ends the request with a 500 (the default), or is skipped.',
    parse: parseStrictMode,
  }),
  action({
    name: 'disable-l7-retry',
    directions: REQUEST,
    since: '2.0',
    help: 'No retry of this request but for failed connections.',
    parse: () => ({ action: { kind: 'disable-l7-retry' }, next: 2 }),
  }),
];
