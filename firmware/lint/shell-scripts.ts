/** Every shell script, those without a name that says so, too, under shellcheck. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Problem, Tree } from './problem.ts';

interface Comment {
  readonly file: string;
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

export function shellScripts(tree: Tree): readonly string[] {
  return tree.files('**').filter((path) => {
    const first = tree.lines(path)[0] ?? '';
    return /^#!.*\b(ba)?sh\b/.test(first) || first.startsWith('# shellcheck shell=');
  });
}

/** Undefined: shellcheck is not installed. */
export function checkShellScripts(tree: Tree): readonly Problem[] | undefined {
  const scripts = shellScripts(tree);
  // From the repository's folder: that is what `source=` in them is relative to.
  const paths = scripts.map((path) => join('firmware', path));
  const options = { cwd: join(tree.folder, '..'), encoding: 'utf8' } as const;
  const { error, stdout, stderr } = spawnSync('shellcheck', ['-x', '--format=json', ...paths], options);
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  if (error !== undefined) throw error;
  if (stdout === '') throw new Error(`shellcheck: ${stderr}`);
  const comments = JSON.parse(stdout) as readonly Comment[];
  return comments.map(({ file, line, code, message }) => ({
    path: file.replace(/^firmware\//, ''),
    line,
    text: `SC${code}: ${message}`,
  }));
}
