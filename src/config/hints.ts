/**
 * What was meant: HAProxy's messages say what is wrong, a hint says what to write instead. Hints are found afterwards,
 * from the message, the line and all that the configuration declares, so that no keyword has to think of them.
 */

import type { Diagnostic } from './diagnostics.ts';
import type { ConfigurationDraft } from './draft.ts';
import { FORM_HINTS } from './hints/forms.ts';
import { KEYWORD_HINTS } from './hints/keywords.ts';
import { NAME_HINTS } from './hints/names.ts';
import { NOTE_HINTS } from './hints/notes.ts';
import type { HintRule, Mistake } from './hints/rule.ts';
import { SECTION_HINTS } from './hints/sections.ts';
import { usageHint } from './hints/usage.ts';

const RULES: readonly HintRule[] = [...KEYWORD_HINTS, ...NAME_HINTS, ...SECTION_HINTS, ...FORM_HINTS, ...NOTE_HINTS];

function hintFor(mistake: Mistake): string | undefined {
  for (const [pattern, find] of RULES) {
    const match = pattern.exec(mistake.diagnostic.message);
    const hint = match === null ? undefined : find(match, mistake);
    if (hint !== undefined) return hint;
  }
  const { hint } = mistake.diagnostic;
  return hint === undefined ? usageHint(mistake) : `did you mean '${hint}'?`;
}

/** The diagnostic with the hint there is for it. A hint that came with it is the word that was meant. */
export function withHint(diagnostic: Diagnostic, draft: ConfigurationDraft): Diagnostic {
  if (diagnostic.summary || diagnostic.severity === 'diag') return diagnostic;
  const line = draft.lines.at(diagnostic);
  const hint = hintFor({ diagnostic, line, proxy: line?.proxy, draft });
  const parts = diagnostic.parts.map((part) => withHint(part, draft));
  return { ...diagnostic, hint, parts };
}
