/**
 * Words where numbers belong. HAProxy reads many of them as C's atol() does: `weight high` is weight 0, and `maxconn 10k`
 * is 10.
 */

import type { ConfigurationDraft } from '../draft.ts';
import { entriesNamed } from '../hints/keywords.ts';
import type { KeywordEntry } from '../keyword.ts';
import { type SourceLine, wordOf } from '../source-lines.ts';
import type { Report } from './report.ts';

const NUMBER = /^[+-]?\d+$/;

/** `maxconn <number>`: one argument, a number. */
function takesNumber(entry: KeywordEntry | undefined): boolean {
  return entry !== undefined && /^\S+ <(?:number|count|bytes|percent|weight)>$/.test(entry.grammar);
}

function checkNumber(line: SourceLine, index: number, kind: string, report: Report): void {
  const name = wordOf(line, index);
  const entry = entriesNamed(name).find((one) => one.kind === kind);
  if (!takesNumber(entry)) return;
  const value = wordOf(line, index + 1);
  if (NUMBER.test(value)) return;
  const read = /^\s*[+-]?\d+/.exec(value)?.[0] ?? '0';
  const what = value === '' ? 'nothing' : `'${value}'`;
  report(
    line,
    value === '' ? index : index + 1,
    `'${name}' takes a number: ${what} counts as ${read}.`,
    `written as: ${entry?.grammar}`,
  );
}

const FIRST_OPTION: Readonly<Record<string, readonly [kind: string, index: number]>> = {
  server: ['server-option', 3],
  'default-server': ['server-option', 1],
  bind: ['bind-option', 2],
};

export function findValueProblems(draft: ConfigurationDraft, report: Report): void {
  for (const line of draft.lines.all) {
    const keyword = wordOf(line, 0);
    const options = FIRST_OPTION[keyword];
    if (options !== undefined) {
      const [kind, first] = options;
      for (let index = first; index < line.words.length; index++) checkNumber(line, index, kind, report);
    } else checkNumber(line, 0, line.section === 'global' ? 'global' : 'proxy', report);
  }
}
