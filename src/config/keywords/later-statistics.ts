/** `stats` in proxies, the statistics page (manual 4.2), which is not implemented yet. */

import { placesOf } from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import { EVERYWHERE, type ProxyKeyword } from '../keyword.ts';
import { parseTime } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import type { Complaint } from './grammar.ts';
import { checkCondition, firstTwo, laterProxy } from './later-proxy.ts';

const WITHOUT_ARGUMENT = new Set(['enable', 'hide-version', 'show-legends', 'show-modules', 'show-desc']);

/** Name, grammar, since and help of each. */
export const STATISTICS_WORDS = [
  ['admin', 'admin {if | unless} <condition>', '1.4', 'Who may change the state of servers.'],
  ['auth', 'auth <user>:<password>', '1.0', 'Who may look.'],
  ['enable', 'enable', '1.0', 'There is a page.'],
  ['hide-version', 'hide-version', '1.0', 'The page does not tell the version.'],
  ['http-request', 'http-request {allow | deny | auth [realm <realm>]} [{if | unless} <condition>]', '1.4', 'Rules.'],
  ['realm', 'realm <text>', '1.0', 'What browsers show when they ask for a password.'],
  ['refresh', 'refresh <delay>', '1.0', 'Browsers ask again after it.'],
  ['scope', 'scope {<name> | .}', '1.0', 'Which proxies are shown.'],
  ['show-desc', 'show-desc [<text>]', '1.4', 'A description is shown.'],
  ['show-legends', 'show-legends', '1.4', 'More is shown.'],
  ['show-modules', 'show-modules', '2.3', 'More is shown of modules.'],
  ['show-node', 'show-node [<name>]', '1.4', "The machine's name is shown."],
  ['uri', 'uri <prefix>', '1.0', 'Where the page is.'],
] as const;

const MISSING: Readonly<Record<string, string>> = {
  uri: "'uri' needs an URI prefix.",
  realm: "'realm' needs an realm name.",
  auth: "'auth' needs a user:password account.",
  scope: "'scope' needs a proxy name.",
};

function checkRefresh(statement: Statement): Complaint | undefined {
  const text = statement.word(2);
  const time = parseTime(text, 's');
  if (time.kind === 'value') return undefined;
  const to = 'to stats refresh interval';
  const messages = {
    over: `timer overflow in argument <${text}> ${to}, maximum value is 2147483647 s (~68 years).`,
    under: `timer underflow in argument <${text}> ${to}, minimum non-null value is 1 s.`,
    character: `unexpected character '${time.kind === 'character' ? time.character : ''}' in argument ${to}.`,
  };
  return { message: messages[time.kind], style: 'tight', index: 2 };
}

function checkAdmin(statement: Statement, proxy: ProxyDraft): Complaint | undefined {
  if (proxy.section === 'defaults') {
    return { message: "'stats admin' not allowed in 'defaults' section.", style: 'tight' };
  }
  if (statement.word(2) !== 'if' && statement.word(2) !== 'unless') {
    return { message: "'stats admin' requires either 'if' or 'unless' followed by a condition." };
  }
  const failing = "error detected while parsing a 'stats admin' rule";
  return checkCondition(statement, proxy, 2, failing, placesOf(proxy, 'http-request'));
}

/** Where a `stats http-request` rule's condition begins, or what is wrong with the rule. */
function checkAccess(statement: Statement, proxy: ProxyDraft): Complaint | undefined {
  if (proxy.section === 'defaults') {
    return { message: "'stats' not allowed in 'defaults' section.", style: 'tight' };
  }
  const action = statement.word(2);
  if (action !== 'allow' && action !== 'deny' && action !== 'auth') {
    const missing = action === '' ? ' (missing argument)' : '';
    const message = `'stats http-request' expects 'allow', 'deny' or 'auth', but got '${action}'${missing}.`;
    return { message, style: 'tight', index: 2 };
  }
  const at = action === 'auth' && statement.word(3) === 'realm' ? 5 : 3;
  const word = statement.word(at);
  if (word === '') return undefined;
  if (word !== 'if' && word !== 'unless') {
    const message = `'http-request ${action}' expects either 'if' or 'unless' followed by a condition but found '${word}'.`;
    return { message, style: 'tight', index: at };
  }
  const failing = `error detected while parsing an 'http-request ${action}' condition`;
  return checkCondition(statement, proxy, at, failing, placesOf(proxy, 'http-request'));
}

function checkStats(statement: Statement, proxy: ProxyDraft): Complaint | undefined {
  const what = statement.word(1);
  const missing = MISSING[what];
  if (missing !== undefined) return statement.word(2) === '' ? { message: missing } : undefined;
  if (WITHOUT_ARGUMENT.has(what)) return undefined;
  switch (what) {
    case 'admin':
      return checkAdmin(statement, proxy);
    case 'refresh':
      return checkRefresh(statement);
    case 'http-request':
      return checkAccess(statement, proxy);
    case 'show-node': {
      if (/^[A-Za-z0-9._-]*$/.test(statement.word(2))) return undefined;
      const kind = 'should be a stringwith digits(0-9), letters(A-Z, a-z), hyphen(-) or underscode(_).';
      return { message: `'stats show-node' invalid node name - ${kind}`, style: 'tight', index: 2 };
    }
    default: {
      const names =
        "'admin', 'uri', 'realm', 'auth', 'scope', 'enable', 'hide-version', 'show-node', 'show-desc' or 'show-legends'";
      const subject = what === '' ? "missing keyword in 'stats'" : `unknown stats parameter '${what}'`;
      return { message: `${subject}, expects ${names}.`, style: 'tight', index: 1 };
    }
  }
}

export const LATER_STATISTICS: readonly ProxyKeyword[] = [
  laterProxy({
    name: 'stats',
    sections: EVERYWHERE,
    arguments:
      '{admin | auth | enable | hide-version | http-request | realm | refresh | scope | show-desc | show-legends | ' +
      'show-modules | show-node | uri} [<argument>...]',
    help: 'A page of statistics.',
    since: '1.0',
    check: checkStats,
    what: firstTwo,
  }),
];
