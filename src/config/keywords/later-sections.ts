/** `mailers`, `resolvers`, `cache`, `ring` and `program` sections, not implemented yet (manual 3.6 to 3.10, 5.3.2, 6). */

import { parseTime, readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { all, anything, atMost, type Check, type Complaint, needs } from './grammar.ts';
import { type LaterSection, line, linesByName, namedOpening, unknownIn } from './later-section.ts';

const TIMES = { over: 'overflow', under: 'underflow' } as const;
const BOUNDS = {
  over: 'maximum value is 2147483647 ms (~24.8 days)',
  under: 'minimum non-null value is 1 ms',
} as const;

/** A delay, in the wording of sections; `what` is what stands in angle brackets. */
export function sectionDelay(statement: Statement, index: number, what: string): Complaint | undefined {
  const text = statement.word(index);
  const time = parseTime(text);
  if (time.kind === 'value') return undefined;
  const message =
    time.kind === 'character'
      ? `unexpected character '${time.character}' in argument to <${what}>.`
      : `timer ${TIMES[time.kind]} in argument <${text}> to <${what}>, ${BOUNDS[time.kind]}.`;
  return { message, style: 'tight', index };
}

/** `<name> <address>:<port>`. */
function peerAddress(statement: Statement): Complaint | string | undefined {
  const { keyword } = statement;
  if (statement.word(2) === '') return `'${keyword}' expects <name> and <addr>[:<port>] as arguments.`;
  const datagram = keyword === 'nameserver';
  const rules = { port: 'mandatory', stream: true, datagram, connect: true } as const;
  const result = statement.address(statement.word(2), rules);
  return 'error' in result ? { message: `'${keyword} ${statement.word(1)}' : ${result.error}`, index: 2 } : undefined;
}

function mailTimeout(statement: Statement): Complaint | string | undefined {
  const event = statement.word(1);
  if (event === '') return "'timeout' expects 'mail' and <time> as arguments.";
  if (event !== 'mail')
    return { message: `'timeout' expects 'mail' and <time> as arguments got '${event}'.`, index: 1 };
  if (statement.word(2) === '') return "'timeout mail' expects <time> as argument.";
  return sectionDelay(statement, 2, 'timeout mail');
}

const HOLD_EVENTS = new Set(['nx', 'other', 'refused', 'timeout', 'valid', 'obsolete']);

function hold(statement: Statement): Complaint | string | undefined {
  if (statement.word(2) === '') return "'hold' expects an <event> and a <time> as arguments.";
  const event = statement.word(1);
  const complaint = sectionDelay(statement, 2, 'hold');
  if (complaint !== undefined) return complaint;
  if (HOLD_EVENTS.has(event)) return undefined;
  const names = "'nx', 'timeout', 'valid', 'obsolete' or 'other'";
  return { message: `'hold' unknown <event>: '${event}', expects either ${names}.`, index: 1 };
}

function resolverTimeout(statement: Statement): Complaint | string | undefined {
  const event = statement.word(1);
  const expected = "'timeout' expects 'retry' or 'resolve' and <time> as arguments";
  if (event === '') return `${expected}.`;
  if (event !== 'retry' && event !== 'resolve') return { message: `${expected} got '${event}'.`, index: 1 };
  if (statement.word(2) === '') return `'timeout ${event}' expects <time> as argument.`;
  return sectionDelay(statement, 2, `timeout ${event}`);
}

const payloadSize: Check = all(needs("'%' expects <nb> as argument."), (statement) => {
  const size = readInt32(statement.word(1));
  if (size >= 12 && size <= 65535) return undefined;
  return `'accepted_payload_size' must be between 12 and 65535 inclusive (was ${size}).`;
});

/** HAProxy says these as warnings, and stops all the same. */
function cacheNumber(name: string): Check {
  return (statement) => {
    const word = statement.word(1);
    return /^\d+$/.test(word) ? undefined : { message: `${name} wrong value '${word}'`, style: 'tight' };
  };
}

const totalSize: Check = all(cacheNumber('total-max-size'), (statement) => {
  const size = readInt32(statement.word(1));
  return size > 4095
    ? { message: `"total-max-size" (${size}) must not be greater than 4095`, style: 'tight' }
    : undefined;
});

const sinkSize: Check = (statement) =>
  readInt32(statement.word(1)) > 0 ? undefined : `invalid size '${statement.word(1)}' for new sink buffer.`;

const FORMATS = new Set(['rfc3164', 'rfc5424', 'short', 'priority', 'timed', 'iso', 'raw']);

const ringServer: Check = (statement) =>
  statement.word(2) === ''
    ? { message: "'server' expects <name> and <addr>[:<port>] as arguments.", style: 'bracket' }
    : undefined;

const ringTimeout: Check = (statement) => {
  const event = statement.word(1);
  if (event !== 'connect' && event !== 'server') return undefined;
  return statement.word(2) === '' ? undefined : sectionDelay(statement, 2, `timeout ${event}`);
};

function account(kind: 'user' | 'group'): Check {
  return (statement) => {
    const name = statement.word(1);
    if (name === '') return { message: `'${kind}' expects a ${kind} name.`, style: 'tight' };
    const { ports } = statement.state;
    const id = kind === 'user' ? ports.userId(name) : ports.groupId(name);
    return id === undefined ? `cannot find ${kind} id for '${name}' (0:Success)` : undefined;
  };
}

const programOption: Check = (statement) => {
  const name = statement.word(1);
  if (name === '') return { message: "'option' expects an option name.", style: 'tight' };
  return name === 'start-on-reload' ? undefined : { message: `unknown option '${name}'.`, index: 1 };
};

export const MAILERS: LaterSection = {
  name: 'mailers',
  grammar: 'mailers <name>',
  help: 'Mail servers that alerts are sent to.',
  since: '1.6',
  manual: '3.6',
  opening: namedOpening('mailers', 'missing name for mailers section.'),
  keywords: linesByName([
    line('mailers', 'mailer', '<name> <address>:<port>', 'A mail server.', peerAddress, '1.6'),
    line('mailers', 'timeout', 'mail <delay>', 'How long sending may take.', mailTimeout, '1.6'),
  ]),
  unknown: unknownIn('mailers'),
};

export const RESOLVERS: LaterSection = {
  name: 'resolvers',
  grammar: 'resolvers <name>',
  help: 'Name servers asked while running.',
  since: '1.6',
  manual: '5.3.2',
  opening: namedOpening('resolvers', 'missing name for resolvers section.'),
  keywords: linesByName([
    line('resolvers', 'nameserver', '<name> <address>:<port>', 'A name server.', peerAddress, '1.6'),
    line('resolvers', 'parse-resolv-conf', '', 'The name servers of this machine.', anything, '1.9'),
    line('resolvers', 'hold', '<event> <delay>', 'How long an answer holds.', hold, '1.6'),
    line(
      'resolvers',
      'resolve_retries',
      '<number>',
      'Questions before giving up.',
      needs("'%' expects <nb> as argument."),
    ),
    line(
      'resolvers',
      'resolution_pool_size',
      '<number>',
      'Gone since 2.6.',
      () => "'resolution_pool_size' directive is not supported anymore (it never appeared in a stable release).",
    ),
    line('resolvers', 'timeout', '{resolve | retry} <delay>', 'Between questions.', resolverTimeout, '1.6'),
    line('resolvers', 'accepted_payload_size', '<bytes>', 'The largest answer.', payloadSize, '1.8'),
  ]),
  unknown: unknownIn('resolvers'),
};

export const CACHE: LaterSection = {
  name: 'cache',
  grammar: 'cache <name>',
  help: 'A cache of responses.',
  since: '1.8',
  manual: '6.2.1',
  opening: all(needs("'%' expects a <name> argument"), atMost(1)),
  keywords: linesByName([
    line('cache', 'total-max-size', '<megabytes>', 'Its size.', totalSize, '1.8'),
    line('cache', 'max-object-size', '<bytes>', 'The largest response.', cacheNumber('max-object-size'), '1.9'),
    line('cache', 'max-age', '<seconds>', 'How long it keeps a response.', anything, '1.8'),
    line('cache', 'process-vary', '{on | off}', 'Whether it follows Vary.', anything, '2.4'),
    line(
      'cache',
      'max-secondary-entries',
      '<number>',
      'Variants of a response.',
      cacheNumber('max-secondary-entries'),
      '2.4',
    ),
  ]),
  unknown: unknownIn('cache'),
  missing: ({ name, seen }) => (seen.has('total-max-size') ? undefined : `Size not specified for cache '${name}'`),
};

export const RING: LaterSection = {
  name: 'ring',
  grammar: 'ring <name>',
  help: 'A ring buffer of log lines.',
  since: '2.2',
  manual: '3.9',
  opening: all(needs('missing ring name.'), (statement) => {
    const wrong = /[^A-Za-z0-9.:_-]/.exec(statement.word(1))?.[0];
    if (wrong === undefined) return undefined;
    return `invalid ring name '${statement.word(1)}' (character '${wrong}' is not permitted).`;
  }),
  keywords: linesByName([
    line('ring', 'description', '<text>', 'A text for people.', needs('missing ring description text.'), '2.2'),
    line(
      'ring',
      'format',
      '<format>',
      'The format of lines.',
      (statement) => (FORMATS.has(statement.word(1)) ? undefined : `unknown format '${statement.word(1)}'.`),
      '2.2',
    ),
    line('ring', 'maxlen', '<bytes>', 'The longest line.', sinkSize, '2.2'),
    line('ring', 'size', '<bytes>', 'Its size.', sinkSize, '2.2'),
    line('ring', 'backing-file', '<file>', 'The file behind it.', anything, '2.6'),
    line('ring', 'server', '<name> <address> [<option>...]', 'Who gets the lines.', ringServer, '2.2'),
    line('ring', 'timeout', '{connect | server} <delay>', 'How long that may take.', ringTimeout, '2.2'),
  ]),
  unknown: (statement) => ({ message: `unknown statement '${statement.keyword}'.` }),
};

export const PROGRAM: LaterSection = {
  name: 'program',
  grammar: 'program <name>',
  help: 'A program the master process runs.',
  since: '2.0',
  manual: '3.7',
  opening: all(needs("'%' expects an <id> argument"), atMost(1)),
  keywords: linesByName([
    line(
      'program',
      'command',
      '<command> [<argument>...]',
      'The program.',
      needs("'%' expects a command with optional arguments separated in words.", 1, 'tight'),
      '2.0',
    ),
    line('program', 'user', '<name>', 'Who runs it.', account('user'), '2.1'),
    line('program', 'group', '<name>', 'Its group.', account('group'), '2.1'),
    line('program', 'option', 'start-on-reload', 'Starts again at reloads.', programOption, '2.0'),
  ]),
  unknown: unknownIn('program'),
  missing: ({ name, seen }) =>
    seen.has('command') ? undefined : `The program section '${name}' lacks a command to launch.`,
};
