/** Revisions as one file to keep elsewhere: a JSON object a line, the oldest first, so that none needs all in memory. */

import type { RevisionStore } from './revision-store.ts';

/** The first line says what it is; `kind` is the name of the document. */
export function* exportPieces(kind: string, revisions: RevisionStore): Generator<string> {
  const { confirmed } = revisions.state;
  yield `${JSON.stringify({ format: 'mahalo-revisions', version: 1, kind, confirmed })}\n`;
  for (const number of revisions.numbers().toReversed()) {
    const revision = revisions.find(number);
    if (revision !== undefined) yield `${JSON.stringify(revision)}\n`;
  }
}
