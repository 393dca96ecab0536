/**
 * What a board draws, by estimate: no board of ours has a meter. A sum of published measurements of its parts
 * (docs/admin.md, "Power"), for boards that are known; for any other there is no figure.
 */

import { readFileSync } from 'node:fs';
import type { Port, PowerEstimate, PowerPart } from '../answers/system.ts';

interface BoardFigures {
  /** Of the text in the device tree. */
  readonly model: RegExp;
  /** Processor at rest, memory and storage, without a link. */
  readonly restWatts: number;
  readonly gigabitLinkWatts: number;
  readonly slowerLinkWatts: number;
  /** One busy core, by clock (MHz). */
  readonly coreWatts: readonly (readonly [megahertz: number, watts: number])[];
}

const BOARDS: readonly BoardFigures[] = [
  {
    model: /NanoPi R3S/i,
    restWatts: 0.5,
    gigabitLinkWatts: 0.57,
    slowerLinkWatts: 0.2,
    coreWatts: [
      [408, 0.08],
      [816, 0.18],
      [1104, 0.38],
      [1416, 0.73],
    ],
  },
];

/** Null: this machine has no device tree (a PC), so nobody tells. */
export function boardModel(): string | null {
  try {
    return readFileSync('/proc/device-tree/model', 'latin1').replace(/\0.*$/s, '').trim() || null;
  } catch {
    return null;
  }
}

/** Of the first core, MHz; null: the kernel does not tell. */
export function processorMegahertz(): number | null {
  try {
    const text = readFileSync('/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq', 'latin1');
    return Math.round(Number(text) / 1000) || null;
  } catch {
    return null;
  }
}

const rounded = (watts: number): number => Math.round(watts * 100) / 100;

/** @param busyCores how many cores' worth of work: 0.5 is one core half busy */
export function estimatePower(
  model: string | null,
  ports: readonly Pick<Port, 'name' | 'physical' | 'carrier' | 'megabitsPerSecond'>[],
  busyCores: number,
  megahertz: number | null,
): PowerEstimate | null {
  const board = model === null ? undefined : BOARDS.find((one) => one.model.test(model));
  if (board === undefined) return null;
  const steps = board.coreWatts;
  // An unknown clock counts as the highest: an estimate should not flatter.
  const step = steps.find(([upTo]) => megahertz !== null && megahertz <= upTo) ?? steps.at(-1);
  const parts: PowerPart[] = [
    { what: 'processor at rest, memory, storage', watts: board.restWatts },
    { what: 'work of the processor', watts: rounded(busyCores * (step?.[1] ?? 0)) },
  ];
  for (const { name, physical, carrier, megabitsPerSecond } of ports) {
    if (!physical || carrier !== true) continue;
    const gigabit = (megabitsPerSecond ?? 1000) >= 1000;
    const watts = gigabit ? board.gigabitLinkWatts : board.slowerLinkWatts;
    parts.push({ what: `link of ${name} (${gigabit ? '1 Gb/s' : `${megabitsPerSecond} Mb/s`})`, watts });
  }
  return { watts: rounded(parts.reduce((sum, part) => sum + part.watts, 0)), parts };
}
