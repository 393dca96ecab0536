/**
 * Files to lines: comments, `include`, `@id` lines, parameters, ~SEQ and ~LST are dealt with here, and every `{` and `}`
 * becomes a line of its own (lib/parser.c, read_line). What comes out needs only to be split into words.
 */

import { decomment } from './comments.ts';
import { Definitions } from './definitions.ts';
import { FileStack, MOST_FILES } from './file-stack.ts';
import type { ConfigurationFiles } from './files.ts';
import type { Report } from './report.ts';
import { isRepetition, parseRepetition, type Repetition } from './sequences.ts';
import { slice, type Text, textOf, trimEnd } from './text.ts';
import type { LogicalLine } from './words.ts';

export interface ReaderOptions {
  readonly files: ConfigurationFiles;
  /** An include that finds nothing, or cannot be read, is a mistake. */
  readonly allFiles: boolean;
  readonly configId: string;
  readonly random: (minimum: number, maximum: number) => number;
}

/** More lines than any configuration has: a ~SEQ of a thousand million would never end. */
const MOST_LINES = 100_000;
/** Repetitions and definitions of several lines in each other. */
const DEEPEST = 64;

/** A repetition, and how many there were when the definition of several lines began that it stands in. */
interface Expansion {
  lines: readonly string[];
  next: number;
  readonly repetitionsBelow: number;
  readonly column: number;
}

export class Reader {
  readonly #options: ReaderOptions;
  readonly #report: Report;
  readonly #files: FileStack;
  readonly #definitions: Definitions;
  readonly #repetitions: Repetition[] = [];
  readonly #expansions: Expansion[] = [];
  readonly #result: LogicalLine[] = [];
  /** Collects a definition of several lines. */
  #defining: { readonly name: string; readonly lines: string[] } | undefined;
  /** The `{` that are not closed yet. */
  readonly #braces: LogicalLine[] = [];
  /** After `random_seed`, which counts from its line on. */
  #seeded: ReaderOptions['random'] | undefined;
  #processed = 0;
  #tooMany = false;

