/** Keywords of `global` about the process and the machine it runs on (manual 3.1, 3.2). */

import type { GlobalDraft } from '../draft.ts';
import { parseTime } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { flag, type GlobalKeyword, globalKeyword, number, type Parse } from './global-keyword.ts';
import { all, atMost, needs, onOrOff, refuse, tell } from './grammar.ts';
import { checkProcess, readProcesses } from './process-words.ts';

const WORD_BITS = 64;

/** A switch that is on here whatever is said, or off: only the other one is refused. */
function always(state: 'on' | 'off'): Parse {
  return (statement) => {
    if (statement.tooMany(0)) return;
    const on = statement.modifier !== 'no';
    if (on !== (state === 'on')) statement.notImplemented(on ? statement.keyword : `no ${statement.keyword}`);
  };
}

/** What holds here in any case, and whose contrary makes no difference either. */
const nothing: Parse = (statement) => {
  statement.tooMany(0);
};

function gone(message: string, style: 'spaced' | 'tight'): Parse {
  return (statement) => statement.alert(message, style);
}

function parseGrace(statement: Statement, global: GlobalDraft): void {
  const word = statement.word(1);
  if (word === '') {
    statement.alert("'grace' expects <time> as argument.");
    return;
  }
  const delay = statement.readDelay(1, "'grace'", (character) => {
    return `unexpected character '${character}' in argument to <grace>.`;
  });
  if (typeof delay === 'number') global.graceMs = delay;
  else statement.alert(delay.error, 'spaced', 1);
}

function parseSpread(statement: Statement): void {
  const word = statement.word(1);
  if (word === '') statement.alert("'close-spread-time' expects <time> as argument.");
  else if (word !== 'infinite') {
    const time = parseTime(word);
    const of = `in argument '${word}' to 'close-spread-time'`;
    if (time.kind === 'value') statement.notImplemented('close-spread-time');
    else if (time.kind === 'over')
      statement.alert(`timer overflow ${of} (maximum value is 2147483647 ms or ~24.8 days)`);
    else if (time.kind === 'under') statement.alert(`timer underflow ${of} (minimum non-null value is 1 ms)`);
    else statement.alert(`unexpected character '${time.character}' in argument to <close-spread-time>.`, 'spaced', 1);
  }
}

/** The processors of words from 2 on; undefined after an error. */
function readProcessors(statement: Statement): readonly number[] | undefined {
  const processors = new Set<number>();
  for (const [index, word] of statement.from(2).entries()) {
    if (!/^\d/.test(word)) {
      statement.alert(`cpu-map : '${word}' is not a CPU range.`, 'spaced', index + 2);
      return undefined;
    }
    const [low = '', high] = word.split('-');
    const first = Number.parseInt(low, 10);
    const last = high === undefined ? first : high === '' ? 1023 : Number.parseInt(high, 10) || 0;
    if (Math.max(first, last) > 1023) {
      statement.alert('cpu-map : supports CPU numbers from 0 to 1023.', 'spaced', index + 2);
      return undefined;
    }
    for (let at = Math.min(first, last); at <= Math.max(first, last); at++) processors.add(at);
  }
  return [...processors].sort((left, right) => left - right);
}

/** `cpu-map [auto:]<process>[/<thread>] <processors>`: there is one process with one thread. */
function parseProcessorMap(statement: Statement, global: GlobalDraft): void {
  if (statement.word(1) === '' || statement.word(2) === '') {
    statement.alert(
      `cpu-map expects a process number  ('all', 'odd', 'even', a number from 1 to ${WORD_BITS} or a range),  followed ` +
        `by a list of CPU ranges with numbers from 0 to ${WORD_BITS - 1}.`,
    );
    return;
  }
  const automatic = statement.word(1).startsWith('auto:');
  const [process = '', thread] = statement
    .word(1)
    .replace(/^auto:/, '')
    .split('/');
  const wrong =
    checkProcess(process, WORD_BITS) ?? (thread === undefined ? undefined : checkProcess(thread, WORD_BITS));
  if (wrong !== undefined) {
    statement.alert(`cpu-map : ${wrong}`, 'spaced', 1);
    return;
  }
  const processors = readProcessors(statement);
  if (processors === undefined) return;
  const processes = readProcesses(process, WORD_BITS);
  const threads = thread === undefined ? [] : readProcesses(thread, WORD_BITS);
  if (automatic && processes.length !== processors.length && threads.length !== processors.length) {
    statement.alert(
      'cpu-map : PROC/THREAD range and CPU sets must have the same size to be automatically bound',
      'spaced',
      1,
    );
    return;
  }
  const whole = threads.length === 0 || (threads.length === 1 && threads[0] === 1);
  const chosen = automatic ? processors.slice(0, 1) : processors;
  // Threads other than the first are not there; what is said of them binds nothing.
  if (whole) global.processors = chosen;
  else if (threads.includes(1)) global.threadProcessors = chosen;
}

