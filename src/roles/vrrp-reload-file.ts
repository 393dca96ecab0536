/**
 * `reload_file` (keepalived.conf(5)): who writes the configuration learns from it when a reload has read it. The file is
 * made, or emptied, before the reading begins, and removed when it has ended, whatever it led to.
 */

import { closeSync, openSync, unlinkSync } from 'node:fs';

/** Readable for all, whatever the umask, as keepalived's. */
const MODE = 0o644;
const UMASK = 0o022;

/** Returns what went wrong, or undefined. */
function makeReloadFile(path: string): string | undefined {
  const umask = process.umask(UMASK);
  try {
    closeSync(openSync(path, 'w', MODE));
    return undefined;
  } catch (error) {
    return `Failed to create reload file (${path}): ${(error as Error).message}`;
  } finally {
    process.umask(umask);
  }
}

/** Returns what went wrong, or undefined; a file that is not there is what is wanted. */
export function removeReloadFile(path: string): string | undefined {
  try {
    unlinkSync(path);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return `Failed to remove reload file (${path}): ${(error as Error).message}`;
  }
}

/**
 * Reads between the file's beginning and its end. `path` is that of the running configuration, undefined where it has
 * none; `complain` is told what went wrong with the file, which keeps nobody from reading.
 */
export function whileReloadFile<Result>(
  path: string | undefined,
  complain: (text: string) => void,
  read: () => Result,
): Result {
  if (path === undefined) return read();
  const fault = makeReloadFile(path);
  if (fault !== undefined) complain(fault);
  try {
    return read();
  } finally {
    const left = removeReloadFile(path);
    if (left !== undefined) complain(left);
  }
}
