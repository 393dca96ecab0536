/**
 * The role `mahalo keywords`: the table of all keywords, from the registry that the parser runs on. As text, as Markdown
 * (docs/keywords.md is made of it), or as JSON; words select by name, kind or section.
 */

import { keywordsMarkdown, keywordsText, selectKeywords } from '../config/keyword-table.ts';
import { allKeywords } from '../config/registry.ts';

const USAGE = `Usage: mahalo keywords [--markdown | --json] [<word>...]

Lists the keywords whose name contains the words, or whose kind or section they are.
`;

/** The document in the repository. */
export function keywordsDocument(): string {
  const entries = allKeywords();
  const done = entries.filter((entry) => entry.implemented).length;
  return [
    '# Keywords',
    '',
    'Every word of the configuration language that Mahalo knows: those of HAProxy 1.9 and 2.6. `works` tells whether it is',
    'implemented; what is not is refused when the configuration is loaded, by name. `since` is the HAProxy version that',
    "brought it, `manual` the section of HAProxy 2.6's configuration manual.",
    '',
    'This file is made by `npm run keywords` from the registry (`src/config/keywords`): do not edit it.',
    '',
    `${done} of ${entries.length} implemented.`,
    '',
    keywordsMarkdown(entries),
  ].join('\n');
}

export function runKeywords(words: readonly string[]): void {
  const flags = words.filter((word) => word.startsWith('--'));
  const filter = words.filter((word) => !word.startsWith('--'));
  const [format, second] = flags;
  if (second !== undefined || !['--markdown', '--json', undefined].includes(format)) {
    process.stderr.write(USAGE);
    process.exitCode = 1;
    return;
  }
  const entries = selectKeywords(allKeywords(), filter);
  if (format === '--json') {
    const plain = entries.map(({ kind, name, sections, grammar, help, initially, since, manual, implemented }) => ({
      kind,
      name,
      sections,
      grammar,
      default: initially,
      help,
      since,
      manual,
      implemented,
    }));
    process.stdout.write(`${JSON.stringify(plain, undefined, 2)}\n`);
  } else if (format === undefined) process.stdout.write(keywordsText(entries));
  else process.stdout.write(filter.length === 0 ? keywordsDocument() : keywordsMarkdown(entries));
  if (entries.length === 0) process.exitCode = 1;
}
