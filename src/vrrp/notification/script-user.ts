/**
 * Whom a script belongs to that names no user: `script_user`, else the account keepalived_script, else ourselves. With
 * `enable_script_security` the account must exist, or such scripts do not run (get_default_script_user).
 */
import { userByName } from '../../sys/credentials.ts';
import type { GlobalModel } from '../model.ts';

export const DEFAULT_SCRIPT_ACCOUNT = 'keepalived_script';

export interface ScriptUser {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined: scripts without a user of their own must not run. */
export function defaultScriptUser(
  global: Pick<GlobalModel, 'scriptUser' | 'enableScriptSecurity'>,
  find: typeof userByName = userByName,
): ScriptUser | undefined {
  if (global.scriptUser !== undefined) return global.scriptUser;
  const account = find(DEFAULT_SCRIPT_ACCOUNT);
  if (typeof account !== 'number') return account;
  if (global.enableScriptSecurity) return undefined;
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}
