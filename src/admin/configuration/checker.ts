/**
 * What the proxy says about a text before it runs: the proxy itself is asked, `mahalo proxy -c --json` (docs/diagnostics.md),
 * as a process of its own. So it is the same parser in the same version, and a text that takes it too long harms nobody.
 */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CheckReport } from '../../config/report.ts';
import type { ProxyUnit } from '../proxy/proxy-unit.ts';
import { removeDurably, writeAtomically } from '../store/atomic-file.ts';

const CHECK_MS = 30_000;
const LONGEST_REPORT = 4 * 1024 * 1024;
const MOST_WAITING = 8;

/** As the file is called in the report. */
export const CONFIGURATION_NAME = 'haproxy.cfg';

export class CheckerBusy extends Error {}

export class ConfigurationChecker {
  readonly #unit: ProxyUnit;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(unit: ProxyUnit) {
    this.#unit = unit;
  }

  /** One at a time: on a small device two would only slow each other down. */
  async check(text: string): Promise<CheckReport> {
    if (this.#waiting >= MOST_WAITING) throw new CheckerBusy('other checks are waiting already; try again');
    this.#waiting++;
    const turn = this.#last.then(() => this.#run(text));
    this.#last = turn.catch(() => {}); // whoever asked is told
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  async #run(text: string): Promise<CheckReport> {
    const file = join(this.#unit.directory, `check-${randomBytes(6).toString('hex')}`);
    writeAtomically(file, text);
    try {
      const report = await this.#ask(file);
      const named = (name: string): string => (name === file ? CONFIGURATION_NAME : name);
      return { ...report, diagnostics: report.diagnostics.map((one) => ({ ...one, file: named(one.file) })) };
    } finally {
      removeDurably(file);
    }
  }

  #ask(file: string): Promise<CheckReport> {
    const { program, words } = this.#unit.commandFor(file, '-c', '--json');
    const options = { cwd: this.#unit.directory, timeout: CHECK_MS, maxBuffer: LONGEST_REPORT } as const;
    return new Promise((resolve, reject) => {
      execFile(program, words, { ...options, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout) as CheckReport);
        } catch {
          // The exit code says the verdict; only without a document has something gone wrong.
          reject(new Error(`the check failed: ${stderr.trim() || error?.message || 'no report'}`));
        }
      });
    });
  }
}
