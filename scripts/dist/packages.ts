/**
 * Packages that carry binaries, also those of the other architecture, which npm does not install here. What is not in
 * node_modules is fetched once, in the version and with the checksum that package-lock.json names.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
/** What is fetched or made once. Removed by `make clean`, as all of node_modules. */
export const CACHE = join(ROOT, 'node_modules/.cache/mahalo-dist');

interface Locked {
  readonly version: string;
  /** As in package-lock.json: `sha512-<base64>`. */
  readonly integrity: string;
}

/** Throws when package-lock.json does not name the package, or without a checksum. */
export function lockedPackage(name: string): Locked {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Partial<Locked>>>;
  };
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`package-lock.json does not pin ${name}`);
  return { version, integrity };
}

/** npm runs on the Node it came with, as in `make install`: that one trusts what the machine trusts. Ours may not. */
function environmentOfNpm(): NodeJS.ProcessEnv {
  const places = (process.env['PATH'] ?? '').split(delimiter);
  return {
    ...process.env,
    PATH: places.filter((place) => !place.startsWith(join(ROOT, 'node_modules'))).join(delimiter),
  };
}

/** The folder of a package. Throws with a reason when it is neither installed nor to be had. */
export function packageFolder(name: string): string {
  const { version, integrity } = lockedPackage(name);
  const installed = join(ROOT, 'node_modules', name);
  if (existsSync(join(installed, 'package.json'))) return installed;
  const folder = join(CACHE, `${name.replace('/', '+')}@${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    const words = ['pack', `${name}@${version}`, '--silent', '--pack-destination', work];
    const archive = join(
      work,
      execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', env: environmentOfNpm() }).trim(),
    );
    const [algorithm = '', expected = ''] = integrity.split(/-(.*)/s);
    const found = createHash(algorithm).update(readFileSync(archive)).digest('base64');
    if (found !== expected)
      throw new Error(`${name}@${version} is not what package-lock.json knows: ${algorithm}-${found}`);
    execFileSync('tar', ['-xzf', archive, '-C', work]);
    // Whole or not at all: another build may run.
    if (!existsSync(folder)) renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}
