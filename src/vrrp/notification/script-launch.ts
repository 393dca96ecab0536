/**
 * How a program is run as its user, and how it ends when we do. util-linux's setpriv(1) does both in the child: it takes
 * off our groups and capabilities and asks for SIGTERM at the death of the parent, as keepalived does for its scripts.
 * Where there is none (busybox), our own user's programs are run as they are, and other users' by way of run-as-user.ts,
 * a Node that becomes them (40 ms). Changing our own identity for the call, even one thread's, would let that user's
 * processes signal us meanwhile.
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { ownCommand } from '../../sys/own-program.ts';
import type { ScriptUser } from './script-user.ts';
import { shellLine } from './shell-line.ts';

const SETPRIV_PATHS = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/sbin/setpriv'];

export interface Launch {
  readonly program: string;
  readonly argv: readonly string[];
}

export interface LaunchMeans {
  /** Path of util-linux's setpriv, `''`: none. */
  readonly setpriv: string;
  readonly own: ScriptUser;
}

/** bash's way to ask whether a file can be opened: `script "</some/file"`. */
export function isRedirection(program: string): boolean {
  return program.startsWith('<') || program.startsWith('>');
}

export function launchMeans(): LaunchMeans {
  const setpriv = SETPRIV_PATHS.find((path) => existsSync(path) && basename(realpathSync(path)) === 'setpriv') ?? '';
  return { setpriv, own: { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 } };
}

/** `words`: the program's path and its arguments. */
export function launchOf(words: readonly string[], user: ScriptUser, means: LaunchMeans): Launch {
  const command = isRedirection(words[0] ?? '') ? shellLaunch(words) : { program: words[0] ?? '', argv: words };
  const { setpriv, own } = means;
  const privileged = own.uid === 0;
  if (setpriv !== '') {
    const identity = privileged ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, `--groups=${user.gid}`] : [];
    return { program: setpriv, argv: ['setpriv', ...identity, '--pdeathsig=TERM', '--', ...command.argv] };
  }
  if (!privileged || (user.uid === own.uid && user.gid === own.gid)) return command;
  const argv = ownCommand('helper', 'run-as-user', String(user.uid), String(user.gid), ...command.argv);
  return { program: argv[0], argv };
}

/** For a script that the kernel does not execute because it has no `#!` line. */
export function shellLaunch(words: readonly string[]): Launch {
  return { program: '/bin/sh', argv: ['/bin/sh', '-c', shellLine(words)] };
}
