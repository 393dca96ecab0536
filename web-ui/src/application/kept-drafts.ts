/**
 * Texts that were written and not applied, kept beyond the page: in the session storage of this tab, by person and
 * document. So a session that ends, or a reload, costs nothing. Such texts may hold passwords: they are never written where
 * they outlive the tab, nobody else who logs in here is shown them, and who logs out himself leaves none behind.
 */

import type { DocumentId } from './trial.ts';

const PREFIX = 'mahalo-draft ';
const listeners: (() => void)[] = [];

function keyOf(user: string, id: DocumentId): string {
  return `${PREFIX}${id} ${user}`;
}

function keysOf(user: string): readonly string[] {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && key.endsWith(` ${user}`));
}

/** @param draft undefined: there is nothing to keep any more */
export function keepDraft(user: string, id: DocumentId, draft: object | undefined): void {
  const key = keyOf(user, id);
  if (draft === undefined) {
    sessionStorage.removeItem(key);
    return;
  }
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Too large for the browser. An older one must not come back in its place; the page still has it.
    sessionStorage.removeItem(key);
  }
}

/** As it was kept; whoever asks checks its form. */
export function keptDraft(user: string, id: DocumentId): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(user, id)) ?? 'null');
  } catch {
    return null; // somebody else's writing
  }
}

export function hasKeptDrafts(user: string): boolean {
  return keysOf(user).length > 0;
}

export function forgetKeptDrafts(user: string): void {
  for (const key of keysOf(user)) sessionStorage.removeItem(key);
  for (const forget of listeners) forget();
}

/** Who holds drafts in memory lets them go then, too. */
export function whenForgotten(forget: () => void): void {
  listeners.push(forget);
}
