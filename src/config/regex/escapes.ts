/** What follows a backslash (pcre2pattern(3), "Backslash"). */
import { ESCAPED_SETS, inverted, propertySet } from './byte-sets.ts';
import type { Cursor } from './cursor.ts';
import { type ByteSet, UnsupportedRegex } from './syntax.ts';

export type Escape =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'set'; readonly set: ByteSet }
  /** `\1` or `\g{-1}`, already an absolute number; or a name. */
  | { readonly kind: 'reference'; readonly to: number | string; readonly offset: number }
  /** `\b`, `\A`, `\R` ...: what it means depends on where it stands. */
  | { readonly kind: 'letter'; readonly letter: string };

const BYTES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['e', 27],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
]);

const TOO_LARGE = 'character code point value in \\x{} or \\o{} is too large';
const NO_CASE_CHANGES = 'PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u';

/** Reads one escape; the cursor stands behind the backslash. `opened`: how many groups have been opened so far. */
export function readEscape(cursor: Cursor, opened: number, inClass: boolean): Escape {
  if (cursor.ended) cursor.fail('\\ at end of pattern');
  const letter = cursor.take();
  if (!/[0-9A-Za-z]/.test(letter)) return { kind: 'byte', byte: letter.charCodeAt(0) & 255 };
  if (/\d/.test(letter)) return readNumber(cursor, letter, opened, inClass);
  const byte = BYTES.get(letter);
  if (byte !== undefined) return { kind: 'byte', byte };
  const set = ESCAPED_SETS.get(letter);
  if (set !== undefined) return { kind: 'set', set };
  switch (letter) {
    case 'x':
      return readHexadecimal(cursor);
    case 'o':
      return readBracedOctal(cursor);
    case 'c':
      return readControl(cursor);
    case 'p':
    case 'P':
      return { kind: 'set', set: readProperty(cursor, letter === 'P') };
    case 'g':
      return inClass
        ? cursor.fail('escape sequence is invalid in character class')
        : readGroupReference(cursor, opened);
    case 'k':
      return inClass ? cursor.fail('escape sequence is invalid in character class') : readNameReference(cursor);
    case 'N':
      if (cursor.startsWith('{') && !/^\{\d+(?:,\d*)?\}/.test(cursor.text.slice(cursor.at))) {
        return cursor.fail(
          cursor.startsWith('{U+') ? '\\N{U+dddd} is supported only in Unicode (UTF) mode' : NO_CASE_CHANGES,
        );
      }
      return { kind: 'letter', letter };
    case 'F':
    case 'L':
    case 'l':
    case 'U':
    case 'u':
      return cursor.fail(NO_CASE_CHANGES);
    case 'A':
    case 'B':
    case 'b':
    case 'C':
    case 'E':
    case 'G':
    case 'K':
    case 'Q':
    case 'R':
    case 'X':
    case 'Z':
    case 'z':
      return { kind: 'letter', letter };
    default:
      return cursor.fail('unrecognized character follows \\', cursor.at - 1);
  }
}

/** A back reference or up to three octal digits. */
function readNumber(cursor: Cursor, first: string, opened: number, inClass: boolean): Escape {
  if (first !== '0' && !inClass) {
    const digits = first + (cursor.match(/\d*/y) ?? '');
    const number = Number(digits);
    if (number > 65_535) cursor.fail('number is too big');
    if (number < 10 || first >= '8' || number <= opened) {
      return { kind: 'reference', to: number, offset: cursor.at - 1 };
    }
    cursor.at -= digits.length - 1;
  }
  if (first >= '8') return { kind: 'byte', byte: first.charCodeAt(0) };
  const octal = first + (cursor.match(/[0-7]{0,2}/y) ?? '');
  const byte = Number.parseInt(octal, 8);
  if (byte > 255) cursor.fail('octal value is greater than \\377 in 8-bit non-UTF-8 mode');
  return { kind: 'byte', byte };
}

function readHexadecimal(cursor: Cursor): Escape {
  if (!cursor.startsWith('{')) {
    const digits = cursor.match(/[0-9a-fA-F]{0,2}/y) ?? '';
    return { kind: 'byte', byte: digits === '' ? 0 : Number.parseInt(digits, 16) };
  }
  cursor.at++;
  const digits = cursor.match(/[0-9a-fA-F]*/y) ?? '';
  if (Number.parseInt(digits, 16) > 255) cursor.fail(TOO_LARGE);
  if (digits === '' && (cursor.ended || cursor.startsWith('}')))
    cursor.fail('digits missing in \\x{} or \\o{} or \\N{U+}');
  if (!cursor.skip('}')) cursor.fail('non-hex character in \\x{} (closing brace missing?)', faultAt(cursor));
  return { kind: 'byte', byte: Number.parseInt(digits, 16) };
}

