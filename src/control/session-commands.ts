/** Commands about the conversation itself: prompt, level, timeout, severity (management manual 9.3). */

import {
  type Command,
  type CommandAnswer,
  type CommandContext,
  failure,
  LEVEL_ADMIN,
  LEVEL_OPERATOR,
  LEVEL_USER,
  notice,
  requireLevel,
} from './command.ts';

const LEVEL_NAMES = ['', 'user', 'operator', 'admin'];

function prompt({ session }: CommandContext): CommandAnswer {
  session.interactive = !session.interactive;
  return '';
}

function quit({ session }: CommandContext): CommandAnswer {
  session.ended = true;
  return '';
}

function lowerLevel(level: typeof LEVEL_OPERATOR | typeof LEVEL_USER) {
  return ({ session }: CommandContext): CommandAnswer => {
    if (session.level < level) {
      return failure('Permission denied\n');
    }
    session.level = level;
    return '';
  };
}

function showLevel({ session }: CommandContext): CommandAnswer {
  return notice(6, `${LEVEL_NAMES[session.level]}\n`);
}

function showSockets({ sockets }: CommandContext): CommandAnswer {
  return `# socket lvl processes\n${sockets.map(({ address, level }) => `${address} ${LEVEL_NAMES[level]} all\n`).join('')}`;
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Seconds unless a unit follows; undefined for what is no time. */
function timeMs(text: string): number | undefined {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text);
  if (match === null) {
    return undefined;
  }
  return Math.ceil(Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 1000));
}

function setTimeoutCommand({ words, session }: CommandContext): CommandAnswer {
  if (words[2] !== 'cli') {
    return failure("'set timeout' only supports 'cli'.\n");
  }
  if ((words[3] ?? '') === '') {
    return failure('Expects an integer value.\n');
  }
  const timeout = timeMs(words[3] ?? '');
  if (timeout === undefined || timeout < 1000) {
    return failure('Invalid timeout value.\n');
  }
  session.timeoutMs = timeout;
  return '';
}

function setSeverity({ words, session }: CommandContext): CommandAnswer {
  const wanted = words[2];
  if (wanted !== 'none' && wanted !== 'number' && wanted !== 'string') {
    return failure("one of 'none', 'number', 'string' is a required argument\n");
  }
  session.severity = wanted;
  return '';
}

function mode(name: 'expert' | 'experimental') {
  return requireLevel(LEVEL_ADMIN, ({ words, session }) => {
    const wanted = words[1] ?? '';
    if (wanted === '') {
      return notice(6, `${name}-mode is ${session[name] ? 'ON' : 'OFF'}\n`);
    }
    session[name] = wanted === 'on';
    return '';
  });
}

export const SESSION_COMMANDS: readonly Command[] = [
  { words: ['prompt'], usage: undefined, run: prompt },
  { words: ['quit'], usage: undefined, run: quit },
  { words: ['expert-mode'], usage: undefined, run: mode('expert') },
  { words: ['experimental-mode'], usage: undefined, run: mode('experimental') },
  {
    words: ['operator'],
    usage: 'operator                                : lower the level of the current CLI session to operator',
    run: lowerLevel(LEVEL_OPERATOR),
  },
  {
    words: ['user'],
    usage: 'user                                    : lower the level of the current CLI session to user',
    run: lowerLevel(LEVEL_USER),
  },
  {
    words: ['set', 'severity-output'],
    usage: 'set severity-output [none|number|string]: set presence of severity level in feedback information',
    run: setSeverity,
  },
  {
    words: ['set', 'timeout'],
    usage: 'set timeout [cli] <delay>               : change a timeout setting',
    run: setTimeoutCommand,
  },
  {
    words: ['show', 'cli', 'level'],
    usage: 'show cli level                          : display the level of the current CLI session',
    run: showLevel,
  },
  {
    words: ['show', 'cli', 'sockets'],
    usage: 'show cli sockets                        : dump list of cli sockets',
    run: showSockets,
  },
];
