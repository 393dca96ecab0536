/** The results as a table for people. */
import type { IdleResult } from './idle-memory.ts';
import type { WorkloadResult } from './measure.ts';

/** Resident memory of a fresh Mahalo must stay below this. */
const restTargetBytes = 70e6;

export interface BenchResult {
  readonly machine: string;
  readonly versions: { readonly haproxy: string; readonly nginx: string; readonly node: string };
  readonly workloads: readonly WorkloadResult[];
  readonly idle: IdleResult | undefined;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const verdict = (met: boolean): string => (met ? 'met' : 'NOT MET');

/** Whether a ratio reached its target; a figure made of failed requests says nothing. */
function ratioVerdict(result: WorkloadResult, target: number): string {
  const errors = (name: string): number => result.programs.find((one) => one.program === name)?.errors ?? 0;
  return errors('mahalo') > errors('haproxy') ? 'VOID, requests failed' : verdict(result.ratio <= target);
}

function microseconds(value: number | undefined): string {
  if (value === undefined) {
    return '-';
  }
  return value >= 10_000 ? `${(value / 1000).toFixed(1)}ms` : `${Math.round(value)}us`;
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join('');
}

export function workloadReport(result: WorkloadResult): string {
  const perUnit = `us/${result.unit}`;
  const rows = [
    ['program', perUnit, 'lowest', 'highest', 'req/s', 'p50', 'p99', 'p99.9', 'MB rest', 'MB load', 'errors'],
  ];
  for (const program of result.programs) {
    rows.push([
      program.program,
      program.cpuPerUnit.toFixed(2),
      Math.min(...program.cpuRounds).toFixed(2),
      Math.max(...program.cpuRounds).toFixed(2),
      program.requestsPerSecond.toFixed(0),
      microseconds(program.latency?.p50),
      microseconds(program.latency?.p99),
      microseconds(program.latency?.p999),
      megabytes(program.restBytes),
      megabytes(program.loadBytes),
      `${program.errors}`,
    ]);
  }
  const latency = result.programs[0]?.latency;
  const target = result.target;
  const judged = target === undefined ? '' : `, wanted at most ${target}: ${ratioVerdict(result, target)}`;
  const rate = latency === undefined ? '' : `; latency at ${latency.rate} requests/s`;
  return `${result.workload}: ${result.title}${rate}
${table(rows)}  ratio of CPU to haproxy ${result.ratio.toFixed(3)}${judged}\n`;
}

export function idleReport(result: IdleResult): string {
  const rows = [['program', 'MB before', 'MB with', 'MB after', 'PSS before', 'PSS with', 'bytes/connection']];
  for (const program of result.programs) {
    rows.push([
      program.program,
      megabytes(program.before.rssBytes),
      megabytes(program.after.rssBytes),
      megabytes(program.closed.rssBytes),
      megabytes(program.before.pssBytes),
      megabytes(program.after.pssBytes),
      program.bytesPerConnection.toFixed(0),
    ]);
  }
  const total = `whole process ${result.totalRatio.toFixed(2)} of haproxy, wanted below 1: ${verdict(result.totalRatio < 1)}`;
  return `idle: ${result.connections} idle kept connections, one request done on each
${table(rows)}  ${total}; what the connections added ${result.growthRatio.toFixed(2)} of haproxy\n`;
}

/** One line a target, to read last. */
export function summary(result: BenchResult): string {
  const rows = [['target', 'measured', 'wanted', '']];
  for (const workload of result.workloads) {
    if (workload.target !== undefined) {
      const met = ratioVerdict(workload, workload.target);
      rows.push([`${workload.workload}: CPU ratio`, workload.ratio.toFixed(3), `<= ${workload.target}`, met]);
    }
  }
  if (result.idle !== undefined) {
    const { totalRatio, connections } = result.idle;
    rows.push([`${connections} idle: memory ratio`, totalRatio.toFixed(3), '< 1', verdict(totalRatio < 1)]);
  }
  const rests = result.workloads.flatMap((workload) =>
    workload.programs.filter((program) => program.program === 'mahalo').map((program) => program.restBytes),
  );
  if (rests.length > 0) {
    const rest = Math.max(...rests);
    rows.push([
      'memory at rest, MB',
      megabytes(rest),
      `< ${megabytes(restTargetBytes)}`,
      verdict(rest < restTargetBytes),
    ]);
  }
  return table(rows);
}
