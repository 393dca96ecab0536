/** What begins with a parenthesis: groups, lookarounds, `(?flags)`, and the references to groups. */
import type { Cursor, Flags } from './cursor.ts';
import { readName } from './escapes.ts';
import { type Alternatives, type Item, UnsupportedRegex } from './syntax.ts';
import { widthsOf } from './width.ts';

const DEEPEST = 250;
const UNRECOGNIZED = 'unrecognized character after (? or (?-';
const NO_SUCH_GROUP = 'reference to non-existent subpattern';

type Look = { readonly behind: boolean; readonly negative: boolean };

const LOOKS: ReadonlyMap<string, Look> = new Map([
  ['?=', { behind: false, negative: false }],
  ['?!', { behind: false, negative: true }],
  ['?<=', { behind: true, negative: false }],
  ['?<!', { behind: true, negative: true }],
  ['*pla:', { behind: false, negative: false }],
  ['*positive_lookahead:', { behind: false, negative: false }],
  ['*nla:', { behind: false, negative: true }],
  ['*negative_lookahead:', { behind: false, negative: true }],
  ['*plb:', { behind: true, negative: false }],
  ['*positive_lookbehind:', { behind: true, negative: false }],
  ['*nlb:', { behind: true, negative: true }],
  ['*negative_lookbehind:', { behind: true, negative: true }],
]);

/** Reads what stands between the parentheses. */
export interface BodyReader {
  readonly cursor: Cursor;
  readAlternatives(flags: Flags): Alternatives;
}

interface PendingReference {
  readonly item: { kind: 'reference'; index: number; ignoreCase: boolean };
  readonly to: number | string;
  readonly offset: number;
}

export class GroupReader {
  /** Capturing groups opened so far. */
  count = 0;
  private depth = 0;
  private readonly names = new Map<string, number>();
  private readonly pending: PendingReference[] = [];
  private readonly parser: BodyReader;

  constructor(parser: BodyReader) {
    this.parser = parser;
  }

  reference(to: number | string, offset: number, ignoreCase: boolean): Item {
    const item = { kind: 'reference' as const, index: 0, ignoreCase };
    this.pending.push({ item, to, offset });
    return item;
  }

  /** References may point forward, so they are looked at when all groups are known. */
  resolveReferences(): void {
    for (const { item, to, offset } of this.pending) {
      const index = typeof to === 'number' ? to : this.names.get(to);
      if (index === undefined || index < 1 || index > this.count) {
        this.parser.cursor.fail(NO_SUCH_GROUP, offset);
      }
      item.index = index;
    }
  }

  /** The cursor stands behind the opening parenthesis. `flags` change when the group is nothing but `(?flags)`. */
  read(flags: Flags): Item | undefined {
    const { cursor } = this.parser;
    const offset = cursor.at - 1;
    for (const [begin, look] of LOOKS) {
      if (!cursor.skip(begin)) continue;
      const alternatives = this.readBody(flags);
      if (look.behind) {
        for (const items of alternatives) {
          const { least, most } = widthsOf([items]);
          if (least !== most) cursor.fail('lookbehind assertion is not fixed length', offset);
        }
      }
      return { kind: 'look', ...look, alternatives, offset };
    }
    if (cursor.skip('?>') || cursor.skip('*atomic:')) return { kind: 'atomic', alternatives: this.readBody(flags) };
    if (cursor.peek() === '*') return this.readVerb();
    if (cursor.skip('?')) return this.readQuestion(flags);
    if (flags.noCapture) return { kind: 'group', index: 0, alternatives: this.readBody(flags) };
    return this.readCapture(flags);
  }

  private readBody(flags: Flags): Alternatives {
    const { cursor } = this.parser;
    if (++this.depth > DEEPEST) cursor.fail('parentheses are too deeply nested');
    const alternatives = this.parser.readAlternatives({ ...flags });
    if (!cursor.skip(')')) cursor.fail('missing closing parenthesis');
    this.depth--;
    return alternatives;
  }

  private readCapture(flags: Flags): Item {
    const index = ++this.count;
    return { kind: 'group', index, alternatives: this.readBody(flags) };
  }

