/** What a check found, and how files of the tree are read. */

import { globSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Problem {
  /** Below firmware/. */
  readonly path: string;
  /** From 1; undefined: about the file as a whole. */
  readonly line?: number;
  readonly text: string;
}

/** The external tree under test. */
export class Tree {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Files that fit a pattern, sorted; never those of a build. */
  files(pattern: string): readonly string[] {
    const found = globSync(pattern, { cwd: this.folder, exclude: ['build', 'build/**'] });
    return found.filter((path) => lstatSync(join(this.folder, path)).isFile()).sort();
  }

  has(path: string): boolean {
    return statSync(join(this.folder, path), { throwIfNoEntry: false }) !== undefined;
  }

  text(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  lines(path: string): readonly string[] {
    return this.text(path).split('\n');
  }
}
