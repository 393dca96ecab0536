/** Answers of the agent as text for people. */

import { durationText } from '../vrrp/control/duration-text.ts';
import type { RehearsalReport } from '../vrrp/control/rehearsal.ts';
import type { InstanceStatus } from '../vrrp/control/status.ts';

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

export function statusText(instances: readonly InstanceStatus[]): string {
  const rows = instances.map((instance) => [
    instance.name,
    instance.state,
    instance.priority === instance.basePriority
      ? `${instance.priority}`
      : `${instance.priority} (${instance.basePriority})`,
    instance.interface,
    String(instance.vrid),
    instance.master === null ? '-' : `${instance.master.address} (${instance.master.priority})`,
    instance.peer === null
      ? '-'
      : `${instance.peer.address} (${instance.peer.priority}), ${durationText(instance.peer.ageMs)} ago`,
    instance.faults.length > 0 ? instance.faults.join('; ') : (instance.cause ?? ''),
  ]);
  return table([['INSTANCE', 'STATE', 'PRIORITY', 'INTERFACE', 'VRID', 'MASTER', 'LAST HEARD', 'BECAUSE'], ...rows]);
}

interface TransitionList {
  readonly name: string;
  readonly transitions: readonly {
    readonly at: string;
    readonly from: string;
    readonly to: string;
    readonly priority: number;
    readonly cause: string;
  }[];
}

export function transitionsText(result: unknown): string {
  return (result as readonly TransitionList[])
    .map(({ name, transitions }) => {
      const rows = transitions.map((entry) => [
        entry.at,
        `${entry.from} -> ${entry.to}`,
        `priority ${entry.priority}`,
        entry.cause,
      ]);
      return `${name}: ${transitions.length === 0 ? 'no transition yet' : `the last ${transitions.length}`}\n${table(rows)}`;
    })
    .join('\n');
}

/** Every counter that is not 0. */
export function countersText(result: unknown): string {
  return (result as readonly { readonly name: string; readonly dropped: Record<string, number> }[])
    .map(({ name, dropped, ...counters }) => {
      const rows = Object.entries(counters).map(([counter, value]) => [`  ${counter}`, String(value)]);
      const reasons = Object.entries(dropped)
        .filter(([, value]) => value > 0)
        .map(([reason, value]) => [`  dropped: ${reason}`, String(value)]);
      return `${name}\n${table([...rows, ...reasons])}`;
    })
    .join('\n');
}

interface Lateness {
  readonly count: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly buckets: readonly { readonly upToMs: number | null; readonly count: number }[];
}

export function latenessText(result: unknown): string {
  const { count, meanMs, maxMs, p50Ms, p99Ms, p999Ms, buckets } = result as Lateness;
  const rows = buckets.filter((bucket) => bucket.count > 0);
  return (
    `${count} advertisements, on average ${meanMs} ms late; half within ${p50Ms}, 99 % within ${p99Ms}, ` +
    `99.9 % within ${p999Ms}, at most ${maxMs} ms\n` +
    table(
      rows.map((bucket) => [`  ${bucket.upToMs === null ? 'later' : `<= ${bucket.upToMs} ms`}`, String(bucket.count)]),
    )
  );
}

export function rehearsalText(instance: string, report: RehearsalReport): string {
  const lines = [`Rehearsal of ${instance}: ${report.outcome === 'passed' ? 'passed' : 'FAILED'} (${report.note})`];
  if (report.darkMs !== null)
    lines.push(`  dark time of ${report.address}: ${report.darkMs} ms (then ${report.answeredBy} answered)`);
  if (report.firstAdvertisementMs !== null)
    lines.push(`  first advertisement of the peer: after ${report.firstAdvertisementMs} ms`);
  if (report.backAfterMs !== null) lines.push(`  master again: ${report.backAfterMs} ms after the hold ended`);
  return `${lines.join('\n')}\n`;
}
