/** Options of `bind` lines that are not implemented yet, with their grammar (manual 5.1). */

import { readInt32 } from '../numbers.ts';
import { type Apply, type BindContext, type BindOption, bindOption, LATER, value } from './bind-option.ts';
import { checkProcess } from './process-words.ts';
import { checkProtocols, checkVersion } from './tls-words.ts';

function later(name: string, argument: string, help: string, check: Apply = () => undefined): BindOption {
  return bindOption(name, argument, help, (context) => check(context) ?? LATER, undefined, false);
}

/** An option whose word must be there: `what` is missing otherwise. */
function needs(what: string): Apply {
  return (context) => {
    const { statement, index } = context;
    return value(context) === '' ? `'${statement.word(index)}' : missing ${what}` : undefined;
  };
}

function needsFile(what: string, unreadable: (name: string, path: string) => string): Apply {
  return (context) => {
    const name = context.statement.word(context.index);
    const path = value(context);
    if (path === '') return `'${name}' : missing ${what}`;
    return 'error' in context.statement.state.ports.readFile(path) ? unreadable(name, path) : undefined;
  };
}

function errorIdentifiers(context: BindContext): string | undefined {
  const name = context.statement.word(context.index);
  const list = value(context);
  if (list === '') return `'${name}' : missing error IDs list`;
  if (list === 'all') return undefined;
  const wrong = list.split(',').find((id) => readInt32(id) < 1 || readInt32(id) > 94);
  if (wrong === undefined) return undefined;
  return `'${name}' : ID '${readInt32(wrong)}' out of range (1..94) in error IDs list '${list}'`;
}

function protocols(context: BindContext): string | undefined {
  const name = context.statement.word(context.index);
  const list = value(context);
  if (list === '') return `'${name}' : missing the comma-delimited ${name.toUpperCase()} protocol suite`;
  const wrong = checkProtocols(list);
  return wrong === undefined ? undefined : `'${name}' : ${wrong}`;
}

function version(context: BindContext): string | undefined {
  return checkVersion(context.statement.word(context.index), value(context));
}

function oneOf(words: readonly string[], missing: string, refusal: (word: string) => string): Apply {
  return (context) => {
    const word = value(context);
    if (word === '') return missing;
    return words.includes(word) ? undefined : refusal(word);
  };
}

function certificate(context: BindContext): string | undefined {
  const path = value(context);
  if (path === '') return "'crt' : missing certificate location";
  const file = context.statement.state.ports.readFile(path);
  if ('bytes' in file || file.error === 'Is a directory') return undefined;
  return `unable to stat SSL certificate from file '${path}' : ${file.error}.`;
}

function certificateList(context: BindContext): string | undefined {
  const path = value(context);
  if (path === '') return "'crt-list' : missing certificate location";
  const file = context.statement.state.ports.readFile(path);
  return 'error' in file ? `'crt-list' : cannot open file '${path}' : ${file.error}` : undefined;
}

const NICE = [-1024, 1024] as const;

function nice(context: BindContext): ReturnType<Apply> {
  if (value(context) === '') return "'nice' : missing value";
  const found = readInt32(value(context));
  if (found < NICE[0] || found > NICE[1]) {
    return `'nice' : invalid value ${found}, allowed range is ${NICE[0]}..${NICE[1]}`;
  }
  return found === 0 ? undefined : LATER;
}

