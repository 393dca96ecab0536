/** Revisions of an export, from a file of this computer into the history; nothing of it is applied. */

import type { Revision } from '../../../../src/admin/answers/revisions.ts';
import { api } from '../../api/client.ts';
import { FileButton } from '../../application/file-button.tsx';
import { toast } from '../../application/toasts.tsx';
import type { EditedDocument } from './documents.ts';

/** A request has 1 MB at most; one text half of that. */
const MOST_CHARACTERS = 400_000;

/** Lines of JSON, the first of which says what it is. Throws what a person can read. */
function parseExport(content: string, document: EditedDocument): readonly Revision[] {
  const [head = '{}', ...lines] = content.split('\n').filter((line) => line.trim() !== '');
  let told: { readonly format?: string; readonly kind?: string };
  let revisions: readonly Revision[];
  try {
    told = JSON.parse(head);
    revisions = lines.map((line) => JSON.parse(line) as Revision);
  } catch {
    throw new Error('This file is no export of revisions: it is not JSON.');
  }
  if (told.format !== 'mahalo-revisions') throw new Error('This file is no export of revisions.');
  if (told.kind !== document.id) throw new Error(`These are revisions of another document (${told.kind}).`);
  return revisions;
}

/** In pieces that a request can carry, in their order. */
function inPieces(revisions: readonly Revision[]): readonly (readonly Revision[])[] {
  const pieces: Revision[][] = [];
  let room = 0;
  for (const one of revisions) {
    const size = JSON.stringify(one).length;
    if (size > room) {
      pieces.push([]);
      room = MOST_CHARACTERS;
    }
    room -= size;
    pieces.at(-1)?.push(one);
  }
  return pieces;
}

export function ImportButton({
  document,
  onDone,
}: {
  readonly document: EditedDocument;
  readonly onDone: () => unknown;
}) {
  const bring = async (file: File): Promise<void> => {
    const revisions = parseExport(await file.text(), document);
    for (const piece of inPieces(revisions)) await api.post(`${document.base}/import`, { revisions: piece });
    toast({ tone: 'good', text: `${revisions.length} revisions were brought in.` });
    onDone();
  };
  return (
    <FileButton label="File with exported revisions" accept=".jsonl,application/jsonl" onFile={bring}>
      Import
    </FileButton>
  );
}
