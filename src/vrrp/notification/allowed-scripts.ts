/** Which of a configuration's programs may run, and what to say about them: keepalived's check_vrrp_script_security. */
import type { NotifyModel, ScriptCommandModel, VrrpModel } from '../model.ts';
import { examineScript } from './script-security.ts';
import { DEFAULT_SCRIPT_ACCOUNT, defaultScriptUser } from './script-user.ts';

export type ScriptedModel = Pick<VrrpModel, 'global' | 'scripts' | 'instances' | 'groups'>;

export interface AllowedScripts {
  /** What to run for a command; undefined: it must not be run. */
  readonly programs: ReadonlyMap<ScriptCommandModel, string | undefined>;
  /** What is wrong with single scripts, for the log, in keepalived's words. */
  readonly messages: readonly string[];
  /** Tracks whose script is refused or not there: for keepalived a mistake of the configuration. */
  readonly disabledTracks: readonly string[];
}

export function allowedScripts(model: ScriptedModel): AllowedScripts {
  const programs = new Map<ScriptCommandModel, string | undefined>();
  const messages: string[] = [];
  const disabledTracks: string[] = [];
  const enforce = model.global.enableScriptSecurity;
  const defaultUser = defaultScriptUser(model.global);

  const examine = (command: ScriptCommandModel | undefined, trackedName?: string): void => {
    if (command === undefined || programs.has(command)) return;
    const user = command.user ?? defaultUser;
    const word = command.words[0];
    if (user === undefined || word === undefined) {
      messages.push(`Unable to set default user ${DEFAULT_SCRIPT_ACCOUNT} for script ${command.text} - ignoring`);
      programs.set(command, undefined);
      return;
    }
    const verdict = examineScript(word, user, enforce);
    messages.push(...verdict.messages);
    if (verdict.redirection && trackedName !== undefined) {
      programs.set(command, verdict.program);
      return;
    }
    const allowed = !verdict.refused && verdict.found && verdict.executable;
    programs.set(command, allowed ? verdict.program : undefined);
    if (trackedName === undefined || (verdict.found && !verdict.refused)) return;
    const reason = verdict.refused ? 'due to insecure' : 'since not found/accessible';
    messages.push(`Disabling track script ${trackedName} ${reason}`);
    disabledTracks.push(trackedName);
  };

  for (const script of model.scripts) examine(script.command, script.name);
  for (const instance of model.instances) for (const command of commandsOf(instance.notify)) examine(command);
  for (const group of model.groups) for (const command of commandsOf(group.notify)) examine(command);
  for (const fifo of model.global.fifos) examine(fifo.script);
  examine(model.global.startupScript);
  examine(model.global.shutdownScript);

  return { programs, messages, disabledTracks };
}

function commandsOf(notify: NotifyModel): readonly (ScriptCommandModel | undefined)[] {
  const { backup, master, fault, stop, deleted, any, masterRxLowerPriority } = notify;
  return [backup, master, fault, stop, deleted, any, masterRxLowerPriority];
}
