/**
 * What may stand at a place of a line: kinds of keywords, names, or words of a grammar. Completion offers what fits, hover
 * looks up what stands there. The words before the place and the section decide.
 */

import type { KeywordKind } from '../../config/keyword.ts';
import { firstChoices, type KeywordIndex, takesValue } from './keyword-index.ts';
import { BACKENDS, PAIRS, type SymbolKind } from './references.ts';
import { SECTION_KEYWORDS } from './section-keywords.ts';

export interface Slot {
  readonly kinds: readonly KeywordKind[];
  /** Only keywords of this section; '' for any. */
  readonly section: string;
  /** What stands before the word in the names of keywords: `content ` of "content accept", `peers: `. */
  readonly prefix: string;
  readonly symbols: readonly SymbolKind[];
  /** Names of the section itself only (ACLs, servers). */
  readonly local: boolean;
  readonly literals: readonly string[];
  /** A sample expression may stand here. */
  readonly expression: boolean;
}

const NOTHING: Slot = {
  kinds: [],
  section: '',
  prefix: '',
  symbols: [],
  local: false,
  literals: [],
  expression: false,
};

const PROXIES = new Set(['defaults', 'frontend', 'backend', 'listen']);
const RULES = new Set(['http-request', 'http-response', 'http-after-response']);
const TCP_RULES = new Set(['tcp-request', 'tcp-response']);

function kindsOf(...kinds: readonly KeywordKind[]): Slot {
  return { ...NOTHING, kinds };
}

function namesOf(symbols: readonly SymbolKind[], local = false): Slot {
  return { ...NOTHING, symbols, local };
}

function literals(...words: readonly string[]): Slot {
  return { ...NOTHING, literals: words };
}

const CRITERION: Slot = { ...kindsOf('fetch', 'acl-keyword'), expression: true };

/** The first word of a line. */
function statementSlot(section: string): Slot {
  const base: Slot = { ...NOTHING, section };
  if (section === '') return { ...base, kinds: ['section', 'directive'] };
  if (section === 'global') return { ...base, kinds: ['global', 'section', 'directive'] };
  if (PROXIES.has(section)) return { ...base, kinds: ['proxy', 'section', 'directive'], literals: ['no', 'default'] };
  if (section === 'userlist') return { ...base, kinds: ['proxy', 'section', 'directive'] };
  if (section === 'http-errors') return { ...base, kinds: ['section', 'directive'], literals: ['errorfile'] };
  return { ...base, kinds: ['section-keyword', 'section', 'directive'], prefix: `${section}: ` };
}

/** Flags, operators and patterns of an ACL, after its criterion. */
function patternSlot(words: readonly string[]): Slot {
  return words[words.length - 1] === '-m' ? kindsOf('acl-match') : kindsOf('acl-flag', 'acl-operator');
}

function conditionSlot(words: readonly string[]): Slot {
  const open = words.lastIndexOf('{');
  if (open > words.lastIndexOf('}')) {
    const inside = words.slice(open + 1);
    if (inside.length === 0) return CRITERION;
    const slot = patternSlot(inside);
    return { ...slot, literals: ['}'] };
  }
  return { ...namesOf(['acl'], true), kinds: ['acl-predefined'], literals: ['{', '!', 'or', '||'] };
}

/** Options one after the other, some with a value. */
function optionSlot(kind: KeywordKind, words: readonly string[], first: number, keywords: KeywordIndex): Slot {
  let at = first;
  while (at < words.length) {
    const entry = keywords.find(kind, words[at] ?? '');
    if (entry !== undefined && takesValue(entry)) {
      if (at + 1 === words.length) {
        if (entry.name === 'track') return namesOf(['backend', 'listen', 'server']);
        const symbols = Object.hasOwn(PAIRS, entry.name) ? PAIRS[entry.name] : undefined;
        return symbols === undefined ? literals(...firstChoices(entry.grammar, entry.name)) : namesOf(symbols);
      }
      at++;
    }
    at++;
  }
  return kindsOf(kind);
}

/** Two words make the name of an action: `content accept`. */
function tcpRuleSlot(kind: 'tcp-request' | 'tcp-response', words: readonly string[], section: string): Slot {
  const [, stage = ''] = words;
  if (words.length === 1) {
    const stages = kind === 'tcp-request' ? ['connection', 'session', 'content'] : ['content'];
    return literals(...stages, 'inspect-delay');
  }
  return words.length === 2 ? { ...kindsOf(kind), section, prefix: `${stage} ` } : literals('if', 'unless');
}

