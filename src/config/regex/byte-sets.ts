/** Sets of bytes that expressions name: `\d`, `[:alpha:]`, `\p{Lu}`; the C locale decides, so only ASCII has letters. */
import type { ByteSet } from './syntax.ts';

export function setOf(accepts: (byte: number) => boolean): ByteSet {
  return Uint8Array.from({ length: 256 }, (_, byte) => (accepts(byte) ? 1 : 0));
}

export function single(byte: number): ByteSet {
  const set = new Uint8Array(256);
  set[byte] = 1;
  return set;
}

export function inverted(set: ByteSet): ByteSet {
  return set.map((member) => 1 - member);
}

function within(low: number, high: number): (byte: number) => boolean {
  return (byte) => byte >= low && byte <= high;
}

const isDigit = within(48, 57);
const isUpper = within(65, 90);
const isLower = within(97, 122);
const isAlpha = (byte: number): boolean => isUpper(byte) || isLower(byte);
const isAlnum = (byte: number): boolean => isAlpha(byte) || isDigit(byte);
const isWord = (byte: number): boolean => isAlnum(byte) || byte === 95;
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
const isGraph = within(33, 126);

const DIGIT = setOf(isDigit);
const WORD = setOf(isWord);
const SPACE = setOf(isSpace);
const HORIZONTAL = setOf((byte) => byte === 9 || byte === 32 || byte === 0xa0);
const VERTICAL = setOf((byte) => (byte >= 10 && byte <= 13) || byte === 0x85);

export const ANY_BYTE = setOf(() => true);
export const NOT_NEWLINE = inverted(single(10));
export { VERTICAL as VERTICAL_SPACE };

/** The sets of `\d`, `\S` and their like, by letter. */
export const ESCAPED_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['d', DIGIT],
  ['D', inverted(DIGIT)],
  ['w', WORD],
  ['W', inverted(WORD)],
  ['s', SPACE],
  ['S', inverted(SPACE)],
  ['h', HORIZONTAL],
  ['H', inverted(HORIZONTAL)],
  ['v', VERTICAL],
  ['V', inverted(VERTICAL)],
]);

/** The sets of `[:name:]`. */
export const POSIX_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', setOf(isAlpha)],
  ['lower', setOf(isLower)],
  ['upper', setOf(isUpper)],
  ['alnum', setOf(isAlnum)],
  ['ascii', setOf((byte) => byte < 128)],
  ['blank', setOf((byte) => byte === 9 || byte === 32)],
  ['cntrl', setOf((byte) => byte < 32 || byte === 127)],
  ['digit', DIGIT],
  ['graph', setOf(isGraph)],
  ['print', setOf((byte) => byte === 32 || isGraph(byte))],
  ['punct', setOf((byte) => isGraph(byte) && !isAlnum(byte))],
  ['space', SPACE],
  ['word', WORD],
  ['xdigit', setOf((byte) => isDigit(byte) || within(65, 70)(byte) || within(97, 102)(byte))],
]);

/** Adds the other case of every ASCII letter. */
export function withBothCases(set: ByteSet): ByteSet {
  const both = set.slice();
  for (let byte = 65; byte <= 90; byte++) {
    if (set[byte] === 1 || set[byte + 32] === 1) both[byte] = both[byte + 32] = 1;
  }
  return both;
}

/** `\p{name}`: Unicode's answer for the first 256 characters, undefined if there is no such property. */
export function propertySet(name: string): ByteSet | undefined {
  const plain = name.replace(/[ _-]/g, '').toLowerCase();
  if (plain === 'any') return ANY_BYTE;
  if (plain === 'xsp' || plain === 'xps') return setOf((byte) => isSpace(byte) || byte === 0x85 || byte === 0xa0);
  if (plain === 'l&') return propertyOf('LC');
  if (plain === 'xan' || plain === 'xwd') {
    const letters = propertyOf('L') as ByteSet;
    const numbers = propertyOf('N') as ByteSet;
    return setOf((byte) => letters[byte] === 1 || numbers[byte] === 1 || (plain === 'xwd' && byte === 95));
  }
  const proper = plain.charAt(0).toUpperCase() + plain.slice(1);
  return propertyOf(proper) ?? propertyOf(`Script_Extensions=${proper}`);
}

function propertyOf(name: string): ByteSet | undefined {
  try {
    const property = new RegExp(`^\\p{${name}}$`, 'u');
    return setOf((byte) => property.test(String.fromCharCode(byte)));
  } catch {
    // No such property.
    return undefined;
  }
}
