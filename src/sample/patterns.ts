/**
 * What an ACL compares a sample with (manual 7.1.3 to 7.1.6), compiled from its patterns: literal tables for str, beg
 * and end, one regular expression list, number ranges, networks.
 */
import type { AclModel } from '../config/model.ts';
import { compileRegex } from '../config/regex/regex.ts';
import { LOWER } from '../http/char-classes.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { LiteralTable } from './literal-table.ts';

export type BytesMatcher = (bytes: Buffer, start: number, end: number) => boolean;
export type NumberMatcher = (value: number) => boolean;

const IDENTITY = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** Delimiters of path components and of host name labels, as HAProxy has them. */
const DIR_DELIMITERS = '/?';
const DOM_DELIMITERS = '/?.:';

/** Compiles the match methods that look at bytes; throws on those that do not. */
export function compileBytesMatcher(acl: Pick<AclModel, 'match' | 'ignoreCase' | 'patterns'>): BytesMatcher {
  switch (acl.match) {
    case 'str':
    case 'beg':
    case 'end': {
      const table = new LiteralTable(acl.match, acl.ignoreCase);
      for (const pattern of acl.patterns) table.add(pattern, 0);
      return (bytes, start, end) => table.find(bytes, start, end) >= 0;
    }
    case 'sub':
      return compileSubstrings(acl.patterns, acl.ignoreCase);
    case 'dir':
      return compileWords(acl.patterns, acl.ignoreCase, DIR_DELIMITERS);
    case 'dom':
      return compileWords(acl.patterns, acl.ignoreCase, DOM_DELIMITERS);
    case 'reg': {
      const expressions = acl.patterns.map((pattern) => compileRegex(pattern, acl.ignoreCase, { capture: false }));
      return (bytes, start, end) => {
        const text = latin1Text(bytes, start, end);
        return expressions.some((expression) => expression.test(text));
      };
    }
    case 'len': {
      const matches = compileRanges(acl.patterns);
      return (_bytes, start, end) => matches(end - start);
    }
    case 'bin': {
      const table = new LiteralTable('str', false);
      for (const pattern of acl.patterns) table.add(Buffer.from(pattern, 'hex').toString('latin1'), 0);
      return (bytes, start, end) => table.find(bytes, start, end) >= 0;
    }
    default:
      throw new Error(`match '${acl.match}' does not apply to text`);
  }
}

/** Ranges `5`, `5:`, `:5`, `1:4`. */
export function compileRanges(patterns: readonly string[]): NumberMatcher {
  const ranges = patterns.map((pattern) => {
    const parts = /^([+-]?\d+)?([:-])?([+-]?\d+)?$/.exec(pattern);
    if (parts === null || (parts[1] === undefined && parts[3] === undefined)) {
      throw new Error(`'${pattern}' is not a number range`);
    }
    const low = parts[1] === undefined ? Number.NEGATIVE_INFINITY : Number(parts[1]);
    const open = parts[3] === undefined ? Number.POSITIVE_INFINITY : Number(parts[3]);
    return { low, high: parts[2] === undefined ? low : open };
  });
  return (value) => ranges.some((range) => value >= range.low && value <= range.high);
}

function folded(pattern: string, ignoreCase: boolean): Buffer {
  const bytes = Buffer.from(pattern, 'latin1');
  if (ignoreCase) for (let i = 0; i < bytes.length; i++) bytes[i] = LOWER[bytes[i] as number] as number;
  return bytes;
}

function compileSubstrings(patterns: readonly string[], ignoreCase: boolean): BytesMatcher {
  const fold = ignoreCase ? LOWER : IDENTITY;
  const wanted = patterns.map((pattern) => folded(pattern, ignoreCase));
  return (bytes, start, end) => {
    for (const pattern of wanted) {
      for (let at = start; at + pattern.length <= end; at++) if (standsAt(bytes, at, pattern, fold)) return true;
    }
    return false;
  };
}

/** A word between delimiters; the pattern's own outer delimiters do not count. */
function compileWords(patterns: readonly string[], ignoreCase: boolean, delimiters: string): BytesMatcher {
  const fold = ignoreCase ? LOWER : IDENTITY;
  const isDelimiter = new Uint8Array(256);
  for (const letter of delimiters) isDelimiter[letter.charCodeAt(0)] = 1;
  const trim = new RegExp(`^[${delimiters}]+|[${delimiters}]+$`, 'g');
  const wanted = patterns.map((pattern) => folded(pattern.replace(trim, ''), ignoreCase));
  return (bytes, start, end) => {
    for (const word of wanted) {
      let mayStart = true;
      for (let at = start; at + word.length <= end; at++) {
        if (isDelimiter[bytes[at] as number] === 1) {
          mayStart = true;
          continue;
        }
        if (!mayStart) continue;
        const after = at + word.length;
        if (word.length > 0 && standsAt(bytes, at, word, fold)) {
          if (after === end || isDelimiter[bytes[after] as number] === 1) return true;
        }
        mayStart = false;
      }
    }
    return false;
  };
}

function standsAt(bytes: Buffer, at: number, pattern: Buffer, fold: Uint8Array): boolean {
  for (let i = 0; i < pattern.length; i++) if (fold[bytes[at + i] as number] !== pattern[i]) return false;
  return true;
}
