/** Writes dumps where keepalived's users look for them: TMPDIR or /tmp, for root's eyes only (they hold passwords). */

import { randomBytes } from 'node:crypto';
import { closeSync, constants, fchmodSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

export function dumpDirectory(environment: NodeJS.ProcessEnv): string {
  const given = environment['TMPDIR'];
  return given !== undefined && isAbsolute(given) ? given : '/tmp';
}

/**
 * A new file takes the place of the old one in one step: a reader sees the whole of the one or of the other, and nobody
 * who may write into /tmp can lay a link or an open file in the way. Returns what went wrong, or undefined.
 */
export function writeDump(directory: string, name: string, text: string): string | undefined {
  const path = join(directory, name);
  const temporary = join(directory, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const fd = openSync(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      fchmodSync(fd, 0o600);
      writeFileSync(fd, text, 'utf8');
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    return undefined;
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was not made, or is already the file itself.
    }
    return `Can't open ${path} (${(error as Error).message})`;
  }
}
