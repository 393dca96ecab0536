/**
 * A statement meets its keyword: found in the table of the section it stands in, asked whether it may stand there, and
 * run; or refused as unknown, with the word that may have been meant, or as not implemented yet.
 */

import type { ErrorSectionDraft, GlobalDraft, Mutable, ProxyDraft } from './draft.ts';
import type { StatementKeyword } from './keyword.ts';
import { GLOBAL_NAMES, PROXY_NAMES } from './keywords/known-keywords.ts';
import type { UserListModel } from './model.ts';
import {
  ERROR_SECTION_STATEMENTS,
  GLOBAL_STATEMENTS,
  KNOWN_GLOBAL_NAMES,
  KNOWN_PROXY_NAMES,
  PROXY_STATEMENTS,
  USERLIST_STATEMENTS,
} from './registry.ts';
import type { Statement } from './statement.ts';
import { nearestWord } from './word-distance.ts';

/** Finds the keyword and runs it; complains about one that is unknown, or known and not implemented. */
function run<Target>(
  statement: Statement,
  entries: ReadonlyMap<string, StatementKeyword<Target>>,
  known: ReadonlySet<string>,
  suggestions: readonly string[],
  target: Target,
): void {
  const { keyword } = statement;
  const entry = entries.get(keyword);
  if (entry?.parse !== undefined) {
    entry.parse(statement, target);
  } else if (entry !== undefined || known.has(keyword)) {
    statement.notImplemented(keyword);
  } else {
    const best = nearestWord(keyword, suggestions);
    const question = best === undefined ? '' : `; did you mean '${best}' maybe ?`;
    statement.alert(`unknown keyword '${keyword}' in '${statement.section}' section${question}`, 'spaced', 0, best);
  }
}

export function runGlobal(statement: Statement, global: GlobalDraft): void {
  run(statement, GLOBAL_STATEMENTS, KNOWN_GLOBAL_NAMES, GLOBAL_NAMES, global);
}

export function runProxy(statement: Statement, proxy: ProxyDraft): void {
  const entry = PROXY_STATEMENTS.get(statement.keyword);
  if (entry?.parse !== undefined && entry.anywhere !== true) {
    if (proxy.section === 'defaults' && !entry.sections.includes('defaults')) {
      const style = entry.refusalStyle ?? 'spaced';
      statement.alert(`'${entry.name}' not allowed in 'defaults' section.`, style);
      return;
    }
    if (entry.namedDefaults === true && proxy.section === 'defaults' && proxy.name === '') {
      statement.alert(`'${entry.name}' not allowed in anonymous 'defaults' section.`);
      return;
    }
    const side = neededSide(entry.sections);
    if (side !== undefined) statement.lacks(proxy, side, entry.name, entry.capabilityHint);
  }
  run(statement, PROXY_STATEMENTS, KNOWN_PROXY_NAMES, PROXY_NAMES, proxy);
}

function neededSide(sections: readonly string[]): 'frontend' | 'backend' | undefined {
  const frontend = sections.includes('frontend');
  const backend = sections.includes('backend');
  return frontend === backend ? undefined : frontend ? 'frontend' : 'backend';
}

export function runUserList(statement: Statement, list: Mutable<UserListModel>): void {
  const entry = USERLIST_STATEMENTS.get(statement.keyword);
  if (entry?.parse !== undefined) entry.parse(statement, list);
  else statement.alert(`unknown keyword '${statement.keyword}' in 'users' section`, 'tight');
}

export function runErrorSection(statement: Statement, errors: ErrorSectionDraft): void {
  const entry = ERROR_SECTION_STATEMENTS.get(statement.keyword);
  if (entry?.parse !== undefined) entry.parse(statement, errors);
  else statement.alert(`unknown keyword '${statement.keyword}' in '${statement.section}' section`);
}
