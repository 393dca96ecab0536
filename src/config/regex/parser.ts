/**
 * Parses an expression as PCRE2 does (pcre2pattern(3)), in byte mode. Faults are told in PCRE's words and with its
 * offsets, because HAProxy repeats them.
 */
import { ANY_BYTE, NOT_NEWLINE, single, VERTICAL_SPACE, withBothCases } from './byte-sets.ts';
import { readClass } from './classes.ts';
import { Cursor, type Flags } from './cursor.ts';
import { readEscape } from './escapes.ts';
import { GroupReader } from './groups.ts';
import type { Alternatives, Assertion, Item, ParsedRegex } from './syntax.ts';
import { UnsupportedRegex } from './syntax.ts';

const LONGEST_REPEAT = 65_535;
const NEWLINE = 10;

export function parseRegex(text: string, ignoreCase: boolean, capture: boolean): ParsedRegex {
  const parser = new Parser(text);
  const flags: Flags = {
    ignoreCase,
    multiline: false,
    dotAll: false,
    extended: false,
    moreExtended: false,
    noCapture: !capture,
    ungreedy: false,
  };
  return parser.parse(flags);
}

export class Parser {
  readonly cursor: Cursor;
  readonly groups: GroupReader;

  constructor(text: string) {
    this.cursor = new Cursor(text);
    this.groups = new GroupReader(this);
  }

  parse(flags: Flags): ParsedRegex {
    const alternatives = this.readAlternatives(flags);
    if (!this.cursor.ended) this.cursor.fail('unmatched closing parenthesis');
    this.groups.resolveReferences();
    return { alternatives, groups: this.groups.count };
  }

  /** Up to the parenthesis that closes the group, or the end. Flags set within hold up to there. */
  readAlternatives(flags: Flags): Alternatives {
    const { cursor } = this;
    const alternatives: Item[][] = [];
    let current: Item[] = [];
    let repeatable = false;
    while (!cursor.ended) {
      if (this.skipInvisible(flags)) continue;
      if (!cursor.quoted) {
        if (cursor.peek() === ')') break;
        if (cursor.peek() === '|') {
          cursor.at++;
          alternatives.push(current);
          current = [];
          repeatable = false;
          continue;
        }
        const repeat = this.readQuantifier(flags);
        if (repeat !== undefined) {
          const item = repeatable ? current.pop() : undefined;
          if (item === undefined) return cursor.fail('quantifier does not follow a repeatable item', repeat.faultAt);
          current.push(repeated(item, repeat, flags));
          repeatable = false;
          continue;
        }
      }
      const item = this.readItem(flags);
      repeatable = item !== undefined && isRepeatable(item);
      if (item !== undefined) current.push(item);
    }
    alternatives.push(current);
    return alternatives;
  }

  /** Comments, `\Q`, `\E`, and blanks under `(?x)`. They may stand between an item and its quantifier. */
  private skipInvisible(flags: Flags): boolean {
    const { cursor } = this;
    if (cursor.startsWith('\\E')) {
      cursor.at += 2;
      cursor.quoted = false;
      return true;
    }
    if (cursor.quoted) return false;
    if (cursor.skip('\\Q')) {
      cursor.quoted = true;
      return true;
    }
    return this.skipComment() || (flags.extended && this.skipBlanks());
  }

  private skipComment(): boolean {
    const { cursor } = this;
    if (!cursor.startsWith('(?#')) return false;
    const end = cursor.text.indexOf(')', cursor.at);
    if (end < 0) cursor.fail('missing ) after (?# comment', cursor.text.length);
    cursor.at = end + 1;
    return true;
  }

