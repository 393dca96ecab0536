/** The last resort: how the keyword is written, as the registry has it. */

import type { KeywordEntry } from '../keyword.ts';
import { wordOf } from '../source-lines.ts';
import { entriesNamed } from './keywords.ts';
import { indexAt, keywordOf, type Mistake } from './rule.ts';

/** Messages about arguments: missing, too many, of the wrong kind. */
const ABOUT_ARGUMENTS =
  /expects|missing|requires|unexpected|only supports|supports '|must be|not within|invalid|Unexpected status|not handled|needs|out of range|unsupported|failed to parse|unknown (?:keyword|argument|log format|normalizer|optional)|only allowed|has no \w+ capability|cannot parse/i;

function find(name: string, ...kinds: readonly string[]): KeywordEntry | undefined {
  return entriesNamed(name).find((entry) => kinds.includes(entry.kind));
}

/** The entry for what the diagnostic points at: an option of a line, the action of a rule, or the line's keyword. */
function entryOf(mistake: Mistake): KeywordEntry | undefined {
  const { line } = mistake;
  if (line === undefined) return undefined;
  const keyword = keywordOf(line);
  const second = wordOf(line, 1);
  if (keyword === 'option' || keyword === 'timeout') return find(second, keyword) ?? find(keyword, 'proxy');
  if (/^(http|tcp)-/.test(keyword)) {
    const action = keyword.startsWith('tcp-') ? `${second} ${wordOf(line, 2)}` : second;
    return find(action.replace(/\(.*/, ''), keyword) ?? find(keyword, 'proxy');
  }
  if (['server', 'default-server', 'bind'].includes(keyword)) {
    const kind = keyword === 'bind' ? 'bind-option' : 'server-option';
    const at = indexAt(mistake);
    const first = keyword === 'server' ? 3 : keyword === 'bind' ? 2 : 1;
    for (const index of [at, at - 1]) {
      const option = index < first ? undefined : find(wordOf(line, index), kind);
      if (option !== undefined) return option;
    }
  }
  return find(keyword, line.section === 'global' ? 'global' : 'proxy', 'section', 'directive');
}

export function usageHint(mistake: Mistake): string | undefined {
  const { message } = mistake.diagnostic;
  if (/not implemented yet|regex/.test(message) || !ABOUT_ARGUMENTS.test(message)) return undefined;
  const entry = entryOf(mistake);
  if (entry === undefined) return undefined;
  if (entry.grammar !== entry.name) return `written as: ${grammarOf(entry)}`;
  const [, extra] = /unexpected argument '(.*)'/.exec(message) ?? [];
  return extra === undefined ? undefined : `'${entry.name}' stands alone: leave out '${extra}'`;
}

/** Rules name their keyword; the registry has the action alone. */
function grammarOf(entry: KeywordEntry): string {
  const { kind, grammar } = entry;
  return /^(http|tcp)-/.test(kind) && !grammar.startsWith(kind) ? `${kind} ${grammar}` : grammar;
}
