/** How a client stays with its server (manual 4.2: cookies, `persist`, `stick`), not implemented yet. */

import { readExpression } from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import { BACKENDS, type ProxyKeyword, REAL_BACKENDS } from '../keyword.ts';
import type { Statement } from '../statement.ts';
import { pointMask } from './check-points.ts';
import { type Complaint, delay, needs } from './grammar.ts';
import { checkCondition, firstTwo, laterProxy } from './later-proxy.ts';

const COOKIE_FLAGS = new Set([
  'rewrite',
  'indirect',
  'insert',
  'nocache',
  'postonly',
  'preserve',
  'prefix',
  'httponly',
  'secure',
  'dynamic',
]);

function checkSeconds(statement: Statement, index: number, name: string): Complaint | undefined {
  const found = delay({
    unit: 's',
    over: `timer overflow in argument <#> to <${name}>, maximum value is 2147483647 s (~68 years).`,
    under: `timer underflow in argument <#> to <${name}>, minimum non-null value is 1 s.`,
    character: `unexpected character '%' in argument to <${name}>.`,
    style: 'tight',
    index,
  })(statement, undefined);
  return typeof found === 'string' ? { message: found } : found;
}

function checkCookieValue(statement: Statement, name: string, index: number): Complaint | undefined {
  const expected = { domain: '<domain>', maxidle: '<idletime> in seconds', maxlife: '<lifetime> in seconds' };
  const value = statement.word(index);
  if (value === '') {
    const what = name in expected ? expected[name as keyof typeof expected] : '<value>';
    return { message: `'${name}' expects ${what} as argument.`, style: 'tight', index };
  }
  if (name === 'maxidle' || name === 'maxlife') return checkSeconds(statement, index, name);
  if (name === 'domain') {
    if (!value.includes('.')) {
      const text = `domain '${value}' contains no embedded dot, this configuration may not work properly`;
      statement.warn(`${text} (see RFC6265#5.2.3).`, 'tight', index);
    }
    const wrong = /[^A-Za-z0-9._:-]/.exec(value)?.[0];
    if (wrong === undefined) return undefined;
    return { message: `character '${wrong}' is not permitted in domain name '${value}'.`, style: 'tight', index };
  }
  const wrong = /[\x00-\x1f\x7f;]/.exec(value)?.[0];
  if (wrong === undefined) return undefined;
  const code = wrong.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
  return { message: `character '%x${code}' is not permitted in attribute value.`, style: 'tight', index };
}

function checkCookie(statement: Statement): Complaint | undefined {
  if (statement.word(1) === '') return { message: "'cookie' expects <cookie_name> as argument." };
  const flags = new Set<string>();
  for (let at = 2; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    if (COOKIE_FLAGS.has(word)) flags.add(word);
    else if (['domain', 'maxidle', 'maxlife', 'attr'].includes(word)) {
      const complaint = checkCookieValue(statement, word, ++at);
      if (complaint !== undefined) return complaint;
    } else {
      const names =
        "'rewrite', 'insert', 'prefix', 'indirect', 'nocache', 'postonly', 'domain', 'maxidle', 'dynamic', 'maxlife'";
      return { message: `'cookie' supports ${names} and 'attr' options.`, index: at };
    }
  }
  if (flags.has('rewrite') && flags.has('indirect')) {
    return { message: "cookie 'rewrite' and 'indirect' modes are incompatible." };
  }
  if (['rewrite', 'insert', 'prefix'].filter((mode) => flags.has(mode)).length > 1) {
    return { message: "cookie 'rewrite', 'insert' and 'prefix' modes are incompatible." };
  }
  if (flags.has('preserve') && !flags.has('insert') && !flags.has('indirect')) {
    return { message: "cookie 'preserve' requires at least 'insert' or 'indirect'." };
  }
  return undefined;
}

function checkPersist(statement: Statement): Complaint | string | undefined {
  const method = statement.word(1);
  if (method === '') return 'missing persist method.';
  if (!method.startsWith('rdp-cookie')) return 'unknown persist method.';
  if (method === 'rdp-cookie') return undefined;
  if (method.charAt(10) === '(' && statement.word(2) !== '') {
    return `'persist' cannot handle unexpected argument '${statement.word(2)}'.`;
  }
  return /^rdp-cookie\([^)]+\)/.test(method) ? undefined : "persist rdp-cookie(name)' requires an rdp cookie name.";
}

