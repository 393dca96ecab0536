/**
 * Where a message belongs that HAProxy prints without a position, or with that of a line only: the words it quotes are
 * looked up in the line, or in the lines of the proxy it is about.
 */

import type { Place } from './model.ts';
import { type SourceLine, type SourceLines, wordOf } from './source-lines.ts';
import { findQuoted, quotedTexts, rangeOf, type WordRange } from './word-range.ts';

export interface MessageLocation extends WordRange {
  readonly place: Place;
  readonly keyword: string;
}

/** What is being looked at when a message comes up without a position of its own. */
export interface MessageContext {
  /** `place`: the line is known, its words are looked at. */
  locate(message: string, place: Place | undefined): MessageLocation | undefined;
}

function locationIn(line: SourceLine, range: WordRange | undefined): MessageLocation {
  const keyword = line.words[0];
  const found = range ?? rangeOf(keyword) ?? { column: line.place.column, endColumn: line.place.column };
  return { place: line.place, keyword: keyword?.text ?? '', ...found };
}

/** A line is being read. */
export class LineContext implements MessageContext {
  readonly #line: SourceLine;

  /** A `no` or `default` before the keyword does not count. */
  constructor(line: SourceLine) {
    const [first] = line.words;
    const modified = first?.text === 'no' || first?.text === 'default';
    this.#line = modified ? { ...line, words: line.words.slice(1) } : line;
  }

  locate(message: string, place: Place | undefined): MessageLocation | undefined {
    if (place !== undefined && place.line !== this.#line.place.line) return undefined;
    return locationIn(this.#line, findQuoted(message, this.#line.words));
  }
}

/** A whole section is being checked. */
export class SectionContext implements MessageContext {
  readonly #all: SourceLines;
  readonly #lines: readonly SourceLine[];
  readonly #name: string;

  /** `own`: the lines of the section, its first one first; `all`: those of the whole configuration. */
  constructor(name: string, own: readonly SourceLine[], all: SourceLines) {
    this.#name = name;
    this.#lines = own;
    this.#all = all;
  }

  locate(text: string, place: Place | undefined): MessageLocation | undefined {
    const [message = ''] = text.split('\n');
    if (place !== undefined) {
      const line = this.#all.at(place);
      return line === undefined ? undefined : locationIn(line, findQuoted(message, line.words));
    }
    const [header, ...body] = this.#lines;
    const named = body.filter((line) => mentions(message, wordOf(line, 0)));
    const quoted = quotedTexts(message).filter((text) => text !== this.#name);
    for (const lines of [named, body]) {
      for (const text of quoted) {
        const line = lines.find((one) => one.words.slice(1).some((word) => word.text === text));
        if (line !== undefined) return locationIn(line, rangeOf(line.words.findLast((word) => word.text === text)));
      }
    }
    const [first] = named;
    if (first !== undefined) return locationIn(first, rangeOf(first.words[0]));
    return header === undefined ? undefined : locationIn(header, rangeOf(header.words[1] ?? header.words[0]));
  }
}

/** Whether a keyword stands in a message as a word of its own. */
function mentions(message: string, keyword: string): boolean {
  if (keyword === '') return false;
  const at = message.indexOf(keyword);
  return at >= 0 && !/[\w-]/.test(message.charAt(at - 1)) && !/[\w-]/.test(message.charAt(at + keyword.length));
}
