/**
 * Text of lines and blocks in braces (keepalived.conf) as an editor sees it: which statement and which block a place is in,
 * also while the text is half written. What is right is said by its own reader; nothing is refused here.
 */

/** What the registry of such a language tells of a word; `shape` and `opens` say what its braces hold. */
export interface BlockKeyword {
  readonly name: string;
  /** `values`: a block whose lines are no keywords. `opaque`: a block that nobody looks into. */
  readonly shape: 'line' | 'block' | 'values' | 'opaque';
  readonly grammar: string;
  readonly help: string;
  readonly initially?: string;
  readonly opens?: string;
  readonly standing: 'works' | 'ignored' | 'refused';
  readonly why?: string;
  readonly since?: string;
}

/** By block, then by name; the block `''` is the file itself. */
export type BlockTable = ReadonlyMap<string, ReadonlyMap<string, BlockKeyword>>;

export interface BlockWord {
  /** Without quotes. */
  readonly text: string;
  /** Characters from 0, quotes included; `end` is after the last one. */
  readonly start: number;
  readonly end: number;
}

/** What a pair of braces holds. */
export interface Frame {
  /** The keywords of this block; undefined: values, or nothing that is known. */
  readonly block: string | undefined;
  /** The statement that opened it; undefined: the file itself. */
  readonly opener: BlockStatement | undefined;
  /** In the table; undefined: unknown there. */
  readonly keyword: BlockKeyword | undefined;
}

export interface BlockStatement {
  readonly frame: Frame;
  readonly words: readonly BlockWord[];
  /** From 1. */
  readonly line: number;
  readonly lineText: string;
}

export interface BlockText {
  readonly text: string;
  readonly statements: readonly BlockStatement[];
  /** From where on each frame holds, in order. */
  readonly frames: readonly { readonly from: number; readonly frame: Frame }[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
}

/** A string, a brace, a word (with parameters like `${NAME}`), or a comment up to the end of the line. */
export const TOKEN = /"[^"]*"?|[{}]|(?:\$\{[^}]*\}|\\.|[^\s"{}!#])+|[!#].*$/g;
/** Lines for some machines only begin with their names: `@main priority 100`. */
const CONDITION = /^@\^?\w+$/;
const DEFINITION = /^\s*\$\w+=/;

class BlockReader {
  readonly #table: BlockTable;
  readonly statements: (BlockStatement & { readonly words: BlockWord[] })[] = [];
  readonly frames: { from: number; frame: Frame }[] = [];
  readonly comments: { start: number; end: number }[] = [];
  readonly #open: Frame[] = [{ block: '', opener: undefined, keyword: undefined }];
  /** The statement that the next brace belongs to. */
  #last: BlockStatement | undefined;

  constructor(table: BlockTable) {
    this.#table = table;
    this.frames.push({ from: 0, frame: this.#frame });
  }

  get #frame(): Frame {
    return this.#open.at(-1) as Frame;
  }

  line(lineText: string, offset: number, line: number): void {
    if (DEFINITION.test(lineText)) return;
    let current: (BlockStatement & { readonly words: BlockWord[] }) | undefined;
    for (const { 0: token, index } of lineText.matchAll(TOKEN)) {
      const [start, end] = [offset + index, offset + index + token.length];
      const first = token.charAt(0);
      if (first === '!' || first === '#') this.comments.push({ start, end });
      else if (token === '{' || token === '}') {
        this.#brace(token, end);
        current = undefined;
      } else if (current !== undefined || !CONDITION.test(token)) {
        if (current === undefined) {
          current = { frame: this.#frame, words: [], line, lineText };
          this.statements.push(current);
          this.#last = current;
        }
        current.words.push({ text: token.replace(/^"|"$/g, ''), start, end });
      }
    }
  }

  #brace(brace: string, from: number): void {
    if (brace === '{') this.#open.push(this.#opened(this.#last));
    else if (this.#open.length > 1) this.#open.pop();
    this.#last = undefined;
    this.frames.push({ from, frame: this.#frame });
  }

  #opened(opener: BlockStatement | undefined): Frame {
    const keyword = opener === undefined ? undefined : keywordOf(opener, this.#table);
    return { block: keyword?.shape === 'block' ? (keyword.opens ?? '') : undefined, opener, keyword };
  }
}

/** What the first word of a statement means; undefined: an unknown one, or a line of values. */
export function keywordOf({ frame, words }: BlockStatement, table: BlockTable): BlockKeyword | undefined {
  return frame.block === undefined ? undefined : table.get(frame.block)?.get(words[0]?.text ?? '');
}

export function readBlocks(text: string, table: BlockTable): BlockText {
  const reader = new BlockReader(table);
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    reader.line(line, offset, index + 1);
    offset += line.length + 1;
  }
  const { comments, frames, statements } = reader;
  return { text, statements, frames, comments };
}

export interface BlockPlace {
  readonly frame: Frame;
  /** The one the place is in; undefined: one begins here. */
  readonly statement: BlockStatement | undefined;
  /** The words before the one the place is in. */
  readonly before: readonly BlockWord[];
  /** The word the place is in or at the end of. */
  readonly word: BlockWord | undefined;
}

/** Undefined within a comment. */
export function blockPlaceAt(read: BlockText, offset: number): BlockPlace | undefined {
  if (read.comments.some(({ start, end }) => start < offset && offset <= end)) return undefined;
  const found = read.frames.findLast(({ from }) => from <= offset) ?? read.frames[0];
  const frame = found?.frame ?? { block: '', opener: undefined, keyword: undefined };
  const last = read.statements.findLast(({ words }) => (words[0]?.start ?? 0) <= offset);
  const end = last?.words.at(-1)?.end ?? 0;
  // Another line, or a brace between them: a statement of its own begins.
  const statement =
    last?.frame === frame && !/[\n{}]/.test(read.text.slice(end, Math.max(end, offset))) ? last : undefined;
  const words = statement?.words ?? [];
  const word = words.find((one) => one.start <= offset && offset <= one.end);
  return { frame, statement, before: words.filter((one) => one !== word && one.end <= offset), word };
}
