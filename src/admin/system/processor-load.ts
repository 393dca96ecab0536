/** How busy the processors were between two looks at the kernel's counters. */

import { cpus } from 'node:os';

export interface ProcessorTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

export function processorTimes(): readonly ProcessorTimes[] {
  return cpus().map(({ times: { user, nice, sys, idle, irq } }) => {
    const busyMs = user + nice + sys + irq;
    return { busyMs, totalMs: busyMs + idle };
  });
}

const percent = (busyMs: number, totalMs: number): number =>
  totalMs <= 0 ? 0 : Math.round((1000 * Math.min(busyMs, totalMs)) / totalMs) / 10;

/** Percent, of all together and of each. A core that was switched on or off in between makes it 0. */
export function loadBetween(
  before: readonly ProcessorTimes[],
  after: readonly ProcessorTimes[],
): { readonly percent: number; readonly coresPercent: readonly number[] } {
  if (before.length !== after.length) return { percent: 0, coresPercent: after.map(() => 0) };
  const spans = after.map(({ busyMs, totalMs }, index) => ({
    busyMs: Math.max(0, busyMs - (before[index]?.busyMs ?? 0)),
    totalMs: totalMs - (before[index]?.totalMs ?? 0),
  }));
  const sum = (name: keyof ProcessorTimes): number => spans.reduce((total, span) => total + span[name], 0);
  return {
    percent: percent(sum('busyMs'), sum('totalMs')),
    coresPercent: spans.map(({ busyMs, totalMs }) => percent(busyMs, totalMs)),
  };
}
