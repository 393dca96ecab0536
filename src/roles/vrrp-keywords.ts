/**
 * `mahalo vrrp keywords`: every word of keepalived.conf that Mahalo knows, from the registry that the parser runs on. As
 * text, as Markdown, or as JSON; words select by name or block.
 */

import type { Keyword } from '../vrrp/config/keyword.ts';
import { KEYWORDS } from '../vrrp/config/table.ts';

const USAGE = `Usage: mahalo vrrp keywords [--markdown | --json] [<word>...]

Lists the keywords whose name contains the words, or whose block they are.
`;

interface Entry {
  /** `''`: outside of all blocks. */
  readonly block: string;
  readonly keyword: Keyword;
}

function entries(filter: readonly string[]): readonly Entry[] {
  const all = [...KEYWORDS.blocks].flatMap(([block, keywords]) =>
    [...keywords.values()].map((keyword): Entry => ({ block, keyword })),
  );
  return all.filter(({ block, keyword }) => filter.every((word) => keyword.name.includes(word) || block === word));
}

const standingText = ({ standing, why }: Keyword): string =>
  standing === 'works' ? 'works' : `${standing}${why === undefined ? '' : `: ${why}`}`;

const originText = ({ since }: Keyword): string =>
  since === 'mahalo' ? 'Mahalo' : since === 'newer' ? 'later than 2.2.7' : '';

function written({ name, grammar }: Keyword): string {
  return grammar === '' ? name : `${name} ${grammar}`;
}

function plainText(list: readonly Entry[]): string {
  return list
    .map(({ block, keyword }) => {
      const initially = keyword.initially === undefined ? '' : `, default ${keyword.initially}`;
      return `${block === '' ? '' : `${block}: `}${written(keyword)}\n    ${keyword.help}${initially} (${standingText(keyword)})\n`;
    })
    .join('');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();

function tableOf(list: readonly Entry[]): readonly string[] {
  return [
    '| keyword | default | from | standing | |',
    '|---|---|---|---|---|',
    ...list.map(({ keyword }) => {
      const code = `\`${written(keyword).replaceAll('|', '\\|')}\``;
      const cells = [code, keyword.initially ?? '', originText(keyword), standingText(keyword), keyword.help];
      return `| ${[cells[0], ...cells.slice(1).map((text) => cell(text ?? ''))].join(' | ')} |`;
    }),
  ];
}

function markdown(list: readonly Entry[]): string {
  const blocks = [...new Set(list.map(({ block }) => block))];
  const working = list.filter(({ keyword }) => keyword.standing === 'works').length;
  return [
    '# Keywords of keepalived.conf',
    '',
    'Every word that `mahalo vrrp` knows, with its default; `from` is empty for those of keepalived 2.2.7. What is not',
    'implemented is named in a warning, or refused where a unit could not be run without it; nothing is ignored in silence.',
    '',
    'This file is made by `mahalo vrrp keywords --markdown` from the registry (`src/vrrp/config`): do not edit it.',
    '',
    `${working} of ${list.length} work.`,
    ...blocks.flatMap((block) => [
      '',
      block === '' ? '## Outside of all blocks' : `## In \`${block}\``,
      '',
      ...tableOf(list.filter((entry) => entry.block === block)),
    ]),
    '',
  ].join('\n');
}

/** Returns the exit code. */
export function runVrrpKeywords(words: readonly string[]): number {
  const flags = words.filter((word) => word.startsWith('-'));
  const [format, second] = flags;
  if (second !== undefined || !['--markdown', '--json', undefined].includes(format)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const list = entries(words.filter((word) => !word.startsWith('-')));
  if (format === '--json') {
    const plain = list.map(({ block, keyword }) => ({
      name: keyword.name,
      block,
      grammar: keyword.grammar,
      default: keyword.initially ?? null,
      help: keyword.help,
      standing: keyword.standing,
      why: keyword.why ?? null,
      since: keyword.since ?? '2.2.7',
    }));
    process.stdout.write(`${JSON.stringify(plain, undefined, 2)}\n`);
  } else process.stdout.write(format === undefined ? plainText(list) : markdown(list));
  return list.length === 0 ? 1 : 0;
}
