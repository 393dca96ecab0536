/** Options of `server` lines that are not implemented yet, with their grammar (manual 5.2). */

import { isIP } from 'node:net';
import { isNetwork } from '../address.ts';
import { parseExpression } from '../expression.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import { LATER, option, type ServerContext, type ServerOption, value, WORDY_LIMIT } from './server-option.ts';
import { checkProtocols, checkVersion } from './tls-words.ts';

type Check = (context: ServerContext) => string | undefined;

function later(name: string, argument: string, help: string, check: Check = () => undefined): ServerOption {
  return option(name, argument, help, (context) => check(context) ?? LATER, true, false);
}

/** Undoes what cannot be done yet. */
function undo(name: string, help: string): ServerOption {
  return option(name, '', help, () => undefined);
}

function nameOf(context: ServerContext): string {
  return context.statement.word(context.index);
}

/** `'alpn' : missing ...`, or `'agent-port' expects ... as argument.` */
function missing(what: string): Check {
  return (context) => (value(context) === '' ? `'${nameOf(context)}' : missing ${what}` : undefined);
}
function expects(what: string): Check {
  return (context) => (value(context) === '' ? `'${nameOf(context)}' expects ${what} as argument.` : undefined);
}

function oneOf(words: readonly string[], refusal: (word: string) => string): Check {
  return (context) => (words.includes(value(context)) ? undefined : refusal(value(context)));
}

/** Every one of the words between commas. */
function eachOf(known: (word: string) => boolean, refusal: (word: string) => string, least = 0): Check {
  return (context) => {
    const words = value(context).split(',');
    const wrong = (least === 0 && value(context) === '' ? [] : words).find((word) => !known(word));
    return wrong === undefined ? undefined : refusal(wrong);
  };
}

function protocols(suite: string): Check {
  return (context) => {
    const name = nameOf(context);
    if (value(context) === '') return `'${name}' : missing the comma-delimited ${suite} protocol suite`;
    const wrong = checkProtocols(value(context));
    return wrong === undefined ? undefined : `'${name}' : ${wrong}`;
  };
}

function file(what: string): Check {
  return (context) => {
    const name = nameOf(context);
    const path = value(context);
    if (path === '') return `'${name}' : missing ${what}`;
    const read = context.statement.state.ports.readFile(path);
    if ('bytes' in read || path.startsWith('@')) return undefined;
    return `Couldn't open the ca-file '${path}' (${read.error}).`;
  };
}

function agentInterval(context: ServerContext): string | undefined {
  const word = value(context);
  if (word === '') return "'agent-inter' expects a delay as argument.";
  const time = parseTime(word);
  const server = context.server.name === '' ? 'default-server' : context.server.name;
  const of = `in argument <${word}> to <agent-inter> of server ${server}`;
  if (time.kind === 'over') return `timer overflow ${of}, ${WORDY_LIMIT}`;
  if (time.kind === 'under') return `timer underflow ${of}, minimum non-null value is 1 ms.`;
  if (time.kind === 'character') {
    return `unexpected character '${time.character}' in 'agent-inter' argument of server ${server}.`;
  }
  return time.value === 0 ? `invalid value 0 for argument 'agent-inter' of server ${server}.` : undefined;
}

function errorLimit(context: ServerContext): string | undefined {
  if (value(context) === '') return "'error-limit' expects an integer argument.";
  return readInt32(value(context)) <= 0 ? 'error-limit has to be > 0.' : undefined;
}

function initialAddress(context: ServerContext): ReturnType<NonNullable<ServerOption['apply']>> {
  const methods = value(context)
    .split(',')
    .filter((method) => method !== '');
  const wrong = methods.find((method) => !['last', 'libc', 'none'].includes(method) && isIP(method) === 0);
  if (wrong !== undefined) {
    return `'init-addr' : unknown init-addr method '${wrong}', supported methods are 'libc', 'last', 'none'.`;
  }
  // Without files of server states nothing is known from last time: the name is resolved, as without the option.
  return methods.every((method) => method === 'last' || method === 'libc') ? undefined : LATER;
}

function multiplexer(context: ServerContext): string | undefined {
  const word = value(context);
  if (word === '') return `'${nameOf(context)}' : missing value`;
  if (['h1', 'h2', 'none', 'fcgi'].includes(word)) return undefined;
  return `'${nameOf(context)}' :  unknown MUX protocol '${word}'`;
}

