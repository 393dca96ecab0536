/** Keywords of proxies that are not implemented yet, with their grammar (manual 4.2). */

import { BACKENDS, EVERYWHERE, FRONTENDS, type ProxyKeyword, REAL_PROXIES } from '../keyword.ts';
import { kindOf, type Statement } from '../statement.ts';
import { pointMask } from './check-points.ts';
import { all, anyBase, atMost, type Check, type Complaint, needs } from './grammar.ts';
import { firstTwo, laterProxy, type ProxyCheck } from './later-proxy.ts';
import { checkStickTable } from './stick-table-words.ts';

const LEVELS = new Set(['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']);

function checkMail(statement: Statement): Complaint | string | undefined {
  const what = statement.word(1);
  if (what === '') return "missing argument after 'email-alert'.";
  if (['from', 'to', 'mailers', 'myhostname'].includes(what)) return undefined;
  if (what !== 'level') return { message: `email-alert: unknown argument '${what}'.`, index: 1 };
  const level = statement.word(2);
  return LEVELS.has(level) ? undefined : { message: `unknown log level 'level' after '${level}'`, index: 2 };
}

function checkExternal(statement: Statement): Complaint | string | undefined {
  const what = statement.word(1);
  if (what === '') return "missing argument after 'external-check'.";
  if (what !== 'command' && what !== 'path') {
    return { message: `'external-check' only supports 'command' and 'path'. but got '${what}'.`, index: 1 };
  }
  const extra = statement.word(3);
  if (extra !== '') return { message: `'external-check' cannot handle unexpected argument '${extra}'.`, index: 3 };
  return statement.word(2) === '' ? `missing argument after '${what}'.` : undefined;
}

/** Warns that it is for the other side, as HAProxy's newer keywords do. */
function onlyOn(side: 'frontend' | 'backend', check: Check, name?: (statement: Statement) => string): ProxyCheck {
  return (statement, proxy) => {
    const complaint = check(statement, proxy);
    if (complaint === undefined && !proxy[side]) {
      const what = name?.(statement) ?? statement.keyword;
      statement.warn(`${what} will be ignored because ${kindOf(proxy)} '${proxy.name}' has no ${side} capability`);
    }
    return complaint;
  };
}

const integerCharacter =
  (name: string) =>
  (character: string, word: string): string =>
    `'${name}' : unexpected character '${character}' in integer value '${word}'`;

const COMPRESSIONS = new Set(['identity', 'deflate', 'raw-deflate', 'gzip']);

const checkCompression: ProxyCheck = (statement, proxy) => {
  const what = statement.word(1);
  if (what === 'offload') {
    if (proxy.section === 'defaults') statement.warn("'compression' : 'offload' ignored in 'defaults' section.");
    return undefined;
  }
  if (what === 'type') return statement.word(2) === '' ? "'compression' expects <type>." : undefined;
  if (what !== 'algo') return { message: "'compression' expects 'algo', 'type' or 'offload'", index: 1 };
  const { file, line } = statement.place;
  if (statement.word(2) === '') return `parsing [${file}:${line}] : 'compression' expects <algorithm>.`;
  const wrong = statement.from(2).find((name) => !COMPRESSIONS.has(name));
  return wrong === undefined ? undefined : `'compression' : '${wrong}' is not a supported algorithm.`;
};

const checkApplication: ProxyCheck = (statement, proxy) => {
  if (!proxy.backend || proxy.section === 'defaults')
    return "'use-fcgi-app' only available in backend or listen section";
  return statement.word(1) === '' ? "'use-fcgi-app' expects <name> as argument" : undefined;
};

const RETRY_WORDS = new Set(
  (
    'conn-failure empty-response response-timeout 401 403 404 408 425 500 501 502 503 504 0rtt-rejected ' +
    'junk-response all-retryable-errors none'
  ).split(' '),
);

const checkRetries: ProxyCheck = (statement, proxy) => {
  const words = statement.from(1);
  if (words.length === 0) return "'retry-on' needs at least one keyword to specify when to retry";
  if (!proxy.backend) return "'retry-on' only available in backend or listen section";
  const wrong = words.find((word) => !RETRY_WORDS.has(word));
  if (wrong !== undefined) return `'retry-on': unknown keyword '${wrong}'`;
  return words.includes('none') && words.length > 1 ? "'retry-on' 'none' keyworld only usable alone" : undefined;
};

