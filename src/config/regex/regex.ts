/**
 * Regular expressions of the configuration, compiled. HAProxy uses PCRE2 over bytes; we write the expression anew for
 * JavaScript's engine. Subjects are text of one character a byte (latin1).
 */
import { parseRegex } from './parser.ts';
import { RegexError, UnsupportedRegex } from './syntax.ts';
import { refuseReversed, type WrittenRegex, writeRegex } from './writer.ts';

export interface RegexOptions {
  /** False where HAProxy compiles without captures (ACL patterns, health checks): only named groups capture. */
  readonly capture?: boolean;
  /** `^` does not hold at the start of the text, because the text is the rest of another. */
  readonly notAtStart?: boolean;
  /** No subject ever holds a newline: makes `$` cheaper. */
  readonly singleLine?: boolean;
}

/**
 * Compiles PCRE syntax; groups have PCRE's numbers. Throws an Error with HAProxy's words when the expression is
 * invalid, or naming what is not implemented yet.
 */
export function compileRegex(source: string, ignoreCase = false, options: RegexOptions = {}): RegExp {
  const { source: written, numbers } = translateRegex(source, ignoreCase, options);
  return numbers === undefined ? new RegExp(written) : new RenumberedRegExp(written, numbers);
}

/** The same as text of a JavaScript expression without flags. */
export function translateRegex(source: string, ignoreCase: boolean, options: RegexOptions = {}): WrittenRegex {
  const { capture = true, notAtStart = false, singleLine = false } = options;
  try {
    const parsed = parseRegex(source, ignoreCase, capture);
    refuseReversed(parsed.alternatives);
    return writeRegex(parsed, { notAtStart, singleLine });
  } catch (problem) {
    if (problem instanceof RegexError) {
      throw new Error(`regex '${source}' is invalid (error=${problem.message}, erroffset=${problem.offset})`);
    }
    if (problem instanceof UnsupportedRegex) {
      throw new Error(`regex '${source}': ${problem.message} is not implemented yet`);
    }
    throw problem;
  }
}

/** Hides the groups that the translation added. */
class RenumberedRegExp extends RegExp {
  private readonly numbers: readonly number[];

  constructor(source: string, numbers: readonly number[]) {
    super(source);
    this.numbers = numbers;
  }

  override exec(text: string): RegExpExecArray | null {
    const found = super.exec(text);
    if (found === null) return null;
    const groups = this.numbers.map((number) => found[number] as string) as [string, ...string[]];
    return Object.assign(groups, { index: found.index, input: found.input });
  }
}