function observe(context: ServerContext): ReturnType<NonNullable<ServerOption['apply']>> {
  const mode = value(context);
  if (mode === '') return "'observe' expects <mode> as argument.";
  if (mode === 'none') return undefined;
  if (mode !== 'layer4' && mode !== 'layer7') {
    return `'observe' expects one of 'none', 'layer4', 'layer7' but got '${mode}'`;
  }
  return mode === 'layer7' && context.proxy.mode !== 'http' ? `'${mode}' can only be used in http proxies.` : LATER;
}

function indication(context: ServerContext): string | undefined {
  if (value(context) === '') return "'sni' : missing sni expression";
  const parsed = parseExpression(value(context));
  return 'error' in parsed ? `error detected while parsing sni expression : ${parsed.error}` : undefined;
}

function socks(context: ServerContext): string | undefined {
  const text = value(context);
  if (text === '') return "'socks4' expects <addr>:<port> as argument.";
  const rules = { port: 'mandatory', stream: true, datagram: false, connect: true } as const;
  const result = context.statement.address(text, rules);
  return 'error' in result ? `'socks4 ${text}' : ${result.error}` : undefined;
}

const FLAGS: readonly (readonly [name: string, help: string])[] = [
  ['agent-check', 'An agent beside the server is asked, too.'],
  ['allow-0rtt', 'Early data of clients are passed to the server.'],
  ['check-ssl', 'Health checks with TLS.'],
  ['check-via-socks4', 'Health checks through the SOCKS4 proxy.'],
  ['force-sslv3', 'SSLv3 only.'],
  ['force-tlsv10', 'TLS 1.0 only.'],
  ['force-tlsv11', 'TLS 1.1 only.'],
  ['force-tlsv12', 'TLS 1.2 only.'],
  ['force-tlsv13', 'TLS 1.3 only.'],
  ['no-ssl-reuse', 'Each connection negotiates anew.'],
  ['no-sslv3', 'No SSLv3.'],
  ['no-tls-tickets', 'No TLS tickets.'],
  ['no-tlsv10', 'No TLS 1.0.'],
  ['no-tlsv11', 'No TLS 1.1.'],
  ['no-tlsv12', 'No TLS 1.2.'],
  ['no-tlsv13', 'No TLS 1.3.'],
  ['non-stick', 'Stick tables do not learn this server.'],
  ['send-proxy-v2-ssl', 'A PROXY header of version 2 that tells about TLS.'],
  ['send-proxy-v2-ssl-cn', "A PROXY header of version 2 that tells the client certificate's name."],
  ['ssl', 'TLS to the server.'],
  ['ssl-reuse', 'TLS sessions are resumed.'],
  ['tls-tickets', 'TLS tickets.'],
];

const PROXY_OPTIONS = new Set('ssl cert-cn cert-key cert-sig ssl-cipher authority crc32c unique-id'.split(' '));
const RESOLVE_OPTIONS = new Set(['allow-dup-ip', 'ignore-weight', 'prevent-dup-ip']);
const ERROR_ACTIONS = ['fastinter', 'fail-check', 'sudden-death', 'mark-down'];

