/** All checks that need neither the network nor a tree of Buildroot's. */

import { checkBoards } from './board-facts.ts';
import { checkDiskLayout } from './disk-layout.ts';
import { checkOptions } from './options.ts';
import { type Problem, Tree } from './problem.ts';
import { checkSources } from './sources.ts';

/** @param firmware the external tree */
export function checkTree(firmware: string): readonly Problem[] {
  const tree = new Tree(firmware);
  return [...checkOptions(tree), ...checkSources(tree), ...checkBoards(tree), ...checkDiskLayout(tree)];
}
