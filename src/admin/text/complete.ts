/** What can be written at a place, from the registry and from the names of the configuration itself. */

import type { KeywordEntry } from '../../config/keyword.ts';
import type { Document } from './document.ts';
import { sectionAt } from './document.ts';
import type { KeywordIndex } from './keyword-index.ts';
import { innerAt, placeAt } from './place.ts';
import { type Slot, slotAfter } from './slots.ts';
import { definitionsOf } from './symbols.ts';

export interface Completion {
  readonly label: string;
  /** A kind of keyword, of a definition, or `word`. */
  readonly kind: string;
  readonly grammar: string;
  readonly help: string;
  /** False: known, and refused by the proxy. */
  readonly implemented: boolean;
}

export interface Completions {
  /** What a chosen one replaces. */
  readonly start: number;
  readonly end: number;
  /** Those that begin with what is written, in alphabetical order, what is not implemented last. */
  readonly candidates: readonly Completion[];
}

function candidateOf(entry: KeywordEntry, label: string): Completion {
  const { grammar, help, implemented, kind } = entry;
  return { label, kind, grammar, help, implemented };
}

/** Entries whose names are no longer written as they are: `track-sc` is `track-sc0`. */
function labelOf(entry: KeywordEntry, prefix: string): string | undefined {
  if (!entry.name.startsWith(prefix)) return undefined;
  const label = entry.name.slice(prefix.length);
  return label.endsWith('track-sc') ? `${label}0` : label;
}

function keywordsOf(slot: Slot, keywords: KeywordIndex): readonly Completion[] {
  return slot.kinds.flatMap((kind) =>
    [...keywords.all(kind)].flatMap((entry) => {
      const fits = slot.section === '' || entry.sections.length === 0 || entry.sections.includes(slot.section);
      const prefixed = kind === 'section-keyword' || kind === 'tcp-request' || kind === 'tcp-response';
      const label = fits ? labelOf(entry, prefixed ? slot.prefix : '') : undefined;
      return label === undefined ? [] : [candidateOf(entry, label)];
    }),
  );
}

function namesOf(document: Document, slot: Slot, offset: number): readonly Completion[] {
  const here = sectionAt(document, offset);
  return definitionsOf(document)
    .filter((one) => slot.symbols.includes(one.kind) && (!slot.local || one.section === here))
    .filter((one) => one.start > offset || one.end < offset)
    .map(({ kind, line, name, section }) => ({
      label: kind === 'server' && section !== here ? `${section.name}/${name}` : name,
      kind,
      grammar: line.text.trim(),
      help: `line ${line.number}`,
      implemented: true,
    }));
}

function sorted(candidates: readonly Completion[], written: string): readonly Completion[] {
  const unique = new Map<string, Completion>();
  for (const one of candidates) {
    if (one.label.startsWith(written) && !unique.has(one.label)) unique.set(one.label, one);
  }
  return [...unique.values()].sort(
    (left, right) =>
      Number(right.implemented) - Number(left.implemented) ||
      (left.label < right.label ? -1 : left.label > right.label ? 1 : 0),
  );
}

/** Nothing in comments, and where only the reader knows what to write (names, numbers, addresses). */
export function completionsAt(document: Document, offset: number, keywords: KeywordIndex): Completions {
  const place = placeAt(document, offset);
  const nothing: Completions = { start: offset, end: offset, candidates: [] };
  if (place === undefined) return nothing;
  const slot = slotAfter(place.before, place.section, place.modified, keywords);
  const { word } = place;
  const start = word?.start ?? offset;
  const inner = word === undefined ? undefined : innerAt(word.text, offset - word.start, slot.expression);
  if (word !== undefined && inner !== undefined && (inner.kind !== 'fetch' || word.text.includes('%['))) {
    const entries = [...keywords.all(inner.kind)].map((entry) => candidateOf(entry, entry.name));
    const written = word.text.slice(inner.start, offset - word.start);
    return { start: start + inner.start, end: start + inner.end, candidates: sorted(entries, written) };
  }
  const written = document.text.slice(start, offset);
  const words = slot.literals.map((label) => ({ label, kind: 'word', grammar: '', help: '', implemented: true }));
  const all = [...keywordsOf(slot, keywords), ...namesOf(document, slot, offset), ...words];
  if (written.startsWith('!') && slot.symbols.includes('acl')) {
    return { start: start + 1, end: word?.end ?? offset, candidates: sorted(all, written.slice(1)) };
  }
  return { start, end: word?.end ?? offset, candidates: sorted(all, written) };
}
