/**
 * What V8 made of our code, kept on the data partition from one start of the unit to the next: a third of what a role does
 * until it serves is compiling. It belongs to the build that made it; Node checks each piece against its source and a
 * checksum, and compiles what it does not trust. The tree's own launcher does the same (scripts/mahalo).
 */

import { readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { AppliancePaths } from '../appliance/paths.ts';
import { readRelease } from '../appliance/release.ts';
import { makeDirectory } from '../sys/atomic-file.ts';
import { IS_EXECUTABLE } from '../sys/own-program.ts';
import { OWN_VERSION } from './product-version.ts';

/** From here on, for this process and those it starts. */
export function keepCompiledCode({ data, release }: AppliancePaths): void {
  if (!IS_EXECUTABLE) return;
  const { version, build } = readRelease(release, OWN_VERSION);
  const name = `${version}-${build}`;
  const directory = join(data, 'compiled');
  try {
    makeDirectory(directory);
    for (const other of readdirSync(directory)) {
      if (other !== name) rmSync(join(directory, other), { recursive: true });
    }
  } catch {
    return; // a disk that cannot be written keeps nothing
  }
  process.env['NODE_COMPILE_CACHE'] = join(directory, name);
  enableCompileCache(join(directory, name));
}
