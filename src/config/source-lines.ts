/**
 * The lines of the configuration as they were read, by where they stand: what looks at a whole section afterwards
 * (hints, findings, checks) asks here for the line, its words and their columns.
 */

import type { ProxyDraft } from './draft.ts';
import type { Word } from './lexer.ts';
import type { Place } from './model.ts';

export interface SourceLine {
  readonly place: Place;
  /** The keyword of the section it stands in. */
  readonly section: string;
  /** Without a `no` or `default` before them. */
  readonly words: readonly Word[];
  /** The proxy or defaults section it belongs to; its own first line does, too. */
  readonly proxy: ProxyDraft | undefined;
}

export function wordOf(line: SourceLine, index: number): string {
  return line.words[index]?.text ?? '';
}

export class SourceLines {
  readonly #lines: SourceLine[] = [];
  readonly #byPlace = new Map<string, SourceLine>();
  readonly #byProxy = new Map<ProxyDraft, SourceLine[]>();

  add(line: SourceLine): void {
    this.#lines.push(line);
    this.#byPlace.set(`${line.place.line} ${line.place.file}`, line);
    if (line.proxy === undefined) return;
    const known = this.#byProxy.get(line.proxy);
    if (known === undefined) this.#byProxy.set(line.proxy, [line]);
    else known.push(line);
  }

  get all(): readonly SourceLine[] {
    return this.#lines;
  }

  at(place: { readonly file: string; readonly line: number }): SourceLine | undefined {
    return this.#byPlace.get(`${place.line} ${place.file}`);
  }

  /** The lines of a section, the one that opens it first. */
  of(proxy: ProxyDraft): readonly SourceLine[] {
    return this.#byProxy.get(proxy) ?? [];
  }

  /** The lines of the section that opens at a place. */
  section(place: Place): readonly SourceLine[] {
    const start = this.#lines.findIndex((line) => line.place.line === place.line && line.place.file === place.file);
    const rest = this.#lines.slice(start + 1);
    const end = rest.findIndex((line) => wordOf(line, 0) === line.section);
    return this.#lines.slice(start, end < 0 ? undefined : start + 1 + end);
  }

  /** The last line of a section that starts with these words. */
  find(proxy: ProxyDraft, ...words: readonly string[]): SourceLine | undefined {
    return this.of(proxy).findLast((line) => words.every((word, index) => wordOf(line, index) === word));
  }
}
