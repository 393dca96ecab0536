/** `option <name>` (manual 4.2): the plain switches, the connection modes, and the few that take arguments. */

import { isNetwork } from '../address.ts';
import type { ProxyDraft, ProxySection } from '../draft.ts';
import { BACKENDS, EVERYWHERE, FRONTENDS, type KeywordEntry, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import { tell } from './grammar.ts';
import { parseHttpCheckOption, parseTcpCheckOption } from './health-checks.ts';
import { LATER_OPTION_CHECKS } from './later-options.ts';
import { useBuiltInFormat } from './log-formats.ts';

export interface OptionEntry extends KeywordEntry {
  /** Only in HTTP mode; ignored with a warning in TCP mode. */
  readonly http: boolean;
  /** A switch is only remembered by its name; the others do something of their own. */
  readonly parse: ((statement: Statement, proxy: ProxyDraft) => void) | undefined;
  readonly isSwitch: boolean;
}

type Words = { readonly since?: string; readonly help: string };

function optionSwitch(name: string, sections: readonly ProxySection[], http: boolean, words: Words): OptionEntry {
  return {
    kind: 'option',
    name,
    sections,
    grammar: `option ${name}`,
    initially: 'off',
    since: words.since ?? '1.3',
    manual: '4.2',
    implemented: true,
    help: words.help,
    http,
    parse: undefined,
    isSwitch: true,
  };
}

/** A switch HAProxy has and we do not, yet. */
function later(name: string, sections: readonly ProxySection[], http: boolean, help: string): OptionEntry {
  return { ...optionSwitch(name, sections, http, { help }), implemented: false };
}

/** In HAProxy's order: suggestions take the first of equals. */
export const SWITCHES: readonly OptionEntry[] = [
  optionSwitch('abortonclose', BACKENDS, false, { help: 'Drop requests whose client left while they wait.' }),
  optionSwitch('allbackups', BACKENDS, false, { help: 'Balance over all backup servers, not only the first.' }),
  later('checkcache', BACKENDS, true, 'Blocks responses with cookies that caches might keep.'),
  optionSwitch('clitcpka', FRONTENDS, false, { help: 'TCP keep-alive packets towards clients.' }),
  optionSwitch('contstats', FRONTENDS, false, {
    help: 'Count bytes while a transfer runs, not at its end: statistics include what has passed so far.',
  }),
  optionSwitch('dontlognull', FRONTENDS, false, { help: 'Do not log connections that sent nothing.' }),
  optionSwitch('http-buffer-request', EVERYWHERE, true, {
    since: '1.6',
    help: 'Wait for the whole request payload, or a buffer of it, before the rules run.',
  }),
  optionSwitch('http-ignore-probes', FRONTENDS, true, {
    since: '1.5',
    help: 'Neither answer nor log connections closed or timed out before a request.',
  }),
  later(
    'idle-close-on-response',
    FRONTENDS,
    true,
    'Idle clients are closed with the next response, not at once, when the process stops.',
  ),
  optionSwitch('prefer-last-server', BACKENDS, true, {
    since: '1.5',
    help: 'Stay on the server used last if possible.',
  }),
  optionSwitch('logasap', FRONTENDS, false, { help: 'Log when the response starts, with "+" before what will grow.' }),
  optionSwitch('nolinger', EVERYWHERE, false, { help: 'Close with a reset, keeping no data in flight.' }),
  later('persist', BACKENDS, false, 'Requests with a cookie go to its server even when that is down.'),
  optionSwitch('srvtcpka', BACKENDS, false, { help: 'TCP keep-alive packets towards servers.' }),
  optionSwitch('transparent', BACKENDS, false, {
    help: 'Without balancing: connect to where the client wanted to go.',
  }),
  later('splice-request', EVERYWHERE, false, 'Request payloads pass within the kernel.'),
  later('splice-response', EVERYWHERE, false, 'Response payloads pass within the kernel.'),
  later('splice-auto', EVERYWHERE, false, 'Payloads pass within the kernel where that seems to help.'),
  optionSwitch('accept-invalid-http-request', FRONTENDS, true, {
    help: 'Tolerate some invalid characters of clients.',
  }),
  optionSwitch('accept-invalid-http-response', BACKENDS, true, {
    help: 'Tolerate some invalid characters of servers.',
  }),
  optionSwitch('dontlog-normal', FRONTENDS, false, { help: 'Log only what did not end normally.' }),
  optionSwitch('log-separate-errors', FRONTENDS, false, { help: 'Log errors at level "err".' }),
  optionSwitch('log-health-checks', BACKENDS, false, { help: 'Log every change of a health check.' }),
  optionSwitch('socket-stats', FRONTENDS, false, { help: 'Statistics for each listener of the frontend.' }),
  optionSwitch('tcp-smart-accept', FRONTENDS, false, { help: 'No early ACK of the first data; the default in HTTP.' }),
  optionSwitch('tcp-smart-connect', BACKENDS, false, { help: 'Send data with the last ACK of the handshake.' }),
  later('independent-streams', EVERYWHERE, false, 'Data in one direction do not restart the timeout of the other.'),
  optionSwitch('http-use-proxy-header', FRONTENDS, true, {
    help: 'Requests whose target names a host are meant for a proxy: they are asked for credentials by a 407.',
  }),
  optionSwitch('http-pretend-keepalive', BACKENDS, true, {
    since: '1.4',
    help: 'Do not tell servers that their connection will be closed after the response.',
  }),
  optionSwitch('http-no-delay', EVERYWHERE, true, {
    since: '1.5',
    help: 'Send every piece at once, at the price of more packets. Nothing is ever held back here, so this is always so.',
  }),
  later(
    'h1-case-adjust-bogus-client',
    FRONTENDS,
    true,
    'Header names towards clients are in the case of h1-case-adjust.',
  ),
  later(
    'h1-case-adjust-bogus-server',
    BACKENDS,
    true,
    'Header names towards servers are in the case of h1-case-adjust.',
  ),
  optionSwitch('disable-h2-upgrade', FRONTENDS, true, {
    since: '2.4',
    help: 'HTTP/2 is not spoken to clients that begin with it unasked. It never is here, so this is always so.',
  }),
];

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

function refuseModifier(statement: Statement): boolean {
  if (statement.modifier === 'none') return false;
  statement.alert(`negation/default is not supported for option '${statement.word(1)}'.`, 'tight', 1);
  return true;
}

function parseHttplog(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement)) return;
  const argument = statement.word(2);
  if (argument !== '' && argument !== 'clf') {
    statement.alert("keyword 'httplog' only supports option 'clf'.", 'spaced', 2);
    return;
  }
  if (statement.tooMany(1, 1)) return;
  useBuiltInFormat(statement, proxy, argument === 'clf' ? 'httplog clf' : 'httplog', 1);
}

