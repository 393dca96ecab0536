/**
 * keepalived's pid files. Ours is one process: the main file and the VRRP process's name the same one. Where keepalived
 * refuses to start whenever a process has the number that a left-over file names, we look whose number it is.
 */

import { chmodSync, closeSync, constants, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ownCommand } from '../sys/own-program.ts';

const RUN_DIRECTORY = '/run';
const MODE = 0o644;

export interface PidFiles {
  readonly main: string;
  readonly vrrp: string;
}

/** What tells the files of several agents on a machine apart. */
export interface AgentPlace {
  readonly namespace: string;
  readonly instance: string;
  /** `use_pid_dir`. */
  readonly directory: boolean;
}

/**
 * keepalived's default for a file of the running agent: in /run, or in /run/keepalived for an agent of a named instance
 * or of a namespace (whose directory there keepalived mounts over it, so that the names are the same seen from outside).
 */
function runFile(agent: AgentPlace, name: string, extension: string): string {
  const apart = agent.directory || agent.instance !== '' || agent.namespace !== '';
  const directory = join(RUN_DIRECTORY, apart ? 'keepalived' : '', agent.namespace);
  return join(directory, `${name}${agent.instance === '' ? '' : `_${agent.instance}`}.${extension}`);
}

/** The files of the command line, else keepalived's defaults. */
export function pidFilesOf(
  given: { readonly mainPidFile: string | undefined; readonly vrrpPidFile: string | undefined },
  agent: AgentPlace,
): PidFiles {
  return {
    main: given.mainPidFile ?? runFile(agent, 'keepalived', 'pid'),
    vrrp: given.vrrpPidFile ?? runFile(agent, 'vrrp', 'pid'),
  };
}

/** Where `reload_file` is: as written, or keepalived's default for `''`; undefined: there is none. */
export function reloadFileOf(written: string | undefined, agent: AgentPlace): string | undefined {
  return written === '' ? runFile(agent, 'keepalived', 'reload') : written;
}

export type PidFileState =
  | { readonly kind: 'free' }
  /** A file left by nobody that runs: `reason` is for the log. */
  | { readonly kind: 'stale'; readonly reason: string }
  | { readonly kind: 'running'; readonly pid: number };

/** Arguments of a process; undefined: there is none. */
function commandLineOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return undefined; // gone
  }
}

/** As it is installed, as `make dist` writes it (mahalo-linux-x64), as it stands in the tree. */
const PROGRAM = /^(mahalo(-.*)?|main\.[cm]?[jt]s)$/;

/** keepalived itself, or `mahalo vrrp` however it was started. */
function isAgent(words: readonly string[]): boolean {
  if (basename(words[0] ?? '') === 'keepalived') return true;
  const role = words.indexOf('vrrp');
  const program = basename(words[role - 1] ?? '');
  return role > 0 && (program === basename(ownCommand('vrrp').at(-2) ?? '') || PROGRAM.test(program));
}

export function pidFileState(path: string): PidFileState {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { kind: 'free' };
  }
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0)) return { kind: 'stale', reason: `${path} names no process` };
  if (pid === process.pid) return { kind: 'stale', reason: `${path} names a process that had our number` };
  const words = commandLineOf(pid);
  if (words === undefined) return { kind: 'stale', reason: `${path} names process ${pid}, which is gone` };
  if (!isAgent(words)) {
    return { kind: 'stale', reason: `${path} names process ${pid}, which is '${words[0]}' and none of ours` };
  }
  return { kind: 'running', pid };
}

/** Returns what went wrong, or undefined. */
export function writePidFile(path: string): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const flags = constants.O_NOFOLLOW | constants.O_CREAT | constants.O_WRONLY | constants.O_TRUNC;
    const fd = openSync(path, flags, MODE);
    try {
      writeSync(fd, `${process.pid}\n`);
    } finally {
      closeSync(fd);
    }
    chmodSync(path, MODE); // whatever the umask
    return undefined;
  } catch (error) {
    return `pidfile_write : Cannot open ${path} pidfile (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** Removes the file if it is still ours. */
export function removePidFile(path: string): void {
  try {
    if (Number.parseInt(readFileSync(path, 'utf8'), 10) === process.pid) unlinkSync(path);
  } catch {
    // Somebody else has removed it: that is what is wanted.
  }
}

/** Writes both, unless an agent runs that has them. False: said why, and the process should end. */
export function claimPidFiles(files: PidFiles, say: (level: 'error' | 'warning', text: string) => void): boolean {
  const paths = new Set([files.main, files.vrrp]);
  for (const path of paths) {
    const state = pidFileState(path);
    if (state.kind === 'running') {
      say('error', `daemon is already running (process ${state.pid}, ${path})`);
      return false;
    }
    if (state.kind === 'stale') say('warning', `Remove a stale pid file: ${state.reason}`);
  }
  for (const path of paths) {
    const fault = writePidFile(path);
    if (fault === undefined) continue;
    say('error', fault);
    return false;
  }
  return true;
}
