/**
 * `mahalo helper shell-as-user NAME UID GID HOME SHELL`, as root, on the terminal already: becomes a user with all his
 * groups, then his login shell. Without it the shell would keep root's supplementary groups.
 */
export function shellAsUser([name, uid, gid, home, shell]: readonly string[]): void {
  if (name === undefined || home === undefined || shell === undefined || process.execve === undefined)
    process.exit(127);
  // @types/node does not know it.
  (process as unknown as { initgroups(user: string, group: number): void }).initgroups(name, Number(gid));
  process.setgid?.(Number(gid));
  process.setuid?.(Number(uid));
  try {
    process.chdir(home);
  } catch {
    process.chdir('/');
  }
  process.execve(shell, [shell, '-l'], process.env);
}
