/**
 * Puts the indentation of text of blocks in braces (keepalived.conf) in order: four blanks for each open brace, none at the
 * ends of lines. Gaps within a line stay (they may be a table), and so do words, comments and the number of lines.
 */

import { TOKEN } from './blocks.ts';

const INDENT = '    ';

/** How many braces a line opens and closes; and whether it begins with one that closes. */
function bracesOf(line: string): { readonly change: number; readonly closesFirst: boolean } {
  let change = 0;
  let first = '';
  for (const [token] of line.matchAll(TOKEN)) {
    first ||= token;
    if (token === '{') change++;
    if (token === '}') change--;
  }
  return { change, closesFirst: first === '}' };
}

export function formatBlocks(text: string): string {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => {
      const content = line.trim();
      const { change, closesFirst } = bracesOf(content);
      const at = Math.max(0, depth - (closesFirst ? 1 : 0));
      depth = Math.max(0, depth + change);
      return content === '' ? '' : INDENT.repeat(at) + content;
    })
    .join('\n');
}
