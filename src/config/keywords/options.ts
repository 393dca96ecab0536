/** `option <name>` (manual 4.2): the connection modes, and the few that take arguments. */

import type { ProxyDraft, ProxySection } from '../draft.ts';
import { BACKENDS, EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { Statement } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import { tell } from './grammar.ts';
import { parseHttpCheckOption, parseTcpCheckOption } from './health-checks.ts';
import { LATER_OPTION_CHECKS } from './later-options.ts';
import {
  parseForwardFor,
  parseHttplog,
  parseHttpslog,
  parseOriginalTo,
  parseRedispatch,
  parseRestrictNames,
  parseTcpka,
  parseTcplog,
  refuseModifier,
} from './option-arguments.ts';
import { later, type OptionEntry, optionSwitch, SWITCHES } from './option-switches.ts';

function connectionMode(name: string, mode: ProxyDraft['httpMode'], help: string): OptionEntry {
  return {
    ...optionSwitch(name, EVERYWHERE, true, { help }),
    isSwitch: false,
    parse(statement, proxy) {
      if (statement.tooMany(0, 1)) return;
      if (statement.modifier === 'none') proxy.httpMode = mode;
      else if (statement.modifier === 'no' && proxy.httpMode === mode) proxy.httpMode = 'keep-alive';
      else if (statement.modifier === 'default') refuseModifier(statement);
    },
  };
}

function gone(name: string, help: string, message: string): OptionEntry {
  return {
    ...later(name, EVERYWHERE, false, help),
    isSwitch: false,
    parse(statement) {
      statement.alert(message, 'tight', 1);
    },
  };
}

function special(
  name: string,
  sections: readonly ProxySection[],
  grammar: string,
  help: string,
  parse: OptionEntry['parse'],
): OptionEntry {
  return {
    ...optionSwitch(name, sections, false, { help }),
    grammar,
    isSwitch: false,
    implemented: parse !== undefined,
    parse,
  };
}

const HTTP_CLOSE = connectionMode('httpclose', 'close', 'One request a connection, on both sides.');

/** In the order of HAProxy's list of suggestions. */
export const SPECIAL_OPTIONS: readonly OptionEntry[] = [
  HTTP_CLOSE,
  connectionMode('http-server-close', 'server-close', 'Keep clients connected, close to servers after each response.'),
  connectionMode('http-keep-alive', 'keep-alive', 'Keep both sides connected (the default).'),
  special(
    'redispatch',
    BACKENDS,
    'option redispatch [<interval>]',
    'Retry on another server: on the last retry, or every <interval> retries.',
    parseRedispatch,
  ),
  special('httplog', EVERYWHERE, 'option httplog [clf]', 'Log in the HTTP format.', parseHttplog),
  special('tcplog', EVERYWHERE, 'option tcplog', 'Log in the TCP format.', parseTcplog),
  special('tcpka', EVERYWHERE, 'option tcpka', 'TCP keep-alive packets on both sides.', parseTcpka),
  special(
    'httpchk',
    BACKENDS,
    'option httpchk [<method>] [<uri>] [<version>]',
    'Check servers with an HTTP request instead of a bare connection.',
    (statement, proxy) => {
      if (!refuseModifier(statement)) parseHttpCheckOption(statement, proxy);
    },
  ),
  special(
    'ssl-hello-chk',
    BACKENDS,
    'option ssl-hello-chk',
    'Check servers with the first message of SSLv3.',
    undefined,
  ),
  special(
    'smtpchk',
    BACKENDS,
    'option smtpchk [<hello> <domain>]',
    'Check servers with a greeting of SMTP.',
    undefined,
  ),
  special(
    'pgsql-check',
    BACKENDS,
    'option pgsql-check [user <name>]',
    'Check servers with the first packet of PostgreSQL.',
    undefined,
  ),
  special('redis-check', BACKENDS, 'option redis-check', 'Check servers with PING of Redis.', undefined),
  special(
    'mysql-check',
    BACKENDS,
    'option mysql-check [user <name>]',
    'Check servers with the first packet of MySQL.',
    undefined,
  ),
  special('ldap-check', BACKENDS, 'option ldap-check', 'Check servers with an anonymous bind of LDAP.', undefined),
  special('spop-check', BACKENDS, 'option spop-check', 'Check servers with the first frame of SPOP.', undefined),
  special(
    'tcp-check',
    BACKENDS,
    'option tcp-check',
    'Check servers with the dialogue of the `tcp-check` rules.',
    (statement, proxy) => {
      if (!refuseModifier(statement)) parseTcpCheckOption(statement, proxy);
    },
  ),
  special('external-check', BACKENDS, 'option external-check', 'Check servers with a program.', undefined),
  special(
    'forwardfor',
    EVERYWHERE,
    'option forwardfor [except <network>] [header <name>] [if-none]',
    "Add the client's address in X-Forwarded-For.",
    parseForwardFor,
  ),
  special('original-to', EVERYWHERE, 'option originalto [except <network>] [header <name>]', '', undefined),
  special(
    'originalto',
    EVERYWHERE,
    'option originalto [except <network>] [header <name>]',
    'Add the address the client had asked for in X-Original-To.',
    parseOriginalTo,
  ),
  special(
    'httpslog',
    EVERYWHERE,
    'option httpslog',
    'Log in the HTTP format, with what is known of TLS.',
    parseHttpslog,
  ),
  special(
    'http-restrict-req-hdr-names',
    EVERYWHERE,
    'option http-restrict-req-hdr-names { preserve | reject | delete }',
    'What to do about request headers whose names have other characters than letters, digits and dashes.',
    parseRestrictNames,
  ),
  {
    ...connectionMode('forceclose', 'close', 'As `option httpclose`.'),
    parse(statement, proxy) {
      statement.warn(
        "keyword 'forceclose' is deprecated in favor of 'httpclose', and will not be supported by future versions.",
        'tight',
        1,
      );
      HTTP_CLOSE.parse?.(statement, proxy);
    },
  },
  {
    ...optionSwitch('http-use-htx', EVERYWHERE, true, {
      since: '1.9',
      help: 'A representation of HTTP within 1.9; there is only one here.',
    }),
    isSwitch: false,
    parse(statement) {
      statement.tooMany(0, 1);
    },
  },
  gone(
    'http-tunnel',
    'After the first request and response, everything passes as it is. Of former versions.',
    "option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it, it shouldn't be needed.",
  ),
  gone(
    'http_proxy',
    'Requests with a whole URL go to its address. Of former versions.',
    "option 'http_proxy' is not supported any more since HAProxy 2.5. This option stopped working in HAProxy 1.9 and " +
      "usually had nasty side effects. It can be more reliably implemented with combinations of 'http-request " +
      "set-dst' and 'http-request set-uri', and even 'http-request do-resolve' if DNS resolution is desired.",
  ),
];

const BY_NAME: ReadonlyMap<string, OptionEntry> = new Map(
  [...SWITCHES, ...SPECIAL_OPTIONS].map((entry) => [entry.name, entry]),
);

/** Only in HAProxy's list by mistake: the option is written `originalto`. */
const SUGGESTED_ONLY = new Set(['original-to']);
const NEVER_SUGGESTED = new Set([
  'originalto',
  'httpslog',
  'http-restrict-req-hdr-names',
  'forceclose',
  'http-use-htx',
  'http-tunnel',
  'http_proxy',
]);

function setSwitch(statement: Statement, proxy: ProxyDraft, entry: OptionEntry): void {
  if (statement.tooMany(0, 1)) return;
  const frontend = entry.sections.includes('frontend');
  const backend = entry.sections.includes('backend');
  const side = frontend && backend ? undefined : frontend ? 'frontend' : 'backend';
  if (side !== undefined && statement.lacks(proxy, side, entry.name)) return;
  if (!entry.implemented) {
    // Switching off what does not exist changes nothing.
    if (statement.modifier === 'none') statement.notImplemented(`option ${entry.name}`, 1);
  } else if (statement.modifier === 'default') proxy.options.delete(entry.name);
  else proxy.options.set(entry.name, statement.modifier === 'none');
}

/** An option of several words without a machinery: its grammar is checked all the same. */
function refuseLater(statement: Statement, name: string): void {
  if (refuseModifier(statement)) return;
  const complaint = LATER_OPTION_CHECKS.get(name)?.(statement, undefined);
  if (complaint === undefined) statement.notImplemented(`option ${name}`, 1);
  else tell(statement, complaint);
}

function parseOption(statement: Statement, proxy: ProxyDraft): void {
  const name = statement.word(1);
  if (name === '') {
    statement.alert("'option' expects an option name.", 'tight');
    return;
  }
  const entry = SUGGESTED_ONLY.has(name) ? undefined : BY_NAME.get(name);
  if (entry === undefined) {
    if (refuseModifier(statement)) return;
    const candidates = [...SWITCHES, ...SPECIAL_OPTIONS].map((known) => known.name);
    const best = nearestWord(
      name,
      candidates.filter((candidate) => !NEVER_SUGGESTED.has(candidate)),
    );
    const question = best === undefined ? '.' : `; did you mean '${best}' maybe ?`;
    statement.alert(`unknown option '${name}'${question}`, 'spaced', 1, best);
  } else if (entry.parse !== undefined) {
    entry.parse(statement, proxy);
  } else if (!entry.isSwitch) {
    refuseLater(statement, name);
  } else {
    setSwitch(statement, proxy, entry);
  }
}

export const OPTION_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'option',
    sections: EVERYWHERE,
    grammar: 'option <name> [<arguments>]',
    help: 'Switches something on; `no option` switches it off, `default option` back to the default.',
    negatable: true,
    parse: parseOption,
  }),
];
