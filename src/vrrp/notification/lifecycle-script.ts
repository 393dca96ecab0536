/**
 * `startup_script` and `shutdown_script`: run before the first instance begins and after the last one has ended, and
 * waited for. A script that takes longer than its timeout is ended, and life goes on (keepalived.conf(5)).
 */
import type { GlobalModel } from '../model.ts';
import type { ScriptRunner } from './script-runner.ts';

export type LifecycleMoment = 'startup' | 'shutdown';

/** Resolves when the script has ended; at once without one, or when it could not be started (which is logged). */
export async function runLifecycleScript(
  global: Pick<GlobalModel, 'startupScript' | 'startupScriptTimeoutMs' | 'shutdownScript' | 'shutdownScriptTimeoutMs'>,
  moment: LifecycleMoment,
  runner: ScriptRunner,
): Promise<void> {
  const startup = moment === 'startup';
  const command = startup ? global.startupScript : global.shutdownScript;
  if (command === undefined) return;
  const timeoutMs = startup ? global.startupScriptTimeoutMs : global.shutdownScriptTimeoutMs;
  const run = runner.run(command, [], { timeoutMs });
  if (run === undefined) {
    runner.log(`Call of ${moment} script ${command.text} failed`);
    return;
  }
  await run.end;
  if (run.timedOut) runner.log(`${moment} script ended after ${timeoutMs} ms: it took too long`);
  else if (run.signal !== 0) runner.log(`${moment} script failed, signal ${run.signal}`);
  else if (run.exitCode !== 0) runner.log(`${moment} script failed, status ${run.exitCode}`);
}