/** PCRE tells the last character when the expression ended too early. */
function faultAt(cursor: Cursor): number {
  return cursor.ended ? cursor.at - 1 : cursor.at;
}

function readBracedOctal(cursor: Cursor): Escape {
  if (!cursor.skip('{')) cursor.fail('missing opening brace after \\o', cursor.at - 1);
  const digits = cursor.match(/[0-7]*/y) ?? '';
  if (Number.parseInt(digits, 8) > 255) cursor.fail(TOO_LARGE);
  if (digits === '' && (cursor.ended || cursor.startsWith('}')))
    cursor.fail('digits missing in \\x{} or \\o{} or \\N{U+}');
  if (!cursor.skip('}')) cursor.fail('non-octal character in \\o{} (closing brace missing?)', faultAt(cursor));
  return { kind: 'byte', byte: Number.parseInt(digits, 8) };
}

function readControl(cursor: Cursor): Escape {
  if (cursor.ended) cursor.fail('\\c at end of pattern');
  const code = cursor.peek().toUpperCase().charCodeAt(0);
  if (code < 32 || code > 126) cursor.fail('\\c must be followed by a printable ASCII character');
  cursor.at++;
  return { kind: 'byte', byte: code ^ 64 };
}

function readProperty(cursor: Cursor, negated: boolean): ByteSet {
  const name = cursor.match(/\{\^?[A-Za-z0-9_&:= -]*\}|[A-Za-z]/y);
  if (name === undefined) {
    const open = cursor.startsWith('{') && !cursor.text.includes('}', cursor.at);
    return cursor.fail(
      'malformed \\P or \\p sequence',
      open ? Math.max(cursor.at + 1, cursor.text.length - 1) : cursor.at,
    );
  }
  const bare = name.replace(/^\{|\}$/g, '');
  const set = propertySet(bare.replace(/^\^/, ''));
  if (set === undefined) cursor.fail('unknown property after \\P or \\p');
  return negated !== bare.startsWith('^') ? inverted(set) : set;
}

function readGroupReference(cursor: Cursor, opened: number): Escape {
  if (cursor.startsWith('<') || cursor.startsWith("'")) throw new UnsupportedRegex('a call of a group (\\g<...>)');
  const begin = cursor.at;
  const [whole, braced, digits = ''] = /^(\{?)([+-]?\d+)(?!\d)/.exec(cursor.text.slice(begin)) ?? [];
  if (whole !== undefined && (braced === '' || cursor.peek(whole.length) === '}')) {
    cursor.at += whole.length + (braced === '' ? 0 : 1);
    const offset = cursor.at - 1;
    const value = Number(digits);
    if (digits.startsWith('-')) {
      if (-value > opened) cursor.fail('reference to non-existent subpattern');
      return { kind: 'reference', to: opened + 1 + value, offset };
    }
    return { kind: 'reference', to: digits.startsWith('+') ? opened + value : value, offset };
  }
  if (whole === undefined && cursor.skip('{')) {
    const offset = cursor.at;
    return { kind: 'reference', to: readName(cursor, '}'), offset };
  }
  return cursor.fail(
    '\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number',
    begin,
  );
}

function readNameReference(cursor: Cursor): Escape {
  const close = new Map([
    ['<', '>'],
    ["'", "'"],
    ['{', '}'],
  ]).get(cursor.peek());
  if (close === undefined) {
    return cursor.fail('\\k is not followed by a braced, angle-bracketed, or quoted name');
  }
  cursor.at++;
  const offset = cursor.at;
  return { kind: 'reference', to: readName(cursor, close), offset };
}

/** A group's name up to what closes it. */
export function readName(cursor: Cursor, close: string): string {
  if (/\d/.test(cursor.peek())) cursor.fail('subpattern name must start with a non-digit');
  const name = cursor.match(/\w+/y);
  if (name === undefined) return cursor.fail('subpattern name expected');
  if (name.length > 32) cursor.fail('subpattern name is too long (maximum 32 code units)');
  if (!cursor.skip(close)) cursor.fail('syntax error in subpattern name (missing terminator?)');
  return name;
}
