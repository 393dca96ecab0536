/** Keywords of the `global` section (manual 3). */

import type { GlobalDraft } from '../draft.ts';
import type { StatementKeyword } from '../keyword.ts';
import { isInteger, parseTime, readInt32, readInteger } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { applyBindOptions, newBindSettings } from './bind-options.ts';
import { readListenAddresses } from './frontends.ts';
import { LOG_GRAMMAR, parseGlobalLog } from './logs.ts';

export type GlobalKeyword = StatementKeyword<GlobalDraft>;

type Parse = NonNullable<GlobalKeyword['parse']>;

function keyword(
  name: string,
  argument: string,
  help: string,
  parse: Parse,
  more: Partial<GlobalKeyword> = {},
): GlobalKeyword {
  return {
    kind: 'global',
    name,
    sections: ['global'],
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially: '',
    since: '1.0',
    manual: name.startsWith('tune.') || name.includes('conn') ? '3.2' : '3.1',
    implemented: true,
    parse,
    ...more,
  };
}

/** True when it was said before: HAProxy keeps the first and goes on. */
function saidAlready(statement: Statement, global: GlobalDraft, what: string = statement.keyword): boolean {
  if (!global.said.has(what)) {
    global.said.add(what);
    return false;
  }
  statement.alertAndContinue(`'${statement.keyword}' already specified. Continuing.`);
  return true;
}

function flag(set: (global: GlobalDraft) => void): Parse {
  return (statement, global) => {
    if (!statement.tooMany(0)) set(global);
  };
}

interface NumberRules {
  readonly once?: boolean;
  readonly low?: number;
  readonly high?: number;
  readonly refusal?: string;
}

function number(set: (global: GlobalDraft, value: number) => void, rules: NumberRules = {}): Parse {
  return (statement, global) => {
    if (statement.tooMany(1)) return;
    const text = statement.word(1);
    // A value of 0 counts as not said in HAProxy.
    if (rules.once === true && global.said.has(statement.keyword)) {
      saidAlready(statement, global);
      return;
    }
    if (text === '') {
      statement.alert(`'${statement.keyword}' expects an integer argument.`);
      return;
    }
    const value = readInt32(text);
    if (value < (rules.low ?? -0x80000000) || value > (rules.high ?? 0x7fffffff)) {
      statement.alert(`'${statement.keyword}' ${rules.refusal ?? 'expects a positive integer argument.'}`, 'spaced', 1);
      return;
    }
    if (rules.once === true && value !== 0) global.said.add(statement.keyword);
    set(global, value);
  };
}

function text(what: string, set: (global: GlobalDraft, value: string) => void): Parse {
  return (statement, global) => {
    if (statement.tooMany(1) || saidAlready(statement, global)) return;
    const word = statement.word(1);
    if (word !== '') set(global, word);
    else {
      global.said.delete(statement.keyword);
      statement.alert(`'${statement.keyword}' expects ${what}.`);
    }
  };
}

function account(kind: 'user' | 'group'): Parse {
  const field = kind === 'user' ? 'uid' : 'gid';
  return (statement, global) => {
    if (statement.tooMany(1)) return;
    if ((global[field] ?? 0) !== 0) {
      const message = kind === 'user' ? 'user/uid already specified.' : 'gid/group was already specified.';
      statement.alertAndContinue(`${message} Continuing.`);
      return;
    }
    const name = statement.word(1);
    const { ports } = statement.state;
    const id = kind === 'user' ? ports.userId(name) : ports.groupId(name);
    if (id === undefined) {
      statement.alert(`cannot find ${kind} id for '${name}' (0:Success)`, 'spaced', 1);
      return;
    }
    global[field] = id;
  };
}

function accountNumber(field: 'uid' | 'gid'): Parse {
  const name = field === 'uid' ? 'user' : 'group';
  return (statement, global) => {
    if (statement.tooMany(1)) return;
    if ((global[field] ?? 0) !== 0) {
      statement.alertAndContinue(`${name}/${field} already specified. Continuing.`);
      return;
    }
    const word = statement.word(1);
    if (word === '') statement.alert(`'${field}' expects an integer argument.`);
    else if (isInteger(word)) global[field] = readInt32(word);
    else {
      statement.warn(
        ` ${field}: string '${word}' is not a number.\n` +
          `   | You might want to use the '${name}' parameter to use a system ${name} name.`,
        'spaced',
        1,
      );
    }
  };
}

