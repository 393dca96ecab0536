/**
 * The texts being edited in this tab, by person. They survive a visit to another page, a reload, and the end of a session
 * (application/kept-drafts.ts); never do they take the place of a text that came into force meanwhile: `base` says what each
 * began with, and the page shows the difference before it lets go on.
 */

import { type Signal, signal } from '@preact/signals';
import type { DocumentFile } from '../../../../src/admin/answers/revisions.ts';
import { keepDraft, keptDraft, whenForgotten } from '../../application/kept-drafts.ts';
import { currentSession } from '../../application/session.ts';
import { type EditedDocument, readInForce, type TextInForce } from './documents.ts';

export interface Draft {
  /** What it began with. */
  readonly base: TextInForce;
  readonly text: string;
  /** Those of the text in force, and new ones. */
  readonly files: readonly DocumentFile[];
  /** Proposed for the note of the next apply. */
  readonly note: string;
  /** It was written in a session before this one, or before a reload: last at that moment. */
  readonly keptMs?: number;
}

/** A moment after the last key: not at each. */
const KEEP_AFTER_MS = 400;

const drafts = new Map<string, Signal<Draft | undefined>>();
/** What has to be kept yet. */
const pending = new Map<string, () => void>();

function nameOf({ id }: EditedDocument): string {
  return `${id} ${currentSession().user}`;
}

export function draftOf(document: EditedDocument): Signal<Draft | undefined> {
  const name = nameOf(document);
  const known = drafts.get(name);
  if (known !== undefined) return known;
  const fresh = signal<Draft | undefined>(undefined);
  drafts.set(name, fresh);
  return fresh;
}

export function isChanged({ base, text }: Draft): boolean {
  return text !== base.text;
}

/** Something was written and not applied, in this session or kept from one before. */
export function hasDraft(document: EditedDocument): boolean {
  const { value } = draftOf(document);
  if (value !== undefined) return isChanged(value);
  const kept = keptDraft(currentSession().user, document.id);
  return isDraft(kept) && isChanged(kept);
}

function setDraft(document: EditedDocument, draft: Draft): Draft {
  draftOf(document).value = draft;
  const { user } = currentSession();
  const name = nameOf(document);
  const keep = (): void => {
    pending.delete(name);
    clearTimeout(timer);
    keepDraft(user, document.id, isChanged(draft) ? { ...draft, keptMs: Date.now() } : undefined);
  };
  const timer = setTimeout(() => pending.get(name)?.(), KEEP_AFTER_MS);
  pending.set(name, keep);
  return draft;
}

function isDraft(value: unknown): value is Draft {
  const { base, files, keptMs, note, text } = (value ?? {}) as Partial<Draft>;
  const texts = [text, note, base?.text].every((one) => typeof one === 'string');
  return texts && typeof base?.number === 'number' && Array.isArray(files) && typeof keptMs === 'number';
}

/** The draft that is there if something was written into it; one that was kept; else the text in force as it is now. */
export async function openDraft(document: EditedDocument): Promise<Draft> {
  const { value } = draftOf(document);
  if (value !== undefined && isChanged(value)) return value;
  const kept = keptDraft(currentSession().user, document.id);
  if (!isDraft(kept) || !isChanged(kept)) return restartDraft(document);
  const inForce = await readInForce(document);
  // It was applied before the end, or somebody else wrote the same.
  if (kept.text === inForce.text) return restartDraft(document);
  return setDraft(document, kept);
}

/** The text in force may be another one by now: a draft that says the same begins anew, another one stays. */
export async function settleDraft(document: EditedDocument): Promise<void> {
  const { value } = draftOf(document);
  if (value === undefined) return;
  const base = await readInForce(document);
  if (draftOf(document).value?.text === base.text) setDraft(document, unchanged(base));
}

function unchanged(base: TextInForce): Draft {
  return { base, text: base.text, files: base.files, note: '' };
}

/** Forgets what was written. */
export async function restartDraft(document: EditedDocument): Promise<Draft> {
  return setDraft(document, unchanged(await readInForce(document)));
}

/** What was written goes on from what is in force by now: the author has seen the difference. */
export function rebaseDraft(document: EditedDocument, base: TextInForce): void {
  const { value } = draftOf(document);
  if (value !== undefined) setDraft(document, { ...value, base });
}

/** A text from elsewhere (a template, the history) to be looked at and applied. */
export async function proposeText(
  document: EditedDocument,
  proposal: { readonly text: string; readonly files: readonly DocumentFile[]; readonly note: string },
): Promise<void> {
  const base = await readInForce(document);
  const files = new Map([...base.files, ...proposal.files].map((file) => [file.path, file]));
  setDraft(document, { ...proposal, base, files: [...files.values()] });
}

/** Typed by a person. */
export function changeText(document: EditedDocument, text: string): void {
  const { value } = draftOf(document);
  if (value !== undefined) setDraft(document, { ...value, text });
}

whenForgotten(() => {
  drafts.clear();
  pending.clear();
});

addEventListener('pagehide', () => {
  for (const keep of [...pending.values()]) keep();
});

/** A closed tab would lose it. */
addEventListener('beforeunload', (event) => {
  if ([...drafts.values()].some((one) => one.value !== undefined && isChanged(one.value))) event.preventDefault();
});
