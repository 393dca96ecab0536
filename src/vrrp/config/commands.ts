/**
 * Commands in the configuration (lib/notify.c, notify_script_init): the line is read anew with both kinds of quotes; its
 * second word is the whole command with its arguments, the words after it are a user and a group.
 */

import type { ScriptCommandModel, UserModel } from '../model.ts';
import { type Context, MissingWord } from './context.ts';
import { placeOf } from './drafts.ts';
import type { Statement } from './statements.ts';
import { splitCommand } from './words.ts';

export const DEFAULT_ACCOUNT = 'keepalived_script';

/** The command of a line; undefined when it cannot be read, which is told. */
export function commandOf(
  line: Statement,
  context: Context,
  user: UserModel | undefined,
): ScriptCommandModel | undefined {
  const spot = line.words[1] ?? line.words[0];
  const all = splitCommand(line.line.text.text);
  if (all.fault !== undefined) {
    context.report.mistake(spot, all.fault, 'quotes in commands are \' and ", each closed by its like');
    return undefined;
  }
  const text = all.words[1];
  if (text === undefined || spot === undefined) throw new MissingWord(line.words, 1);
  const { words, fault } = splitCommand(text);
  if (fault !== undefined) {
    context.report.mistake(spot, fault, 'quotes in commands are \' and ", each closed by its like');
    return undefined;
  }
  if (words.length === 0) {
    context.report.warn(spot, `Unable to parse script '${text}' - ignoring`, 'there is no program in it');
    return undefined;
  }
  return { place: placeOf(spot), words, text, user };
}

/** `notify... "COMMAND" [USER [GROUP]]`. */
export function notifyCommand(line: Statement, context: Context, kind: string): ScriptCommandModel | undefined {
  const [, , user, group] = splitCommand(line.line.text.text).words;
  const command = commandOf(line, context, undefined);
  if (command === undefined) return undefined;
  if (user !== undefined) {
    const account = context.user(user, group);
    if (account !== undefined) return { ...command, user: account };
    const spot = line.words[2] ?? line.words[0];
    const hint = line.words[1]?.quoted
      ? `there is no user ${user}${group === undefined ? '' : ` or no group ${group}`}`
      : 'a command with arguments is written in quotes; what follows them is user and group';
    context.report.warn(spot, `Invalid user/group for ${kind} script ${command.words[0]} - ignoring`, hint);
    return undefined;
  }
  return defaultUserMissing(context) ? undefined : command;
}

/** Whether scripts without a user of their own cannot run; told where it comes up. */
export function defaultUserMissing(context: Context): boolean {
  const { global } = context.drafts;
  if (global.scriptUserFailed) return true;
  if (global.scriptUser !== undefined || !global.enableScriptSecurity) return false;
  if (context.host.user(DEFAULT_ACCOUNT) !== undefined) return false;
  global.scriptUserFailed = true;
  context.report.mistake(
    undefined,
    `Unable to set default user ${DEFAULT_ACCOUNT} for script`,
    `enable_script_security needs script_user, or the account ${DEFAULT_ACCOUNT}`,
  );
  return true;
}