function parseThreads(statement: Statement, global: GlobalDraft): void {
  const word = statement.word(1);
  if (statement.word(2) !== '') {
    statement.alert(`'nbthread' cannot handle unexpected argument '${statement.word(2)}'.`, 'spaced', 2);
  } else if (!/^\s*[+-]?\d+$/.test(word)) {
    statement.alert(`'nbthread' passed a missing or unparsable integer value in '${word}'`, 'spaced', 1);
  } else {
    const count = readInteger(word);
    if (count < 1 || count > 64) {
      statement.alert(`'nbthread' value must be between 1 and 64 (was ${count})`, 'spaced', 1);
    } else if (count > 1) statement.notImplemented(`nbthread ${count}`, 1);
    else global.nbthread = count;
  }
}

function parseSpreadChecks(statement: Statement, global: GlobalDraft): void {
  if (statement.tooMany(1)) return;
  if (global.spreadChecksPercent !== 0) {
    statement.alertAndContinue('spread-checks already specified. Continuing.', 'tight');
    return;
  }
  if (statement.word(1) === '') {
    statement.alert("'spread-checks' expects an integer argument (0..50).", 'tight');
    return;
  }
  const percent = readInt32(statement.word(1));
  global.spreadChecksPercent = percent;
  if (percent < 0 || percent > 50) {
    statement.alert("'spread-checks' needs a positive value in range 0..50.", 'tight', 1);
  }
}

interface DelayRules {
  readonly missing: string;
  readonly limit: string;
  readonly character: (character: string) => string;
}

/** Delays of the global section have their own wording: "<10x> to <tune.idletimer>". */
function readGlobalDelay(statement: Statement, rules: DelayRules): number | undefined {
  if (statement.tooMany(1)) return undefined;
  const word = statement.word(1);
  if (word === '') {
    statement.alert(rules.missing, statement.keyword === 'max-spread-checks' ? 'tight' : 'spaced');
    return undefined;
  }
  const time = parseTime(word);
  const of = `in argument <${word}> to <${statement.keyword}>`;
  if (time.kind === 'over') statement.alert(`timer overflow ${of}, maximum value is ${rules.limit}.`, 'tight', 1);
  else if (time.kind === 'under') {
    statement.alert(`timer underflow ${of}, minimum non-null value is 1 ms.`, 'tight', 1);
  } else if (time.kind === 'character') statement.alert(rules.character(time.character), 'tight', 1);
  else {
    if (time.rest !== '') statement.warnTimeRest(word, time.rest);
    return time.value;
  }
  return undefined;
}

function parseMaxSpreadChecks(statement: Statement, global: GlobalDraft): void {
  const delay = readGlobalDelay(statement, {
    missing: "'max-spread-checks' expects an integer argument (0..50).",
    limit: '2147483647 ms (~24.8 days)',
    character: (found) => `unsupported character '${found}' in 'max-spread-checks' (wants an integer delay).`,
  });
  if (delay !== undefined) global.maxSpreadChecksMs = delay;
}

function parseIdleTimer(statement: Statement, global: GlobalDraft): void {
  const missing = "'tune.idletimer' expects a timer value between 0 and 65535 ms.";
  const delay = readGlobalDelay(statement, {
    missing,
    limit: '65535 ms',
    character: (found) => `unexpected character '${found}' in argument to <tune.idletimer>.`,
  });
  if (delay === undefined) return;
  if (delay > 65535) statement.alert(missing, 'spaced', 1);
  else global.tune.idletimerMs = delay;
}

