/**
 * Writes a parsed expression as one of JavaScript's, without flags: every byte set is spelt out, so that case, `.`,
 * `$` and classes mean what they mean in PCRE over bytes (text of one character a byte).
 *
 * What cannot be interrupted by backtracking (`(?>...)`, `a++`) becomes a lookahead, which cannot either, and a
 * reference to what it saw: `(?=(...))\1`. That adds groups, hence the table of numbers.
 */
import type { Alternatives, Assertion, ByteSet, Item, ParsedRegex } from './syntax.ts';
import { UnsupportedRegex } from './syntax.ts';

export interface WriteOptions {
  /** The text is the rest of another one: `^` holds nowhere (REG_NOTBOL). */
  readonly notAtStart: boolean;
  /** The text never holds a newline, which makes `$` a lot cheaper. */
  readonly singleLine: boolean;
}

export interface WrittenRegex {
  readonly source: string;
  /** PCRE's group number to JavaScript's; undefined when they are equal. */
  readonly numbers: readonly number[] | undefined;
}

const WHOLE = '[^]';
const NEVER = '[]';

export function writeRegex(parsed: ParsedRegex, options: WriteOptions): WrittenRegex {
  const writer = new Writer(options);
  writer.number(parsed.alternatives);
  const source = writer.alternatives(parsed.alternatives);
  const moved = writer.total !== parsed.groups;
  return { source: source === '' ? '(?:)' : source, numbers: moved ? writer.numbers : undefined };
}

class Writer {
  /** Groups of the expression as written. */
  total = 0;
  readonly numbers: number[] = [0];
  private readonly helpers = new Map<Item, number>();
  private readonly options: WriteOptions;

  constructor(options: WriteOptions) {
    this.options = options;
  }

  /** Gives groups their numbers, in the order in which they will be written. */
  number(alternatives: Alternatives): void {
    for (const items of alternatives) for (const item of items) this.numberItem(item);
  }

  private numberItem(item: Item): void {
    switch (item.kind) {
      case 'group':
        if (item.index > 0) this.numbers[item.index] = ++this.total;
        this.number(item.alternatives);
        break;
      case 'atomic':
        this.helpers.set(item, ++this.total);
        this.number(item.alternatives);
        break;
      case 'look':
        this.number(item.alternatives);
        break;
      case 'repeat':
        if (item.mode === 'possessive') this.helpers.set(item, ++this.total);
        this.numberItem(item.item);
        break;
      default:
        break;
    }
  }

  alternatives(alternatives: Alternatives): string {
    return alternatives.map((items) => items.map((item) => this.item(item)).join('')).join('|');
  }

  private item(item: Item): string {
    switch (item.kind) {
      case 'set':
        return setText(item.set);
      case 'assertion':
        return this.assertion(item.assertion);
      case 'group':
        return `(${item.index > 0 ? '' : '?:'}${this.alternatives(item.alternatives)})`;
      case 'atomic':
        return this.uninterrupted(item, this.alternatives(item.alternatives));
      case 'look':
        return `(?${item.behind ? '<' : ''}${item.negative ? '!' : '='}${this.alternatives(item.alternatives)})`;
      case 'repeat': {
        const body = this.item(item.item);
        const single = item.item.kind === 'set' || item.item.kind === 'group';
        const text = (single ? body : `(?:${body})`) + countText(item.least, item.most);
        if (item.mode === 'possessive') return this.uninterrupted(item, text);
        return item.mode === 'lazy' ? `${text}?` : text;
      }
      case 'reference': {
        const text = `\\${this.numbers[item.index]}`;
        return item.ignoreCase ? `(?i:${text})` : `(?:${text})`;
      }
    }
  }

  private uninterrupted(item: Item, text: string): string {
    return `(?:(?=(${text}))\\${this.helpers.get(item)})`;
  }

  private assertion(assertion: Assertion): string {
    const { notAtStart, singleLine } = this.options;
    switch (assertion) {
      case 'line-start':
        return notAtStart ? NEVER : '^';
      case 'each-line-start':
        return notAtStart ? '(?<=\\n)(?=[^])' : '(?:^|(?<=\\n)(?=[^]))';
      case 'line-end':
        return singleLine ? '$' : '(?=\\n?$)';
      case 'each-line-end':
        return '(?=\\n|$)';
      case 'text-start':
        return '^';
      case 'text-end':
        return '$';
      case 'word-edge':
        return '\\b';
      case 'no-word-edge':
        return '\\B';
      case 'word-start':
        return '\\b(?=\\w)';
      case 'word-end':
        return '\\b(?<=\\w)';
    }
  }
}

function countText(least: number, most: number): string {
  if (most === Infinity) return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`;
  if (least === 0 && most === 1) return '?';
  return least === most ? `{${least}}` : `{${least},${most}}`;
}

function byteText(byte: number): string {
  const letter = String.fromCharCode(byte);
  if (/[0-9A-Za-z _,:;=!@#%&~`'"<>]/.test(letter)) return letter;
  if (byte > 32 && byte < 127) return `\\${letter}`;
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function rangesText(set: ByteSet, wanted: number): string {
  let text = '';
  for (let low = 0; low < 256; low++) {
    if (set[low] !== wanted) continue;
    let high = low;
    while (high < 255 && set[high + 1] === wanted) high++;
    text += byteText(low);
    if (high > low) text += (high > low + 1 ? '-' : '') + byteText(high);
    low = high;
  }
  return text;
}

function setText(set: ByteSet): string {
  let members = 0;
  for (const member of set) members += member;
  if (members === 0) return NEVER;
  if (members === 256) return WHOLE;
  if (members === 1) return byteText(set.indexOf(1));
  return members <= 128 ? `[${rangesText(set, 1)}]` : `[^${rangesText(set, 0)}]`;
}

/** Whether a lookbehind holds what JavaScript, which reads there from right to left, would number or match otherwise. */
export function refuseReversed(alternatives: Alternatives, behind = false): void {
  for (const items of alternatives) {
    for (const item of items) {
      if (behind && (item.kind === 'atomic' || (item.kind === 'repeat' && item.mode === 'possessive'))) {
        throw new UnsupportedRegex('an atomic group or possessive quantifier in a lookbehind');
      }
      if (item.kind === 'repeat') refuseReversed([[item.item]], behind);
      else if ('alternatives' in item)
        refuseReversed(item.alternatives, behind || (item.kind === 'look' && item.behind));
    }
  }
}
