/**
 * One line of configuration text cut into words, as HAProxy 2.6 does it (manual 2.2 "Quoting and escaping", 2.3
 * "Environment variables"). Pure: variables come from the caller.
 *
 * Outside quotes a backslash escapes blank, backslash, `#`, both quotes, and makes \r \n \t \xHH; within "weak" quotes
 * also `$`; within 'strong' quotes nothing is special. Variables are expanded only within weak quotes. Quotes may stand
 * in the middle of a word. Words are byte strings: `\xHH` above 127 is kept as that character code.
 */

/** HAProxy's MAX_LINE_ARGS. */
export const MAX_WORDS = 64;

export interface Word {
  readonly text: string;
  /** Where it starts in the line, counted from 1 (an expanded word: where the variable stands). */
  readonly column: number;
  /** The column after its last character, its quotes included. */
  readonly endColumn: number;
}

/** The name of a variable to its value; names starting with a dot are HAProxy's pseudo-variables. */
export type Variables = (name: string) => string | undefined;

export type LexResult =
  /** `endsBlank`: there are blanks after the last word. */
  | { readonly kind: 'words'; readonly words: readonly Word[]; readonly endsBlank: boolean }
  | { readonly kind: 'error'; readonly message: string; readonly column: number };

const ESCAPES: Readonly<Record<string, string>> = { ' ': ' ', '\\': '\\', t: '\t', n: '\n', r: '\r' };

const NAME_START = /[A-Za-z_.]/;
const isBlank = (character: string): boolean => /[ \t\v\f]/.test(character);

const SHOWN_WIDTH = 80;

/** The part of a text around a position, as HAProxy shows it: `width` columns, and where in them the position is. */
export function showPosition(text: string, at: number, width: number): { readonly text: string; readonly at: number } {
  const printable = text.replace(/\s/g, ' ').replace(/[^\x20-\x7e]/g, '?');
  if (at < width) return { text: printable.slice(0, width), at };
  const shift = at - Math.floor(width / 2);
  return { text: `...${printable.slice(shift + 3, shift + width - 3)}...`, at: at - shift };
}

/** Shows the line and a caret under the column. */
function withCaret(message: string, line: string, at: number): string {
  const shown = showPosition(line, at, SHOWN_WIDTH);
  return `${message}:\n  ${shown.text}\n  ${'^'.padStart(shown.at + 1)}`;
}

class LineReader {
  readonly #line: string;
  readonly #variables: Variables;
  readonly #words: Word[] = [];
  #at: number;
  #word = '';
  #wordColumn: number;
  #weak = -1;
  #strong = -1;

  constructor(line: string, variables: Variables) {
    this.#line = line;
    this.#variables = variables;
    this.#at = line.length - line.replace(/^[ \t\v\f\r]+/, '').length;
    this.#wordColumn = this.#at + 1;
  }

