/**
 * What HAProxy accepts without a word, and what is rarely meant: ACLs that nothing uses, rules that are never reached,
 * backends without servers. They are shown with `-dD` and to editors, and change neither verdict nor exit code. Looked
 * for only in a configuration without errors: half of one would look full of holes.
 */

import type { Diagnostics, Remark } from './diagnostics.ts';
import type { ConfigurationDraft } from './draft.ts';
import { findAclProblems } from './findings/acls.ts';
import { findBackendProblems } from './findings/backends.ts';
import type { Report } from './findings/report.ts';
import { findUnreachableRules } from './findings/rules.ts';
import { findSectionProblems } from './findings/sections.ts';
import { findValueProblems } from './findings/values.ts';
import type { Place } from './model.ts';
import { rangeOf } from './word-range.ts';

export function reportFindings(draft: ConfigurationDraft, diagnostics: Diagnostics): void {
  const warned = new Set(diagnostics.list.map((one) => `${one.line} ${one.file}`));
  const found: { readonly place: Place; readonly message: string; readonly remark: Remark }[] = [];
  const report: Report = (line, index, message, hint, style = 'spaced') => {
    const range = rangeOf(line.words[index] ?? line.words[0]);
    found.push({ place: line.place, message, remark: { ...range, keyword: line.words[0]?.text ?? '', hint, style } });
  };
  findAclProblems(draft, report);
  findUnreachableRules(draft, (line, ...rest) => {
    // HAProxy has said as much about this line.
    if (!warned.has(`${line.place.line} ${line.place.file}`)) report(line, ...rest);
  });
  findBackendProblems(draft, report);
  findSectionProblems(draft, report);
  findValueProblems(draft, report);
  const files = new Map<string, number>();
  for (const { place } of draft.lines.all) if (!files.has(place.file)) files.set(place.file, files.size);
  const order = (place: Place): number => (files.get(place.file) ?? 0) * 1e9 + place.line;
  found.sort((left, right) => order(left.place) - order(right.place));
  for (const { place, message, remark } of found) diagnostics.diag(place, message, remark);
}
