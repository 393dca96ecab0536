/**
 * Collects what loading has to say, on the proxy's diagnostics. keepalived knows two kinds of mistakes: those after which
 * it runs with what is left (here: an alert that is not fatal) and those after which it does not run (fatal). What it only
 * logs, and what Mahalo has to add, are warnings. The exit code is that of `keepalived -t`.
 */

import { Diagnostics, type Severity } from '../../config/diagnostics.ts';

/** Where a message belongs; words are such places. */
export interface Spot {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn?: number;
}

/**
 * What `keepalived -t` 2.2.7 exits with: 0 fine, 2 a parameter is missing, 4 the configuration cannot be run, 5 there are
 * mistakes and it runs with the rest, 6 scripts are run without script_security. (Its manual says 3, 4 and 5 for the last
 * three: lib/scheduler.h differs.)
 */
export type ExitCode = 0 | 2 | 4 | 5 | 6;

const MOST_TOLD = 1000;

export class Report {
  readonly diagnostics = new Diagnostics();
  /** The keyword of the line that is being read. */
  keyword = '';
  #mistakes = false;
  #security = false;
  #missing = false;
  #unrunnable = false;

  #add(severity: Severity, fatal: boolean, spot: Spot | undefined, message: string, hint?: string): void {
    const { diagnostics } = this;
    if (this.full && !fatal) return;
    diagnostics.report(severity, fatal, spot, message, {
      style: 'none',
      hint,
      column: spot?.column ?? 0,
      endColumn: spot?.endColumn,
      keyword: this.keyword,
    });
    const last = diagnostics.list.pop();
    if (last === undefined) return;
    const text = spot === undefined ? message : `(${spot.file}: Line ${spot.line}) ${message}`;
    diagnostics.list.push({ ...last, text });
  }

  /** So many are told that no more are; what is fatal still is. */
  get full(): boolean {
    return this.diagnostics.list.length >= MOST_TOLD;
  }

  /** A mistake; what is meant is left out or mended. */
  mistake(spot: Spot | undefined, message: string, hint?: string): void {
    this.#mistakes = true;
    this.#add('alert', false, spot, message, hint);
  }

  /** A mistake after which keepalived does not run. */
  fatal(spot: Spot | undefined, message: string, hint?: string): void {
    this.#mistakes = true;
    this.#add('alert', true, spot, message, hint);
  }

  /** The configuration is in order, but cannot be run: no such file, no such interface, not implemented. */
  refuse(spot: Spot | undefined, message: string, hint?: string): void {
    this.#add('alert', true, spot, message, hint);
  }

  /** What `keepalived -t` takes for a reason not to run, though it does run, without what is meant. */
  unrunnable(spot: Spot | undefined, message: string, hint?: string): void {
    this.#unrunnable = true;
    this.#add('alert', false, spot, message, hint);
  }

  /** keepalived ends at once when a word is missing that a keyword needs. */
  missing(spot: Spot, message: string, hint?: string): void {
    this.#missing = true;
    this.#add('alert', true, spot, message, hint);
  }

  /** Scripts are run though `enable_script_security` is not set. */
  insecure(spot: Spot | undefined, message: string, hint?: string): void {
    this.#security = true;
    this.#add('warning', false, spot, message, hint);
  }

  warn(spot: Spot | undefined, message: string, hint?: string): void {
    this.#add('warning', false, spot, message, hint);
  }

  get exitCode(): ExitCode {
    if (this.#missing) return 2;
    if (this.#security) return 6;
    if (this.#mistakes) return 5;
    return this.#unrunnable || this.diagnostics.fatalCount > 0 ? 4 : 0;
  }
}
