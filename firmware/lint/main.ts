/** make firmware-lint: what is wrong in firmware/, a line each, as an editor reads it. */

import { join } from 'node:path';
import { checkTree } from './check-tree.ts';
import { type Problem, Tree } from './problem.ts';
import { checkShellScripts, shellScripts } from './shell-scripts.ts';

const FIRMWARE = join(import.meta.dirname, '..');

function main(): void {
  const problems: Problem[] = [...checkTree(FIRMWARE)];
  const tree = new Tree(FIRMWARE);
  const shell = checkShellScripts(tree);
  if (shell !== undefined) problems.push(...shell);
  else if (process.env['CI']) problems.push({ path: '.', text: 'shellcheck is missing' });
  else console.log('shellcheck is not installed: shell scripts not checked');
  for (const { path, line, text } of problems) {
    console.error(`firmware/${path}${line === undefined ? '' : `:${line}`}: ${text}`);
  }
  const scripts = shellScripts(tree).length;
  if (problems.length === 0)
    console.log(`firmware: ${tree.files('**').length} files, ${scripts} of them scripts: all right`);
  else process.exitCode = 1;
}

main();
