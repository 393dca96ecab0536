/** Keywords of the global section that concern the process and are not implemented yet, with their grammar (manual 3). */

import type { GlobalDraft } from '../draft.ts';
import type { StatementKeyword } from '../keyword.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import { all, anything, atMost, type Check, delay, inRange, needs, onOrOff, refuse } from './grammar.ts';

type Words = { readonly since: string; readonly initially?: string };

export function laterGlobal(
  name: string,
  argument: string,
  help: string,
  check: Check,
  { since, initially = '' }: Words,
): StatementKeyword<GlobalDraft> {
  const tuning = name.startsWith('tune.') || name.startsWith('max') || name.startsWith('no') || name.startsWith('prof');
  return {
    kind: 'global',
    name,
    sections: ['global'],
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially,
    since,
    manual: tuning ? '3.2' : '3.1',
    implemented: false,
    parse: refuse(check),
  };
}

const bare = atMost(0);
export const aNumber = all(atMost(1), needs("'%' expects an integer argument."));

function luaDelay(name: string): Check {
  return (statement) => {
    const word = statement.word(1);
    const time = parseTime(word);
    if (word === '' || time.kind === 'character') return `${name}: invalid timeout`;
    return delay({
      over: `timer overflow in argument <#> to <${name}> (maximum value is 2147483647 ms or ~24.8 days)`,
      under: `timer underflow in argument <#> to <${name}> (minimum non-null value is 1 ms)`,
      character: '',
    })(statement, undefined);
  };
}

/** C's `strtoll` with nothing left over. */
function wholeNumber(refusal: (word: string, rest: string) => string): Check {
  return (statement) => {
    const word = statement.word(1);
    const rest = /^\s*[+-]?\d+/.test(word) ? word.replace(/^\s*[+-]?\d+/, '') : word;
    return rest === '' ? undefined : refusal(word, rest.charAt(0));
  };
}

const masterWorker: Check = all(atMost(1), (statement) =>
  ['', 'no-exit-on-failure'].includes(statement.word(1))
    ? undefined
    : "'master-worker' only supports 'no-exit-on-failure' option.",
);

const profiling: Check = (statement) =>
  ['on', 'auto', 'off'].includes(statement.word(1))
    ? undefined
    : `'profiling.tasks' expects either 'on', 'auto', or 'off' but got '${statement.word(1)}'.`;

const threadNumber: Check = (statement) =>
  /^\s*[+-]?\d+$/.test(statement.word(1))
    ? undefined
    : `'${statement.keyword}' passed a missing or unparsable integer value in '${statement.word(1)}'`;

function threadRange(what: string, low: number, high: number): Check {
  return all(threadNumber, (statement) => {
    const value = readInt32(statement.word(1));
    return value < low || value > high ? `'${statement.keyword}' ${what} (was ${value})` : undefined;
  });
}

const secret = all(atMost(1), needs('expects an ASCII string argument.'));
const idleTimer = "'tune.idletimer' expects a timer value between 0 and 65535 ms.";
const luaFile = 'A file of Lua code to load.';

