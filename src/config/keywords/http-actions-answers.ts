/** The actions that end the rules: the message goes on, is answered here, or is dropped (manual 4.2). */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  ALL_RULES,
  action,
  beginsCondition,
  REQUEST,
  REQUEST_AND_RESPONSE,
  readFormat,
} from '../action.ts';
import { readInt32 } from '../numbers.ts';
import { defaultReply, readReply } from '../reply.ts';
import { readRedirect } from './redirects.ts';

const REPLY_GRAMMAR =
  '[status <code>] [content-type <type>] [{ default-errorfiles | errorfile <file> | errorfiles <name> | file <file> | ' +
  'lf-file <file> | string <text> | lf-string <format> }] [hdr <name> <format>]*';

function parseDeny(kind: 'deny' | 'tarpit') {
  return (context: ActionContext): ActionResult => {
    const { statement, direction } = context;
    const status = direction !== 'http-request' ? 502 : kind === 'tarpit' ? 500 : 403;
    const word = statement.word(2);
    const bare = word === '' || beginsCondition(word);
    const after = statement.word(4);
    if (bare || (word === 'deny_status' && (after === '' || beginsCondition(after)))) {
      if (!bare && statement.word(3) === '') return { error: "'status' expects <status_code> as argument" };
      const reply = defaultReply(bare ? status : readInt32(statement.word(3)));
      return 'error' in reply ? reply : { action: { kind, reply }, next: bare ? 2 : 4 };
    }
    const format = (text: string) => readFormat(context, text);
    const read = readReply(statement, 2, { defaultStatus: status, deny: true, format });
    return 'error' in read ? read : { action: { kind, reply: read.reply }, next: read.next };
  };
}

function parseReturn(context: ActionContext): ActionResult {
  const format = (text: string) => readFormat(context, text);
  const read = readReply(context.statement, 2, { defaultStatus: 200, format });
  return 'error' in read ? read : { action: { kind: 'return', reply: read.reply }, next: read.next };
}

function parseAuth({ statement }: ActionContext): ActionResult {
  if (statement.word(2) !== 'realm') return { action: { kind: 'auth', realm: undefined }, next: 2 };
  const realm = statement.word(3);
  if (realm === '') return { error: 'missing realm value.\n' };
  return { action: { kind: 'auth', realm }, next: 4 };
}

function parseRedirect(context: ActionContext): ActionResult {
  const result = readRedirect(context.statement, context.proxy, 2, {
    format: (text) => readFormat(context, text),
    response: context.direction === 'http-response',
  });
  if ('error' in result) return result;
  const next = 2 + context.statement.from(2).length;
  return { action: { kind: 'redirect', redirect: result.redirect }, next, condition: result.condition };
}

function parseService({ statement }: ActionContext): ActionResult {
  const name = statement.word(2);
  if (name === '') return { error: "'use-service' expects a service name." };
  if (name !== 'prometheus-exporter') return { error: `'${name}' unknown service name.` };
  return { action: { kind: 'use-service', service: name }, next: 3 };
}

export const ANSWER_ACTIONS: readonly ActionEntry[] = [
  action({
    name: 'allow',
    directions: ALL_RULES,
    final: true,
    help: 'Ends the rules; the message goes on.',
    parse: () => ({ action: { kind: 'allow' }, next: 2 }),
  }),
  action({
    name: 'deny',
    arguments: `[deny_status <code>] ${REPLY_GRAMMAR}`,
    directions: REQUEST_AND_RESPONSE,
    final: true,
    help: 'Answers with an error instead.',
    parse: parseDeny('deny'),
  }),
  action({
    name: 'tarpit',
    arguments: `[deny_status <code>] ${REPLY_GRAMMAR}`,
    directions: REQUEST,
    final: true,
    help: 'Answers with an error after `timeout tarpit`, so that the client is kept waiting.',
    parse: parseDeny('tarpit'),
  }),
  action({
    name: 'return',
    arguments: REPLY_GRAMMAR,
    directions: REQUEST_AND_RESPONSE,
    final: true,
    since: '2.2',
    help: 'Answers with a response of its own.',
    parse: parseReturn,
  }),
  action({
    name: 'auth',
    arguments: '[realm <realm>]',
    directions: REQUEST,
    final: true,
    help: 'Asks for a user name and a password (401, or 407 of a proxy).',
    parse: parseAuth,
  }),
  action({
    name: 'use-service',
    arguments: 'prometheus-exporter',
    directions: REQUEST,
    since: '1.6',
    help: 'A service of the proxy answers: its figures in the format of Prometheus.',
    parse: parseService,
  }),
  action({
    name: 'redirect',
    arguments: '<rule>',
    directions: REQUEST_AND_RESPONSE,
    final: true,
    help: 'Answers with a redirection instead.',
    parse: parseRedirect,
  }),
  action({
    name: 'reject',
    directions: REQUEST,
    since: '2.1',
    help: 'Closes the connection without an answer.',
    parse: () => ({ action: { kind: 'reject' }, next: 2 }),
  }),
  action({
    name: 'silent-drop',
    directions: REQUEST_AND_RESPONSE,
    since: '1.6',
    help: 'Forgets the connection without telling the client, who keeps waiting.',
    parse: () => ({ action: { kind: 'silent-drop' }, next: 2 }),
  }),
];
