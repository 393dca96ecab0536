/**
 * Configurations that differ in one line of a frontend. HAProxy goes on after an ACL it cannot read and tells its line, so
 * that many of them go through one process; what is left without a complaint goes again, until nothing is said any more.
 */

import { askHaproxy, type Verdict } from './real-verdict.ts';
import type { VerdictCase } from './verdict-case.ts';

const START =
  'userlist people\n user a insecure-password b\n' +
  'defaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n' +
  'backend b\n server s 127.0.0.1:8000\nfrontend f\n bind :18080\n';
const FIRST_LINE = START.split('\n').length;

/** HAProxy stops at fifty errors. */
const BATCH = 45;

export interface LineCase extends VerdictCase {
  readonly line: string;
}

export function lineCase(kind: string, line: string): LineCase {
  return { name: `${kind}: ${line}`, text: `${START} ${line}\n`, line };
}

function chunked<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

/** A verdict without the line it is about. */
export function withoutLine(verdict: Verdict): Verdict {
  return { ...verdict, alerts: verdict.alerts.map((alert) => alert.replace(/\[x\.cfg:\d+\]/g, '[x.cfg]')) };
}

/** The verdicts on all lines, in their order. */
export async function askHaproxyOfLines(directory: string, cases: readonly LineCase[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  /** Those among which is one that HAProxy refuses without naming its line. */
  const alone: number[] = [];
  let open: readonly number[] = cases.map((_, index) => index);
  while (open.length > 0) {
    const batches = chunked(open, BATCH);
    const asked = await askHaproxy(
      directory,
      batches.map((batch) => START + batch.map((index) => ` ${cases[index]?.line ?? ''}\n`).join('')),
    );
    const again: number[] = [];
    for (const [at, batch] of batches.entries()) {
      const { exitCode, alerts } = asked[at] as Verdict;
      const refused = new Map<number, string[]>();
      for (const alert of alerts) {
        const line = Number(/\[x\.cfg:(\d+)\]/.exec(alert)?.[1]);
        const index = batch[line - FIRST_LINE];
        if (index !== undefined) refused.set(index, [...(refused.get(index) ?? []), alert]);
      }
      for (const index of batch) {
        const about = refused.get(index);
        if (exitCode === 0) verdicts[index] = { exitCode: 0, alerts: [] };
        else if (about !== undefined) verdicts[index] = { exitCode: 1, alerts: about };
        else if (refused.size > 0) again.push(index);
        else alone.push(index);
      }
    }
    open = again;
  }
  const asked = await askHaproxy(
    directory,
    alone.map((index) => cases[index]?.text ?? ''),
  );
  for (const [at, index] of alone.entries()) verdicts[index] = asked[at] as Verdict;
  return verdicts;
}
