/** As whom the shell runs: never as root unless that was said, and never as somebody that we cannot become. */

import { readFileSync } from 'node:fs';

export interface ShellUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export type ShellUserChoice =
  | { readonly kind: 'user'; readonly user: ShellUser }
  /** There is no terminal on this unit, and why. */
  | { readonly kind: 'none'; readonly reason: string };

const PLAIN_SHELL = '/bin/sh';

/** Accounts that nobody logs in to still run programs. */
function usableShell(shell: string): string {
  return shell === '' || /\/(?:nologin|false|sync)$/.test(shell) ? PLAIN_SHELL : shell;
}

/** @param accounts text of /etc/passwd */
export function findAccount(accounts: string, matches: (user: ShellUser) => boolean): ShellUser | undefined {
  for (const line of accounts.split('\n')) {
    const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':');
    if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) continue;
    const user = { name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: usableShell(shell) };
    if (matches(user)) return user;
  }
  return undefined;
}

/**
 * @param wanted `--terminal-user`
 * @param asRoot `--terminal-as-root`
 * @param ownUid whose process this is
 * Throws when `wanted` cannot be: a command line with a mistake must not serve.
 */
export function chooseShellUser(
  wanted: string | undefined,
  asRoot: boolean,
  ownUid: number,
  accounts = readFileSync('/etc/passwd', 'utf8'),
): ShellUserChoice {
  const own = findAccount(accounts, ({ uid }) => uid === ownUid);
  if (wanted !== undefined) {
    const user = findAccount(accounts, ({ name }) => name === wanted);
    if (user === undefined) throw new Error(`--terminal-user: there is no user '${wanted}' here`);
    if (ownUid !== 0 && user.uid !== ownUid) throw new Error(`--terminal-user: only root can become '${wanted}'`);
    if (user.uid === 0 && !asRoot) throw new Error('--terminal-user: root needs --terminal-as-root as well');
    return { kind: 'user', user };
  }
  if (ownUid === 0 && !asRoot) {
    const reason =
      'admin runs as root, and nothing says as whom a shell should run: start it with --terminal-user NAME';
    return { kind: 'none', reason };
  }
  if (own === undefined) return { kind: 'none', reason: `there is no account with the number ${ownUid}` };
  return { kind: 'user', user: own };
}
