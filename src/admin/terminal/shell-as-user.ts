/**
 * A program of its own, on the terminal already: becomes a user with all his groups, then his login shell.
 * `node shell-as-user.ts NAME UID GID HOME SHELL`, as root. Without it the shell would keep root's supplementary groups.
 */

const [name, uid, gid, home, shell] = process.argv.slice(2);
if (name === undefined || home === undefined || shell === undefined || process.execve === undefined) process.exit(127);
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
