/** `vrrp_script NAME { ... }`: a command that is run again and again. */

import { commandOf, defaultUserMissing } from '../commands.ts';
import type { Context } from '../context.ts';
import { placeOf, type ScriptDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import { INTEGER_MAX, SECONDS_MAX } from '../numbers.ts';
import type { Statement } from '../statements.ts';

function seconds(
  line: Statement,
  draft: ScriptDraft,
  context: Context,
  what: 'interval' | 'timeout',
): number | undefined {
  const word = context.word(line, 1);
  const limits = what === 'interval' ? `must be between 1 and ${SECONDS_MAX}` : 'invalid';
  const complaint = `(${draft.name}): vrrp script ${what} '${word.text}' ${limits} - ignoring`;
  const hint = /^\d*\.\d+$/.test(word.text) ? 'whole seconds' : `whole seconds, from 1 to ${SECONDS_MAX}`;
  const value = context.unsigned(word, { minimum: 0, maximum: SECONDS_MAX, lenient: true }, { complaint, hint });
  if (value !== 0) return value === undefined ? undefined : value * 1000;
  const message = `(${draft.name}): vrrp script ${what} must be greater than 0, setting to 1`;
  context.report.mistake(word, message, 'whole seconds, 1 or more');
  return 1000;
}

function count(line: Statement, draft: ScriptDraft, context: Context, what: 'rise' | 'fall'): number {
  const word = context.word(line, 1);
  const complaint = `(${draft.name}): vrrp script ${what} value '${word.text}' invalid, defaulting to 1`;
  return context.unsigned(word, { minimum: 1, maximum: INTEGER_MAX, lenient: true }, { complaint }) ?? 1;
}

export const SCRIPT: readonly Keyword<ScriptDraft>[] = [
  works(
    'script',
    '"COMMAND ARGUMENT ..."',
    'what is run; 0 is success. </PATH only opens a file',
    (line, draft, context) => {
      // Without a word it is as if the line were not there: the end of the block tells that there is no command.
      if (line.words.length > 1) draft.command = commandOf(line, context, undefined) ?? draft.command;
    },
  ),
  works(
    'interval',
    'SECONDS',
    'how often it is run',
    (line, draft, context) => {
      draft.intervalMs = seconds(line, draft, context, 'interval') ?? draft.intervalMs;
    },
    { initially: '1' },
  ),
  works(
    'timeout',
    'SECONDS',
    'when a run has failed and is killed',
    (line, draft, context) => {
      draft.timeoutMs = seconds(line, draft, context, 'timeout') ?? draft.timeoutMs;
    },
    { initially: 'that of interval' },
  ),
  works(
    'weight',
    '-253..253 [reverse]',
    'added to the priority: when it succeeds, or, a negative one, when it fails; 0: failure is a FAULT',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const complaint = `vrrp_script ${draft.name} weight ${word.text} must be in [-253, 253]`;
      draft.weight =
        context.integer(word, { minimum: -253, maximum: 253, lenient: true }, { complaint }) ?? draft.weight;
      const direction = line.words[2];
      if (direction?.text === 'reverse') draft.reverse = true;
      else if (direction !== undefined) {
        const message = `vrrp_script ${draft.name} unknown weight option ${direction.text}`;
        context.report.mistake(direction, message, 'reverse, or nothing');
      }
    },
    { initially: '0' },
  ),
  works(
    'rise',
    'COUNT',
    'successes in a row that make it up',
    (line, draft, context) => {
      draft.rise = count(line, draft, context, 'rise');
    },
    { initially: '1' },
  ),
  works(
    'fall',
    'COUNT',
    'failures in a row that make it down',
    (line, draft, context) => {
      draft.fall = count(line, draft, context, 'fall');
    },
    { initially: '1' },
  ),
  works(
    'user',
    'NAME [GROUP]',
    'whose rights it has',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const user = context.user(word.text, line.words[2]?.text);
      draft.user = user;
      draft.removed = user === undefined;
      if (user !== undefined) return;
      const message = `Unable to set uid/gid for script ${draft.command?.words.join(' ') ?? ''}`;
      const group = line.words[2] === undefined ? '' : ` or no group ${line.words[2].text}`;
      context.report.mistake(word, message, `there is no user ${word.text}${group}`);
    },
    { initially: 'that of script_user' },
  ),
  works('init_fail', '', 'it begins as failed', (_, draft) => {
    draft.initFail = true;
  }),
];

export function openScript(line: Statement, context: Context): void {
  const { report, drafts } = context;
  const spot = context.word(line, 1);
  const draft: ScriptDraft = {
    place: placeOf(spot),
    name: spot.text,
    command: undefined,
    intervalMs: 1000,
    timeoutMs: 0,
    weight: 0,
    reverse: false,
    rise: 1,
    fall: 1,
    initFail: false,
    user: undefined,
    removed: false,
  };
  context.walk(line.body, draft);
  report.keyword = 'vrrp_script';
  const { command, user, removed, ...rest } = draft;
  if (command === undefined) {
    report.mistake(spot, `No script set for vrrp_script ${draft.name} - removing`, 'script "COMMAND ARGUMENT ..."');
    return;
  }
  if (removed) return;
  if (user === undefined && defaultUserMissing(context)) {
    const message = `Unable to set default user for vrrp script ${draft.name} - removing`;
    report.mistake(spot, message, 'user NAME, or script_user in global_defs');
    return;
  }
  drafts.scripts.push({ ...rest, command: { ...command, user } });
}
