/**
 * Replacing what a regular expression matches (`regsub`, `replace-header` and their like): the subject is bytes, the
 * result goes to the output. Plain expressions are matched over the bytes, all others over a string of them.
 */
import type { ByteProgram } from '../config/regex/byte-program.ts';
import { compileByteProgram, compileRegex } from '../config/regex/regex.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { output } from './text-output.ts';

const ZERO = 48;
const LOWER_X = 120;
const BACKSLASH = 92;

/** An expression and its last match. */
export class Substitution {
  readonly #program: ByteProgram | null;
  readonly #regex: RegExp;
  #bytes: Buffer | null = null;
  #view: DataView | null = null;
  #groups: readonly (string | undefined)[] = [];
  /** Where the last match lies in its subject's bytes. */
  start = 0;
  end = 0;

  /** @param notAtStart the subjects are rests of texts: `^` holds nowhere */
  constructor(source: string, ignoreCase = false, notAtStart = false) {
    this.#program = compileByteProgram(source, ignoreCase, notAtStart);
    this.#regex = compileRegex(source, ignoreCase, { notAtStart });
  }

  /** Looks for the first match in `bytes[start,end)`; `view`: of the same bytes, if there is one. */
  find(bytes: Buffer, start: number, end: number, view: DataView | null = null): boolean {
    const program = this.#program;
    if (program !== null) {
      if (!program.exec(bytes, start, end)) return false;
      this.#bytes = bytes;
      this.#view = view;
      this.start = program.starts[0] as number;
      this.end = program.ends[0] as number;
      return true;
    }
    const found = this.#regex.exec(latin1Text(bytes, start, end));
    if (found === null) return false;
    this.#groups = found;
    this.start = start + found.index;
    this.end = this.start + found[0].length;
    return true;
  }

  /**
   * Appends `text[start,end)`, `\0` to `\9` in it being what the groups matched (nothing for one that did not take part),
   * `\xHH` that byte, and a backslash before anything else just that. Returns false when it ends within an escape or
   * makes `limit` bytes or more.
   */
  append(text: Buffer, start: number, end: number, limit: number): boolean {
    const from = output.end;
    let at = start;
    while (at < end) {
      const byte = text[at++] as number;
      if (byte !== BACKSLASH) {
        output.byte(byte);
        continue;
      }
      if (at >= end) return false;
      const code = text[at++] as number;
      if (code >= ZERO && code <= ZERO + 9) this.#appendGroup(code - ZERO);
      else if (code === LOWER_X) {
        if (at + 2 > end) return false;
        output.byte(((hexadecimal(text[at] as number) << 4) + hexadecimal(text[at + 1] as number)) & 0xff);
        at += 2;
      } else output.byte(code);
    }
    return output.end - from < limit;
  }

  #appendGroup(index: number): void {
    const program = this.#program;
    if (program === null) output.text(this.#groups[index] ?? '');
    else if (index < program.starts.length && this.#bytes !== null) {
      const start = program.starts[index] as number;
      const end = program.ends[index] as number;
      if (this.#view === null) output.copy(this.#bytes, start, end);
      else output.run(this.#bytes, this.#view, start, end);
    }
  }
}

/** The value of a hexadecimal digit as HAProxy reads it, which does not ask whether it is one. */
function hexadecimal(code: number): number {
  const upper = code >= 97 && code <= 122 ? code - 32 : code;
  const digit = upper - ZERO;
  return (digit > 9 ? digit - 7 : digit) & 0xff;
}
