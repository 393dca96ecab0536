/**
 * Node without its symbols: 114 MB in place of 150 MB. It must be done before our code is put into it: stripping takes a
 * note that was put in out of its segment, and the executable then crashes at its start.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, lockedPackage, packageFolder } from './packages.ts';

export type Architecture = 'x64' | 'arm64';

/** The programs that strip, and the Debian packages they come with. */
const STRIPPERS: Readonly<Record<Architecture, { readonly program: string; readonly from: string }>> = {
  x64: { program: 'x86_64-linux-gnu-strip', from: 'binutils-x86-64-linux-gnu' },
  arm64: { program: 'aarch64-linux-gnu-strip', from: 'binutils-aarch64-linux-gnu' },
};

/** The path of the stripped node, made once a version. Throws with a reason. */
export function strippedNode(architecture: Architecture): string {
  const name = `node-linux-${architecture}`;
  const path = join(CACHE, `${name}@${lockedPackage(name).version}-stripped`);
  if (existsSync(path)) return path;
  const { program, from } = STRIPPERS[architecture];
  mkdirSync(CACHE, { recursive: true });
  const fresh = `${path}.${process.pid}`;
  const { error, status } = spawnSync(program, ['-o', fresh, join(packageFolder(name), 'bin/node')], {
    stdio: 'inherit',
  });
  if (error !== undefined) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(missing ? `${program} is missing (Debian: apt-get install ${from})` : error.message);
  }
  if (status !== 0) throw new Error(`${program} failed`);
  renameSync(fresh, path);
  return path;
}
