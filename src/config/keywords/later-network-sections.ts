/** `peers`, `fcgi-app` and `log-forward` sections, not implemented yet (manual 3.5, 3.10, 10.1). */

import { checkRegex } from '../action.ts';
import { parseExpression } from '../expression.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { BIND_OPTION_NAMES } from './bind-options.ts';
import { readListenAddresses } from './frontends.ts';
import { all, anything, atMost, type Check, type Complaint, needs } from './grammar.ts';
import { type LaterSection, line, linesByName, namedOpening, unknownIn } from './later-section.ts';
import { CACHE, MAILERS, PROGRAM, RESOLVERS, RING } from './later-sections.ts';
import { SERVER_OPTION_NAMES } from './server-options.ts';
import { checkStickTable } from './stick-table-words.ts';

/** The first word from `start` on that is no option; options of bind or server lines. */
function unknownOption(
  statement: Statement,
  start: number,
  options: ReadonlyMap<string, { readonly argumentCount: number }>,
): number | undefined {
  for (let at = start; statement.word(at) !== ''; ) {
    const entry = options.get(statement.word(at));
    if (entry === undefined) return at;
    at += 1 + entry.argumentCount;
  }
  return undefined;
}

function serverOptions(start: number, subject: (statement: Statement) => string, hint = ''): Check {
  return (statement) => {
    const at = unknownOption(statement, start, SERVER_OPTION_NAMES);
    if (at === undefined) return undefined;
    const message = `${subject(statement)}unknown keyword '${statement.word(at)}'.${hint}`;
    return { message, style: 'bracket', index: at };
  };
}

function bindOptions(start: number, subject: (statement: Statement) => string): Check {
  return (statement) => {
    const at = unknownOption(statement, start, BIND_OPTION_NAMES);
    if (at === undefined) return undefined;
    return { message: `${subject(statement)}: unknown keyword '${statement.word(at)}'.`, index: at };
  };
}

const peer = serverOptions(3, (statement) => `'server (null)/${statement.word(1)}' : `);
const target = needs('% : expects <address> and <facility> or global as arguments');

export const PEERS: LaterSection = {
  name: 'peers',
  grammar: 'peers <name>',
  help: 'Other instances that share stick tables.',
  since: '1.5',
  manual: '3.5',
  opening: namedOpening('peers', 'missing name for peers section.', atMost(1)),
  keywords: linesByName([
    line('peers', 'peer', '<name> <address>:<port> [<option>...]', 'Another instance, or this one.', peer),
    line('peers', 'server', '<name> [<address>:<port>] [<option>...]', 'The same.', peer, '2.0'),
    line('peers', 'bind', '<address>:<port> [<option>...]', 'Where this one listens.', anything, '2.0'),
    line(
      'peers',
      'default-bind',
      '<option>...',
      'Options of that.',
      bindOptions(1, (statement) => `'default-bind ${statement.word(1)}' in section 'peers'`),
      '2.0',
    ),
    line(
      'peers',
      'default-server',
      '<option>...',
      'Options of peers.',
      serverOptions(1, () => '', ' Hint: no address was expected for this server.'),
      '2.0',
    ),
    line('peers', 'disabled', '', 'Nothing is shared.', anything),
    line('peers', 'enabled', '', 'Undoes that.', anything),
    line('peers', 'table', '<name> type <type> size <size> ...', 'A stick table.', (statement) =>
      checkStickTable(statement, 2, true),
    ),
    line('peers', 'log', '<target>', 'Where it logs.', target, '2.5'),
  ]),
  unknown: unknownIn('peers'),
};

const pathInfo: Check = all(needs("'%' expects <regex> as argument."), (statement) => {
  const pattern = statement.word(1);
  const wrong = checkRegex(pattern);
  return wrong === undefined ? undefined : { message: `'${pattern}' : ${wrong.error}.`, index: 1 };
});

const applicationAcl: Check = (statement) => {
  const name = statement.word(1);
  const expression = statement.word(2);
  const parsed = parseExpression(expression);
  if (!('error' in parsed) || parsed.error.includes('not implemented')) return undefined;
  const inside = expression === '' ? '' : ` in ACL expression '${expression}'`;
  return { message: `error detected while parsing ACL '${name}' : ${parsed.error}${inside}.`, index: 2 };
};

function applicationOption(statement: Statement): Complaint | undefined {
  const name = statement.word(1);
  const tight = (message: string): Complaint => ({ message, style: 'tight', index: 1 });
  if (name === '') return tight("'option' expects an option name.");
  if (['keep-conn', 'get-values', 'mpxs-conns'].includes(name)) return undefined;
  if (name !== 'max-reqs') return { message: `unknown option '${name}'.`, index: 1 };
  if (statement.word(2) === '') return tight("option 'max-reqs' expects an integer argument.");
  return readInt32(statement.word(2)) > 0
    ? undefined
    : tight("option 'max-reqs' expects a strictly positive integer argument.");
}

