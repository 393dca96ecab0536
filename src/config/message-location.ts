/**
 * Where a message belongs that HAProxy prints without a position, or with that of a line only: the words it quotes are
 * looked up in the line, or in the lines of the proxy it is about.
 */

import type { ProxyDraft } from './draft.ts';
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

/** A whole proxy is being checked. */
export class ProxyContext implements MessageContext {
  readonly #lines: readonly SourceLine[];
  readonly #proxy: ProxyDraft;

  constructor(proxy: ProxyDraft, lines: SourceLines) {
    this.#proxy = proxy;
    this.#lines = lines.of(proxy);
  }

  locate(text: string, place: Place | undefined): MessageLocation | undefined {
    const [message = ''] = text.split('\n');
    if (place !== undefined) {
      const line = this.#lines.find((one) => one.place.line === place.line && one.place.file === place.file);
      return line === undefined ? undefined : locationIn(line, findQuoted(message, line.words));
    }
    const [header, ...body] = this.#lines;
    const named = body.filter((line) => mentions(message, wordOf(line, 0)));
    const quoted = quotedTexts(message).filter((text) => text !== this.#proxy.name);
    for (const lines of [named, body]) {
      for (const text of quoted) {
        const line = lines.find((one) => one.words.some((word) => word.text === text));
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