  constructor(options: ReaderOptions, report: Report) {
    this.#options = options;
    this.#report = report;
    this.#files = new FileStack(options.files, report, options.allFiles);
    this.#definitions = new Definitions({
      directory: () => this.#files.directory,
      configId: options.configId,
      random: (minimum, maximum) => (this.#seeded ?? options.random)(minimum, maximum),
    });
  }

  /** All lines of a file and what it includes. */
  read(path: string): readonly LogicalLine[] {
    if (!this.#files.begin(path)) {
      this.#report.refuse(undefined, `Config files missing '${path}'.`);
      return [];
    }
    for (;;) {
      const line = this.#nextLine();
      if (line === undefined) break;
      this.#process(line);
      if (this.#files.tooMany || ++this.#processed > MOST_LINES || this.#repetitions.length > DEEPEST) {
        this.#tooMany = true;
        break;
      }
    }
    this.#finish();
    return this.#result;
  }

  #finish(): void {
    if (this.#tooMany) {
      const last = this.#result.at(-1);
      const spot = last && { file: last.file, line: last.line, column: 1 };
      this.#report.fatal(
        spot,
        `the configuration has more than ${MOST_LINES} lines or ${MOST_FILES} files`,
        'does a ~SEQ go too far, do files include each other?',
      );
    } else if (this.#braces.length > 0) {
      const brace = this.#braces.at(-1);
      const spot = brace && { file: brace.file, line: brace.line, column: brace.text.columns[0] ?? 1 };
      this.#report.mistake(
        spot,
        `There are ${this.#braces.length} missing '}'s or extra '{'s`,
        'nothing closes the block that opens here',
      );
    }
  }

  /** The next line to work on: of a repetition, of a definition of several lines, or of a file. */
  #nextLine(): Text | undefined {
    for (;;) {
      const expansion = this.#expansions.at(-1);
      const repetition = this.#repetitions.at(-1);
      if (repetition !== undefined && this.#repetitions.length > (expansion?.repetitionsBelow ?? 0)) {
        const values = repetition.next();
        if (values === undefined) {
          this.#repetitions.pop();
          continue;
        }
        for (const [index, name] of repetition.names.entries()) {
          this.#definitions.set(name, { lines: [values[index] ?? ''], multiLine: false });
        }
        return repetition.rest;
      }
      if (expansion !== undefined) {
        const text = expansion.lines[expansion.next++];
        if (text === undefined) {
          this.#expansions.pop();
          continue;
        }
        return { text, columns: Array.from({ length: text.length }, () => expansion.column) };
      }
      const line = this.#files.nextLine();
      if (line === undefined) return undefined;
      const text = this.#clean(textOf(line.replace(/\r+$/, '')));
      if (text !== undefined) return text;
    }
  }

  /** Without comments; undefined for a line that has nothing else. */
  #clean(line: Text): Text | undefined {
    if (line.text === '') {
      this.#endDefinition();
      return undefined;
    }
    const { text, unterminatedQuote, cutWord } = decomment(line);
    const spot = this.#files.spot;
    if (unterminatedQuote && spot !== undefined) {
      const column = line.text.indexOf('"') + 1;
      this.#report.mistake({ ...spot, column }, `Unterminated quote '${text.text}'`, 'close it with "');
    }
    if (cutWord && spot !== undefined && /^\S*(pass|script|notify)/.test(text.text)) {
      const column = (text.columns.at(-1) ?? 0) + 1;
      this.#report.warn(
        { ...spot, column },
        `a comment begins inside a word: only '${text.text}' is read`,
        'in quotes, or as \\! and \\#, the characters ! and # are taken as they are',
      );
    }
    return text.text === '' ? undefined : text;
  }

  #endDefinition(): void {
    const defining = this.#defining;
    if (defining === undefined) return;
    this.#defining = undefined;
    const lines = defining.lines;
    this.#definitions.set(
      defining.name,
      lines.length === 0 ? { lines: [''], multiLine: false } : { lines, multiLine: true },
    );
  }

  #process(line: Text): void {
    if (this.#defining !== undefined) {
      const more = line.text.endsWith('\\');
      const text = more ? line.text.slice(0, -1).trimEnd() : line.text;
      if (text !== '') this.#defining.lines.push(text);
      if (!more) this.#endDefinition();
      return;
    }
    let text = line;
    for (let again = true; again; ) {
      again = false;
      const chosen = this.#conditional(text);
      if (chosen === undefined) return;
      text = chosen;
      if (this.#define(text)) return;
      if (isRepetition(text.text)) {
        this.#repeat(text);
        return;
      }
      if (text.text.startsWith('~') || !text.text.includes('$')) break;
      const result = this.#definitions.substitute(text);
      if (!result.replaced) break;
      const spot = this.#files.spot;
      if (result.endless) {
        this.#report.mistake(
          spot,
          'a parameter contains itself: the line is ignored',
          'parameters are replaced when used',
        );
        return;
      }
      if (!this.#expand(result.following, result.text.columns.at(-1) ?? 1)) return;
      text = decomment(result.text).text;
      again = text.text.startsWith('@') || text.text.startsWith('~') || text.text.includes('$');
    }
    if (text.text === '' || this.#files.include(text)) return;
    this.#files.inclusion.watch(text.text);
    const seed = /^random_seed\s+(\d+)$/.exec(text.text)?.[1];
    if (seed !== undefined) this.#seeded = seededRandom(Number(seed));
    this.#emit(text);
  }

  /** The lines of definitions of several come next; false when they contain each other. */
  #expand(following: readonly (readonly string[])[], column: number): boolean {
    for (const lines of following) {
      this.#expansions.push({ lines, next: 0, repetitionsBelow: this.#repetitions.length, column });
    }
    if (this.#expansions.length <= DEEPEST) return true;
    this.#expansions.length = 0;
    this.#report.mistake(this.#files.spot, 'definitions of several lines contain each other: the line is ignored');
    return false;
  }

  /** What remains of an `@id` line; undefined when it is for somebody else. */
  #conditional(line: Text): Text | undefined {
    const match = /^@(\^?)([^ \t]*)[ \t]+/.exec(line.text);
    if (match === null) return line.text.startsWith('@') ? undefined : line;
    const ours = match[2] === this.#options.configId;
    return ours === (match[1] === '') ? slice(line, match[0].length) : undefined;
  }

  #define(line: Text): boolean {
    const definition = Definitions.parse(line.text);
    if (definition === undefined) return false;
    const { name, value } = definition;
    if (value.endsWith('\\')) {
      const first = value.slice(0, -1).trimEnd();
      this.#defining = { name, lines: first === '' ? [] : [first] };
    } else this.#definitions.set(name, { lines: [value], multiLine: false });
    return true;
  }

  #repeat(line: Text): void {
    const repetition = parseRepetition(line, (text) => this.#definitions.substitute(textOf(text)).text.text);
    if (repetition !== undefined) {
      this.#repetitions.push(repetition);
      return;
    }
    const kind = line.text.slice(0, 4);
    const spot = this.#files.spot;
    const form = kind === '~SEQ' ? '~SEQ(NAME, START, STEP, END) TEXT' : '~LST(NAME, VALUE, VALUE) TEXT';
    const column = line.columns[0] ?? 1;
    this.#report.mistake(spot && { ...spot, column }, `Invalid ${kind} specification '${line.text}'`, form);
  }

  /** Hands on a line, split at its braces. */
  #emit(line: Text): void {
    const { name, line: number } = this.#files.position;
    let rest = trimEnd(line);
    while (rest.text !== '') {
      const at = braceAt(rest.text);
      const end = at === 0 ? 1 : at < 0 ? rest.text.length : at;
      const piece: LogicalLine = { text: trimEnd(slice(rest, 0, end)), file: name, line: number };
      rest = slice(rest, end);
      const blanks = /^[ \t]*/.exec(rest.text)?.[0].length ?? 0;
      rest = slice(rest, blanks);
      this.#countBraces(piece);
      this.#result.push(piece);
    }
  }

  #countBraces(piece: LogicalLine): void {
    if (piece.text.text === '{') {
      this.#braces.push(piece);
    } else if (piece.text.text === '}') {
      if (this.#braces.pop() === undefined) {
        const spot = { file: piece.file, line: piece.line, column: piece.text.columns[0] ?? 1 };
        this.#report.mistake(spot, "Extra '}' found", 'every { is closed already');
      }
    }
  }
}

/** Where the first brace outside `"..."` is. */
function braceAt(text: string): number {
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '{' || character === '}') return at;
    if (character === '"') {
      const end = text.indexOf('"', at + 1);
      if (end < 0) return -1;
      at = end;
    }
    at++;
  }
  return -1;
}

/** The same numbers for the same seed (mulberry32); not those of C's random(). */
function seededRandom(seed: number): (minimum: number, maximum: number) => number {
  let state = seed >>> 0;
  return (minimum, maximum) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return minimum + (((mixed ^ (mixed >>> 14)) >>> 0) % (maximum - minimum + 1));
  };
}