  private skipBlanks(): boolean {
    return this.cursor.match(/(?:[ \t-\r]|#[^\n]*\n?)+/y) !== undefined;
  }

  private readItem(flags: Flags): Item | undefined {
    const { cursor } = this;
    if (cursor.quoted) return literal(cursor.take().charCodeAt(0) & 255, flags);
    const letter = cursor.take();
    switch (letter) {
      case '^':
        return assertion(flags.multiline ? 'each-line-start' : 'line-start');
      case '$':
        return assertion(flags.multiline ? 'each-line-end' : 'line-end');
      case '.':
        return { kind: 'set', set: flags.dotAll ? ANY_BYTE : NOT_NEWLINE };
      case '[':
        if (cursor.skip('[:<:]]')) return assertion('word-start');
        if (cursor.skip('[:>:]]')) return assertion('word-end');
        return { kind: 'set', set: readClass(cursor, flags) };
      case '(':
        return this.groups.read(flags);
      case '\\':
        return this.readEscaped(flags);
      default:
        return literal(letter.charCodeAt(0) & 255, flags);
    }
  }

  private readEscaped(flags: Flags): Item {
    const escape = readEscape(this.cursor, this.groups.count, false);
    switch (escape.kind) {
      case 'byte':
        return literal(escape.byte, flags);
      case 'set':
        return { kind: 'set', set: escape.set };
      case 'reference':
        return this.groups.reference(escape.to, escape.offset, flags.ignoreCase);
      case 'letter':
        return lettered(escape.letter);
    }
  }

  /** `*`, `+?`, `{2,3}+` ... An opening brace that begins no quantifier is ordinary text. */
  private readQuantifier(flags: Flags): Quantifier | undefined {
    const { cursor } = this;
    const begin = cursor.at;
    const [whole, counts] = /^(?:[*+?]|\{(\d+(?:,\d*)?)\})/.exec(cursor.text.slice(begin, begin + 64)) ?? [];
    if (whole === undefined) return undefined;
    let [least, most] = whole === '*' ? [0, Infinity] : whole === '+' ? [1, Infinity] : [0, 1];
    if (counts !== undefined) {
      const [low = '', high] = counts.split(',');
      if (Number(low) > LONGEST_REPEAT) cursor.fail('number too big in {} quantifier', begin + 6);
      if (Number(high ?? 0) > LONGEST_REPEAT) {
        cursor.fail('number too big in {} quantifier', begin + low.length + 7);
      }
      least = Number(low);
      most = high === undefined ? least : high === '' ? Infinity : Number(high);
      if (least > most) cursor.fail('numbers out of order in {} quantifier', begin + whole.length - 1);
    }
    cursor.at += whole.length;
    while (this.skipInvisible(flags));
    const faultAt = counts === undefined ? begin : begin + whole.length - 1;
    if (!cursor.quoted && cursor.skip('?')) return { least, most, suffix: '?', faultAt };
    return { least, most, suffix: !cursor.quoted && cursor.skip('+') ? '+' : '', faultAt };
  }
}

interface Quantifier {
  readonly least: number;
  readonly most: number;
  readonly suffix: '' | '?' | '+';
  readonly faultAt: number;
}

/** `[[:<:]]` is a group of assertions to PCRE, so it may be repeated; plain assertions may not. */
function isRepeatable(item: Item): boolean {
  return item.kind !== 'assertion' || item.assertion === 'word-start' || item.assertion === 'word-end';
}

function repeated(item: Item, { least, most, suffix }: Quantifier, flags: Flags): Item {
  const lazy = (suffix === '?') !== flags.ungreedy;
  return { kind: 'repeat', item, least, most, mode: suffix === '+' ? 'possessive' : lazy ? 'lazy' : 'greedy' };
}

export function literal(byte: number, flags: Flags): Item {
  const set = single(byte);
  return { kind: 'set', set: flags.ignoreCase ? withBothCases(set) : set };
}

function assertion(name: Assertion): Item {
  return { kind: 'assertion', assertion: name };
}

/** Letters that are no set and no byte. */
function lettered(letter: string): Item {
  switch (letter) {
    case 'A':
    case 'G':
      // Searches begin at the start of the text, where \G stands.
      return assertion('text-start');
    case 'z':
      return assertion('text-end');
    case 'Z':
      return assertion('line-end');
    case 'b':
      return assertion('word-edge');
    case 'B':
      return assertion('no-word-edge');
    case 'N':
      return { kind: 'set', set: NOT_NEWLINE };
    case 'C':
      return { kind: 'set', set: ANY_BYTE };
    case 'R': {
      const pair: Item[] = [
        { kind: 'set', set: single(13) },
        { kind: 'set', set: single(NEWLINE) },
      ];
      return { kind: 'atomic', alternatives: [pair, [{ kind: 'set', set: VERTICAL_SPACE }]] };
    }
    default:
      throw new UnsupportedRegex(`\\${letter}`);
  }
}
