/** Walks over the words of a line of `ip route` or `ip rule` grammar, and complains in keepalived's words. */

import type { Family } from '../model.ts';
import { type Network, parseNetwork } from './address-lines.ts';
import { parseAddress } from './addresses.ts';
import type { Context } from './context.ts';
import type { ValueLine } from './statements.ts';
import type { Word } from './words.ts';

/** Ends the reading of a line that is left out; why was told. */
export class LeftOut extends Error {}

/** A destination or source; `bytes` undefined: all of the family. */
export interface Prefix {
  readonly family: Family | undefined;
  readonly bytes: Uint8Array | undefined;
  readonly length: number;
}

export class LineCursor {
  readonly context: Context;
  readonly #line: ValueLine;
  #next = 0;
  family: Family | undefined;

  constructor(line: ValueLine, context: Context) {
    this.#line = line;
    this.context = context;
  }

  get text(): string {
    return this.#line.words.map((word) => word.text).join(' ');
  }

  get first(): Word {
    return this.context.word(this.#line, 0);
  }

  peek(): Word | undefined {
    return this.#line.words[this.#next];
  }

  take(): Word | undefined {
    return this.#line.words[this.#next++];
  }

  /** The word that an option needs. */
  need(): Word {
    return this.context.word(this.#line, this.#next++);
  }

  /** `lock` before the value of a route's metric. */
  skip(text: string): void {
    if (this.peek()?.text === text) this.#next++;
  }

  mistake(word: Word, message: string, hint?: string): void {
    this.context.report.mistake(word, message, hint);
  }

  /** Tells why the line is left out, and leaves it. */
  fail(word: Word, message: string, hint?: string): never {
    this.mistake(word, message, hint);
    throw new LeftOut();
  }

  /** The family of the line is that of all its addresses. */
  agree(family: Family | undefined, word: Word, message: string): void {
    if (family === undefined) return;
    this.family ??= family;
    if (family !== this.family) this.fail(word, message, `the line is of IPv${this.family}`);
  }

  number(maximum: number, complaint: (text: string) => string): number {
    const word = this.need();
    const value = this.context.unsigned(word, { minimum: 0, maximum }, { complaint: complaint(word.text) });
    if (value === undefined) throw new LeftOut();
    return value;
  }

  /** A name or number of iproute2's. */
  named(kind: 'tables' | 'scopes' | 'protocols' | 'services' | 'realms', complaint: (text: string) => string): number {
    const word = this.need();
    const value = this.context.routing.find(kind, word.text);
    if (value !== undefined) return value;
    const names = this.context.routing.namesOf(kind);
    return this.fail(word, complaint(word.text), names.length > 0 ? `a number, or ${names.join(', ')}` : 'a number');
  }

  /** An interface that is there. */
  device(complaint: (text: string) => string): string {
    const word = this.need();
    if (this.context.interface(word, complaint(word.text)) === undefined) throw new LeftOut();
    return word.text;
  }

  /** An address without a length. */
  address(complaint: (text: string) => string): {
    readonly family: Family;
    readonly bytes: Uint8Array;
    readonly word: Word;
  } {
    const word = this.need();
    const address = parseAddress(word.text);
    if (address === undefined) return this.fail(word, complaint(word.text), 'an IPv4 or IPv6 address');
    return { ...address, word };
  }

  /** `default`, `any`, `all`, or a network. */
  prefix(word: Word): Prefix | undefined {
    if (['default', 'any', 'all'].includes(word.text)) return { family: undefined, bytes: undefined, length: 0 };
    if (word.text === 'default6') {
      this.context.report.warn(word, "'default6' is deprecated", "write 'inet6 default'");
      return { family: 6, bytes: undefined, length: 0 };
    }
    const network: Network | undefined = parseNetwork(word, this.context);
    return network && { family: network.family, bytes: network.bytes, length: network.prefixLength };
  }

  /** What keepalived has and Mahalo does not, where leaving it out would change what the line does. */
  refuse(word: Word, what: string): never {
    this.context.report.refuse(word, `${what} is not implemented`, 'without it the line would mean something else');
    throw new LeftOut();
  }

  /** What keepalived has and Mahalo does not, where the line keeps its sense. */
  without(word: Word, what: string): void {
    this.context.report.warn(word, `${what} is not implemented: it has no effect`, 'the line counts without it');
  }
}