function parseProcesses(statement: Statement): void {
  if (statement.word(1) === '1') {
    statement.warn("nbproc is not supported any more since HAProxy 2.5; there is one process, as 'nbproc 1' asks.");
    return;
  }
  statement.alert(
    'nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor machines ' +
      'if available.',
  );
}

function parseEdgeTriggered(statement: Statement, global: GlobalDraft): void {
  if (!global.said.has('expose-experimental-directives')) {
    statement.alert(
      "'tune.fd.edge-triggered' directive is experimental, must be allowed via a global 'expose-experimental-directives'",
    );
    return;
  }
  const complaint = onOrOff(statement, global);
  if (complaint !== undefined) tell(statement, complaint);
  // Stream sockets always are.
  else if (statement.word(1) === 'off') statement.notImplemented('tune.fd.edge-triggered off', 1);
}

export const PROCESS_SETTINGS: readonly GlobalKeyword[] = [
  globalKeyword('nokqueue', '', 'Not with kqueue, which Linux does not have.', nothing, { since: '1.3' }),
  globalKeyword('noevports', '', 'Not with event ports, which Linux does not have.', nothing, { since: '2.0' }),
  globalKeyword('nopoll', '', 'Not with poll; epoll is always used.', nothing, { since: '1.3' }),
  globalKeyword('insecure-fork-wanted', '', 'Lets the process fork; it never needs to.', nothing, {
    since: '2.2',
    negatable: true,
  }),
  globalKeyword('insecure-setuid-wanted', '', 'Lets programs it runs gain rights; nothing forbids that.', nothing, {
    since: '2.2',
  }),
  globalKeyword('busy-polling', '', 'Never sleep while waiting for events; not implemented.', always('off'), {
    since: '1.9',
    initially: 'off',
    negatable: true,
    implemented: false,
  }),
  globalKeyword('set-dumpable', '', 'Leave a core dump when crashing; not implemented.', always('off'), {
    since: '2.0',
    initially: 'off',
    negatable: true,
    implemented: false,
  }),
  globalKeyword('numa-cpu-mapping', '', 'Stay on one node of a NUMA machine; not implemented.', always('off'), {
    since: '2.4',
    negatable: true,
    implemented: false,
  }),
  globalKeyword(
    'strict-limits',
    '',
    'A limit that cannot be raised is an error, with `no` before it a warning.',
    (statement, global) => {
      if (!statement.tooMany(0)) global.strictLimits = statement.modifier !== 'no';
    },
    { since: '2.2', initially: 'on', negatable: true },
  ),
  globalKeyword(
    'noreuseport',
    '',
    'Listening sockets do not share their port with another process.',
    flag((global) => {
      global.reusePort = false;
    }),
    { since: '1.8' },
  ),
  globalKeyword(
    'fd-hard-limit',
    '<number>',
    'File descriptors that are reckoned with, at most.',
    number(
      (global, value) => {
        global.fdHardLimit = value;
      },
      { once: true },
    ),
    { since: '2.6', initially: 'the hard limit of the process' },
  ),
  globalKeyword('grace', '<delay>', 'Between the signal to stop softly and doing so.', parseGrace, { since: '2.5' }),
  globalKeyword('close-spread-time', '<delay> | infinite', 'Over which idle connections close.', parseSpread, {
    since: '2.6',
    implemented: false,
  }),
  globalKeyword(
    'cpu-map',
    '[auto:]<process>[/<thread>] <processors>...',
    'The processors it runs on.',
    parseProcessorMap,
    { since: '1.5', initially: 'all' },
  ),
  globalKeyword('nbproc', '<number>', 'Processes: 1.', parseProcesses, { since: '1.0', initially: '1' }),
  globalKeyword(
    'expose-experimental-directives',
    '',
    'Lets experimental keywords be used.',
    (_statement, global) => {
      global.said.add('expose-experimental-directives');
    },
    { since: '2.5' },
  ),
  globalKeyword(
    'tune.fd.edge-triggered',
    '{on | off}',
    'Edge-triggered events; always on, once experimental keywords are allowed.',
    parseEdgeTriggered,
    { since: '2.6' },
  ),
  globalKeyword(
    'tune.chksize',
    '<bytes>',
    'Gone since 2.5: `tune.bufsize` counts.',
    gone("option 'tune.chksize' is not supported any more (tune.bufsize is used instead).", 'tight'),
    { since: '1.5', implemented: false },
  ),
  globalKeyword(
    'tune.http.cookielen',
    '<bytes>',
    'How much of a captured cookie is logged.',
    refuse(all(atMost(1), needs("'%' expects an integer argument."))),
    { since: '1.0', initially: '63', implemented: false },
  ),
  globalKeyword(
    'localpeer',
    '<name>',
    'The name of this instance, in the variable HAPROXY_LOCALPEER.',
    (statement) => {
      if (statement.tooMany(1)) return;
      const name = statement.word(1);
      if (name === '') statement.alert("'localpeer' expects a name as an argument.");
      else statement.state.environment.set('HAPROXY_LOCALPEER', name);
    },
    { since: '2.3', initially: 'the name of the machine' },
  ),
];
