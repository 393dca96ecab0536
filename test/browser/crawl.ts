/** Every page somebody can reach by links, from the overview on: pages that come later are found by themselves. */

import type { Visitor } from './visitor.ts';

/** Pages of one kind (each server has one): so many are enough. */
const OF_A_KIND = 1;
const MOST_PAGES = 60;
const LINKS = `[...document.querySelectorAll('a[href^="/"]')].map((link) => link.getAttribute('href'))`;

/** `/services/backend/app` and `/services/backend/static` are of one kind. */
function kindOf(path: string): string {
  return path
    .split('/')
    .map((part, depth) => (depth >= 3 || /^\d+$/.test(part) ? '*' : part))
    .join('/');
}

/**
 * Paths, in the order they were found.
 *
 * @param visitor somebody who is logged in
 * @param look what is done with each page when it is shown
 */
export async function reachablePages(
  visitor: Visitor,
  look: (path: string) => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const { page } = visitor;
  const found = ['/'];
  const kinds = new Map<string, number>();
  for (const path of found) {
    await visitor.show(path);
    await look(path);
    for (const link of await page.evaluate<string[]>(LINKS)) {
      const target = link.replace(/[?#].*$/, '');
      const kind = kindOf(target);
      const known = kinds.get(kind) ?? 0;
      if (target.startsWith('/api/') || found.includes(target) || known >= OF_A_KIND || found.length >= MOST_PAGES) {
        continue;
      }
      kinds.set(kind, known + 1);
      found.push(target);
    }
  }
  return found;
}
