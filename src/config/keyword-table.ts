/** The registry as people read it: `mahalo keywords`, docs/keywords.md, and the list of `-dK`. */

import type { KeywordEntry } from './keyword.ts';

/** The kinds in the order of the table, with their headings. */
const HEADINGS: Readonly<Record<string, string>> = {
  section: 'Sections',
  directive: 'Directives',
  global: 'Section `global`',
  proxy: 'Sections `defaults`, `frontend`, `listen`, `backend`, `userlist`',
  option: '`option`',
  timeout: '`timeout`',
  'bind-option': 'On `bind` lines',
  'server-option': 'On `server` and `default-server` lines',
  'tcp-request': '`tcp-request`',
  'tcp-response': '`tcp-response`',
  'http-request': '`http-request`',
  'http-response': '`http-response`',
  'http-after-response': '`http-after-response`',
  'acl-flag': 'Flags of ACLs',
  fetch: 'Sample fetches and ACL criteria',
  converter: 'Converters',
  'acl-keyword': 'ACL criteria that are short for others',
  'acl-match': 'How ACLs compare (`-m`)',
  'acl-operator': 'Operators of numbers in ACLs',
  'acl-predefined': 'ACLs that need no declaration',
  balance: '`balance`',
  'hash-type': '`hash-type`',
  'stick-table-data': '`stick-table ... store`',
  stats: '`stats`',
  filter: '`filter`',
  'log-flag': 'Flags of variables in log formats',
  'log-variable': 'Variables of log formats',
  'section-keyword': 'In sections that are not there yet',
};

/** Entries whose name contains the words, or whose kind or section is one; all words must fit. */
export function selectKeywords(entries: readonly KeywordEntry[], filter: readonly string[]): readonly KeywordEntry[] {
  const words = filter.map((word) => word.toLowerCase());
  return entries.filter((entry) =>
    words.every(
      (word) => entry.name.toLowerCase().includes(word) || entry.kind === word || entry.sections.includes(word),
    ),
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();
}

function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``;
}

function row(entry: KeywordEntry): string {
  const { grammar, sections, initially, since, manual, implemented, help } = entry;
  const status = implemented ? 'yes' : 'no';
  const cells = [code(grammar), sections.join(' '), cell(initially), since, manual, status, cell(help)];
  return `| ${cells.join(' | ')} |`;
}

function byKind(entries: readonly KeywordEntry[]): readonly (readonly [string, readonly KeywordEntry[]])[] {
  const kinds = new Set([...Object.keys(HEADINGS), ...entries.map((entry) => entry.kind)]);
  return [...kinds].flatMap((kind) => {
    const heading = HEADINGS[kind] ?? kind;
    const chosen = entries.filter((entry) => entry.kind === kind);
    const sorted = chosen.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
    return sorted.length === 0 ? [] : [[heading, sorted] as const];
  });
}

/** The tables of a Markdown document. */
export function keywordsMarkdown(entries: readonly KeywordEntry[]): string {
  const parts = byKind(entries).map(([heading, chosen]) => {
    const done = chosen.filter((entry) => entry.implemented).length;
    return [
      `## ${heading}`,
      '',
      `${done} of ${chosen.length} implemented.`,
      '',
      '| grammar | sections | default | since | manual | works | what it does |',
      '|---|---|---|---|---|---|---|',
      ...chosen.map(row),
    ].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

/** For terminals: one keyword a line, and how it is written, then what it does. */
export function keywordsText(entries: readonly KeywordEntry[]): string {
  const lines = byKind(entries).flatMap(([heading, chosen]) => [
    heading.replaceAll('`', ''),
    ...chosen.map((entry) => {
      const where = entry.sections.length === 0 ? '' : `  (${entry.sections.join(', ')})`;
      const help = entry.implemented ? entry.help : `NOT IMPLEMENTED. ${entry.help}`;
      return `  ${entry.grammar}${where}\n      ${help}`;
    }),
    '',
  ]);
  return lines.length === 0 ? '' : `${lines.join('\n')}`;
}

const CLASSES = ['acl', 'cfg', 'cnv', 'smp'] as const;

/** The list of `-dK`: names of what is implemented, in HAProxy's classes; `wanted` is `all`, `help` or some of them. */
export function keywordClasses(entries: readonly KeywordEntry[], wanted: string): string {
  const asked = wanted === '' ? ['help'] : wanted.split(',');
  const all = asked.includes('all');
  let text = '';
  if (asked.includes('help')) {
    text += '# List of supported keyword classes:\nall: list all keywords\nacl: ACL keywords\n';
    text += 'cfg: configuration keywords\ncnv: sample converter keywords\nsmp: sample fetch functions\n';
  }
  const working = entries.filter((entry) => entry.implemented);
  for (const name of CLASSES) if (all || asked.includes(name)) text += CLASS_LISTS[name](working);
  return text;
}

function grammars(title: string, entries: readonly KeywordEntry[]): string {
  return `# List of registered ${title}:\n${entries.map((entry) => `${entry.grammar}\n`).join('')}`;
}

const CLASS_LISTS: Readonly<Record<(typeof CLASSES)[number], (entries: readonly KeywordEntry[]) => string>> = {
  acl: (entries) =>
    grammars(
      'ACL keywords',
      entries.filter(({ kind }) => kind === 'acl-flag'),
    ),
  cnv: (entries) =>
    grammars(
      'sample converter functions',
      entries.filter(({ kind }) => kind === 'converter'),
    ),
  smp: (entries) =>
    grammars(
      'sample fetch functions',
      entries.filter(({ kind }) => kind === 'fetch'),
    ),
  cfg: configurationKeywords,
};

/** Sections flush left, their keywords behind a tab; rules and line options behind the keyword of their line. */
function configurationKeywords(entries: readonly KeywordEntry[]): string {
  const of = (kind: string): readonly KeywordEntry[] => entries.filter((entry) => entry.kind === kind);
  const listed = (kind: string, before: string): readonly string[] =>
    of(kind).map((entry) => `\t${before}${entry.grammar}`);
  const lines = [
    'global',
    ...listed('global', ''),
    'listen',
    ...of('proxy')
      .filter((entry) => !entry.sections.includes('userlist'))
      .map((entry) => `\t${entry.grammar}`),
    ...listed('option', ''),
    ...listed('timeout', ''),
    ...listed('bind-option', 'bind <addr> '),
    ...listed('server-option', 'server <name> <addr> '),
    ...['tcp-request', 'tcp-response', 'http-request', 'http-response', 'http-after-response'].flatMap((kind) =>
      listed(kind, `${kind} `),
    ),
    'userlist',
    ...of('proxy')
      .filter((entry) => entry.sections.includes('userlist'))
      .map((entry) => `\t${entry.grammar}`),
  ];
  return `# List of registered configuration keywords:\n${lines.join('\n')}\n`;
}