function parseHardStop(statement: Statement, global: GlobalDraft): void {
  if (statement.tooMany(1)) return;
  const word = statement.word(1);
  if (word === '') {
    statement.alert("'hard-stop-after' expects <time> as argument.");
    return;
  }
  const time = parseTime(word);
  const of = `in argument '${word}' to 'hard-stop-after'`;
  if (time.kind === 'over') {
    statement.alert(`timer overflow ${of} (maximum value is 2147483647 ms or ~24.8 days)`, 'spaced', 1);
  } else if (time.kind === 'under') {
    statement.alert(`timer underflow ${of} (minimum non-null value is 1 ms)`, 'spaced', 1);
  } else if (time.kind === 'character') {
    statement.alert(`unexpected character '${time.character}' in argument to <hard-stop-after>.`, 'spaced', 1);
  } else global.hardStopAfterMs = time.value;
}

function parseNode(statement: Statement, global: GlobalDraft): void {
  if (statement.tooMany(1)) return;
  if (!/^[A-Za-z0-9._-]+$/.test(statement.word(1))) {
    statement.alert(
      "'node' requires valid node name - non-empty string with digits(0-9), letters(A-Z, a-z), dot(.), hyphen(-) or " +
        'underscode(_).',
      'tight',
      1,
    );
    return;
  }
  global.node = statement.word(1);
}

function parseUnixBind(statement: Statement, global: GlobalDraft): void {
  const { ports } = statement.state;
  for (let at = 1; statement.word(at) !== ''; at += 2) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word === 'prefix') {
      if (value === '') {
        statement.alert("unix_bind 'prefix' expects a path as an argument.", 'spaced', at);
        return;
      }
      if (global.unixBind.prefix !== '') {
        statement.alertAndContinue("unix-bind 'prefix' already specified. Continuing.", 'spaced', at);
      } else global.unixBind.prefix = value;
    } else if (word === 'mode') global.unixBind.mode = Number.parseInt(value, 8) || 0;
    else if (word === 'uid' || word === 'gid') global.unixBind[word] = readInt32(value);
    else if (word === 'user' || word === 'group') {
      const id = word === 'user' ? ports.userId(value) : ports.groupId(value);
      if (id === undefined) {
        statement.alert(`'unix-bind' : '${value}' unknown ${word}.`, 'spaced', at + 1);
        return;
      }
      global.unixBind[word === 'user' ? 'uid' : 'gid'] = id;
    } else {
      statement.alert(
        "'unix-bind' only supports the 'prefix', 'mode', 'uid', 'gid', 'user' and 'group' options.",
        'spaced',
        at,
      );
      return;
    }
  }
}

function parseStatsSocket(statement: Statement, global: GlobalDraft): void {
  if (statement.word(2) === '') {
    statement.alert("'stats socket' in global section expects an address or a path to a UNIX socket", 'spaced', 1);
    return;
  }
  const addresses = readListenAddresses(statement, 2, '');
  if ('error' in addresses) {
    const { file, line } = statement.place;
    statement.alert(`parsing [${file}:${line}] : 'stats socket' : ${addresses.error}\n`, 'spaced', 2);
    return;
  }
  const settings = newBindSettings();
  let failed = false;
  applyBindOptions({ statement, settings, sockets: 1, idTaken: () => undefined }, 3, (problem) => {
    failed = true;
    if (problem.kind === 'unknown') {
      const question = problem.best === undefined ? '' : ` Did you mean '${problem.best}' maybe ?`;
      const message = `'stats socket' : unknown keyword '${problem.word}'.${question}`;
      statement.alert(message, 'spaced', problem.index, problem.best);
    } else if (problem.kind === 'later') {
      statement.alert(`'stats socket' : '${problem.word}' is not implemented yet`, 'spaced', problem.index);
    } else statement.alert(`'stats socket' : '${problem.message}'`, 'spaced', problem.index);
  });
  if (failed) return;
  const { level, mode, uid, gid } = settings;
  global.statsSockets = [...global.statsSockets, { place: statement.place, addresses, level, mode, uid, gid }];
}