  read(): LexResult {
    const line = this.#line;
    while (this.#at < line.length) {
      const character = line.charAt(this.#at);
      if (character === '\n' || character === '\r' || character === '\0') break;
      if (character === '#' && this.#weak < 0 && this.#strong < 0) break;
      if (character === '"' && this.#strong < 0) {
        this.#weak = this.#weak < 0 ? this.#at : -1;
        this.#at++;
      } else if (character === "'" && this.#weak < 0) {
        this.#strong = this.#strong < 0 ? this.#at : -1;
        this.#at++;
      } else if (character === '\\' && this.#strong < 0) {
        if (!this.#escape()) return this.#fail('truncated or invalid hexadecimal sequence', this.#at);
      } else if (isBlank(character) && this.#weak < 0 && this.#strong < 0) {
        const end = this.#at;
        while (isBlank(line.charAt(this.#at))) this.#at++;
        this.#endWord(end);
      } else if (character === '$' && this.#weak >= 0) {
        const failure = this.#expand();
        if (failure !== undefined) return failure;
      } else {
        this.#word += character;
        this.#at++;
      }
    }
    const open = this.#weak >= 0 ? this.#weak : this.#strong;
    if (open >= 0) return this.#fail('unmatched quote', open);
    this.#endWord(this.#at);
    return this.#finish();
  }

  #finish(): LexResult {
    const words = this.#words;
    if (words.length > MAX_WORDS) {
      const last = words[MAX_WORDS - 1];
      let position = 1;
      for (let index = 0; index < MAX_WORDS - 1; index++) position += (words[index]?.text.length ?? 0) + 1;
      return {
        kind: 'error',
        message: `too many words, truncating after word ${MAX_WORDS}, position ${position}: <${last?.text}>.`,
        column: last?.column ?? 1,
      };
    }
    // The blanks before a comment or the end make one more, empty word: it ends the arguments like no word at all.
    const endsBlank = words[words.length - 1]?.text === '';
    while (words.length > 0 && words[words.length - 1]?.text === '') words.pop();
    return { kind: 'words', words, endsBlank };
  }

  #endWord(end: number): void {
    this.#words.push({ text: this.#word, column: this.#wordColumn, endColumn: Math.max(end + 1, this.#wordColumn) });
    this.#word = '';
    this.#wordColumn = this.#at + 1;
  }

  #fail(what: string, at: number, end = this.#line.length): LexResult {
    const shown = this.#line.slice(0, end).replace(/^[ \t\v\f\r]+/, '');
    const message = withCaret(`${what} at position ${at + 1}`, shown, at - (end - shown.length));
    return { kind: 'error', message, column: at + 1 };
  }

  /** Reads one escape; false when it is a broken \xHH. */
  #escape(): boolean {
    const next = this.#line.charAt(this.#at + 1);
    const plain = ESCAPES[next];
    if (plain !== undefined) {
      this.#word += plain;
      this.#at += 2;
    } else if (next === '#' || next === "'" || next === '"' || (next === '$' && this.#weak >= 0)) {
      this.#word += next;
      this.#at += 2;
    } else if (next === 'x') {
      const digits = this.#line.slice(this.#at + 2, this.#at + 4);
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) return false;
      this.#word += String.fromCharCode(Number.parseInt(digits, 16));
      this.#at += 4;
    } else {
      this.#word += '\\';
      this.#at++;
    }
    return true;
  }

  /** Reads `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME[*]}` at the dollar sign. */
  #expand(): LexResult | undefined {
    const line = this.#line;
    let at = this.#at + 1;
    const brace = line.charAt(at) === '{' ? at++ : -1;
    if (!NAME_START.test(line.charAt(at))) {
      return this.#fail('forbidden first char in environment variable name', at);
    }
    const nameStart = at;
    if (line.charAt(at) === '.') at++;
    while (/[A-Za-z0-9_]/.test(line.charAt(at))) at++;
    const name = line.slice(nameStart, at);
    let value = this.#variables(name);
    if (name.startsWith('.') && value === undefined) {
      // HAProxy shows the line up to the name only: it has cut it there to ask for the variable.
      return this.#fail('forbidden first char in environment variable name', nameStart, at);
    }
    let split = false;
    if (line.charAt(at) === '[' && brace >= 0) {
      if (line.slice(at, at + 3) !== '[*]') return this.#fail('truncated or invalid word expansion sequence', at);
      split = true;
      at += 3;
    }
    if (brace >= 0) {
      const end = line.charAt(at) === '-' ? line.indexOf('}', at) : line.charAt(at) === '}' ? at : -1;
      if (end < 0) return this.#fail('unmatched brace in environment variable name', brace);
      if (value === undefined && end > at) value = line.slice(at + 1, end);
      at = end + 1;
    }
    this.#at = at;
    this.#append(value ?? '', split);
    return undefined;
  }

  #append(value: string, split: boolean): void {
    if (!split) {
      this.#word += value;
      return;
    }
    const parts = value.split(/[ \t\v\f\r\n]+/);
    for (let index = 0; index < parts.length; index++) {
      if (index > 0) this.#endWord(this.#at);
      this.#word += parts[index];
    }
  }
}

/** Cuts one line (with or without its line end) into words. Empty words within the line are kept. */
export function lexLine(line: string, variables: Variables): LexResult {
  return new LineReader(line, variables).read();
}

export interface Line {
  readonly number: number;
  readonly text: string;
  /** False on a last line that lacks its line feed. */
  readonly complete: boolean;
}

/** The lines of a file. A NUL ends what is read of its line: HAProxy then reports a stray NUL or a missing LF. */
export function splitLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    const raw = text.slice(start, stop);
    const nul = raw.indexOf('\0');
    lines.push({ number: lines.length + 1, text: nul < 0 ? raw : raw.slice(0, nul), complete: end >= 0 && nul < 0 });
    start = stop + 1;
  }
  return lines;
}