  private readVerb(): Item {
    const { cursor } = this.parser;
    const verb = cursor.match(/\*[A-Z_0-9]*(?:[:=][^)]*)?\)/y);
    if (verb === '*FAIL)' || verb === '*F)') return { kind: 'set', set: new Uint8Array(256) };
    if (
      verb !== undefined &&
      /^\*(UTF|UCP|CR|LF|CRLF|ANY|ANYCRLF|NUL|BSR_|NO_|NOTEMPTY|LIMIT_|ACCEPT|COMMIT|PRUNE|SKIP|THEN|MARK|:)/.test(verb)
    ) {
      throw new UnsupportedRegex(`(${verb}`);
    }
    if (verb === '*)') cursor.fail('quantifier does not follow a repeatable item', cursor.at - 2);
    cursor.match(/\*[A-Z_0-9]*/y);
    return cursor.fail('(*VERB) not recognized or malformed', cursor.at - (verb === undefined ? 0 : 1));
  }

  private readQuestion(flags: Flags): Item | undefined {
    const { cursor } = this.parser;
    switch (cursor.peek()) {
      case ':':
        cursor.at++;
        return { kind: 'group', index: 0, alternatives: this.readBody(flags) };
      case '<':
      case "'":
        return this.readNamed(flags, cursor.take() === '<' ? '>' : "'");
      case 'P':
        cursor.at++;
        return this.readPython(flags);
      case '|':
        throw new UnsupportedRegex('numbering groups anew in each alternative (?|');
      case '(':
        throw new UnsupportedRegex('a conditional group (?(');
      case 'C':
        throw new UnsupportedRegex('a callout (?C');
      case 'R':
      case '&':
        throw new UnsupportedRegex(`a call of a group (?${cursor.peek()}`);
      default:
        if (/^[-+]?\d/.test(cursor.peek() + cursor.peek(1))) throw new UnsupportedRegex('a call of a group (?1');
        return this.readFlags(flags);
    }
  }

  private readNamed(flags: Flags, close: string): Item {
    const { cursor } = this.parser;
    const name = readName(cursor, close);
    if (this.names.has(name)) {
      cursor.fail('two named subpatterns have the same name (PCRE2_DUPNAMES not set)', cursor.at - 1);
    }
    this.names.set(name, this.count + 1);
    return this.readCapture(flags);
  }

  private readPython(flags: Flags): Item {
    const { cursor } = this.parser;
    if (cursor.ended) cursor.fail('missing closing parenthesis');
    if (cursor.skip('<')) return this.readNamed(flags, '>');
    if (cursor.skip('=')) {
      const offset = cursor.at;
      return this.reference(readName(cursor, ')'), offset, flags.ignoreCase);
    }
    if (cursor.skip('>')) {
      readName(cursor, ')');
      throw new UnsupportedRegex('a call of a group (?P>');
    }
    return cursor.fail('unrecognized character after (?P', cursor.at + 1);
  }

  /** `(?i-s)` for the rest of the enclosing group, `(?i-s:...)` for its own. */
  private readFlags(flags: Flags): Item | undefined {
    const { cursor } = this.parser;
    const own = { ...flags };
    let value = true;
    let hyphenAllowed = true;
    if (cursor.skip('^')) {
      Object.assign(own, { ignoreCase: false, multiline: false, dotAll: false, noCapture: false });
      Object.assign(own, { extended: false, moreExtended: false });
      hyphenAllowed = false;
    }
    for (;;) {
      if (cursor.ended) cursor.fail('missing closing parenthesis');
      const letter = cursor.take();
      switch (letter) {
        case ')':
          Object.assign(flags, own);
          return undefined;
        case ':':
          return { kind: 'group', index: 0, alternatives: this.readBody(own) };
        case '-':
          if (!value || !hyphenAllowed) cursor.fail('invalid hyphen in option setting', cursor.at - 1);
          value = false;
          break;
        case 'i':
          own.ignoreCase = value;
          break;
        case 'm':
          own.multiline = value;
          break;
        case 's':
          own.dotAll = value;
          break;
        case 'n':
          own.noCapture = value;
          break;
        case 'U':
          own.ungreedy = value;
          break;
        case 'x':
          own.extended = value;
          own.moreExtended = value && cursor.skip('x');
          if (!value) cursor.skip('x');
          break;
        case 'J':
          throw new UnsupportedRegex('groups of the same name (?J)');
        default:
          cursor.fail(UNRECOGNIZED, cursor.at - 1);
      }
    }
  }
}
