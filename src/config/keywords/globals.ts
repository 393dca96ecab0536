/** Keywords of the `global` section that concern the process (manual 3.1). */

import type { GlobalDraft } from '../draft.ts';
import { isInteger, parseTime, readInt32, readInteger } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { flag, type GlobalKeyword, globalKeyword, number, type Parse, saidAlready, text } from './global-keyword.ts';
import { LOG_GRAMMAR, parseGlobalLog } from './logs.ts';
import { parseStats } from './stats-socket.ts';

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

function parseHardStop(statement: Statement, global: GlobalDraft): void {
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

function parseHostname(statement: Statement, global: GlobalDraft): void {
  if (saidAlready(statement, global)) return;
  global.logHostname = statement.word(1) === '' ? statement.state.ports.machineName : statement.word(1);
}

export const GLOBAL_KEYWORDS: readonly GlobalKeyword[] = [
  globalKeyword(
    'daemon',
    '',
    'Runs in the background.',
    flag((global) => {
      global.daemon = true;
    }),
  ),
  globalKeyword(
    'quiet',
    '',
    'Says nothing while it starts.',
    flag((global) => {
      global.quiet = true;
    }),
  ),
  globalKeyword(
    'nosplice',
    '',
    'Data is not moved between sockets within the kernel; it never is here, so this is always so.',
    flag(() => {}),
  ),
  globalKeyword('nbthread', '<number>', 'Threads; only 1 is implemented yet.', parseThreads, {
    initially: '1',
    since: '1.8',
    manual: '3.1',
  }),
  globalKeyword(
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
  globalKeyword(
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
  globalKeyword(
    'pidfile',
    '<file>',
    'Where the process id is written.',
    text('a file name as an argument', (global, value) => {
      global.pidfile = value;
    }),
  ),
  globalKeyword(
    'chroot',
    '<directory>',
    'The directory it locks itself into once started.',
    text('a directory as an argument', (global, value) => {
      global.chroot = value;
    }),
  ),
  globalKeyword('user', '<name>', 'The user it runs as once started.', account('user')),
  globalKeyword('group', '<name>', 'The group it runs as once started.', account('group')),
  globalKeyword('uid', '<number>', 'The user it runs as once started, by number.', accountNumber('uid')),
  globalKeyword('gid', '<number>', 'The group it runs as once started, by number.', accountNumber('gid')),
  globalKeyword('node', '<name>', 'The name of this unit, in statistics.', parseNode, { since: '1.4' }),
  globalKeyword('description', '<text>', 'A text for people, shown in statistics.', (statement, global) => {
    if (statement.word(1) === '') statement.alert("'description' expects a string argument.", 'tight');
    else global.description = statement.from(1).join(' ');
  }),
  globalKeyword(
    'log',
    LOG_GRAMMAR,
    'A target of log lines, for `log global` and for messages of the process.',
    parseGlobalLog,
    {
      negatable: true,
    },
  ),
  globalKeyword(
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
  globalKeyword('log-send-hostname', '[<name>]', 'Puts the name of this machine into syslog lines.', parseHostname, {
    since: '1.5',
  }),
  globalKeyword(
    'stats',
    'socket <address> [<option>...] | timeout <delay> | maxconn <number>',
    'The runtime API.',
    parseStats,
  ),
  globalKeyword('hard-stop-after', '<delay>', 'How long a graceful stop may take.', parseHardStop, { since: '1.8' }),
  globalKeyword(
    'unix-bind',
    '[prefix <path>] [mode <octal>] [user <name>] [uid <number>] [group <name>] [gid <number>]',
    'What unix sockets of bind lines have in common.',
    parseUnixBind,
  ),
];