/** With a single thread, whatever does not leave it out is always so. */
function threads(context: BindContext): ReturnType<Apply> {
  const word = value(context);
  const set = word.replace(/^1\//, '');
  const wrong = checkProcess(set, 64);
  if (wrong !== undefined) return `'${set}' : ${wrong}`;
  return /^(?:all|odd|1(?:-\d*)?)$/.test(set) ? undefined : LATER;
}

function processes(context: BindContext): ReturnType<Apply> {
  const word = value(context);
  const [process = '', thread] = word.split('/');
  const wrong = checkProcess(process, 1) ?? (thread === undefined ? undefined : checkProcess(thread, 64));
  if (wrong !== undefined) return `'process' : ${wrong}`;
  if (thread !== undefined && !/^(?:all|odd|1(?:-\d*)?)$/.test(thread)) return LATER;
  const instead = thread === undefined ? '' : ` Please use 'thread ${thread}' instead.`;
  const { statement } = context;
  statement.warn(
    `'bind ${statement.word(1)}' in section '${statement.section}' : 'process ${word}' on 'bind' lines is deprecated and ` +
      `will be removed in 2.7.${instead}`,
    'spaced',
    context.index,
  );
  return undefined;
}

function shards(context: BindContext): ReturnType<Apply> {
  const word = value(context);
  if (word === '') return "'shards' : missing value";
  // One for each thread, of which there is one.
  if (word === 'by-thread') return undefined;
  const count = readInt32(word);
  if (count < 1 || count > 64) return `'shards' : invalid value ${count}, allowed range is 1..64 or 'by-thread'`;
  return count === 1 ? undefined : LATER;
}

function protocol(context: BindContext): ReturnType<Apply> {
  const word = value(context);
  if (word === '') return "'proto' : missing value";
  if (!['h1', 'h2', 'none', 'fcgi'].includes(word)) return `'proto' :  unknown MUX protocol '${word}'`;
  return LATER;
}

const severity = oneOf(
  ['none', 'number', 'string'],
  "'severity-output' : missing severity format",
  (word) => `'severity-output' only supports 'none', 'number', and 'string' (got '${word}')`,
);

const authorities = needsFile('CAfile path', (name, path) => `'${name}' : unable to load ${path}`);

const FLAGS =
  'allow-0rtt force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 generate-certificates no-ca-names ' +
  'no-sslv3 no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 prefer-client-ciphers ssl strict-sni';

export const LATER_BIND_OPTIONS: readonly BindOption[] = [
  ...FLAGS.split(' ').map((name) => later(name, '', 'TLS.')),
  later('alpn', '<protocols>', 'Protocols offered in TLS.', protocols),
  later('npn', '<protocols>', 'Protocols offered in TLS, the old way.', protocols),
  later('ca-file', '<file>', 'Who signs certificates of clients.', authorities),
  later('ca-verify-file', '<file>', 'Who else signs them.', needs('CAfile path')),
  later('ca-sign-file', '<file>', 'Who signs generated certificates.', needs('CAfile path')),
  later('ca-sign-pass', '<text>', 'The key of that.', needs('CAkey password')),
  later('ca-ignore-err', '{all | <number>[,<number>...]}', 'Errors to overlook above depth 0.', errorIdentifiers),
  later('crt-ignore-err', '{all | <number>[,<number>...]}', 'Errors to overlook at depth 0.', errorIdentifiers),
  later('ciphers', '<ciphers>', 'TLS ciphers.', needs('cipher suite')),
  later('ciphersuites', '<suites>', 'TLS 1.3 cipher suites.', needs('cipher suite')),
  later(
    'crl-file',
    '<file>',
    'Revoked certificates.',
    needsFile('CRLfile path', (name, path) => `'${name}' : unable to load ${path}`),
  ),
  later('crt', '<path>', 'A certificate with its key.', certificate),
  later('crt-list', '<file>', 'A list of certificates.', certificateList),
  later('curves', '<curves>', 'TLS curves.', needs('curve suite')),
  later('ecdhe', '<curve>', 'The TLS curve.', needs('named curve')),
  later('ssl-max-ver', '<version>', 'The newest TLS version.', version),
  later('ssl-min-ver', '<version>', 'The oldest TLS version.', version),
  later(
    'tls-ticket-keys',
    '<file>',
    'Keys of session tickets.',
    needsFile('TLS ticket keys file path', (_name, path) => `'${path}' : unable to load ssl tickets keys file`),
  ),
  later(
    'verify',
    '{none | optional | required}',
    'Whether clients need a certificate.',
    oneOf(
      ['none', 'optional', 'required'],
      "'verify' : missing verify method",
      (word) => `'verify' : unknown verify method '${word}', only 'none', 'optional', and 'required' are supported`,
    ),
  ),
  later(
    'expose-fd',
    'listeners',
    'Hands listening sockets over to a next process.',
    oneOf(['listeners'], "'expose-fd' : missing fd type", (word) => {
      return `'expose-fd' only supports 'listeners' (got '${word}')`;
    }),
  ),
  later('proto', '{h1 | h2 | none}', 'The only protocol.', protocol),
  later('severity-output', '{none | number | string}', 'Severities in front of answers.', severity),
  bindOption('nice', '<number>', 'The priority of its connections; only 0 is implemented.', nice),
  bindOption('process', '<process>[/<thread>]', 'Gone since 2.5; there is only one.', processes),
  bindOption('shards', '{<number> | by-thread}', 'Sockets for each address; only 1 is implemented.', shards),
  bindOption('thread', '[<group>/]<thread>', 'The threads that accept; there is only one.', threads),
];
