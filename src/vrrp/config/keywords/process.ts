/** `global_defs`, where it is about the process: its name, its rights, its scripts and FIFOs. */

import type { UserModel } from '../../model.ts';
import { DEFAULT_ACCOUNT, defaultUserMissing, notifyCommand } from '../commands.ts';
import type { Context } from '../context.ts';
import type { FifoDraft, GlobalDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import { INTEGER_MAX } from '../numbers.ts';
import type { Statement } from '../statements.ts';

/** TASK_COMM_LEN less the closing NUL. */
const LONGEST_NAME = 15;
const REAL_TIME_MAXIMUM = 99;

function processName(line: Statement, context: Context): string {
  const word = context.word(line, 1);
  if (word.text.length <= LONGEST_NAME) return word.text;
  const message = `Process name ${word.text} more than ${LONGEST_NAME} characters, truncating`;
  context.report.mistake(word, message, `'${word.text.slice(0, LONGEST_NAME)}' is used`);
  return word.text.slice(0, LONGEST_NAME);
}

function fifo(prefix: '' | 'vrrp_', of: (draft: GlobalDraft) => FifoDraft): Keyword<GlobalDraft>[] {
  const name = `${prefix}notify_fifo`;
  return [
    works(name, 'PATH [USER [GROUP]]', 'is told every change, a line each', (line, draft, context) => {
      const word = line.words[1];
      const { report } = context;
      const fifo = of(draft);
      if (word === undefined) report.mistake(line.words[0], `No ${name} name specified`, `${name} PATH`);
      else if (fifo.path !== undefined) {
        report.mistake(word, `${name} already specified - ignoring ${word.text}`, `${fifo.path} stands before it`);
      } else if (line.words[2] !== undefined) {
        const user = context.user(line.words[2].text, line.words[3]?.text);
        if (user === undefined) {
          const hint = 'there is no such user or group';
          report.warn(line.words[2], `Invalid user/group for ${prefix} fifo ${word.text} - ignoring`, hint);
        } else Object.assign(fifo, { path: word.text, user });
      } else if (!defaultUserMissing(context)) fifo.path = word.text;
    }),
    works(
      `${name}_script`,
      '"COMMAND ARGUMENT ..." [USER [GROUP]]',
      'runs as long as the agent and reads the FIFO, whose path is its last argument',
      (line, draft, context) => {
        const word = line.words[1];
        const fifo = of(draft);
        if (word === undefined) {
          context.report.mistake(line.words[0], `No ${name}_script specified`, `${name}_script "COMMAND"`);
        } else if (fifo.script !== undefined) {
          const message = `${name}_script already specified - ignoring ${word.text}`;
          context.report.mistake(word, message, 'the first one counts');
        } else fifo.script = notifyCommand(line, context, name);
      },
    ),
  ];
}

function lifeScript(kind: 'startup' | 'shutdown'): Keyword<GlobalDraft>[] {
  const slot = kind === 'startup' ? 'startupScript' : 'shutdownScript';
  const timeout = kind === 'startup' ? 'startupScriptTimeoutMs' : 'shutdownScriptTimeoutMs';
  return [
    works(
      `${kind}_script`,
      '"COMMAND ARGUMENT ..." [USER [GROUP]]',
      kind === 'startup' ? 'is run before the agent begins' : 'is run when the agent has ended',
      (line, draft, context) => {
        const word = line.words[1];
        const { report } = context;
        if (draft[slot] !== undefined)
          report.mistake(word ?? line.words[0], `${kind} script already specified`, 'one of them');
        else if (word === undefined)
          report.mistake(line.words[0], `${kind} script missing`, `${kind}_script "COMMAND"`);
        else {
          draft[slot] = notifyCommand(line, context, kind);
          if (draft[slot] === undefined)
            report.mistake(word, `Invalid ${kind} script`, 'the message before it tells why');
        }
      },
    ),
    works(
      `${kind}_script_timeout`,
      '1-1000',
      `seconds after which ${kind}_script is killed`,
      (line, draft, context) => {
        const word = line.words[1];
        if (word === undefined) {
          const message = `${kind}_script_timeout requires value`;
          context.report.mistake(line.words[0], message, 'seconds, from 1 to 1000');
          return;
        }
        const complaint = `${kind}_script_timeout '${word.text}' must be in [1, 1000] - ignoring`;
        const value = context.unsigned(word, { minimum: 1, maximum: 1000, lenient: true }, { complaint });
        if (value !== undefined) draft[timeout] = value * 1000;
      },
      { initially: '10' },
    ),
  ];
}

function realTime(line: Statement, draft: GlobalDraft, context: Context): void {
  const word = line.words[1];
  const { report } = context;
  if (word === undefined) {
    report.mistake(line.words[0], 'No vrrp process real-time priority specified', 'from 1 to 99');
    return;
  }
  const complaint = `vrrp process real-time priority '${word.text}' invalid`;
  const value = context.integer(
    word,
    { minimum: -INTEGER_MAX - 1, maximum: INTEGER_MAX, lenient: true },
    { complaint },
  );
  if (value === undefined) return;
  const clamped = Math.min(Math.max(value, 1), REAL_TIME_MAXIMUM);
  if (clamped !== value) {
    const [relation, limit] = value < 1 ? ['less', 'minimum'] : ['greater', 'maximum'];
    const message = `vrrp process real-time priority ${value} ${relation} than ${limit} ${clamped} - setting to ${limit}`;
    report.mistake(word, message, 'from 1 to 99');
  }
  draft.realTimePriority = clamped;
}

function affinity(line: Statement, draft: GlobalDraft, context: Context): void {
  if (line.words.length < 2) {
    context.report.mistake(line.words[0], 'No vrrp cpu_id set specified', 'vrrp_cpu_affinity NUMBER ...');
    return;
  }
  const processors: number[] = [];
  for (const word of line.words.slice(1)) {
    const complaint = `Invalid cpu_id:${word.text} specified for vrrp process`;
    const range = { minimum: 0, maximum: context.host.processors - 1, lenient: true };
    const value = context.integer(word, range, { complaint });
    if (value === undefined) {
      draft.cpuAffinity = [];
      return;
    }
    processors.push(value);
  }
  draft.cpuAffinity = processors;
}

const BITS: Readonly<Record<string, number>> = {
  IRUSR: 0o400,
  IWUSR: 0o200,
  IXUSR: 0o100,
  IRGRP: 0o040,
  IWGRP: 0o020,
  IXGRP: 0o010,
  IROTH: 0o004,
  IWOTH: 0o002,
  IXOTH: 0o001,
};

function umask(line: Statement, draft: GlobalDraft, context: Context): void {
  const word = context.word(line, 1);
  const { report } = context;
  const hint = 'a number as 022, or IWGRP | IWOTH';
  if (/^\d/.test(word.text)) {
    const octal = /^0[0-7]*$/.test(word.text);
    const value = octal ? Number.parseInt(word.text, 8) : Number(word.text);
    if (line.words.length !== 2) report.mistake(line.words[2], 'Extra parameter(s) to umask option', hint);
    else if (!Number.isInteger(value) || value > 0o777) report.mistake(word, `invalid umask value ${word.text}`, hint);
    else draft.umask = value;
    return;
  }
  let mask = 0;
  let expectsBar = false;
  for (const part of line.words.slice(1)) {
    for (const piece of part.text.split(/(\|)/).filter((one) => one !== '')) {
      if (expectsBar !== (piece === '|')) {
        const message = expectsBar ? `Invalid umask syntax ${part.text}` : `Unknown umask bit ${piece}`;
        report.mistake(part, message, hint);
        return;
      }
      const bit = BITS[piece];
      if (piece !== '|' && bit === undefined) {
        report.mistake(part, `Unknown umask bit ${piece}`, Object.keys(BITS).join(', '));
        return;
      }
      mask |= bit ?? 0;
      expectsBar = !expectsBar;
    }
  }
  if (expectsBar) draft.umask = mask;
  else report.mistake(line.words.at(-1), 'umask missing bit value', hint);
}

export const PROCESS_GLOBALS: readonly Keyword<GlobalDraft>[] = [
  works('process_names', '', 'the agent is called keepalived_vrrp', (_, draft) => {
    draft.processName = 'keepalived_vrrp';
  }),
  works('vrrp_process_name', 'TEXT', 'what the agent is called in lists of processes', (line, draft, context) => {
    draft.processName = processName(line, context);
  }),
  works('process_name', 'TEXT', 'name of keepalived, its parent process', (line, draft, context) => {
    const name = processName(line, context);
    if (draft.processName === '') draft.processName = name;
  }),
  works(
    'script_user',
    'NAME [GROUP]',
    'whose rights scripts have that do not tell',
    (line, draft, context) => {
      const word = line.words[1];
      if (word === undefined) {
        context.report.mistake(line.words[0], 'No script username specified', 'script_user NAME [GROUP]');
        return;
      }
      const user: UserModel | undefined = context.user(word.text, line.words[2]?.text);
      draft.scriptUser = user;
      draft.scriptUserFailed = user === undefined;
      if (user === undefined) {
        const message = 'Error setting global script uid/gid';
        context.report.mistake(word, message, `there is no user ${word.text}, or not its group`);
      }
    },
    { initially: `${DEFAULT_ACCOUNT} if there is such an account, else that of the agent` },
  ),
  works(
    'enable_script_security',
    '',
    'nothing is run as root that others may write, nor below a directory that others may write',
    (_, draft) => {
      draft.enableScriptSecurity = true;
    },
  ),
  ...lifeScript('startup'),
  ...lifeScript('shutdown'),
  ...fifo('', (draft) => draft.fifos.main),
  ...fifo('vrrp_', (draft) => draft.fifos.vrrp),
  works('fifo_write_vrrp_states_on_reload', '', 'a reload tells all states to the FIFOs', (_, draft) => {
    draft.fifoWriteStatesOnReload = true;
  }),
  works('vrrp_priority', '-20..19', 'nice value of the agent', (line, draft, context) => {
    const word = line.words[1];
    if (word === undefined) {
      context.report.mistake(line.words[0], 'No vrrp process priority specified', 'from -20 to 19');
      return;
    }
    const complaint = 'Invalid vrrp process priority specified';
    draft.niceness = context.integer(word, { minimum: -20, maximum: 19, lenient: true }, { complaint });
  }),
  works('vrrp_no_swap', '', 'the agent is not swapped out', (_, draft) => {
    draft.noSwap = true;
  }),
  works('vrrp_rt_priority', '1-99', 'real-time priority of the agent', realTime),
  works('vrrp_cpu_affinity', 'NUMBER ...', 'processors of the agent', affinity),
  works('umask', 'NUMBER | BIT | BIT', 'rights that files of ours do not give', umask, { initially: '022' }),
  works(
    'reload_file',
    '[PATH]',
    'a reload makes or empties this file, reads the configuration, and removes it',
    (line, draft) => {
      draft.reloadFile = line.words[1]?.text ?? '';
    },
    { initially: 'none; without PATH keepalived.reload beside the pid file' },
  ),
  works(
    'include_check',
    '[+|-]read | match | wildcard_match | brace_match',
    'what is a mistake of include',
    (line, _, context) => {
      for (const word of line.words.slice(1)) {
        const name = word.text.replace(/^[+-]/, '');
        if (['read', 'match', 'wildcard_match', 'brace_match'].includes(name)) continue;
        const hint = 'read, match, wildcard_match, brace_match';
        context.report.mistake(word, `Unknown include_check type '${name}' - ignoring`, hint);
      }
      for (const word of line.words.slice(2).filter((one) => !/^[+-]/.test(one.text))) {
        const message = `Duplicate include_check '${word.text}' specified - ignoring`;
        context.report.mistake(word, message, 'after the first with + or - before it');
      }
    },
  ),
  works('random_seed', 'NUMBER', 'makes ${_RANDOM} repeatable', (line, _, context) => {
    const word = context.word(line, 1);
    const complaint = `random_seed ${word.text} invalid`;
    context.unsigned(word, { minimum: 0, maximum: 4_294_967_295 }, { complaint });
  }),
];
