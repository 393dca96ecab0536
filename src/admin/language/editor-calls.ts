/** What an editor asks about a place in HAProxy's language: the answers of admin/text without their references. */

import { allKeywords } from '../../config/registry.ts';
import { type Completions, completionsAt } from '../text/complete.ts';
import { readDocument } from '../text/document.ts';
import { formatText } from '../text/format.ts';
import { type HoverOf, hoverAt } from '../text/hover.ts';
import { KeywordIndex } from '../text/keyword-index.ts';
import { type Definition, definitionsAt, definitionsOf, usesAt } from '../text/symbols.ts';

/** `offset`: in characters as JavaScript counts them, from 0. */
export interface PlaceInText {
  readonly text: string;
  readonly offset: number;
}

export interface Named {
  readonly kind: string;
  readonly name: string;
  /** Of the name itself; `end` is after its last character. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly lineText: string;
  /** The section it stands in, as it is opened: `backend web`. */
  readonly section: string;
}

export type HoverAnswer = HoverOf<Named>;

export interface DefinitionAnswer {
  readonly definitions: readonly Named[];
  /** Where that name is used. */
  readonly uses: readonly { readonly name: string; readonly start: number; readonly end: number }[];
}

function named({ kind, name, start, end, line, section }: Definition): Named {
  const opened = section.name === '' ? section.keyword : `${section.keyword} ${section.name}`;
  return { kind, name, start, end, line: line.number, lineText: line.text.trim(), section: opened };
}

/** For colours only: what may stand first on a line, and behind it. */
export interface WordLists {
  readonly sections: readonly string[];
  readonly statements: readonly string[];
  readonly options: readonly string[];
}

const STATEMENT_KINDS = new Set(['global', 'proxy', 'directive']);

export class EditorCalls {
  readonly #keywords = new KeywordIndex(allKeywords());

  complete({ text, offset }: PlaceInText): Completions {
    return completionsAt(readDocument(text), offset, this.#keywords);
  }

  /** Null where there is nothing to say. */
  hover({ text, offset }: PlaceInText): HoverAnswer | null {
    const found = hoverAt(readDocument(text), offset, this.#keywords);
    if (found === undefined) return null;
    return { ...found, definitions: found.definitions.map(named) };
  }

  definition({ text, offset }: PlaceInText): DefinitionAnswer {
    const document = readDocument(text);
    const uses = usesAt(document, offset).map(({ name, start, end }) => ({ name, start, end }));
    return { definitions: definitionsAt(document, offset).map(named), uses };
  }

  symbols({ text }: { readonly text: string }): readonly Named[] {
    return definitionsOf(readDocument(text)).map(named);
  }

  words(): WordLists {
    const lists = { sections: new Set<string>(), statements: new Set<string>(), options: new Set<string>() };
    for (const { kind, name } of allKeywords()) {
      if (kind === 'section') lists.sections.add(name);
      // `peers: peer`: the word itself stands behind the section's name.
      else if (kind === 'section-keyword') lists.statements.add(name.replace(/^[^:]*: /, '').split(' ')[0] ?? '');
      else if (STATEMENT_KINDS.has(kind)) lists.statements.add(name.split(' ')[0] ?? '');
      else for (const word of name.split(' ')) lists.options.add(word);
    }
    return { sections: [...lists.sections], statements: [...lists.statements], options: [...lists.options] };
  }

  format({ text }: { readonly text: string }): { readonly text: string } {
    return { text: formatText(text) };
  }
}
