/**
 * What a tracker means to one who tracks it: points of priority, FAULT, or "wait". keepalived 2.2.7's rules
 * (vrrp_track.c), read once per change, packed into a number so that nothing is allocated.
 *
 *                       up          down                    reverse: up and down change places, points their sign
 *   weight 0            0           FAULT
 *   weight > 0          + weight    0
 *   weight < 0          0           weight
 *   a file, weight 0    value 0: 0, any other value: FAULT  (reverse: the other way round)
 *   a file, weight w    value * w, at most 253; -254 and less: FAULT (and no points)
 *
 * A tracker that has not answered yet gives no points, and without a weight holds an instance back in INIT.
 */
import type { TrackUseModel } from '../model.ts';
import type { Tracker } from './tracker.ts';

/** Points are within -253..253, so these can be told from them. */
export const CONTRIBUTION_FAULT = -1000;
export const CONTRIBUTION_PENDING = 1000;

/** What a file's value may take away at most, before it is a FAULT; and add at most. */
const FILE_FAULT = -254;
const MOST_POINTS = 253;

/** Points to add to the base priority, CONTRIBUTION_FAULT or CONTRIBUTION_PENDING. */
export function contribution(use: TrackUseModel, tracker: Tracker): number {
  if (tracker.kind === 'file') return fileContribution(use, tracker.value);
  if (tracker.state === 'init') return use.weight === 0 && tracker.holds ? CONTRIBUTION_PENDING : 0;
  return switchContribution(use, tracker.state === 'up');
}

/** For what is up or down only: interfaces, too. */
export function switchContribution(use: TrackUseModel, up: boolean): number {
  if (use.weight === 0) return up === use.reverse ? CONTRIBUTION_FAULT : 0;
  if (up !== use.weight > 0) return 0;
  return use.reverse ? 0 - use.weight : use.weight;
}

export function fileContribution(use: TrackUseModel, value: number): number {
  if (use.weight === 0) return (value !== 0) !== use.reverse ? CONTRIBUTION_FAULT : 0;
  const points = value * use.weight * (use.reverse ? -1 : 1);
  if (points <= FILE_FAULT) return CONTRIBUTION_FAULT;
  return points > MOST_POINTS ? MOST_POINTS : points + 0; // + 0: no -0
}
