/** A program of its own: becomes another user, then another program. `node run-as-user.ts UID GID PROGRAM [ARGUMENT...]` */
const [uid, gid, program, ...rest] = process.argv.slice(2);
if (program === undefined || process.execve === undefined) process.exit(127);
process.setgroups?.([Number(gid)]);
process.setgid?.(Number(gid));
process.setuid?.(Number(uid));
process.execve(program, [program, ...rest], process.env);
