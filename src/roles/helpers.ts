/**
 * `mahalo helper <name> [arguments]`: small programs that roles start as processes of their own (src/sys/own-program.ts),
 * each because it becomes another user or takes memory that is given back at its end.
 */

const HELPERS: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  'run-as-user': async (words) => (await import('../vrrp/notification/run-as-user.ts')).runAsUser(words),
  'shell-as-user': async (words) => (await import('../admin/terminal/shell-as-user.ts')).shellAsUser(words),
  hardware: async () => (await import('../admin/system/hardware-program.ts')).printHardware(),
};

/** Sets the exit code 127 where there is no such helper, as a shell does. */
export async function runHelper([name = '', ...words]: readonly string[]): Promise<void> {
  const helper = Object.hasOwn(HELPERS, name) ? HELPERS[name] : undefined;
  if (helper === undefined) {
    process.stderr.write(`mahalo: no helper '${name}'\n`);
    process.exitCode = 127;
    return;
  }
  await helper(words);
}
