/** What the real `haproxy -c` says of a text, two processes at a time. */

import { execFile, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Verdict {
  readonly exitCode: number;
  /** The errors, without the summary at the end. */
  readonly alerts: readonly string[];
}

/** A signal ended it: HAProxy 2.6.12 does not survive every configuration. */
export const CRASHED = -1;

const SUMMARY = /^config : (?:Error\(s\) found in configuration file|Fatal errors found in configuration)/;

export function withoutSummary(alerts: readonly string[]): readonly string[] {
  return alerts.filter((alert) => !SUMMARY.test(alert));
}

/** The errors of an output; each of "multiple argument resolution errors" stands in a line of its own. */
export function alertsOf(output: string): readonly string[] {
  return output.split('\n').flatMap((line) => {
    const alert = /^\[ALERT\]\s+\(\d+\) : (.*)$/.exec(line)?.[1];
    if (alert === undefined) return /^\s+parsing \[/.test(line) ? `config : ${line.trim()}` : [];
    return alert.endsWith('argument resolution errors:') ? [] : alert;
  });
}

/** Undefined unless HAProxy 2.6 is installed. */
export function realVersion(): string | undefined {
  const run = spawnSync('haproxy', ['-v'], { encoding: 'utf8' });
  return run.error === undefined ? /version (2\.6\.\S+)/.exec(run.stdout)?.[1] : undefined;
}

function askOne(directory: string, name: string, text: string): Promise<Verdict> {
  const path = join(directory, name);
  writeFileSync(path, text, 'latin1');
  return new Promise((resolve) => {
    execFile(
      'haproxy',
      ['-c', '-f', name],
      { cwd: directory, encoding: 'latin1', timeout: 120_000 },
      (error, _stdout, stderr) => {
        rmSync(path);
        const alerts = alertsOf(stderr.replaceAll(name, 'x.cfg'));
        // Now and then it dies while it cleans up after an error: that is a refusal, too.
        const crash = alerts.length > 0 ? 1 : CRASHED;
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : crash;
        resolve({ exitCode, alerts: withoutSummary(alerts) });
      },
    );
  });
}

/** The verdicts on all texts, in their order. */
export async function askHaproxy(directory: string, texts: readonly string[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < texts.length) {
      const index = next++;
      verdicts[index] = await askOne(directory, `${index}.cfg`, texts[index] ?? '');
    }
  };
  await Promise.all([worker(), worker()]);
  return verdicts;
}