const AT_REQUEST = pointMask('backend use-server, balance or stick-match rule');
const AT_RESPONSE = pointMask('backend stick-store rule');
/** The first after `use_backend`, where persistence is forced. */
const AFTER_SWITCHING = pointMask('backend tcp-request content rule');

function checkPersistRule(statement: Statement, proxy: ProxyDraft): Complaint | undefined {
  const { keyword } = statement;
  if (statement.word(1) !== 'if' && statement.word(1) !== 'unless') {
    return { message: `'${keyword}' requires either 'if' or 'unless' followed by a condition.` };
  }
  const failing = `error detected while parsing a '${keyword}' rule`;
  return checkCondition(statement, proxy, 1, failing, AFTER_SWITCHING);
}

const STICK_RULES = new Set(['store', 'store-request', 'store-response', 'match', 'on']);

function checkStick(statement: Statement, proxy: ProxyDraft): Complaint | string | undefined {
  const rule = statement.word(1);
  if (!STICK_RULES.has(rule)) return { message: "'stick' expects 'on', 'match', or 'store'.", index: 1 };
  if (statement.word(2) === '') return "'stick' expects a fetch method.";
  const response = rule === 'store-response';
  const where = response ? AT_RESPONSE : AT_REQUEST;
  const direction = response ? 'http-response' : 'http-request';
  const read = readExpression({ statement, proxy, direction }, 2, where);
  if ('error' in read) {
    const error = read.error.replace(
      'none of which is available here',
      response ? "none of which is available for 'store-response'." : 'none of which is available during request.',
    );
    return { message: `'stick': ${error}`, index: 2 };
  }
  let at = read.next;
  if (statement.word(at) === 'table') at += 2;
  const word = statement.word(at);
  if (word === 'if' || word === 'unless') {
    const failing = "'stick': error detected while parsing sticking condition";
    return checkCondition(statement, proxy, at, failing, where);
  }
  return word === '' ? undefined : { message: `'stick': unknown keyword '${word}'.`, index: at };
}

const rulePersistence = (name: string, help: string): ProxyKeyword =>
  laterProxy({
    name,
    sections: REAL_BACKENDS,
    arguments: '{if | unless} <condition>',
    help,
    since: '1.4',
    check: checkPersistRule,
  });

export const LATER_PERSISTENCE: readonly ProxyKeyword[] = [
  laterProxy({
    name: 'cookie',
    sections: BACKENDS,
    arguments:
      '<name> [rewrite | insert | prefix] [indirect] [nocache] [postonly] [preserve] [httponly] [secure] ' +
      '[domain <domain>]... [maxidle <delay>] [maxlife <delay>] [dynamic] [attr <value>]...',
    help: 'Clients stay with their server by a cookie.',
    since: '1.0',
    check: checkCookie,
  }),
  laterProxy({
    name: 'dynamic-cookie-key',
    sections: BACKENDS,
    arguments: '<secret>',
    help: 'What dynamic cookies are made from.',
    since: '1.7',
    check: needs("'%' expects <secret_key> as argument."),
  }),
  laterProxy({
    name: 'persist',
    sections: BACKENDS,
    arguments: 'rdp-cookie[(<name>)]',
    help: 'Clients stay with their server by an RDP cookie.',
    since: '1.4',
    anywhere: true,
    check: checkPersist,
  }),
  rulePersistence('force-persist', 'Requests that may use servers that are down.'),
  rulePersistence('ignore-persist', 'Requests that do not stay with their server.'),
  laterProxy({
    name: 'stick',
    sections: REAL_BACKENDS,
    arguments: '{match | on | store-request | store-response} <sample> [table <table>] [{if | unless} <condition>]',
    help: 'Clients stay with their server by a table.',
    since: '1.4',
    check: (statement, proxy) => (proxy.backend ? checkStick(statement, proxy) : undefined),
    what: firstTwo,
  }),
];
