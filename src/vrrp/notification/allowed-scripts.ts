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
  /** Scripts run, and nobody asked for security: what keepalived says then, and ends `-t` with 5 for; `''`: all is well. */
  readonly securityViolation: string;
  /** Scripts that are refused or not there (keepalived -t: CONFIG_GENERAL_ERROR for track scripts). */
  readonly disabled: readonly ScriptCommandModel[];
}

export function allowedScripts(model: ScriptedModel): AllowedScripts {
  const programs = new Map<ScriptCommandModel, string | undefined>();
  const messages: string[] = [];
  const disabled: ScriptCommandModel[] = [];
  const enforce = model.global.enableScriptSecurity;
  const defaultUser = defaultScriptUser(model.global);
  let scripts = false;
  let insecure = false;

  const examine = (command: ScriptCommandModel | undefined, trackedName?: string): void => {
    if (command === undefined || programs.has(command)) return;
    const user = command.user ?? defaultUser;
    const refuse = (): void => {
      programs.set(command, undefined);
      disabled.push(command);
    };
    const word = command.words[0];
    if (user === undefined || word === undefined) {
      messages.push(`Unable to set default user ${DEFAULT_SCRIPT_ACCOUNT} for script ${command.text} - ignoring`);
      refuse();
      return;
    }
    const verdict = examineScript(word, user, enforce);
    messages.push(...verdict.messages);
    if (verdict.redirection && trackedName !== undefined) {
      programs.set(command, verdict.program);
      return;
    }
    if (verdict.found && !verdict.redirection) scripts = true;
    if (verdict.insecure) insecure = true;
    if (verdict.refused && trackedName !== undefined) {
      messages.push(`Disabling track script ${trackedName} due to insecure`);
    } else if (!verdict.found && trackedName !== undefined) {
      messages.push(`Disabling track script ${trackedName} since not found/accessible`);
    }
    if (verdict.refused || !verdict.found || !verdict.executable) refuse();
    else programs.set(command, verdict.program);
  };

  for (const script of model.scripts) examine(script.command, script.name);
  for (const instance of model.instances) for (const command of commandsOf(instance.notify)) examine(command);
  for (const group of model.groups) for (const command of commandsOf(group.notify)) examine(command);
  for (const fifo of model.global.fifos) examine(fifo.script);
  examine(model.global.startupScript);
  examine(model.global.shutdownScript);

  const securityViolation =
    scripts && !enforce
      ? `SECURITY VIOLATION - scripts are being executed but script_security not enabled.${insecure ? ' There are insecure scripts.' : ''}`
      : '';
  return { programs, messages, securityViolation, disabled };
}

function commandsOf(notify: NotifyModel): readonly (ScriptCommandModel | undefined)[] {
  const { backup, master, fault, stop, deleted, any, masterRxLowerPriority } = notify;
  return [backup, master, fault, stop, deleted, any, masterRxLowerPriority];
}
