/** Every command of HAProxy 2.6's runtime API: those that are there, and those that are refused by name. */

import { type Command, LEVEL_OPERATOR, requireLevel } from './command.ts';
import { FRONTEND_COMMANDS } from './frontend-commands.ts';
import { PATTERN_COMMANDS } from './pattern-commands.ts';
import { SERVER_COMMANDS } from './server-commands.ts';
import { SESSION_COMMANDS } from './session-commands.ts';
import { SHOW_ERRORS_COMMAND } from './show-errors.ts';
import { SHOW_EVENTS_COMMAND } from './show-events.ts';
import { showEnvironment, showInfo, showVersion } from './show-info.ts';
import { SHOW_SERVERS_COMMANDS } from './show-servers.ts';
import { SESSION_LIST_COMMANDS } from './show-sessions.ts';
import { showStat } from './show-stat.ts';
import { VARIABLE_COMMANDS } from './variable-commands.ts';
import { WATCH_LOG_COMMAND } from './watch-log.ts';

/** First words of commands that come with later issues: TLS, tables, peers, agents, profiling. */
const LATER = [
  'abort ssl',
  'add server',
  'add ssl',
  'clear table',
  'commit ssl',
  'debug dev',
  'del server',
  'del ssl',
  'disable agent',
  'disable dynamic-cookie',
  'enable agent',
  'enable dynamic-cookie',
  'httpclient',
  'new ssl',
  'set dynamic-cookie-key',
  'set profiling',
  'set rate-limit',
  'set ssl',
  'set table',
  'show activity',
  'show cache',
  'show dev',
  'show fd',
  'show libs',
  'show peers',
  'show pools',
  'show profiling',
  'show resolvers',
  'show schema',
  'show ssl',
  'show startup-logs',
  'show table',
  'show tasks',
  'show threads',
  'show tls-keys',
  'show trace',
  'trace',
];

const PRESENT: readonly Command[] = [
  ...SESSION_COMMANDS,
  ...SERVER_COMMANDS,
  ...FRONTEND_COMMANDS,
  ...SHOW_SERVERS_COMMANDS,
  ...SESSION_LIST_COMMANDS,
  ...VARIABLE_COMMANDS,
  SHOW_ERRORS_COMMAND,
  SHOW_EVENTS_COMMAND,
  WATCH_LOG_COMMAND,
  ...PATTERN_COMMANDS,
  {
    words: ['show', 'stat'],
    usage: 'show stat [desc|json|no-maint|typed|up]*: report counters for each proxy and server',
    run: showStat,
  },
  {
    words: ['show', 'info'],
    usage: 'show info [desc|json|typed|float]*      : report information about the running process',
    run: showInfo,
  },
  {
    words: ['show', 'version'],
    usage: 'show version                            : show version of the current process',
    run: showVersion,
  },
  {
    words: ['show', 'env'],
    usage: 'show env [var]                          : dump environment variables known to the process',
    run: requireLevel(LEVEL_OPERATOR, showEnvironment),
  },
];

export const COMMANDS: readonly Command[] = [
  ...PRESENT,
  ...LATER.map((name) => ({ words: name.split(' '), usage: undefined, run: undefined })),
];

/** The command that the words begin with; the longest one. */
export function findCommand(words: readonly string[]): Command | undefined {
  let found: Command | undefined;
  for (const command of COMMANDS) {
    const matches = command.words.every((word, index) => word === words[index]);
    if (matches && command.words.length > (found?.words.length ?? 0)) {
      found = command;
    }
  }
  return found;
}