function parseStats(statement: Statement, global: GlobalDraft): void {
  const what = statement.word(1);
  if (what === 'socket') parseStatsSocket(statement, global);
  else if (what === 'timeout') {
    const delay = statement.readDelay(
      2,
      "'stats timeout'",
      (character) => `'stats timeout' : unexpected character '${character}'`,
    );
    if (typeof delay !== 'number') statement.alert(delay.error, 'spaced', 2);
    else if (delay === 0) statement.alert("'stats timeout' expects a positive value", 'spaced', 2);
    else global.statsTimeoutMs = delay;
  } else if (what === 'maxconn') {
    const count = readInt32(statement.word(2));
    if (count <= 0) statement.alert("'stats maxconn' expects a positive value", 'spaced', 2);
    else global.statsMaxconn = count;
  } else if (what === 'bind-process') statement.notImplemented('stats bind-process', 1);
  else {
    statement.alert(
      "'stats' only supports 'socket', 'maxconn', 'bind-process' and 'timeout' (got " + `'${what}')`,
      'spaced',
      1,
    );
  }
}

function parseHostname(statement: Statement, global: GlobalDraft): void {
  if (saidAlready(statement, global)) return;
  global.logHostname = statement.word(1) === '' ? statement.state.ports.machineName : statement.word(1);
}

function ratio(field: 'poolLowFdRatio' | 'poolHighFdRatio'): Parse {
  return (statement, global) => {
    if (statement.word(2) !== '') {
      statement.alert(`'${statement.keyword}' cannot handle unexpected argument '${statement.word(2)}'.`, 'spaced', 2);
      return;
    }
    const value = readInt32(statement.word(1));
    if (value < 0 || value > 100) {
      statement.alert(`'${statement.keyword}' expects an integer argument between 0 and 100.`, 'spaced', 1);
    } else global.tune[field] = value;
  };
}

type TuneNumber = 'maxaccept' | 'rcvbufClient' | 'rcvbufServer' | 'sndbufClient' | 'sndbufServer';

function tune(field: TuneNumber): Parse {
  return number(
    (global, value) => {
      global.tune[field] = value;
    },
    { once: true },
  );
}

