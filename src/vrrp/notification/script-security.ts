/**
 * May this program be run, as that user? keepalived's check_script_secure: a bare name is looked for in PATH, symbolic
 * links are resolved, the file must be there and executable for the user; and when root could be made to run what
 * somebody else wrote, every part of the path must be root's and writable by root only. Insecure ones are run with a
 * warning, and refused with `enable_script_security` (keepalived.conf(5), "Global definitions").
 */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ScriptUser } from './script-user.ts';

const OWNER_EXECUTES = 0o100;
const GROUP_EXECUTES = 0o010;
const OTHERS_EXECUTE = 0o001;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;
const SET_GROUP = 0o2000;
const SET_USER = 0o4000;
/** What confstr(_CS_PATH) says. */
const DEFAULT_PATH = '/bin:/usr/bin';

export interface ScriptVerdict {
  /** What to run; the words' first one, resolved. */
  readonly program: string;
  /** It is there (or is a redirection, which is not run but asked). */
  readonly found: boolean;
  readonly executable: boolean;
  /** Somebody other than root could change what root runs. */
  readonly insecure: boolean;
  /** Script security forbids it. */
  readonly refused: boolean;
  readonly redirection: boolean;
  /** For the log, keepalived's texts. */
  readonly messages: readonly string[];
}

/** `</some/file`: asks whether the file can be opened. */
const REDIRECTION = /^<[ \t]*\//;

export function examineScript(word: string, user: ScriptUser, enforce: boolean): ScriptVerdict {
  const messages: string[] = [];
  const verdict = (program: string, more: Partial<ScriptVerdict>): ScriptVerdict => ({
    program,
    found: true,
    executable: false,
    insecure: false,
    refused: false,
    redirection: false,
    messages,
    ...more,
  });
  if (REDIRECTION.test(word)) return verdict(word, { redirection: true });

  const named = word.includes('/') ? word : findInPath(word, user, messages);
  if (named === undefined) return verdict(word, { found: false });

  const real = realPath(named, user, messages);
  if (real === undefined) return verdict(named, { found: false });
  const program = keepName(named, real);

  const stats = statSync(real);
  if (!isExecutable(stats, user)) {
    messages.push(`WARNING - script '${program}' is not executable for uid:gid ${user.uid}:${user.gid} - disabling.`);
    return verdict(program, {});
  }
  const rootRunsIt =
    user.uid === 0 ||
    user.gid === 0 ||
    (stats.uid === 0 && (stats.mode & OWNER_EXECUTES) !== 0 && (stats.mode & SET_USER) !== 0) ||
    (stats.gid === 0 && (stats.mode & GROUP_EXECUTES) !== 0 && (stats.mode & SET_GROUP) !== 0);
  if (!rootRunsIt) return verdict(program, { executable: true });

  const paths = program === real ? [program] : [program, real];
  const insecure = paths.some((path) => !isRootsOnly(path, enforce, messages));
  return verdict(program, { executable: true, insecure, refused: insecure && enforce });
}

function findInPath(name: string, user: ScriptUser, messages: string[]): string | undefined {
  let denied = false;
  for (const folder of (process.env['PATH'] ?? DEFAULT_PATH).split(':')) {
    const path = join(folder === '' ? '.' : folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isFile() && isExecutable(stats, user)) {
      messages.push(`WARNING - script \`${name}\` resolved by path search to \`${path}\`. Please specify full path.`);
      return path;
    }
    denied = true;
  }
  messages.push(
    denied
      ? `Permissions failure for script ${name} in path - disabling`
      : `Cannot find script ${name} in path - disabling`,
  );
  return undefined;
}

/** Undefined, and said: not there, or a directory on the way that the user may not enter. */
function realPath(path: string, user: ScriptUser, messages: string[]): string | undefined {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    messages.push(`Script ${path} cannot be accessed - ${reasonOf(error)}`);
    return undefined;
  }
  for (const start of [path, real]) {
    for (let folder = dirname(start); ; folder = dirname(folder)) {
      if (user.uid !== 0 && !isExecutable(statSync(folder), user)) {
        messages.push(`Script ${path} cannot be accessed - Permission denied`);
        return undefined;
      }
      if (folder === dirname(folder)) break;
    }
  }
  return real;
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'No such file or directory';
    case 'ENOTDIR':
      return 'Not a directory';
    case 'ELOOP':
      return 'Too many levels of symbolic links';
    case 'EACCES':
      return 'Permission denied';
    default:
      return (error as Error).message;
  }
}

/** Programs behave by the name they are called: a link's own name stays where it leads to the same file. */
function keepName(named: string, real: string): string {
  if (basename(named) === basename(real)) return real;
  const renamed = join(dirname(real), basename(named));
  const there = statSync(renamed, { throwIfNoEntry: false });
  const wanted = statSync(real);
  return there !== undefined && there.dev === wanted.dev && there.ino === wanted.ino ? renamed : real;
}

/** As the kernel would judge for a user without further groups. */
function isExecutable(stats: Stats, user: ScriptUser): boolean {
  const { mode } = stats;
  if (user.uid === 0) return (mode & (OWNER_EXECUTES | GROUP_EXECUTES | OTHERS_EXECUTE)) !== 0;
  if (user.uid === stats.uid) return (mode & OWNER_EXECUTES) !== 0;
  return (mode & (user.gid === stats.gid ? GROUP_EXECUTES : OTHERS_EXECUTE)) !== 0;
}

/** Is every part of the path root's, and nobody else's to write? A sticky directory is no danger. */
function isRootsOnly(path: string, enforce: boolean, messages: string[]): boolean {
  for (let part = path; ; part = dirname(part)) {
    const stats = lstatSync(part);
    const folder = stats.isDirectory();
    const shared =
      ((folder && (stats.mode & STICKY) === 0) || stats.isFile()) &&
      ((stats.gid !== 0 && (stats.mode & GROUP_WRITES) !== 0) || (stats.mode & OTHERS_WRITE) !== 0);
    if (stats.uid !== 0 || shared) {
      messages.push(`Unsafe permissions found for script '${path}'${enforce ? ' - disabling' : ''}.`);
      return false;
    }
    if (part === dirname(part)) return true;
  }
}
