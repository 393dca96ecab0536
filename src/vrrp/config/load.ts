/**
 * Loads a keepalived.conf: files to lines (reader.ts), lines to statements (statements.ts), statements to drafts
 * (keywords), drafts to the model (complete.ts, together.ts, freeze.ts). What is global counts wherever it is written, as
 * in keepalived, whose parent process reads it in a round of its own; all else must stand before it is used.
 */

import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import type { Diagnostics } from '../../config/diagnostics.ts';
import type { VrrpModel } from '../model.ts';
import { Context } from './context.ts';
import { Drafts } from './drafts.ts';
import { type ConfigurationFiles, DISK } from './files.ts';
import { freezeModel } from './freeze.ts';
import { type Host, thisHost } from './host.ts';
import { PROCESS_ROOTS } from './keywords/roots.ts';
import { Reader } from './reader.ts';
import { type ExitCode, Report } from './report.ts';
import { type Item, StatementParser } from './statements.ts';
import { KEYWORDS } from './table.ts';
import { completeAll } from './together.ts';

export interface LoadOptions {
  /** For tests and editors; the disk otherwise. */
  readonly files?: ConfigurationFiles;
  /** Instead of `files`: reads one file; the others are looked up on the disk. */
  readonly readFile?: (path: string) => string;
  /** `-e`: every file that is named must be there. */
  readonly allFiles?: boolean | undefined;
  /** `-i`; the first part of the host name otherwise. */
  readonly configId?: string | undefined;
  readonly host?: Host;
  readonly random?: (minimum: number, maximum: number) => number;
}

export interface LoadResult {
  /** undefined after a fatal mistake. */
  readonly model: VrrpModel | undefined;
  readonly diagnostics: Diagnostics;
  readonly exitCode: ExitCode;
}

function filesOf(options: LoadOptions): ConfigurationFiles {
  const files = options.files ?? DISK;
  const { readFile } = options;
  return readFile === undefined ? files : { ...files, read: readFile };
}

const FIRST_ROUND = new Set(PROCESS_ROOTS.map((keyword) => keyword.name));

function isGlobal(item: Item): boolean {
  return 'statement' in item && FIRST_ROUND.has(item.statement.keyword.name);
}

/** Never throws for what is in the file. */
export function loadKeepalived(path: string, options: LoadOptions = {}): LoadResult {
  const report = new Report();
  const reader = new Reader(
    {
      files: filesOf(options),
      allFiles: options.allFiles ?? false,
      configId: options.configId ?? hostname().split('.')[0] ?? '',
      random: options.random ?? ((minimum, maximum) => randomInt(minimum, maximum + 1)),
    },
    report,
  );
  const items = new StatementParser(reader.read(path), KEYWORDS).parse();
  const drafts = new Drafts();
  const context = new Context(report, options.host ?? thisHost(), drafts);
  context.walk(items.filter(isGlobal), drafts.global);
  context.walk(
    items.filter((item) => !isGlobal(item)),
    drafts,
  );
  const { diagnostics } = report;
  const complete = report.exitCode !== 2 && completeAll(context);
  const usable = complete && diagnostics.fatalCount === 0;
  return { model: usable ? freezeModel(drafts) : undefined, diagnostics, exitCode: report.exitCode };
}
