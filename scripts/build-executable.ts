/**
 * `make dist`: writes `dist/mahalo-linux-<architecture>` for each architecture of the command line (x64, arm64), one
 * executable each. Any of them can be made on any machine.
 */

import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './dist/bundle.ts';
import { writeExecutable } from './dist/executable.ts';
import { ROOT } from './dist/packages.ts';
import type { Architecture } from './dist/stripped-node.ts';

const DIST = join(ROOT, 'dist');

function isArchitecture(word: string): word is Architecture {
  return word === 'x64' || word === 'arm64';
}

async function main(words: readonly string[]): Promise<void> {
  const strange = words.find((word) => !isArchitecture(word));
  if (strange !== undefined) throw new Error(`no architecture of ours: '${strange}' (x64, arm64)`);
  mkdirSync(DIST, { recursive: true });
  const folder = mkdtempSync(join(DIST, 'bundle.'));
  try {
    const names = await bundle(folder);
    for (const architecture of words.filter(isArchitecture)) {
      const output = join(DIST, `mahalo-linux-${architecture}`);
      writeExecutable(architecture, { folder, names }, output);
      console.log(`${(statSync(output).size / 1e6).toFixed(1)} MB  ${output.slice(ROOT.length + 1)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`build-executable: ${(error as Error).message}`);
  process.exitCode = 1;
}
