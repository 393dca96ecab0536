/** `[...]` (pcre2pattern(3), "Square brackets and character classes", "Posix character classes"). */
import { inverted, POSIX_SETS, withBothCases } from './byte-sets.ts';
import type { Cursor, Flags } from './cursor.ts';
import { readEscape } from './escapes.ts';
import { type ByteSet, UnsupportedRegex } from './syntax.ts';

const BACKSPACE = 8;
const INVALID_RANGE = 'invalid range in character class';
const MISSING_END = 'missing terminating ] for character class';

/** Reads a class; the cursor stands behind `[`. */
export function readClass(cursor: Cursor, flags: Flags): ByteSet {
  const set: ByteSet = new Uint8Array(256);
  /** Bytes and ranges, whose other case counts too if case does not; what `\p{Lu}` names stays as it is. */
  const named: ByteSet = new Uint8Array(256);
  const negated = cursor.skip('^');
  /** The byte before, which may begin a range; -1: none; -2: what cannot begin one. */
  let before = -1;
  let first = true;
  while (first || cursor.quoted || cursor.peek() !== ']') {
    if (cursor.ended) cursor.fail(MISSING_END);
    if (skipInvisible(cursor, flags)) continue;
    const startAt = cursor.at;
    if (!cursor.quoted && cursor.peek() === '-' && before !== -1 && !first && !closesAfterHyphen(cursor, flags)) {
      if (before === -2) cursor.fail(INVALID_RANGE);
      cursor.at++;
      while (skipInvisible(cursor, flags));
      const last = readMember(cursor, flags, named, true);
      if (last < 0) cursor.fail(INVALID_RANGE);
      if (last < before) cursor.fail('range out of order in character class', cursor.at - 1);
      set.fill(1, before, last + 1);
      before = -1;
      continue;
    }
    first = false;
    const member = readMember(cursor, flags, named, false);
    if (member >= 0) set[member] = 1;
    before = member;
    if (cursor.at === startAt) cursor.fail(MISSING_END);
  }
  cursor.at++;
  const complete = flags.ignoreCase ? withBothCases(set) : set;
  addAll(complete, named);
  return negated ? inverted(complete) : complete;
}

/** `\Q`, `\E` and, under `(?xx)`, blanks. */
function skipInvisible(cursor: Cursor, flags: Flags): boolean {
  if (cursor.skip('\\E')) {
    cursor.quoted = false;
    return true;
  }
  if (cursor.quoted) return false;
  if (cursor.skip('\\Q')) {
    cursor.quoted = true;
    return true;
  }
  if (flags.moreExtended && (cursor.peek() === ' ' || cursor.peek() === '\t')) {
    cursor.at++;
    return true;
  }
  return false;
}

function closesAfterHyphen(cursor: Cursor, flags: Flags): boolean {
  const back = cursor.at;
  cursor.at++;
  while (skipInvisible(cursor, flags));
  const closes = !cursor.quoted && cursor.peek() === ']';
  cursor.at = back;
  cursor.quoted = false;
  return closes;
}

/** One member: its byte, or -2 when a whole set was added. */
function readMember(cursor: Cursor, flags: Flags, set: ByteSet, afterHyphen: boolean): number {
  if (cursor.ended) cursor.fail(MISSING_END);
  if (cursor.quoted) return cursor.take().charCodeAt(0) & 255;
  if (cursor.peek() === '[') {
    const named = posixSet(cursor, flags, afterHyphen);
    if (named !== undefined) {
      addAll(set, named);
      return -2;
    }
  }
  const letter = cursor.take();
  if (letter !== '\\') return letter.charCodeAt(0) & 255;
  const escape = readEscape(cursor, 0, true);
  switch (escape.kind) {
    case 'byte':
      return escape.byte;
    case 'set':
      addAll(set, escape.set);
      return -2;
    case 'letter':
      if (escape.letter === 'b') return BACKSPACE;
      if (escape.letter === 'N') return cursor.fail('\\N is not supported in a class');
      return cursor.fail('escape sequence is invalid in character class', cursor.at - 1);
    case 'reference':
      throw new UnsupportedRegex('a back reference in a class');
  }
}

function addAll(set: ByteSet, more: ByteSet): void {
  for (let byte = 0; byte < 256; byte++) set[byte] = (set[byte] as number) | (more[byte] as number);
}

/** `[:alpha:]`; what only looks like it is ordinary text. */
function posixSet(cursor: Cursor, flags: Flags, afterHyphen: boolean): ByteSet | undefined {
  const rest = cursor.text.slice(cursor.at);
  const [whole, mark, name] = /^\[([:.=])((?:\\[\]\\]|(?!\1\]|\[\1)[^\]])*)\1\]/.exec(rest) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  if (afterHyphen) cursor.fail(INVALID_RANGE, cursor.at + 1);
  if (mark !== ':') cursor.fail('POSIX collating elements are not supported', cursor.at);
  const bare = name.replace(/^\^/, '');
  const cased = bare === 'lower' || bare === 'upper';
  const set = POSIX_SETS.get(cased && flags.ignoreCase ? 'alpha' : bare);
  if (set === undefined) return cursor.fail('unknown POSIX class name', cursor.at + 2);
  cursor.at += whole.length;
  return name === bare ? set : inverted(set);
}