export const LATER_GLOBALS: readonly StatementKeyword<GlobalDraft>[] = [
  laterGlobal('master-worker', '[no-exit-on-failure]', 'A master process that watches the workers.', masterWorker, {
    since: '1.8',
  }),
  laterGlobal('mworker-max-reloads', '<number>', 'Reloads a worker may survive.', atMost(1), { since: '2.4' }),
  laterGlobal('noepoll', '', 'Use poll instead of epoll.', bare, { since: '1.3' }),
  laterGlobal('nogetaddrinfo', '', 'Resolve names with gethostbyname.', bare, { since: '1.5' }),
  laterGlobal('no-memory-trimming', '', 'Keep freed memory at reloads.', bare, { since: '2.6' }),
  laterGlobal('external-check', '', 'Allows checks that run programs.', bare, { since: '1.6' }),
  laterGlobal('cluster-secret', '<secret>', 'What several instances share as a secret.', secret, {
    since: '2.5',
  }),
  laterGlobal('pp2-never-send-local', '', 'Never send LOCAL in PROXY protocol headers.', bare, { since: '2.6' }),
  laterGlobal('h1-accept-payload-with-any-method', '', 'Accept a payload with methods that have none.', bare, {
    since: '2.6',
  }),
  laterGlobal('h2-workaround-bogus-websocket-clients', '', 'No WebSocket over HTTP/2.', bare, { since: '2.4' }),
  laterGlobal('maxpipes', '<number>', 'Pipes for splicing, at most.', aNumber, { since: '1.3' }),
  laterGlobal(
    'maxcomprate',
    '<number>',
    'Kilobytes a second compression may read.',
    all(atMost(1), needs("'%' expects an integer argument in kb/s.")),
    { since: '1.5' },
  ),
  laterGlobal('maxzlibmem', '<megabytes>', 'Memory zlib may use.', aNumber, { since: '1.5' }),
  laterGlobal(
    'maxcompcpuusage',
    '<percent>',
    'Processor usage beyond which nothing is compressed.',
    all(
      atMost(1),
      needs("'%' expects an integer argument between 0 and 100."),
      inRange({ low: 0, refusal: "'%' expects an integer argument between 0 and 100." }),
    ),
    { since: '1.5', initially: '100' },
  ),
  laterGlobal('profiling.tasks', '{auto | on | off}', 'Measure how long tasks take.', profiling, { since: '1.9' }),
  laterGlobal('server-state-base', '<directory>', 'Where files of server states are.', anything, { since: '1.6' }),
  laterGlobal('server-state-file', '<file>', 'The file of server states.', anything, { since: '1.6' }),
  laterGlobal('thread-groups', '<number>', 'Groups of threads.', threadRange('value must be between 1 and 1', 1, 1), {
    since: '2.5',
    initially: '1',
  }),
  laterGlobal(
    'thread-group',
    '<group> [<threads>...]',
    'Which threads form a group.',
    threadRange('thread-group number must be between 1 and 1', 1, 1),
    { since: '2.5' },
  ),
  laterGlobal('tune.runqueue-depth', '<number>', 'Tasks run in a row.', aNumber, { since: '1.9', initially: '200' }),
  laterGlobal('tune.maxpollevents', '<number>', 'Events taken at once.', aNumber, { since: '1.3', initially: '200' }),
  laterGlobal('tune.recv_enough', '<bytes>', 'Stop reading after this much at once.', aNumber, { since: '1.7' }),
  laterGlobal('tune.buffers.limit', '<number>', 'Buffers of the process, at most.', aNumber, { since: '1.6' }),
  laterGlobal('tune.buffers.reserve', '<number>', 'Buffers kept for emergencies.', aNumber, { since: '1.6' }),
  laterGlobal('tune.pipesize', '<bytes>', 'The size of pipes for splicing.', aNumber, { since: '1.4' }),
  laterGlobal(
    'tune.idletimer',
    '<delay>',
    'After which a quiet stream counts as idle.',
    all(
      atMost(1),
      needs(idleTimer),
      delay({
        over: 'timer overflow in argument <#> to <tune.idletimer>, maximum value is 65535 ms.',
        under: 'timer underflow in argument <#> to <tune.idletimer>, minimum non-null value is 1 ms.',
        character: "unexpected character '%' in argument to <tune.idletimer>.",
        style: 'tight',
      }),
      (statement) => {
        const time = parseTime(statement.word(1));
        return time.kind === 'value' && time.value > 65535 ? idleTimer : undefined;
      },
    ),
    { since: '1.7', initially: '1000' },
  ),
  laterGlobal(
    'tune.comp.maxlevel',
    '<number>',
    'How hard to compress.',
    all(atMost(1), inRange({ low: 1, high: 9, refusal: "'%' expects a numeric value between 1 and 9" })),
    { since: '1.5', initially: '1' },
  ),
  laterGlobal(
    'tune.pattern.cache-size',
    '<number>',
    'Remembered results of pattern matching.',
    all(
      needs("'%' expects a positive numeric value"),
      inRange({ low: 0, refusal: "'%' expects a positive numeric value" }),
    ),
    { since: '1.5', initially: '10000' },
  ),
  laterGlobal(
    'tune.fail-alloc',
    '<percent>',
    'Allocations that fail on purpose.',
    all(atMost(1), inRange({ low: 0, high: 100, refusal: "'%' expects a numeric value between 0 and 100." })),
    { since: '1.9' },
  ),
  laterGlobal('tune.idle-pool.shared', '{on | off}', 'Threads share idle connections.', onOrOff, { since: '2.0' }),
  laterGlobal('tune.listener.multi-queue', '{on | off}', 'Spread connections over threads.', onOrOff, {
    since: '2.0',
  }),
  laterGlobal('tune.sched.low-latency', '{on | off}', 'Prefer short tasks.', onOrOff, { since: '2.4' }),
  laterGlobal(
    'tune.peers.max-updates-at-once',
    '<number>',
    'Updates sent to a peer in a row.',
    all(atMost(1), inRange({ low: 1, refusal: "'%' expects an integer argument greater than 0." })),
    { since: '2.6', initially: '200' },
  ),
  laterGlobal('lua-load', '<file> [<argument>...]', luaFile, needs("'%' expects a file name as parameter."), {
    since: '1.6',
  }),
  laterGlobal('lua-load-per-thread', '<file> [<argument>...]', luaFile, needs("'%' expects a file as parameter."), {
    since: '2.4',
  }),
  laterGlobal(
    'lua-prepend-path',
    '<path> [path | cpath]',
    'Where Lua looks for modules first.',
    all(atMost(2), needs("'%' expects to receive a <path> as argument"), (statement) =>
      ['', 'path', 'cpath'].includes(statement.word(2))
        ? undefined
        : "'lua-prepend-path' expects <type> to either be 'path' or 'cpath'",
    ),
    { since: '2.3' },
  ),
  ...['session', 'task', 'service'].map((kind) =>
    laterGlobal(
      `tune.lua.${kind}-timeout`,
      '<delay>',
      `How long Lua may run in a ${kind}.`,
      luaDelay(`tune.lua.${kind}-timeout`),
      { since: '1.6' },
    ),
  ),
  laterGlobal(
    'tune.lua.forced-yield',
    '<number>',
    'Lua instructions in a row.',
    wholeNumber(() => 'tune.lua.forced-yield: invalid number'),
    { since: '1.6', initially: '10000' },
  ),
  laterGlobal(
    'tune.lua.maxmem',
    '<megabytes>',
    'Memory of Lua, at most.',
    all(
      needs("'%' expects an integer argument (Lua memory size in MB)."),
      wholeNumber((word, rest) => `tune.lua.maxmem: invalid number ${word} (error at '${rest}')`),
    ),
    { since: '1.6' },
  ),
];
