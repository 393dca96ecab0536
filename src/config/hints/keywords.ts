/** Words that are no keyword where they stand: misspelt, in the wrong section, or part of another line. */

import type { KeywordEntry } from '../keyword.ts';
import { allKeywords } from '../registry.ts';
import { nearestWord } from '../word-distance.ts';
import { choice, type HintRule, type Mistake, textFrom } from './rule.ts';

let byName: ReadonlyMap<string, readonly KeywordEntry[]> | undefined;

/** All entries of a name. */
export function entriesNamed(name: string): readonly KeywordEntry[] {
  byName ??= Map.groupBy(allKeywords(), (entry) => entry.name);
  return byName.get(name) ?? [];
}

/** Words of other programs' configurations, and what they are here. */
const FOREIGN: Readonly<Record<string, string>> = {
  include: "there is no include: give several files with '-f', or a directory of *.cfg files",
  upstream: "a group of servers is a section 'backend <name>'",
  location: "to choose by path: 'use_backend <backend> if { path_beg /path }'",
  proxy_pass: "a section leads to servers by 'default_backend <backend>'; a server is 'server <name> <address>:<port>'",
  server_name: "to choose by host: 'use_backend <backend> if { hdr(host) -i example.com }'",
  proxypass: "a section leads to servers by 'default_backend <backend>'; a server is 'server <name> <address>:<port>'",
  virtualhost: "to choose by host: 'use_backend <backend> if { hdr(host) -i example.com }'",
};

function sectionsOf(entry: KeywordEntry): readonly string[] {
  return entry.kind === 'global' ? ['global'] : entry.sections;
}

/** The word is known, but not here. */
function elsewhere(word: string, section: string, mistake: Mistake): string | undefined {
  const entries = entriesNamed(word);
  const sections = entries
    .filter((entry) => entry.kind === 'global' || entry.kind === 'proxy')
    .flatMap(sectionsOf)
    .filter((name) => name !== section);
  if (sections.length > 0) return `'${word}' belongs in a ${choice([...new Set(sections)])} section`;
  const rest = textFrom(mistake.line, 1);
  const line = (before: string): string => `write '${`${before} ${word} ${rest}`.trim()}'`;
  for (const { kind } of entries) {
    if (kind === 'option' || (kind === 'timeout' && /^\d/.test(rest))) return line(kind);
  }
  for (const { kind, sections: allowed } of entries) {
    if (/^(http|tcp)-/.test(kind) && (allowed.length === 0 || allowed.includes(section))) return line(kind);
  }
  for (const { kind } of entries) {
    if (kind === 'server-option') return `'${word}' is an option of 'server' lines`;
    if (kind === 'bind-option') return `'${word}' is an option of 'bind' lines`;
  }
  if (entries.some((entry) => entry.kind === 'fetch')) {
    return `'${word}' is a criterion: name it with 'acl <name> ${word} ...', or use it as 'if { ${word} ... }'`;
  }
  return undefined;
}

/** The same word, but for its capitals or what is stuck to it. */
function nearlySame(word: string, mistake: Mistake): string | undefined {
  const joined = /^([\w.-]+)[=:](.*)$/.exec(word);
  if (joined !== null && entriesNamed(joined[1] ?? '').length > 0) {
    const value = joined[2] === '' ? '' : ` ${joined[2]}`;
    const rest = textFrom(mistake.line, 1);
    return `keyword and value are separated by a blank: '${`${joined[1]}${value} ${value === '' ? rest : ''}`.trim()}'`;
  }
  const lower = word.toLowerCase();
  if (lower !== word && entriesNamed(lower).length > 0) return `keywords are in lower case: '${lower}'`;
  return undefined;
}

const COMMENTS = /^(\/\/|--|;|\/\*)/;

function unknownKeyword(word: string, section: string, mistake: Mistake): string | undefined {
  if (COMMENTS.test(word)) return "a comment starts with '#'";
  return (
    elsewhere(word, section, mistake) ??
    nearlySame(word, mistake) ??
    (Object.hasOwn(FOREIGN, word.toLowerCase()) ? FOREIGN[word.toLowerCase()] : undefined)
  );
}

const SECTIONS = ['global', 'defaults', 'frontend', 'backend', 'listen', 'userlist'];

function outOfSection(word: string, mistake: Mistake): string {
  const known = unknownKeyword(word, '', mistake);
  const section = nearestWord(word, SECTIONS);
  if (section !== undefined && section !== word) return `did you mean '${section}'?`;
  return (
    known ?? "lines belong to a section: 'global', 'defaults', 'frontend <name>', 'backend <name>' or 'listen <name>'"
  );
}

const DID_YOU_MEAN = /[Dd]id you mean '([^']+)' maybe/;

export const KEYWORD_HINTS: readonly HintRule[] = [
  [/^unknown keyword '(.*)' out of section\.$/, ([, word = ''], mistake) => outOfSection(word, mistake)],
  [
    /^unknown keyword '(.*?)' in '(.*?)' section/,
    ([, word = '', section = ''], mistake) => unknownKeyword(word, section, mistake),
  ],
  [
    /unknown keyword '([^']*)'/,
    ([, word = ''], mistake) => {
      const joined = /^([\w.-]+)[=:](.+)$/.exec(word);
      const kind = mistake.diagnostic.keyword === 'bind' ? 'bind-option' : 'server-option';
      if (joined === null || !entriesNamed(joined[1] ?? '').some((entry) => entry.kind === kind)) return undefined;
      return `option and value are separated by a blank: '${joined[1]} ${joined[2]}'`;
    },
  ],
  [DID_YOU_MEAN, ([, word = '']) => `did you mean '${word}'?`],
  [
    /^'timeout' supports .* \(got '(.+)'\)$/,
    ([, word = '']) => {
      const names = allKeywords().filter((entry) => entry.kind === 'timeout');
      const best = nearestWord(
        word,
        names.map((entry) => entry.name),
      );
      return best === undefined ? undefined : `did you mean '${best}'?`;
    },
  ],
  [
    /^negation\/default currently supported/,
    (_, { line }) => `'no' stands before 'option' and 'log' lines; leave out the line '${textFrom(line, 0)}' instead`,
  ],
];