const TABLE_WORDS = ['type', 'size', 'expire', 'nopurge', 'peers', 'srvkey', 'store'] as const;

function stickTableSlot(words: readonly string[]): Slot {
  switch (words[words.length - 1]) {
    case 'type':
      return literals('ip', 'ipv6', 'integer', 'string', 'binary');
    case 'store':
      return kindsOf('stick-table-data');
    case 'peers':
      return namesOf(['peers']);
    case 'srvkey':
      return literals('name', 'addr');
    case 'size':
    case 'expire':
      return NOTHING;
    default:
      return literals(...TABLE_WORDS);
  }
}

/** The second and later words, where the keyword has a way of its own. */
function ownSlot(words: readonly string[], section: string, keywords: KeywordIndex): Slot | undefined {
  const [keyword = ''] = words;
  const second = words.length === 1;
  switch (keyword) {
    case 'option':
      return second ? { ...kindsOf('option'), section } : undefined;
    case 'timeout':
      return second && PROXIES.has(section) ? { ...kindsOf('timeout'), section } : undefined;
    case 'balance':
      return second ? kindsOf('balance') : NOTHING;
    case 'hash-type':
      return kindsOf('hash-type');
    case 'filter':
      return second ? kindsOf('filter') : words[1] === 'cache' ? namesOf(['cache']) : NOTHING;
    case 'stats':
      if (section !== 'global') return second ? kindsOf('stats') : undefined;
      if (second) return literals('socket', 'timeout', 'maxconn');
      return words[1] === 'socket' && words.length > 2 ? optionSlot('bind-option', words, 3, keywords) : NOTHING;
    case 'bind':
      return second ? NOTHING : optionSlot('bind-option', words, 2, keywords);
    case 'server':
      return words.length < 3 ? NOTHING : optionSlot('server-option', words, 3, keywords);
    case 'server-template':
      return words.length < 4 ? NOTHING : optionSlot('server-option', words, 4, keywords);
    case 'default-server':
      return optionSlot('server-option', words, 1, keywords);
    case 'use_backend':
      return second ? namesOf(BACKENDS) : undefined;
    case 'use-server':
      return second ? namesOf(['server'], true) : undefined;
    case 'acl':
      return second ? namesOf(['acl'], true) : words.length === 2 ? CRITERION : patternSlot(words.slice(2));
    case 'stick':
      return words.length === 2 ? { ...kindsOf('fetch'), expression: true } : undefined;
    case 'stick-table':
      return stickTableSlot(words);
    case 'tcp-request':
    case 'tcp-response':
      return tcpRuleSlot(keyword, words, section);
    default:
      return RULES.has(keyword) && second ? { ...kindsOf(keyword as KeywordKind), section } : undefined;
  }
}

/** `words`: those before the place, without a `no` or `default` in front. */
export function slotAfter(words: readonly string[], section: string, modified: boolean, keywords: KeywordIndex): Slot {
  const [keyword = ''] = words;
  const last = words[words.length - 1] ?? '';
  if (words.length === 0) return modified ? literals('option', 'log') : statementSlot(section);
  if (SECTION_KEYWORDS.has(keyword)) {
    if (last === 'from') return namesOf(['defaults']);
    return PROXIES.has(keyword) && words.length === (keyword === 'defaults' ? 1 : 2) ? literals('from') : NOTHING;
  }
  const condition =
    keyword === 'acl' ? -1 : words.findIndex((word, index) => index > 0 && /^(?:if|unless)$/.test(word));
  if (condition > 0) return conditionSlot(words.slice(condition + 1));
  const pair = Object.hasOwn(PAIRS, last) ? PAIRS[last] : undefined;
  const own = pair === undefined || keyword === 'stick-table' ? ownSlot(words, section, keywords) : namesOf(pair);
  if (own !== undefined) return own;
  const entry = keywords.find(section === 'global' ? 'global' : 'proxy', keyword);
  const choices = words.length === 1 && entry !== undefined ? firstChoices(entry.grammar, keyword) : [];
  if (choices.length > 0) return literals(...choices);
  const conditional = RULES.has(keyword) || TCP_RULES.has(keyword) || entry?.grammar.includes('if | unless') === true;
  return conditional && words.length > 1 ? literals('if', 'unless') : NOTHING;
}