const parameter: Check = (statement) =>
  statement.word(2) === '' ? "'set-param' expects <name> and <value> as arguments." : undefined;

const FASTCGI: LaterSection = {
  name: 'fcgi-app',
  grammar: 'fcgi-app <name>',
  help: 'A FastCGI application.',
  since: '2.1',
  manual: '10.1',
  opening: all(needs("'%' expects <name> as argument.", 1, 'tight'), atMost(1)),
  keywords: linesByName([
    line('fcgi-app', 'docroot', '<path>', 'Where its scripts are.', needs("'%' expects <path> as argument."), '2.1'),
    line(
      'fcgi-app',
      'index',
      '<name>',
      'The script of a directory.',
      needs("'%' expects <filename> as argument."),
      '2.1',
    ),
    line('fcgi-app', 'path-info', '<regex>', 'Splits paths.', pathInfo, '2.1'),
    line('fcgi-app', 'set-param', '<name> <format> [<condition>]', 'A parameter.', parameter, '2.1'),
    line('fcgi-app', 'pass-header', '<name>', 'A header to pass.', needs("'%' expects <name> as arguments."), '2.1'),
    line('fcgi-app', 'log-stderr', '<target>', 'Where errors are logged.', target, '2.1'),
    line('fcgi-app', 'acl', '<name> <criterion> ...', 'Names a test.', applicationAcl, '2.1'),
    line('fcgi-app', 'option', '<name> [<argument>]', 'An option.', applicationOption, '2.1'),
  ]),
  unknown: (statement) => ({ message: `unknown keyword '${statement.keyword}' in 'fcgi-app' section`, style: 'tight' }),
  missing: ({ name, seen }) => (seen.has('docroot') ? undefined : `fcgi-app '${name}': no docroot configured.`),
};

/** HAProxy goes on after an address it cannot read here. */
const streamBind: Check = (statement) => {
  if (statement.word(1) === '') return undefined;
  const addresses = readListenAddresses(statement, 1, '');
  if ('error' in addresses) {
    statement.alertAndContinue(`'bind ${statement.word(1)}' : ${addresses.error}`, 'spaced', 1);
    return undefined;
  }
  const subject = `'bind ${statement.word(1)}' in section 'log-forward'`;
  return bindOptions(2, () => subject)(statement, undefined);
};

const DATAGRAM_OPTIONS: ReadonlyMap<string, { readonly argumentCount: number }> = new Map([
  ['interface', { argumentCount: 1 }],
  ['name', { argumentCount: 1 }],
  ['namespace', { argumentCount: 1 }],
  ['transparent', { argumentCount: 0 }],
]);

const datagramBind: Check = (statement) => {
  const text = statement.word(1);
  if (text === '') return undefined;
  const result = statement.address(text, { port: 'mandatory', portRange: true, stream: false, datagram: true });
  if ('error' in result) return { message: `'dgram-bind ${text}' : ${result.error}`, index: 1 };
  const at = unknownOption(statement, 2, DATAGRAM_OPTIONS);
  if (at === undefined) return undefined;
  return { message: `unknown keyword '${statement.word(at)}' in 'log-forward' section.`, index: at };
};

const clientTimeout: Check = (statement) => {
  const name = statement.word(1);
  if (name !== 'client') return { message: `unknown keyword 'timeout ${name}' in log-forward section.`, index: 1 };
  if (statement.word(2) === '') return 'missing timeout client value.';
  const time = parseTime(statement.word(2));
  return time.kind === 'value' ? undefined : { message: 'invalid timeout client value.', index: 2 };
};

const aNumber = needs("'%' expects an integer argument.");

const LOG_FORWARD: LaterSection = {
  name: 'log-forward',
  grammar: 'log-forward <name>',
  help: 'Takes log lines and passes them on.',
  since: '2.3',
  manual: '3.10',
  opening: namedOpening('log-forward', 'missing name for ip-forward section.'),
  keywords: linesByName([
    line('log-forward', 'bind', '<address>:<port> [<option>...]', 'Where streams are taken.', streamBind, '2.3'),
    line('log-forward', 'dgram-bind', '<address>:<port> [<option>...]', 'Where datagrams are.', datagramBind, '2.3'),
    line('log-forward', 'log', '<target>', 'Where lines go.', target, '2.3'),
    line('log-forward', 'maxconn', '<number>', 'Connections at most.', aNumber, '2.3'),
    line('log-forward', 'backlog', '<number>', 'Connections that may wait.', aNumber, '2.3'),
    line('log-forward', 'timeout', 'client <delay>', 'How long clients may be silent.', clientTimeout, '2.3'),
  ]),
  unknown: (statement) => ({ message: `unknown keyword '${statement.keyword}' in log-forward section.` }),
};

/** By the word that opens them. */
export const LATER_SECTION_TABLE: ReadonlyMap<string, LaterSection> = new Map(
  [PEERS, RESOLVERS, MAILERS, CACHE, PROGRAM, RING, FASTCGI, LOG_FORWARD].map((section) => [section.name, section]),
);
