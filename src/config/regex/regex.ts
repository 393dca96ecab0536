/**
 * Regular expressions of the configuration, compiled. HAProxy uses PCRE2 over bytes; we write the expression anew for
 * JavaScript's engine. Subjects are text of one character a byte (latin1).
 */
import { type ByteProgram, byteProgram } from './byte-program.ts';
import { isExact } from './exactness.ts';
import { Matcher } from './matcher.ts';
import { parseRegex } from './parser.ts';
import { RegexError, UnsupportedRegex } from './syntax.ts';
import { refuseReversed, writeRegex } from './writer.ts';

export interface RegexOptions {
  /** False where HAProxy compiles without captures (ACL patterns, health checks): only named groups capture. */
  readonly capture?: boolean;
  /** `^` does not hold at the start of the text, because the text is the rest of another. */
  readonly notAtStart?: boolean;
  /** No subject ever holds a newline: makes `$` cheaper. */
  readonly singleLine?: boolean;
}

/**
 * Compiles PCRE syntax; groups have PCRE's numbers. The result is for `exec`, `test` and `String.replace`: its `source`
 * and flags alone do not tell what it matches. Throws an Error with HAProxy's words when the expression is invalid, or
 * naming what is not implemented yet.
 */
export function compileRegex(source: string, ignoreCase = false, options: RegexOptions = {}): RegExp {
  const { capture = true, notAtStart = false, singleLine = false } = options;
  try {
    const parsed = parseRegex(source, ignoreCase, capture);
    if (!isExact(parsed)) return new MatchedRegExp(source, new Matcher(parsed, notAtStart));
    refuseReversed(parsed.alternatives);
    const { source: written, numbers } = writeRegex(parsed, { notAtStart, singleLine });
    return numbers === undefined ? new RegExp(written) : new RenumberedRegExp(written, numbers);
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

/** The same as a program over bytes; null where only the expression above will do. Throws as `compileRegex` does. */
export function compileByteProgram(source: string, ignoreCase = false, notAtStart = false): ByteProgram | null {
  compileRegex(source, ignoreCase, { notAtStart });
  return byteProgram(parseRegex(source, ignoreCase, true), notAtStart);
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

/** Matches with our own matcher. */
class MatchedRegExp extends RegExp {
  private readonly matcher: Matcher;

  constructor(source: string, matcher: Matcher) {
    super(source.replace(/[^0-9A-Za-z]/g, '\\$&'));
    this.matcher = matcher;
  }

  override exec(text: string): RegExpExecArray | null {
    const offsets = this.matcher.search(text);
    if (offsets === null) return null;
    const groups: (string | undefined)[] = [];
    for (let at = 0; at < offsets.length; at += 2) {
      const start = offsets[at] as number;
      groups.push(start < 0 ? undefined : text.slice(start, offsets[at + 1]));
    }
    return Object.assign(groups as [string, ...string[]], { index: offsets[0] as number, input: text });
  }
}
