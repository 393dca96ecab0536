/** `mahalo helper run-as-user UID GID PROGRAM [ARGUMENT...]`, as root: becomes another user, then another program. */
export function runAsUser([uid, gid, program, ...rest]: readonly string[]): void {
  if (program === undefined || process.execve === undefined) process.exit(127);
  process.setgroups?.([Number(gid)]);
  process.setgid?.(Number(gid));
  process.setuid?.(Number(uid));
  process.execve(program, [program, ...rest], process.env);
}
