/** What a word means: its registry entry, or the definition behind a name. */

import type { KeywordEntry } from '../../config/keyword.ts';
import type { Document } from './document.ts';
import type { KeywordIndex } from './keyword-index.ts';
import { manualLink } from './manual-link.ts';
import { innerAt, placeAt } from './place.ts';
import { type Slot, slotAfter } from './slots.ts';
import { type Definition, definitionsAt } from './symbols.ts';

export interface Explanation {
  readonly kind: string;
  readonly name: string;
  readonly grammar: string;
  readonly help: string;
  /** What holds when it is not said; '' where that is nothing to speak of. */
  readonly initially: string;
  readonly since: string;
  /** A section of HAProxy's manual, and where to read it. */
  readonly manual: string;
  readonly link: string;
  readonly implemented: boolean;
}

/** Of the word between `start` and `end`: what it means, and where its name is defined. */
export interface HoverOf<Defined> {
  readonly start: number;
  readonly end: number;
  readonly keywords: readonly Explanation[];
  readonly definitions: readonly Defined[];
}

export type Hover = HoverOf<Definition>;

function explain({ grammar, help, implemented, initially, kind, manual, name, since }: KeywordEntry): Explanation {
  return { kind, name, grammar, help, initially, since, manual, link: manualLink(manual), implemented };
}

/** As names of keywords are written: `set-var(x)`, `track-sc0`, `hdr(host)`. */
function spellings(text: string): readonly string[] {
  const plain = text.replace(/\(.*$/, '');
  return [text, plain, plain.replace(/[0-9]$/, ''), text.replace(/^!/, '')];
}

function entriesFor(slot: Slot, text: string, keywords: KeywordIndex): readonly KeywordEntry[] {
  return slot.kinds.flatMap((kind) => {
    const prefixed = kind === 'section-keyword' || kind === 'tcp-request' || kind === 'tcp-response';
    for (const spelling of spellings(text)) {
      const found = keywords.find(kind, prefixed ? slot.prefix + spelling : spelling);
      if (found !== undefined) return [found];
    }
    return [];
  });
}

/** Undefined where there is nothing to say. */
export function hoverAt(document: Document, offset: number, keywords: KeywordIndex): Hover | undefined {
  const place = placeAt(document, offset);
  if (place?.word === undefined) return undefined;
  const { word } = place;
  const slot = slotAfter(place.before, place.section, place.modified, keywords);
  const inner = innerAt(word.text, Math.max(1, offset - word.start), slot.expression);
  const found = inner === undefined ? undefined : keywords.find(inner.kind, inner.text);
  const definitions = definitionsAt(document, offset);
  if (inner !== undefined && found !== undefined) {
    const acl = slot.expression && inner.start === 0 ? keywords.find('acl-keyword', inner.text) : undefined;
    const entries = acl === undefined ? [found] : [found, acl];
    const [start, end] = [word.start + inner.start, word.start + inner.end];
    return { start, end, keywords: entries.map(explain), definitions };
  }
  const entries = inner?.kind === 'converter' ? [] : entriesFor(slot, word.text, keywords);
  if (entries.length === 0 && definitions.length === 0) return undefined;
  return { start: word.start, end: word.end, keywords: entries.map(explain), definitions };
}
