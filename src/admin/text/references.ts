/** Which words of a line are names of something that is defined elsewhere, and of what kind. */

import { opensSection, type Section, statementWords } from './document.ts';
import type { SourceLine, TextWord } from './source-line.ts';

export type SymbolKind =
  | 'frontend'
  | 'backend'
  | 'listen'
  | 'defaults'
  | 'server'
  | 'acl'
  | 'userlist'
  | 'user'
  | 'group'
  | 'peers'
  | 'resolvers'
  | 'mailers'
  | 'cache'
  | 'ring'
  | 'http-errors'
  | 'fcgi-app';

export interface Reference {
  readonly kinds: readonly SymbolKind[];
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** The section that must define it: '' the one it stands in, a name that proxy; undefined: any. */
  readonly within: string | undefined;
}

export const BACKENDS: readonly SymbolKind[] = ['backend', 'listen'];
const FRONTENDS: readonly SymbolKind[] = ['frontend', 'listen'];
const TABLES: readonly SymbolKind[] = ['frontend', 'backend', 'listen', 'peers'];

/** A word before a name, wherever it stands on a line. */
export const PAIRS: Readonly<Record<string, readonly SymbolKind[]>> = {
  default_backend: BACKENDS,
  errorfiles: ['http-errors'],
  resolvers: ['resolvers'],
  peers: ['peers'],
  mailers: ['mailers'],
  table: TABLES,
  'cache-use': ['cache'],
  'cache-store': ['cache'],
  'use-fcgi-app': ['fcgi-app'],
};

/** Fetches and converters whose argument is a name; the last one that is no number is taken. */
const FUNCTIONS: readonly (readonly [pattern: RegExp, kinds: readonly SymbolKind[]])[] = [
  [/^http_auth(?:_group)?$/, ['userlist']],
  [/^(?:nbsrv|connslots|queue|avg_queue|be_\w+)$/, BACKENDS],
  [/^fe_\w+$/, FRONTENDS],
  [/^srv_\w+$/, ['server']],
  [/^(?:table_\w+|in_table|src_\w+|sc[0-2]?_\w+)$/, TABLES],
];

const CONDITION_WORDS = new Set(['or', '||', '!', '{', '}']);

/** Sections with servers. */
export function hasServers(keyword: string): boolean {
  return keyword === 'backend' || keyword === 'listen';
}

function at(word: TextWord, from: number, name: string): { readonly start: number; readonly end: number } {
  // Quotes or escapes before it would shift it.
  if (word.raw !== word.text) return { start: word.start, end: word.end };
  return { start: word.start + from, end: word.start + from + name.length };
}

function whole(word: TextWord, kinds: readonly SymbolKind[], within?: string): Reference {
  return { kinds, name: word.text, start: word.start, end: word.end, within };
}

/** `backend/server`, or a server of the same section. */
function serverReference(word: TextWord, from: number, text: string): readonly Reference[] {
  const slash = text.indexOf('/');
  if (slash < 0) return [{ kinds: ['server'], name: text, ...at(word, from, text), within: '' }];
  const [backend, server] = [text.slice(0, slash), text.slice(slash + 1)];
  return [
    { kinds: BACKENDS, name: backend, ...at(word, from, backend), within: undefined },
    { kinds: ['server'], name: server, ...at(word, from + slash + 1, server), within: backend },
  ];
}

function functionReferences(word: TextWord): readonly Reference[] {
  return [...word.text.matchAll(/([a-z][\w.]*)\(([^()]*)\)/g)].flatMap((found) => {
    const [, name = '', list = ''] = found;
    const kinds = FUNCTIONS.find(([pattern]) => pattern.test(name))?.[1];
    const given = list.split(',');
    const argument = given.findLast((one) => one !== '' && !/^[0-9]+$/.test(one));
    if (kinds === undefined || argument === undefined) return [];
    const from = found.index + name.length + 1 + list.lastIndexOf(argument);
    if (kinds.includes('server')) return serverReference(word, from, argument);
    return [{ kinds, name: argument, ...at(word, from, argument), within: undefined }];
  });
}

