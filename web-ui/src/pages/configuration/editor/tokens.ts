/** Colours for one line of HAProxy's language (and of keepalived.conf): what kind of word stands where. No meaning. */

export type TokenKind =
  | 'section'
  | 'keyword'
  | 'option'
  | 'name'
  | 'condition'
  | 'string'
  | 'number'
  | 'expression'
  | 'comment';

export interface Token {
  /** In the line, from 0; `end` is after its last character. */
  readonly start: number;
  readonly end: number;
  readonly kind: TokenKind;
}

/** From the registry of keywords. */
export interface Words {
  readonly sections: ReadonlySet<string>;
  readonly statements: ReadonlySet<string>;
  readonly options: ReadonlySet<string>;
  /** keepalived.conf: `!` begins a comment too. */
  readonly exclamation: boolean;
}

/** A quoted part, an escaped character, or anything else up to a blank. */
const WORD = /(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\])+/g;
const NUMBER = /^!?[0-9]+(?:\.[0-9]+)*(?:us|ms|s|m|h|d|k|K|M|G|%)?(?:[:/][0-9]+)?$/;
const NAMED = new Set([
  'server',
  'acl',
  'user',
  'group',
  'peer',
  'nameserver',
  'use_backend',
  'default_backend',
  'use-server',
]);

/** Where the comment begins: a mark at the start of a word, outside of quotes. */
function commentStart(line: string, exclamation: boolean): number {
  const marks = exclamation ? /(?:^|\s)[#!]/g : /#/g;
  for (const found of line.matchAll(marks)) {
    const at = found.index + found[0].length - 1;
    const before = line.slice(0, at);
    const open = (before.replaceAll(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1;
    if (!open && !before.endsWith('\\')) return at;
  }
  return line.length;
}

function kindOf(text: string, index: number, first: string, words: Words): TokenKind | undefined {
  if (index === 0) {
    if (words.sections.has(text)) return 'section';
    return words.statements.has(text) || text === 'no' || text === 'default' ? 'keyword' : undefined;
  }
  if (text === 'if' || text === 'unless' || text === 'or' || text === '||') return 'condition';
  if (index === 1 && (words.sections.has(first) || NAMED.has(first))) return 'name';
  if (/^["']/.test(text)) return 'string';
  if (text.includes('%[')) return 'expression';
  if (NUMBER.test(text)) return 'number';
  return words.options.has(text.replace(/\(.*$/, '')) ? 'option' : undefined;
}

export function tokensOf(line: string, words: Words): readonly Token[] {
  const end = commentStart(line, words.exclamation);
  const found = [...line.slice(0, end).matchAll(WORD)];
  const first = found[0]?.[0] ?? '';
  const tokens = found.flatMap((match, index): readonly Token[] => {
    const [text] = match;
    const kind = kindOf(text, index, first, words);
    return kind === undefined ? [] : [{ start: match.index, end: match.index + text.length, kind }];
  });
  return end < line.length ? [...tokens, { start: end, end: line.length, kind: 'comment' }] : tokens;
}
