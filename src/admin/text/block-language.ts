/** Completion, help at a word and definitions for a language of blocks, from its registry and from the text itself. */

import {
  type BlockKeyword,
  type BlockPlace,
  type BlockStatement,
  type BlockTable,
  type BlockText,
  type BlockWord,
  blockPlaceAt,
  keywordOf,
  readBlocks,
} from './blocks.ts';
import type { Completion, Completions } from './complete.ts';
import type { Explanation, HoverOf } from './hover.ts';

/** What a registry does not tell. */
export interface BlockLanguageFacts {
  readonly table: BlockTable;
  /** Blocks of the file itself whose second word is a name. */
  readonly definers: ReadonlySet<string>;
  /** Blocks of values whose lines begin with a name, and which definers define it. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  /** Words of a grammar in capitals that are written as they stand: others name what is to be written. */
  readonly literals: ReadonlySet<string>;
  /** Words before the name of an interface; and blocks of values that begin with one. */
  readonly beforeInterface: ReadonlySet<string>;
  /** Of this machine. */
  interfaces(): readonly string[];
  readonly manual: { readonly name: string; readonly link: string };
}

export interface BlockDefinition extends BlockWord {
  /** `vrrp_script` */
  readonly kind: string;
  readonly statement: BlockStatement;
}

function completion(label: string, kind: string, help = '', grammar = ''): Completion {
  return { label, kind, grammar, help, implemented: true };
}

function helpOf({ help, why }: BlockKeyword): string {
  const sentence = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  return why === undefined ? sentence : `${sentence} ${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
}

function grammarOf({ grammar, name }: BlockKeyword): string {
  return grammar === '' ? name : `${name} ${grammar}`;
}

export class BlockLanguage {
  readonly #facts: BlockLanguageFacts;

  constructor(facts: BlockLanguageFacts) {
    this.#facts = facts;
  }

  /** Nothing in comments, and where only the reader knows what to write. */
  complete(text: string, offset: number): Completions {
    const read = readBlocks(text, this.#facts.table);
    const place = blockPlaceAt(read, offset);
    if (place === undefined) return { start: offset, end: offset, candidates: [] };
    const { start, end } = place.word ?? { start: offset, end: offset };
    const written = text.slice(start, offset);
    const fitting = this.#candidates(read, place).filter(({ label }) => label.startsWith(written));
    const unique = new Map(fitting.map((one) => [one.label, one]));
    const candidates = [...unique.values()].sort(
      (one, other) => Number(other.implemented) - Number(one.implemented) || (one.label < other.label ? -1 : 1),
    );
    return { start, end, candidates };
  }

  #candidates(read: BlockText, { before, frame, statement }: BlockPlace): readonly Completion[] {
    const { table } = this.#facts;
    const previous = before.at(-1)?.text ?? '';
    if (this.#facts.beforeInterface.has(previous)) return this.#interfaces();
    if (frame.block === undefined) {
      const { keyword } = frame;
      if (keyword?.shape !== 'values') return [];
      return before.length > 0 ? this.#words(keyword) : this.#firstValues(read, keyword);
    }
    if (before.length > 0) {
      const keyword = statement === undefined ? undefined : keywordOf(statement, table);
      return keyword === undefined || keyword.shape !== 'line' ? [] : this.#words(keyword);
    }
    return [...(table.get(frame.block)?.values() ?? [])].map((keyword) => ({
      label: keyword.name,
      kind: keyword.shape === 'line' ? 'keyword' : 'block',
      grammar: grammarOf(keyword),
      help: helpOf(keyword),
      implemented: keyword.standing === 'works',
    }));
  }

  #firstValues(read: BlockText, { name }: BlockKeyword): readonly Completion[] {
    const kinds = this.#facts.users.get(name) ?? [];
    const names = this.#definitions(read)
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ kind, statement, text }) => completion(text, kind, `line ${statement.line}`, statement.lineText.trim()));
    return this.#facts.beforeInterface.has(name) ? [...names, ...this.#interfaces()] : names;
  }

  #interfaces(): readonly Completion[] {
    return this.#facts.interfaces().map((name) => completion(name, 'interface', 'of this machine'));
  }

  /** Words of a grammar that are written as they stand. */
  #words({ grammar }: BlockKeyword): readonly Completion[] {
    const words = grammar.match(/(?<![\w/.-])[A-Za-z][\w-]*(?![\w/])/g) ?? [];
    return words
      .filter((word) => word === word.toLowerCase() || this.#facts.literals.has(word))
      .map((word) => completion(word, 'word', '', grammar));
  }

  /** Undefined where there is nothing to say. */
  hover(text: string, offset: number): HoverOf<BlockDefinition> | undefined {
    const read = readBlocks(text, this.#facts.table);
    const place = blockPlaceAt(read, offset);
    if (place?.word === undefined) return undefined;
    const { frame, statement, word } = place;
    const keyword = statement === undefined ? undefined : (keywordOf(statement, this.#facts.table) ?? frame.keyword);
    const definitions = this.#definitionsOf(read, place);
    if (keyword === undefined && definitions.length === 0) return undefined;
    const keywords = keyword === undefined ? [] : [this.#explain(keyword)];
    return { start: word.start, end: word.end, keywords, definitions };
  }

  #explain(keyword: BlockKeyword): Explanation {
    const { initially = '', name, shape, since = '', standing } = keyword;
    const { manual } = this.#facts;
    const own = since === 'mahalo';
    return {
      kind: shape,
      name,
      grammar: grammarOf(keyword),
      help: helpOf(keyword),
      initially,
      since,
      manual: own ? '' : manual.name,
      link: own ? '' : manual.link,
      implemented: standing === 'works',
    };
  }

  /** Where the name at a place is defined, and where it is used. */
  definition(
    text: string,
    offset: number,
  ): { readonly definitions: readonly BlockDefinition[]; readonly uses: readonly BlockWord[] } {
    const read = readBlocks(text, this.#facts.table);
    const place = blockPlaceAt(read, offset);
    const definitions = place === undefined ? [] : this.#definitionsOf(read, place);
    const uses = definitions.flatMap(({ kind, text: name }) =>
      read.statements.flatMap((statement) => {
        const first = statement.words[0];
        return first?.text === name && this.#kindsNamed(statement).includes(kind) ? [first] : [];
      }),
    );
    return { definitions, uses };
  }

  #definitionsOf(read: BlockText, { statement, word }: BlockPlace): readonly BlockDefinition[] {
    if (statement === undefined || word === undefined) return [];
    const all = this.#definitions(read);
    const itself = all.filter(({ start }) => start === word.start);
    if (itself.length > 0) return itself;
    const kinds = word === statement.words[0] ? this.#kindsNamed(statement) : [];
    return all.filter(({ kind, text }) => text === word.text && kinds.includes(kind));
  }

  /** What the first word of a line of values names. */
  #kindsNamed({ frame }: BlockStatement): readonly string[] {
    return frame.block === undefined ? (this.#facts.users.get(frame.keyword?.name ?? '') ?? []) : [];
  }

  #definitions({ statements }: BlockText): readonly BlockDefinition[] {
    return statements.flatMap((statement): readonly BlockDefinition[] => {
      const [keyword, name] = statement.words;
      const defines = statement.frame.block === '' && this.#facts.definers.has(keyword?.text ?? '');
      return defines && keyword !== undefined && name !== undefined ? [{ ...name, kind: keyword.text, statement }] : [];
    });
  }
}