const _AT_SERVER_CHOICE = pointMask('backend use-server, balance or stick-match rule');

const checkState: Check = (statement) => {
  const word = statement.word(1);
  if (['global', 'local', 'none'].includes(word)) return undefined;
  return {
    message: `'load-server-state-from-file' expects 'global', 'local' or 'none'. Got '${word}'`,
    index: 1,
  };
};

const checkTable: ProxyCheck = (statement, proxy) =>
  proxy.section === 'defaults'
    ? "'stick-table' is not supported in 'defaults' section."
    : checkStickTable(statement, 1, false);

export const LATER_PROXIES: readonly ProxyKeyword[] = [
  laterProxy({
    name: 'compression',
    sections: EVERYWHERE,
    arguments: '{algo <algorithm>... | type <type>... | offload}',
    help: 'Compresses responses.',
    since: '1.5',
    anywhere: true,
    check: checkCompression,
    what: firstTwo,
  }),
  laterProxy({
    name: 'email-alert',
    sections: EVERYWHERE,
    arguments: '{from <address> | level <level> | mailers <section> | myhostname <name> | to <address>}',
    help: 'Mails about changes of servers.',
    since: '1.6',
    check: checkMail,
    what: firstTwo,
  }),
  laterProxy({
    name: 'external-check',
    sections: BACKENDS,
    arguments: '{command <path> | path <path>}',
    help: 'The program that checks servers.',
    since: '1.6',
    anywhere: true,
    check: checkExternal,
    what: firstTwo,
  }),
  laterProxy({
    name: 'load-server-state-from-file',
    sections: BACKENDS,
    arguments: '{global | local | none}',
    help: 'Whether servers start as a file says.',
    since: '1.6',
    check: checkState,
  }),
  laterProxy({
    name: 'max-keep-alive-queue',
    sections: BACKENDS,
    arguments: '<number>',
    help: 'Queued requests beyond which keep-alive gives way to other servers.',
    since: '1.5',
    initially: '-1',
    anywhere: true,
    check: onlyOn(
      'backend',
      all(
        needs("'%' expects expects an integer value (or -1 to disable)"),
        anyBase(integerCharacter('max-keep-alive-queue')),
      ),
    ),
  }),
  laterProxy({
    name: 'max-session-srv-conns',
    sections: FRONTENDS,
    arguments: '<number>',
    help: 'Connections to servers a client connection keeps, at most.',
    since: '1.9',
    initially: '5',
    check: (statement) => {
      if (statement.word(1) !== '') return undefined;
      const { file, line } = statement.place;
      const message = `parsine [${file}:${line}] : 'max-session-srv-conns' expects a number. Got no argument`;
      return { message, style: 'none' };
    },
  }),
  laterProxy({
    name: 'retry-on',
    sections: BACKENDS,
    arguments: '<event>...',
    help: 'What a request is sent again for.',
    since: '2.0',
    initially: 'conn-failure',
    anywhere: true,
    check: checkRetries,
  }),
  laterProxy({
    name: 'server-state-file-name',
    sections: BACKENDS,
    arguments: '[<file> | use-backend-name]',
    help: 'The file of server states.',
    since: '1.6',
    check: atMost(1),
  }),
  laterProxy({
    name: 'stick-table',
    sections: REAL_PROXIES,
    arguments:
      'type {ip | ipv6 | integer | string [len <length>] | binary [len <length>]} size <size> [expire <delay>] ' +
      '[nopurge] [peers <section>] [srvkey {name | addr}] [store <type>[,<type>...]]...',
    help: 'A table of what was seen of clients.',
    since: '1.4',
    anywhere: true,
    check: checkTable,
  }),
  laterProxy({
    name: 'use-fcgi-app',
    sections: BACKENDS,
    arguments: '<application>',
    help: 'Speaks FastCGI to servers.',
    since: '2.1',
    anywhere: true,
    check: checkApplication,
  }),
];