function parseTcplog(statement: Statement, proxy: ProxyDraft): void {
  if (!refuseModifier(statement)) useBuiltInFormat(statement, proxy, 'tcplog', 0);
}

function parseHttpslog(statement: Statement, proxy: ProxyDraft): void {
  if (!refuseModifier(statement)) useBuiltInFormat(statement, proxy, 'httpslog', -1);
}

function parseTcpka(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement) || statement.tooMany(0, 1)) return;
  if (proxy.frontend) proxy.options.set('clitcpka', true);
  if (proxy.backend) proxy.options.set('srvtcpka', true);
}

function parseRedispatch(statement: Statement, proxy: ProxyDraft): void {
  if (statement.lacks(proxy, 'backend', 'redispatch')) return;
  if (statement.modifier === 'none') proxy.redispatch = statement.word(2) === '' ? -1 : readInt32(statement.word(2));
  else if (statement.modifier === 'no') proxy.redispatch = 0;
}

function parseForwardFor(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement)) return;
  let header = 'X-Forwarded-For';
  let except: string | undefined;
  let ifNone = false;
  for (let at = 2; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word === 'if-none') ifNone = true;
    else if (word === 'except' || word === 'header') {
      if (value === '' || (word === 'except' && !isNetwork(value))) {
        const wanted = word === 'except' ? '<address>[/mask]' : '<header_name>';
        statement.alert(`'option forwardfor ${word}' expects ${wanted} as argument.`, 'spaced', at);
        return;
      }
      if (word === 'except') except = value;
      else header = value;
      at++;
    } else {
      statement.alert(
        "'option forwardfor' only supports optional values: 'except', 'header' and 'if-none'.",
        'spaced',
        at,
      );
      return;
    }
  }
  proxy.forwardFor = { except, header, ifNone };
}

function parseOriginalTo(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement)) return;
  let header = 'X-Original-To';
  let except: string | undefined;
  for (let at = 2; statement.word(at) !== ''; at += 2) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word !== 'except' && word !== 'header') {
      statement.alert("'option originalto' only supports optional values: 'except' and 'header'.", 'spaced', at);
      return;
    }
    if (value === '' || (word === 'except' && !isNetwork(value))) {
      const wanted = word === 'except' ? '<address>[/mask]' : '<header_name>';
      statement.alert(`'option originalto ${word}' expects ${wanted} as argument.`, 'spaced', at);
      return;
    }
    if (word === 'except') except = value;
    else header = value;
  }
  proxy.originalTo = { except, header };
}

function parseRestrictNames(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement) || statement.tooMany(1, 1)) return;
  const word = statement.word(2);
  const expected = "option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.";
  if (word === 'preserve' || word === 'reject' || word === 'delete') proxy.restrictHeaderNames = word;
  else if (word === '') statement.alert(`missing parameter. ${expected}`, 'spaced', 1);
  else statement.alert(`invalid parameter '${word}'. ${expected}`, 'spaced', 2);
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
