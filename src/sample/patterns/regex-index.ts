/** A list of regular expressions, and one test for all of them: most texts match none. */
import { compileRegex } from '../../config/regex/regex.ts';
import type { Sample } from '../sample.ts';
import type { EntryStore } from './entry-store.ts';
import type { Hits } from './hits.ts';
import type { PatternIndex } from './pattern-index.ts';
import type { TextHash } from './text-hash.ts';

const NEWLINE = '\n';
/** More alternatives in one expression make the engine slow. */
const GROUP_SIZE = 64;

interface Expression {
  readonly entry: number;
  readonly source: string;
  /** For texts of one line, which nearly all are. */
  readonly plain: RegExp;
  /** For texts with newlines, compiled when the first comes. */
  exact: RegExp | undefined;
}

export class RegexIndex implements PatternIndex {
  readonly readsText = false;
  readonly #store: EntryStore;
  readonly #ignoreCase: boolean;
  readonly #capture: boolean;
  #expressions: Expression[] = [];
  #groups: readonly RegExp[] | undefined;

  constructor(store: EntryStore, ignoreCase: boolean, capture: boolean) {
    this.#store = store;
    this.#ignoreCase = ignoreCase;
    this.#capture = capture;
  }

  add(entry: number): void {
    const source = this.#store.key(entry);
    this.#expressions.push({ entry, source, plain: this.#compile(source, true), exact: undefined });
    this.#groups = undefined;
  }

  remove(entry: number): void {
    this.#expressions = this.#expressions.filter((expression) => expression.entry !== entry);
    this.#groups = undefined;
  }

  /** The expression of an entry with its captures, for `map_regm`. */
  expressionOf(entry: number): RegExp | undefined {
    const found = this.#expressions.find((expression) => expression.entry === entry);
    if (found === undefined) return undefined;
    found.exact ??= this.#compile(found.source, false);
    return found.exact;
  }

  collect(sample: Sample, _text: TextHash, hits: Hits): void {
    const expressions = this.#expressions;
    const text = sample.text();
    const lines = text.includes(NEWLINE);
    if (!lines && expressions.length > 1 && !this.#mayMatch(text)) return;
    for (const expression of expressions) {
      if (!this.#matches(expression, text, lines)) continue;
      hits.push(expression.entry);
      if (hits.single) return;
    }
  }

  #matches(expression: Expression, text: string, lines: boolean): boolean {
    if (!lines) return expression.plain.test(text);
    expression.exact ??= this.#compile(expression.source, false);
    return expression.exact.test(text);
  }

  #compile(source: string, singleLine: boolean): RegExp {
    return compileRegex(source, this.#ignoreCase, { capture: this.#capture, singleLine });
  }

  /** Asks for many expressions at once; those that need their own engine answer for themselves. */
  #mayMatch(text: string): boolean {
    this.#groups ??= this.#group();
    for (const group of this.#groups) if (group.test(text)) return true;
    return false;
  }

  #group(): readonly RegExp[] {
    const groups: RegExp[] = [];
    const sources: string[] = [];
    for (const { plain } of this.#expressions) {
      if (plain.constructor === RegExp && !/\\\d/.test(plain.source)) sources.push(`(?:${plain.source})`);
      else groups.push(plain);
    }
    for (let at = 0; at < sources.length; at += GROUP_SIZE) {
      groups.push(new RegExp(sources.slice(at, at + GROUP_SIZE).join('|')));
    }
    return groups;
  }
}
