/**
 * What a board draws, by estimate: a sum of published measurements of its parts, for no board of ours has a meter. Whoever
 * shows the figure calls it an estimate. Pure.
 */

import type { BoardPower } from '../board.ts';

export interface PowerMoment {
  /** Speeds of the links that are up, Mb/s; null: the driver does not tell. */
  readonly links: readonly (number | null)[];
  /** How many cores' worth of work: 0.5 is one core half busy. */
  readonly busyCores: number;
  /** Of the clock; null: unknown. */
  readonly megahertz: number | null;
}

/** The slowest of the steps that are not below, or the last: an unknown counts as the highest, not to flatter. */
function linkWatts({ linkWatts }: BoardPower, mbit: number | null): number {
  const steps = Object.entries(linkWatts)
    .map(([speed, watts]) => ({ speed: Number(speed), watts }))
    .sort((one, other) => one.speed - other.speed);
  return (steps.find(({ speed }) => mbit !== null && mbit <= speed) ?? steps.at(-1))?.watts ?? 0;
}

/** Watts, to a hundredth. */
export function estimateWatts(power: BoardPower, { links, busyCores, megahertz }: PowerMoment): number {
  const { coreWatts, baseWatts } = power;
  const step = coreWatts.find((one) => megahertz !== null && megahertz <= one.megahertz) ?? coreWatts.at(-1);
  const ofLinks = links.reduce((sum: number, mbit) => sum + linkWatts(power, mbit), 0);
  return Math.round(100 * (baseWatts + ofLinks + busyCores * (step?.watts ?? 0))) / 100;
}
