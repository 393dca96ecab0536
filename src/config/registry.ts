/**
 * All keywords in one place. The parser finds them here by section; `-c`, the editor and the documentation list them.
 */

import type { ErrorSectionDraft, GlobalDraft, Mutable } from './draft.ts';
import type { KeywordEntry, ProxyKeyword, StatementKeyword } from './keyword.ts';
import { BACKEND_KEYWORDS } from './keywords/backends.ts';
import { BIND_OPTIONS } from './keywords/bind-options.ts';
import { CAPTURE_KEYWORDS } from './keywords/captures.ts';
import { CONVERTERS } from './keywords/converters.ts';
import { DIRECT_KEYWORDS } from './keywords/direct.ts';
import { ERROR_KEYWORDS, ERROR_SECTION, ERROR_SECTION_KEYWORDS } from './keywords/errors.ts';
import { FETCHES } from './keywords/fetches.ts';
import { FORMER_KEYWORDS } from './keywords/former-keywords.ts';
import { FORMER_RULES } from './keywords/former-rules.ts';
import { FRONTEND_KEYWORDS } from './keywords/frontends.ts';
import { GLOBAL_VARIABLE_KEYWORDS } from './keywords/global-variables.ts';
import { GLOBAL_KEYWORDS } from './keywords/globals.ts';
import { CHECK_KEYWORDS } from './keywords/health-checks.ts';
import { RULE_KEYWORDS } from './keywords/http-rules.ts';
import { KEEP_ALIVE_KEYWORDS } from './keywords/keep-alive.ts';
import { FORMER_GLOBAL_NAMES, FORMER_PROXY_NAMES, GLOBAL_NAMES, PROXY_NAMES } from './keywords/known-keywords.ts';
import { ACL_FLAGS, DIRECTIVES, SECTIONS } from './keywords/language.ts';
import { LATER_FILTERS } from './keywords/later-filters.ts';
import { LATER_GLOBALS } from './keywords/later-globals.ts';
import { LATER_SECTION_TABLE } from './keywords/later-network-sections.ts';
import { LATER_PERSISTENCE } from './keywords/later-persistence.ts';
import { LATER_PROXIES } from './keywords/later-proxies.ts';
import { LATER_STATISTICS } from './keywords/later-statistics.ts';
import { LATER_TLS_GLOBALS } from './keywords/later-tls-globals.ts';
import { LOG_FORMAT_KEYWORDS } from './keywords/log-formats.ts';
import { LOG_VARIABLES } from './keywords/log-variables.ts';
import { LOG_KEYWORDS } from './keywords/logs.ts';
import { SWITCHES } from './keywords/option-switches.ts';
import { OPTION_KEYWORDS, SPECIAL_OPTIONS } from './keywords/options.ts';
import { ENVIRONMENT_KEYWORDS } from './keywords/process-environment.ts';
import { PROCESS_SETTINGS } from './keywords/process-settings.ts';
import { PROXY_KEYWORDS } from './keywords/proxies.ts';
import { RATE_LIMIT_GLOBALS, RATE_LIMIT_KEYWORDS } from './keywords/rate-limits.ts';
import { RULE_ENTRIES } from './keywords/rule-entries.ts';
import { SERVER_OPTIONS } from './keywords/server-options.ts';
import { SERVER_KEYWORDS } from './keywords/servers.ts';
import { TCP_RULE_KEYWORDS } from './keywords/tcp-rules.ts';
import { TIMEOUT_KEYWORDS, TIMEOUTS } from './keywords/timeouts.ts';
import { TUNING_KEYWORDS } from './keywords/tuning.ts';
import { SERVER_RULE_KEYWORDS } from './keywords/use-server.ts';
import { USERLIST_KEYWORDS } from './keywords/userlists.ts';
import { wordsWithin } from './keywords/words-within.ts';
import type { UserListModel } from './model.ts';

function byName<Entry extends KeywordEntry>(...lists: readonly (readonly Entry[])[]): ReadonlyMap<string, Entry> {
  return new Map(lists.flat().map((entry) => [entry.name, entry]));
}

