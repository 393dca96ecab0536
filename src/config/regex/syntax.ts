/**
 * Regular expressions as HAProxy has them are PCRE's, over bytes: no UTF, no Unicode properties beyond one byte, case
 * known for ASCII letters alone. This is what the parser makes of one, before it is written as JavaScript's.
 */

/** 256 flags: which bytes an item accepts. */
export type ByteSet = Uint8Array;

export type Alternatives = readonly (readonly Item[])[];

export type Item =
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** `index` 0: a group that captures nothing. */
  | { readonly kind: 'group'; readonly index: number; readonly alternatives: Alternatives }
  | { readonly kind: 'atomic'; readonly alternatives: Alternatives }
  | {
      readonly kind: 'look';
      readonly behind: boolean;
      readonly negative: boolean;
      readonly alternatives: Alternatives;
      readonly offset: number;
    }
  | {
      readonly kind: 'repeat';
      readonly item: Item;
      readonly least: number;
      readonly most: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly kind: 'reference'; readonly index: number; readonly ignoreCase: boolean };

export type Assertion =
  /** `^`, and the same under `(?m)`. */
  | 'line-start'
  | 'each-line-start'
  /** `$`: also before a newline that ends the text. */
  | 'line-end'
  | 'each-line-end'
  | 'text-start'
  | 'text-end'
  | 'word-edge'
  | 'no-word-edge'
  | 'word-start'
  | 'word-end';

export interface ParsedRegex {
  readonly alternatives: Alternatives;
  /** How many groups capture. */
  readonly groups: number;
}

/** What PCRE itself refuses, in its words. */
export class RegexError extends Error {
  /** Bytes of the expression read when the fault was seen. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What PCRE understands and we do not. */
export class UnsupportedRegex extends Error {}
