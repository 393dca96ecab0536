/** Where the parser of an expression stands, and what `(?flags)` say there. */
import { RegexError } from './syntax.ts';

export interface Flags {
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
  extended: boolean;
  /** `(?xx)`: blanks within classes do not count either. */
  moreExtended: boolean;
  /** Groups capture only when they have a name. */
  noCapture: boolean;
  /** `(?U)`: `*` is lazy, `*?` greedy. */
  ungreedy: boolean;
}

export class Cursor {
  readonly text: string;
  at = 0;
  /** Within `\Q...\E`. */
  quoted = false;

  constructor(text: string) {
    this.text = text;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  take(): string {
    return this.text[this.at++] ?? '';
  }

  startsWith(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  /** Moves past `what` if it stands here. */
  skip(what: string): boolean {
    if (!this.startsWith(what)) return false;
    this.at += what.length;
    return true;
  }

  /** Matches a sticky expression here and moves past it. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  fail(message: string, offset = this.at): never {
    throw new RegexError(message, offset);
  }
}