export const LATER_SERVER_OPTIONS: readonly ServerOption[] = [
  ...FLAGS.map(([name, help]) => later(name, '', help)),
  undo('no-agent-check', 'No agent is asked.'),
  undo('no-check-ssl', 'Health checks without TLS.'),
  undo('no-send-proxy-v2-ssl', 'No TLS facts in PROXY headers.'),
  undo('no-send-proxy-v2-ssl-cn', 'No certificate names in PROXY headers.'),
  undo('no-ssl', 'No TLS.'),
  undo('stick', 'Stick tables may use it.'),
  later('agent-addr', '<address>', 'Where the agent is.', expects('an address')),
  later('agent-inter', '<delay>', 'Between two questions to the agent.', agentInterval),
  later('agent-port', '<port>', 'The port of the agent.', expects('a port number')),
  later('agent-send', '<text>', 'What the agent is told.', expects('a string')),
  later('alpn', '<protocols>', 'Protocols offered in TLS.', protocols('ALPN')),
  later('check-alpn', '<protocols>', 'Protocols offered by health checks.', protocols('ALPN')),
  later('npn', '<protocols>', 'Protocols offered in TLS, the old way.', protocols('NPN')),
  later('ca-file', '<file>', 'Who signs its certificate.', file('CAfile path')),
  later('check-proto', '<protocol>', 'The protocol of health checks.', multiplexer),
  later('check-sni', '<name>', 'The name health checks ask for.', missing('SNI')),
  later('ciphers', '<ciphers>', 'TLS ciphers.', missing('cipher suite')),
  later('ciphersuites', '<suites>', 'TLS 1.3 cipher suites.', missing('cipher suite')),
  later('crl-file', '<file>', 'Revoked certificates.', file('CRLfile path')),
  later('crt', '<file>', 'Our certificate.', missing('certificate file path')),
  later('error-limit', '<number>', 'Errors in traffic before `on-error`.', errorLimit),
  option(
    'init-addr',
    '<method>[,<method>...]',
    'Where its first address comes from; only the default.',
    initialAddress,
  ),
  later(
    'log-proto',
    '{legacy | octet-count}',
    'How log lines are framed.',
    oneOf(
      ['legacy', 'octet-count'],
      (word) => `'log-proto' expects one of 'legacy' or 'octet-count' but got '${word}'`,
    ),
  ),
  option('observe', '{none | layer4 | layer7}', 'Health judged by the traffic; only none.', observe),
  later(
    'on-error',
    '<action>',
    'What happens after `error-limit` errors.',
    oneOf(
      ERROR_ACTIONS,
      (word) => `'on-error' expects one of 'fastinter', 'fail-check', 'sudden-death' or 'mark-down' but got '${word}'`,
    ),
  ),
  later('proto', '<protocol>', 'The only protocol.', multiplexer),
  later(
    'proxy-v2-options',
    '<option>[,<option>...]',
    'What PROXY headers tell.',
    eachOf(
      (word) => PROXY_OPTIONS.has(word),
      (word) => `'${word}' : proxy v2 option not implemented`,
      1,
    ),
  ),
  later('resolve-net', '<network>[,<network>...]', 'Preferred networks.', (context) =>
    value(context) === ''
      ? "'resolve-net' expects a list of networks."
      : eachOf(isNetwork, (word) => `'resolve-net' invalid network '${word}'.`)(context),
  ),
  later(
    'resolve-opts',
    '<option>[,<option>...]',
    'How its name is resolved.',
    eachOf(
      (word) => RESOLVE_OPTIONS.has(word),
      (word) =>
        `'resolve-opts' : unknown resolve-opts option '${word}', supported methods are 'allow-dup-ip', ` +
        "'ignore-weight', and 'prevent-dup-ip'.",
    ),
  ),
  later(
    'resolve-prefer',
    '{ipv4 | ipv6}',
    'The preferred family.',
    oneOf(['ipv4', 'ipv6'], () => "'resolve-prefer' expects either ipv4 or ipv6 as argument."),
  ),
  later('resolvers', '<section>', 'Who resolves its name while running.'),
  later('sni', '<sample>', 'The name asked for in TLS.', indication),
  later('socks4', '<address>:<port>', 'The SOCKS4 proxy on the way.', socks),
  later('ssl-max-ver', '<version>', 'The newest TLS version.', (context) =>
    checkVersion(nameOf(context), value(context)),
  ),
  later('ssl-min-ver', '<version>', 'The oldest TLS version.', (context) =>
    checkVersion(nameOf(context), value(context)),
  ),
  later('track', '[<backend>/]<server>', 'Another server whose health is taken.', (context) =>
    value(context) === '' ? "'track' expects [<proxy>/]<server> as argument." : undefined,
  ),
  later('verify', '{none | required}', 'Whether its certificate is verified.', (context) => {
    if (value(context) === '') return "'verify' : missing verify method";
    if (value(context) === 'none' || value(context) === 'required') return undefined;
    return `'verify' : unknown verify method '${value(context)}', only 'none' and 'required' are supported`;
  }),
  later('verifyhost', '<name>', 'The name its certificate must have.', missing('hostname to verify against')),
  option('ws', '{auto | h1 | h2}', 'The protocol of WebSockets; all but h2.', (context) => {
    const word = value(context);
    if (word !== 'auto' && word !== 'h1' && word !== 'h2') return "'ws' has to be 'auto', 'h1' or 'h2'";
    return word === 'h2' ? LATER : undefined;
  }),
];
