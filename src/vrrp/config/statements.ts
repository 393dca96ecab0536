/**
 * Lines to statements: which keyword stands where, with its words and its block. Mistakes are kept in their place, so
 * that all messages come in the order of the file. Recovers from mistakes as keepalived does (lib/parser.c,
 * process_stream), but for an unknown keyword with a block: the block is skipped, where keepalived takes its lines for
 * those of the block around it and loses the rest of that.
 */

import type { BlockName, Keyword } from './keyword.ts';
import type { KeywordTable } from './registry.ts';
import type { Spot } from './report.ts';
import { type LogicalLine, splitWords, type Word } from './words.ts';

export interface Statement {
  readonly keyword: Keyword;
  /** The keyword first. */
  readonly words: readonly Word[];
  readonly line: LogicalLine;
  readonly body: readonly Item[];
  /** Lines of a block of values. */
  readonly values: readonly ValueLine[];
}

export interface ValueLine {
  readonly words: readonly Word[];
  readonly line: LogicalLine;
}

export interface Problem {
  readonly spot: Spot;
  readonly message: string;
  readonly hint: string | undefined;
  readonly severe: boolean;
}

export type Item = { readonly statement: Statement } | { readonly problem: Problem };

/** So many unknown words are no slips. */
const MOST_HINTS = 500;

interface Step extends ValueLine {
  readonly first: Word;
}

export class StatementParser {
  readonly #lines: readonly LogicalLine[];
  readonly #table: KeywordTable;
  #next = 0;
  #level = 0;
  #unknown = 0;

  constructor(lines: readonly LogicalLine[], table: KeywordTable) {
    this.#lines = lines;
    this.#table = table;
  }

  parse(): readonly Item[] {
    return this.#block('', false);
  }

  /** The next line that has a word; a quote left open is told in `items`. */
  #step(items: Item[]): Step | undefined {
    for (;;) {
      const line = this.#lines[this.#next++];
      if (line === undefined) return undefined;
      const { words, openQuote } = splitWords(line);
      if (openQuote !== undefined) items.push(problem(openQuote, `Unmatched quote: '${line.text.text}'`));
      const [first] = words;
      if (first !== undefined) return { words, line, first };
    }
  }

  get #atBrace(): boolean {
    return this.#lines[this.#next]?.text.text === '{';
  }

  #block(name: BlockName, needsBrace: boolean): readonly Item[] {
    const items: Item[] = [];
    let needed = needsBrace;
    for (let step = this.#step(items); step !== undefined; step = this.#step(items)) {
      const { first } = step;
      if (needed) {
        needed = false;
        if (first.text === '{') continue;
        items.push(problem(first, "Missing '{' at beginning of configuration block", `${name} needs a block: { ... }`));
      } else if (first.text === '{') {
        items.push(problem(first, "Unexpected '{' - ignoring", 'the keyword before it takes no block'));
        continue;
      }
      if (first.text === '}') {
        if (this.#level > 0) return items;
        continue;
      }
      const keyword = this.#table.find(name, first.text);
      if (keyword === undefined) {
        const hint = ++this.#unknown > MOST_HINTS ? undefined : this.#table.hint(name, first.text);
        items.push(problem(first, `Unknown keyword '${first.text}'`, hint));
        if (this.#atBrace) this.#skip();
      } else items.push(this.#statement(keyword, step, items));
    }
    return items;
  }

  #statement(keyword: Keyword, step: Step, items: Item[]): Item {
    const { words, line } = step;
    let body: readonly Item[] = [];
    let values: readonly ValueLine[] = [];
    switch (keyword.shape) {
      case 'block':
        this.#level++;
        body = this.#block(keyword.opens ?? '', true);
        this.#level--;
        break;
      case 'values':
        if (words.length > 1) {
          const message = `Block ${keyword.name} has extra parameters ${words[1]?.text} ...`;
          items.push(problem(words[1] ?? step.first, message, `${keyword.name} { ... }`));
        }
        values = this.#values(keyword, step.first, items);
        break;
      case 'opaque':
        if (this.#atBrace) this.#skip();
        break;
      case 'line':
        break;
    }
    return { statement: { keyword, words, line, body, values } };
  }

  #values(keyword: Keyword, at: Word, items: Item[]): readonly ValueLine[] {
    const values: ValueLine[] = [];
    let needed = true;
    for (let step = this.#step(items); step !== undefined; step = this.#step(items)) {
      const { first } = step;
      if (needed) {
        needed = false;
        if (first.text === '{' && step.words.length === 1) continue;
        const message = `'{' missing from beginning of block ${keyword.name}`;
        items.push({ problem: { spot: at, message, hint: undefined, severe: false } });
      }
      if (first.text === '}') break;
      values.push({ words: step.words, line: step.line });
    }
    return values;
  }

  /** Past the block that begins at the next line. */
  #skip(): void {
    let depth = 0;
    for (; this.#next < this.#lines.length; this.#next++) {
      const text = this.#lines[this.#next]?.text.text;
      if (text === '{') depth++;
      else if (text === '}' && --depth === 0) {
        this.#next++;
        return;
      }
    }
  }
}

function problem(spot: Spot, message: string, hint?: string): Item {
  return { problem: { spot, message, hint, severe: true } };
}
