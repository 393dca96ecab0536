/** The actions on header fields and on the status line (manual 4.2, `http-request add-header` and its kin). */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  ALL_RULES,
  action,
  checkRegex,
  REQUEST,
  RESPONSES,
  readFormat,
} from '../action.ts';

function parseHeader(kind: 'set-header' | 'add-header' | 'early-hint') {
  return (context: ActionContext): ActionResult => {
    const name = context.statement.word(2);
    const text = context.statement.word(3);
    if (name === '' || text === '') return { error: 'expects exactly 2 arguments' };
    const value = readFormat(context, text);
    return 'error' in value ? value : { action: { kind, name, value }, next: 4 };
  };
}

const DELETE_MATCHES = ['str', 'beg', 'end', 'sub', 'reg'] as const;

function parseDeleteHeader({ statement }: ActionContext): ActionResult {
  const name = statement.word(2);
  if (name === '') return { error: 'expects at least 1 argument' };
  if (statement.word(3) !== '-m') return { action: { kind: 'del-header', name, match: 'str' }, next: 3 };
  const method = statement.word(4);
  if (method === '') return { error: '-m flag expects exactly 1 argument' };
  const match = DELETE_MATCHES.find((known) => known === method);
  if (match === undefined) return { error: `-m with unsupported matching method '${method}'` };
  const refusal = match === 'reg' ? checkRegex(name) : undefined;
  return refusal ?? { action: { kind: 'del-header', name, match }, next: 5 };
}

function parseReplace(kind: 'replace-header' | 'replace-value') {
  return (context: ActionContext): ActionResult => {
    const { statement } = context;
    const name = statement.word(2);
    const pattern = statement.word(3);
    if (name === '' || pattern === '' || statement.word(4) === '') return { error: 'expects exactly 3 arguments' };
    const refusal = checkRegex(pattern);
    if (refusal !== undefined) return refusal;
    const value = readFormat(context, statement.word(4));
    return 'error' in value ? value : { action: { kind, name, pattern, value }, next: 5 };
  };
}

function parseStatus({ statement }: ActionContext): ActionResult {
  const text = statement.word(2);
  if (text === '') return { error: 'expects 1 argument: <status>; or 3 arguments: <status> reason <fmt>' };
  const status = /^\s*[+-]?\d+$/.test(text) ? Number(text) : 0;
  if (status < 100 || status > 999) return { error: 'expects an integer status code between 100 and 999' };
  const reason = statement.word(4);
  const given = statement.word(3) === 'reason' && reason !== '' && reason !== 'if' && reason !== 'unless';
  return { action: { kind: 'set-status', status, reason: given ? reason : undefined }, next: given ? 5 : 3 };
}

export const HEADER_ACTIONS: readonly ActionEntry[] = [
  action({
    name: 'add-header',
    arguments: '<name> <format>',
    directions: ALL_RULES,
    help: 'Adds a header, keeping those of its name.',
    parse: parseHeader('add-header'),
  }),
  action({
    name: 'set-header',
    arguments: '<name> <format>',
    directions: ALL_RULES,
    help: 'Sets a header, replacing those of its name.',
    parse: parseHeader('set-header'),
  }),
  action({
    name: 'del-header',
    arguments: '<name> [-m <match>]',
    directions: ALL_RULES,
    help: 'Removes all headers of a name, or those whose name matches.',
    parse: parseDeleteHeader,
  }),
  action({
    name: 'replace-header',
    arguments: '<name> <regex> <format>',
    directions: ALL_RULES,
    help: 'Replaces the whole value of each header of a name that the expression matches.',
    parse: parseReplace('replace-header'),
  }),
  action({
    name: 'replace-value',
    arguments: '<name> <regex> <format>',
    directions: ALL_RULES,
    help: 'Replaces each comma-separated value of a header that the expression matches.',
    parse: parseReplace('replace-value'),
  }),
  action({
    name: 'early-hint',
    arguments: '<name> <format>',
    directions: REQUEST,
    since: '1.9',
    help: 'Sends a header to the client ahead of the response, in an interim 103 response.',
    parse: parseHeader('early-hint'),
  }),
  action({
    name: 'set-status',
    arguments: '<status> [reason <text>]',
    directions: RESPONSES,
    since: '1.6',
    help: "Replaces the response's status, and its reason.",
    parse: parseStatus,
  }),
];