/** The ACLs of a condition; what stands in braces has no name. */
function conditionReferences(words: readonly TextWord[]): readonly Reference[] {
  let depth = 0;
  return words.flatMap((word): readonly Reference[] => {
    if (word.text === '{') depth++;
    else if (word.text === '}') depth--;
    if (depth > 0 || CONDITION_WORDS.has(word.text) || word.text === '') return [];
    const negated = word.text.startsWith('!') ? 1 : 0;
    const name = word.text.slice(negated);
    return [{ kinds: ['acl'], name, ...at(word, negated, name), within: '' }];
  });
}

/** A list of names within one word. */
function listReferences(word: TextWord | undefined, kinds: readonly SymbolKind[]): readonly Reference[] {
  if (word === undefined) return [];
  return [...word.text.matchAll(/[^,]+/g)].map((found) => ({
    kinds,
    name: found[0],
    ...at(word, found.index, found[0]),
    within: '',
  }));
}

function backendReferences(word: TextWord): readonly Reference[] {
  if (!word.text.includes('%[')) return [whole(word, BACKENDS)];
  // What a map answers when it has nothing.
  return [...word.text.matchAll(/map[a-z_]*\([^,()]+,([^,()]+)\)/g)].map((found) => {
    const [all, name = ''] = found;
    return { kinds: BACKENDS, name, ...at(word, found.index + all.length - 1 - name.length, name), within: undefined };
  });
}

function byKeyword(keyword: string, words: readonly TextWord[], section: Section): readonly Reference[] {
  const [, first] = words;
  const after = (name: string): TextWord | undefined => {
    const index = words.findIndex((word) => word.text === name);
    return index < 0 ? undefined : words[index + 1];
  };
  if (first === undefined) return [];
  switch (keyword) {
    case 'use_backend':
      return backendReferences(first);
    case 'use-server':
      return first.text.includes('%[') ? [] : [whole(first, ['server'], '')];
    case 'filter':
      return first.text === 'cache' && words[2] !== undefined ? [whole(words[2], ['cache'])] : [];
    case 'log':
      if (!first.text.startsWith('ring@')) return [];
      return [{ kinds: ['ring'], name: first.text.slice(5), ...at(first, 5, first.text.slice(5)), within: undefined }];
    case 'server':
    case 'default-server': {
      const tracked = after('track');
      return tracked === undefined ? [] : serverReference(tracked, 0, tracked.text);
    }
    case 'user':
      return section.keyword === 'userlist' ? listReferences(after('groups'), ['group']) : [];
    case 'group':
      return section.keyword === 'userlist' ? listReferences(after('users'), ['user']) : [];
    default:
      return [];
  }
}

export function referencesOf(line: SourceLine, section: Section): readonly Reference[] {
  const words = statementWords(line);
  const keyword = words[0]?.text ?? '';
  if (opensSection(line)) {
    const from = words.findIndex((word, index) => index > 0 && word.text === 'from');
    const parent = words[from + 1];
    return from < 0 || parent === undefined ? [] : [whole(parent, ['defaults'])];
  }
  const pairs = words.flatMap((word, index) => {
    const kinds = Object.hasOwn(PAIRS, word.text) ? PAIRS[word.text] : undefined;
    const next = words[index + 1];
    return kinds === undefined || next === undefined || next.text === '' ? [] : [whole(next, kinds)];
  });
  const condition =
    keyword === 'acl' ? -1 : words.findIndex((word, index) => index > 0 && /^(?:if|unless)$/.test(word.text));
  return [
    ...byKeyword(keyword, words, section),
    ...pairs,
    ...words.flatMap(functionReferences),
    ...(condition < 0 ? [] : conditionReferences(words.slice(condition + 1))),
  ];
}
