/**
 * The words that start `mahalo`: the tree with the Node of the test, or the executable that the variable MAHALO_EXECUTABLE
 * names (as for scripts/mahalo; a relative path begins at the top of the tree).
 */

import { join, resolve } from 'node:path';

const top = join(import.meta.dirname, '..');
const executable = process.env['MAHALO_EXECUTABLE'] ?? '';

export const MAHALO_WORDS: readonly [string, ...string[]] =
  executable === '' ? [process.execPath, join(top, 'src/main.ts')] : [resolve(top, executable)];
