/** The file that is being read, those that included it, and those that come after it. */

import { dirname, resolve } from 'node:path';
import { type ConfigurationFiles, glob } from './files.ts';
import { Inclusion } from './inclusion.ts';
import type { Report } from './report.ts';
import type { Text } from './text.ts';

interface OpenFile {
  readonly name: string;
  readonly lines: readonly string[];
  next: number;
  /** Those of the same `include` that come after it. */
  readonly others: string[];
  readonly savedCheck: number;
}

export const MOST_FILES = 1000;
const DEEPEST_INCLUDE = 64;

export class FileStack {
  readonly inclusion: Inclusion;
  /** There are more files than any configuration has: they include each other. */
  tooMany = false;
  readonly #files: ConfigurationFiles;
  readonly #report: Report;
  readonly #open: OpenFile[] = [];
  #opened = 0;
  #last = { name: '', line: 0 };

  constructor(files: ConfigurationFiles, report: Report, allFiles: boolean) {
    this.#files = files;
    this.#report = report;
    this.inclusion = new Inclusion(report, allFiles);
  }

  get spot(): { file: string; line: number; column: number } | undefined {
    const file = this.#open.at(-1);
    return file === undefined ? undefined : { file: file.name, line: file.next, column: 1 };
  }

  /** Where the line stands that was read last. */
  get position(): { readonly name: string; readonly line: number } {
    const file = this.#open.at(-1);
    if (file !== undefined) this.#last = { name: file.name, line: file.next };
    return this.#last;
  }

  get directory(): string {
    return resolve(dirname(this.#open.at(-1)?.name ?? '.'));
  }

  /** false: there is no such file. */
  begin(path: string): boolean {
    const { paths } = glob(this.#files, path);
    if (paths.length > 0) this.#openFirst([...paths], this.inclusion.check);
    return paths.length > 0;
  }

  /** The next line of the innermost file; undefined at the end of all. */
  nextLine(): string | undefined {
    for (;;) {
      const file = this.#open.at(-1);
      if (file === undefined) return undefined;
      const line = file.lines[file.next];
      if (line !== undefined) {
        file.next++;
        return line;
      }
      this.#open.pop();
      this.inclusion.check = file.savedCheck;
      this.#openFirst(file.others, file.savedCheck);
    }
  }

  /** Opens the first file that can be opened; the others follow at its end. */
  #openFirst(paths: string[], savedCheck: number): boolean {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      const problem = this.#files.problem(path);
      if (problem !== undefined) {
        this.inclusion.complain(this.spot, `Configuration file '${path}' ${problem} - skipping`, 'read');
        continue;
      }
      try {
        if (++this.#opened > MOST_FILES) {
          this.tooMany = true;
          return false;
        }
        const lines = this.#files.read(path).split('\n');
        if (lines.at(-1) === '') lines.pop();
        this.#open.push({ name: path, lines, next: 0, others: paths, savedCheck });
        return true;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.inclusion.complain(this.spot, `Configuration file '${path}' open problem (${reason}) - skipping`, 'read');
      }
    }
    return false;
  }

  /** Whether a line is an `include`; opens what it names. */
  include(line: Text): boolean {
    const match = /^include([rmwba]?)\s+/.exec(line.text);
    if (match === null) return false;
    const written = line.text.slice(match[0].length);
    const from = this.#open.at(-1)?.name ?? '';
    const directory = from.includes('/') ? dirname(from) : '';
    const pattern =
      written.startsWith('/') || directory === '' ? written : `${directory === '/' ? '' : directory}/${written}`;
    const spot = this.spot && { ...this.spot, column: line.columns[match[0].length] ?? 1 };
    if (this.#open.length >= DEEPEST_INCLUDE) {
      this.#report.fatal(spot, `files include each other more than ${DEEPEST_INCLUDE} deep`);
      return true;
    }
    const savedCheck = this.inclusion.check;
    const { paths, missing, wild } = glob(this.#files, pattern);
    this.inclusion.begin(match[1] ?? '');
    const hint = wild ? undefined : 'paths are relative to the directory of this file';
    if (paths.length === 0) {
      if (missing) {
        const kind = pattern.includes('{') ? 'brace_match' : 'match';
        this.inclusion.complain(spot, `Config files missing '${written}'.`, kind, hint);
      } else this.inclusion.complainOnlyIf(spot, `No config files matched '${written}'.`, 'wildcard_match');
    } else if (missing) this.inclusion.complain(spot, `Some config files missing: "${written}".`, 'brace_match');
    if (!(missing && paths.length > 0 && this.inclusion.demands('brace_match')))
      this.#openFirst([...paths], savedCheck);
    this.inclusion.end();
    return true;
  }
}