export const PROXY_STATEMENTS: ReadonlyMap<string, ProxyKeyword> = byName(
  LATER_PROXIES,
  LATER_PERSISTENCE,
  LATER_STATISTICS,
  LATER_FILTERS,
  FORMER_KEYWORDS,
  KEEP_ALIVE_KEYWORDS,
  FORMER_RULES,
  PROXY_KEYWORDS,
  FRONTEND_KEYWORDS,
  BACKEND_KEYWORDS,
  SERVER_KEYWORDS,
  TIMEOUT_KEYWORDS,
  OPTION_KEYWORDS,
  LOG_KEYWORDS,
  LOG_FORMAT_KEYWORDS,
  CAPTURE_KEYWORDS,
  ERROR_KEYWORDS,
  CHECK_KEYWORDS,
  RULE_KEYWORDS,
  TCP_RULE_KEYWORDS,
  RATE_LIMIT_KEYWORDS,
  DIRECT_KEYWORDS,
  SERVER_RULE_KEYWORDS,
);

/** Later ones of a name win: what is implemented replaces the declaration of what is not. */
export const GLOBAL_STATEMENTS: ReadonlyMap<string, StatementKeyword<GlobalDraft>> = byName(
  LATER_GLOBALS,
  LATER_TLS_GLOBALS,
  GLOBAL_KEYWORDS,
  RATE_LIMIT_GLOBALS,
  GLOBAL_VARIABLE_KEYWORDS,
  ENVIRONMENT_KEYWORDS,
  PROCESS_SETTINGS,
  TUNING_KEYWORDS,
);

export const USERLIST_STATEMENTS: ReadonlyMap<string, StatementKeyword<Mutable<UserListModel>>> = byName(
  USERLIST_KEYWORDS,
);

export const ERROR_SECTION_STATEMENTS: ReadonlyMap<string, StatementKeyword<ErrorSectionDraft>> = byName(
  ERROR_SECTION_KEYWORDS,
);

/** The sections that start a proxy. */
export const PROXY_SECTIONS: ReadonlySet<string> = new Set(['defaults', 'frontend', 'backend', 'listen']);

export const SECTION_NAMES: ReadonlySet<string> = new Set([
  'global',
  'userlist',
  'http-errors',
  ...PROXY_SECTIONS,
  ...LATER_SECTION_TABLE.keys(),
]);

const NO_STATEMENTS = new Set([...SECTION_NAMES, 'usesrc']);

/** Names that are known to HAProxy in proxy or global sections. */
export const KNOWN_PROXY_NAMES: ReadonlySet<string> = new Set(
  [...PROXY_NAMES, ...FORMER_PROXY_NAMES].filter((name) => !NO_STATEMENTS.has(name)),
);
export const KNOWN_GLOBAL_NAMES: ReadonlySet<string> = new Set(
  [...GLOBAL_NAMES, ...FORMER_GLOBAL_NAMES].filter((name) => !NO_STATEMENTS.has(name)),
);

function later(kind: KeywordEntry['kind'], sections: readonly string[], names: Iterable<string>): KeywordEntry[] {
  return [...names].map((name) => ({
    kind,
    name,
    sections,
    grammar: name,
    help: 'Of former versions.',
    initially: '',
    since: '',
    manual: '',
    implemented: false,
  }));
}

/** The sections that are only checked, each before its keywords. */
function laterSections(): KeywordEntry[] {
  return [...LATER_SECTION_TABLE.values()].flatMap(({ name, grammar, help, since, manual, keywords }) => [
    { kind: 'section', name, sections: [], grammar, help, initially: '', since, manual, implemented: false },
    ...[...keywords.values()].map((entry) => ({ ...entry, manual })),
  ]);
}

/** Every keyword with its declaration, the ones that are only known by name at the end of their kind. */
export function allKeywords(): readonly KeywordEntry[] {
  const unknownIn = (names: Iterable<string>, table: { has(name: string): boolean }): string[] =>
    [...names].filter((name) => !table.has(name));
  return [
    ...SECTIONS,
    ...DIRECTIVES,
    ...ACL_FLAGS,
    ...GLOBAL_STATEMENTS.values(),
    ...later('global', ['global'], unknownIn(KNOWN_GLOBAL_NAMES, GLOBAL_STATEMENTS)),
    ...PROXY_STATEMENTS.values(),
    ...later('proxy', [...PROXY_SECTIONS], unknownIn(KNOWN_PROXY_NAMES, PROXY_STATEMENTS)),
    ...USERLIST_STATEMENTS.values(),
    ERROR_SECTION,
    ...laterSections(),
    ...SWITCHES,
    ...SPECIAL_OPTIONS,
    ...TIMEOUTS,
    ...BIND_OPTIONS,
    ...SERVER_OPTIONS,
    ...RULE_ENTRIES,
    ...FETCHES.values(),
    ...CONVERTERS.values(),
    ...LOG_VARIABLES.values(),
    ...wordsWithin(),
  ];
}
