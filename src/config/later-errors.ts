/**
 * The errors that HAProxy would tell only after those of single lines are mended: it does not ask whether names exist or
 * modes fit before every line can be read. We ask at once, so that one run tells all; what may follow from a line that
 * could not be read is left out.
 */

import { checkConfiguration, checkServerAddresses } from './check.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import type { ConfigurationDraft } from './draft.ts';
import { quotedTexts } from './word-range.ts';

/** The words of the lines that have errors: each may be a name that would have been declared. */
function doubtfulWords(draft: ConfigurationDraft, errors: readonly Diagnostic[]): ReadonlySet<string> {
  const lines = errors.filter((error) => error.fatal).map((error) => draft.lines.at(error));
  return new Set(lines.flatMap((line) => (line?.words ?? []).map((word) => word.text)));
}

export function laterErrors(draft: ConfigurationDraft, known: readonly Diagnostic[]): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  checkConfiguration(draft, diagnostics);
  checkServerAddresses(draft, diagnostics);
  const doubtful = doubtfulWords(draft, known);
  return diagnostics.list
    .filter(({ fatal, message }) => fatal && !doubtful.has(quotedTexts(message)[0] ?? ''))
    .map((error) => ({ ...error, later: true }));
}