export const GLOBAL_KEYWORDS: readonly GlobalKeyword[] = [
  keyword(
    'daemon',
    '',
    'Runs in the background.',
    flag((global) => {
      global.daemon = true;
    }),
  ),
  keyword(
    'quiet',
    '',
    'Says nothing while it starts.',
    flag((global) => {
      global.quiet = true;
    }),
  ),
  keyword(
    'nosplice',
    '',
    'Does not let the kernel move data between sockets.',
    flag((global) => {
      global.noSplice = true;
    }),
  ),
  keyword('nbthread', '<number>', 'Threads; only 1 is implemented yet.', parseThreads, {
    initially: '1',
    since: '1.8',
    manual: '3.1',
  }),
  keyword(
    'maxconn',
    '<number>',
    'Connections of the process at most.',
    number(
      (global, value) => {
        global.maxconn = value;
      },
      { once: true },
    ),
    { initially: 'what the limit of file descriptors allows' },
  ),
  keyword(
    'ulimit-n',
    '<number>',
    'File descriptors at most.',
    number(
      (global, value) => {
        global.ulimitN = value;
      },
      { once: true },
    ),
    { initially: 'computed from maxconn' },
  ),
  keyword(
    'pidfile',
    '<file>',
    'Where the process id is written.',
    text('a file name as an argument', (global, value) => {
      global.pidfile = value;
    }),
  ),
  keyword(
    'chroot',
    '<directory>',
    'The directory it locks itself into once started.',
    text('a directory as an argument', (global, value) => {
      global.chroot = value;
    }),
  ),
  keyword('user', '<name>', 'The user it runs as once started.', account('user')),
  keyword('group', '<name>', 'The group it runs as once started.', account('group')),
  keyword('uid', '<number>', 'The user it runs as once started, by number.', accountNumber('uid')),
  keyword('gid', '<number>', 'The group it runs as once started, by number.', accountNumber('gid')),
  keyword('node', '<name>', 'The name of this unit, in statistics.', parseNode, { since: '1.4' }),
  keyword('description', '<text>', 'A text for people, shown in statistics.', (statement, global) => {
    if (statement.word(1) === '') statement.alert("'description' expects a string argument.", 'tight');
    else global.description = statement.from(1).join(' ');
  }),
  keyword(
    'log',
    LOG_GRAMMAR,
    'A target of log lines, for `log global` and for messages of the process.',
    parseGlobalLog,
    {
      negatable: true,
    },
  ),
  keyword(
    'log-tag',
    '<text>',
    'The tag of log lines.',
    (statement, global) => {
      if (statement.tooMany(1)) return;
      if (statement.word(1) === '') statement.alert("'log-tag' expects a tag for use in syslog.");
      else global.logTag = statement.word(1);
    },
    { initially: 'the name of the program', since: '1.4' },
  ),
  keyword('log-send-hostname', '[<name>]', 'Puts the name of this machine into syslog lines.', parseHostname, {
    since: '1.5',
  }),
  keyword(
    'stats',
    'socket <address> [<option>...] | timeout <delay> | maxconn <number>',
    'The runtime API.',
    parseStats,
  ),
  keyword('spread-checks', '<percent>', 'By how much the intervals of checks vary.', parseSpreadChecks, {
    initially: '0',
    manual: '3.2',
  }),
  keyword('max-spread-checks', '<delay>', 'Over which the first checks are spread.', parseMaxSpreadChecks, {
    manual: '3.2',
  }),
  keyword('hard-stop-after', '<delay>', 'How long a graceful stop may take.', parseHardStop, { since: '1.8' }),
  keyword(
    'unix-bind',
    '[prefix <path>] [mode <octal>] [user <name>] [uid <number>] [group <name>] [gid <number>]',
    'What unix sockets of bind lines have in common.',
    parseUnixBind,
  ),
  keyword(
    'tune.bufsize',
    '<bytes>',
    'The size of a buffer; a request or response head must fit, less tune.maxrewrite.',
    number(
      (global, value) => {
        global.tune.bufsize = Math.ceil(value / 16) * 16;
      },
      { low: 1 },
    ),
    { initially: '16384' },
  ),
  keyword(
    'tune.maxrewrite',
    '<bytes>',
    'What is kept free in a buffer for added headers.',
    number(
      (global, value) => {
        global.tune.maxrewrite = value;
      },
      { low: 0 },
    ),
    { initially: '1024' },
  ),
  keyword(
    'tune.http.maxhdr',
    '<number>',
    'Headers of a message at most.',
    number(
      (global, value) => {
        global.tune.httpMaxhdr = value;
      },
      { low: 1, high: 32767, refusal: 'expects a numeric value between 1 and 32767' },
    ),
    { initially: '101' },
  ),
  keyword(
    'tune.http.logurilen',
    '<bytes>',
    'Where request lines are cut in logs.',
    number((global, value) => {
      global.tune.httpLogurilen = value + 1;
    }),
    { initially: '1024', since: '1.9' },
  ),
  keyword('tune.maxaccept', '<number>', 'Connections accepted at a time, at most.', tune('maxaccept')),
  keyword('tune.rcvbuf.client', '<bytes>', 'The kernel receive buffer of clients.', tune('rcvbufClient')),
  keyword('tune.rcvbuf.server', '<bytes>', 'The kernel receive buffer of servers.', tune('rcvbufServer')),
  keyword('tune.sndbuf.client', '<bytes>', 'The kernel send buffer of clients.', tune('sndbufClient')),
  keyword('tune.sndbuf.server', '<bytes>', 'The kernel send buffer of servers.', tune('sndbufServer')),
  keyword('tune.idletimer', '<delay>', 'After which a stream counts as idle.', parseIdleTimer, { initially: '1s' }),
  keyword(
    'tune.pool-low-fd-ratio',
    '<percent>',
    'Descriptors in use from which idle connections are shared.',
    ratio('poolLowFdRatio'),
    {
      initially: '20',
      since: '2.0',
    },
  ),
  keyword(
    'tune.pool-high-fd-ratio',
    '<percent>',
    'Descriptors in use from which idle connections are closed.',
    ratio('poolHighFdRatio'),
    {
      initially: '25',
      since: '2.0',
    },
  ),
];
