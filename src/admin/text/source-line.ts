/**
 * One line of configuration text, split without losing anything: the texts of its parts, one after the other, are the
 * line. The words are those of the parser's own lexer, so that what the editor shows is what the proxy reads.
 */

import { lexLine } from '../../config/lexer.ts';

export type PartKind =
  | 'blank'
  | 'word'
  | 'comment'
  | 'ending'
  /** What the lexer refuses (an open quote), or never looks at (behind a carriage return or a NUL). */
  | 'other';

export interface Part {
  readonly kind: PartKind;
  /** As it is written, quotes and escapes included. */
  readonly text: string;
  /** Where it starts in the whole text, from 0. */
  readonly start: number;
}

export interface TextWord {
  /** What it means, without quotes and escapes; variables are left as `${NAME}`. */
  readonly text: string;
  readonly raw: string;
  /** In the whole text, from 0; `end` is after its last character. */
  readonly start: number;
  readonly end: number;
}

export interface SourceLine {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly parts: readonly Part[];
  readonly words: readonly TextWord[];
  /** With its `#`; '' without one. */
  readonly comment: string;
  /** The lexer's complaint; '' for a line that can be read. */
  readonly problem: string;
}

const GAP = /([ \t\v\f\r]+)|([^ \t\v\f\r]+)/g;

/** Variables stay what they are: an editor does not know the environment of the device. */
const asWritten = (name: string): string => `\${${name}}`;

class LineSplitter {
  readonly #text: string;
  readonly #start: number;
  readonly #parts: Part[] = [];
  readonly #words: TextWord[] = [];
  #at = 0;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
  }

  split(number: number): SourceLine {
    const ending = /\r?\n$/.exec(this.#text)?.[0] ?? '';
    const body = this.#text.slice(0, this.#text.length - ending.length);
    const lexed = lexLine(body, asWritten);
    let comment = '';
    let problem = '';
    if (lexed.kind === 'error') {
      problem = lexed.message.split(':\n')[0] ?? '';
      const indent = /^[ \t\v\f]*/.exec(body)?.[0] ?? '';
      this.#take('blank', indent.length);
    } else {
      for (const word of lexed.words) {
        if (word.endColumn <= word.column && word.text === '') continue;
        this.#gap(word.column - 1);
        this.#word(word.text, word.endColumn - 1);
      }
      const rest = body.slice(this.#at);
      const end = rest.search(/[#\r\0]/);
      this.#gap(end < 0 ? body.length : this.#at + end);
      if (body.charAt(this.#at) === '#') {
        comment = body.slice(this.#at);
        this.#take('comment', body.length);
      }
    }
    this.#take('other', body.length);
    this.#take('ending', this.#text.length);
    return {
      number,
      start: this.#start,
      end: this.#start + this.#text.length,
      text: this.#text,
      parts: this.#parts,
      words: this.#words,
      comment,
      problem,
    };
  }

  /** Blanks up to a place, and the empty words (`""`) between them, which the lexer drops at the end of a line. */
  #gap(end: number): void {
    for (const found of this.#text.slice(this.#at, end).matchAll(GAP)) {
      if (found[1] !== undefined) this.#take('blank', this.#at + found[0].length);
      else this.#word('', this.#at + found[0].length);
    }
  }

  #word(text: string, end: number): void {
    const start = this.#at;
    this.#take('word', end);
    const raw = this.#text.slice(start, end);
    this.#words.push({ text, raw, start: this.#start + start, end: this.#start + end });
  }

  #take(kind: PartKind, end: number): void {
    if (end <= this.#at) return;
    this.#parts.push({ kind, text: this.#text.slice(this.#at, end), start: this.#start + this.#at });
    this.#at = end;
  }
}

/** `text`: with its line end; `start`: where it stands in the whole text. */
export function splitLine(text: string, number: number, start: number): SourceLine {
  return new LineSplitter(text, start).split(number);
}
