/** The texts being edited in this tab: they survive a visit to another page. */

import { type Signal, signal } from '@preact/signals';
import { type DocumentFile, type EditedDocument, readInForce, type TextInForce } from './documents.ts';

export interface Draft {
  /** What it began with. */
  readonly base: TextInForce;
  readonly text: string;
  /** Those of the text in force, and new ones. */
  readonly files: readonly DocumentFile[];
  /** Proposed for the note of the next apply. */
  readonly note: string;
}

const drafts = new Map<EditedDocument['id'], Signal<Draft | undefined>>();

export function draftOf({ id }: EditedDocument): Signal<Draft | undefined> {
  const known = drafts.get(id);
  if (known !== undefined) return known;
  const fresh = signal<Draft | undefined>(undefined);
  drafts.set(id, fresh);
  return fresh;
}

export function isChanged({ base, text }: Draft): boolean {
  return text !== base.text;
}

/** The draft that is there if something was written into it; else the text in force as it is now. */
export async function openDraft(document: EditedDocument): Promise<Draft> {
  const held = draftOf(document);
  if (held.value !== undefined && isChanged(held.value)) return held.value;
  return restartDraft(document);
}

/** The text in force may be another one by now: a draft that says the same begins anew, another one stays. */
export async function settleDraft(document: EditedDocument): Promise<void> {
  const held = draftOf(document);
  const base = await readInForce(document);
  const { value } = held;
  if (value === undefined || value.text === base.text)
    held.value = { base, text: base.text, files: base.files, note: '' };
}

/** Forgets what was written. */
export async function restartDraft(document: EditedDocument): Promise<Draft> {
  const base = await readInForce(document);
  const draft: Draft = { base, text: base.text, files: base.files, note: '' };
  draftOf(document).value = draft;
  return draft;
}

/** A text from elsewhere (a template, the history) to be looked at and applied. */
export async function proposeText(
  document: EditedDocument,
  proposal: { readonly text: string; readonly files: readonly DocumentFile[]; readonly note: string },
): Promise<void> {
  const base = await readInForce(document);
  const files = new Map([...base.files, ...proposal.files].map((file) => [file.path, file]));
  draftOf(document).value = { ...proposal, base, files: [...files.values()] };
}

/** Typed by a person. */
export function changeText(document: EditedDocument, text: string): void {
  const held = draftOf(document);
  if (held.value !== undefined) held.value = { ...held.value, text };
}

/** A reload or a closed tab would lose it. */
addEventListener('beforeunload', (event) => {
  if ([...drafts.values()].some((one) => one.value !== undefined && isChanged(one.value))) event.preventDefault();
});
