import t from 'tap';
import type { TrackUseModel } from '../../../src/vrrp/model.ts';
import {
  contribution,
  CONTRIBUTION_FAULT as FAULT,
  fileContribution,
  CONTRIBUTION_PENDING as PENDING,
  switchContribution,
} from '../../../src/vrrp/tracking/contribution.ts';
import type { Tracker } from '../../../src/vrrp/tracking/tracker.ts';

const NAMES = new Map([
  [FAULT, 'FAULT'],
  [PENDING, 'PENDING'],
]);

function use(weight: number, reverse: boolean): TrackUseModel {
  return { name: 'x', weight, reverse };
}

function named(points: number): number | string {
  return NAMES.get(points) ?? points;
}

function tracker(state: Tracker['state'], more: Partial<Tracker> = {}): Tracker {
  return { kind: 'script', name: 'x', state, holds: true, value: 0, reason: '', start() {}, stop() {}, ...more };
}

// vrrp_track.c: process_script_update_priority, initialise_interface_tracking_priorities, process_update_track_process_status.
const SWITCHES = [
  // weight, reverse, up, down
  [0, false, 0, 'FAULT'],
  [0, true, 'FAULT', 0],
  [10, false, 10, 0],
  [10, true, -10, 0],
  [-10, false, 0, -10],
  [-10, true, 0, 10],
  [253, false, 253, 0],
  [-253, false, 0, -253],
] as const;

for (const [weight, reverse, up, down] of SWITCHES) {
  t.test(`weight ${weight}${reverse ? ' reverse' : ''}: up is ${up}, down is ${down}`, async (t) => {
    t.equal(named(switchContribution(use(weight, reverse), true)), up);
    t.equal(named(switchContribution(use(weight, reverse), false)), down);
    for (const kind of ['script', 'process', 'proxy'] as const) {
      t.equal(named(contribution(use(weight, reverse), tracker('up', { kind }))), up, kind);
      t.equal(named(contribution(use(weight, reverse), tracker('down', { kind }))), down, kind);
    }
  });
}

// update_track_file_status, process_update_vrrp_track_file_status.
const FILES = [
  // weight, reverse, value, points
  [0, false, 0, 0],
  [0, false, 1, 'FAULT'],
  [0, false, -1, 'FAULT'],
  [0, true, 0, 'FAULT'],
  [0, true, 1, 0],
  [1, false, 0, 0],
  [1, false, 5, 5],
  [1, false, -5, -5],
  [1, true, 5, -5],
  [1, true, 0, 0],
  [-2, false, 5, -10],
  [-2, true, 5, 10],
  [1, false, 253, 253],
  [1, false, 254, 253],
  [1, false, 2_147_483_647, 253],
  [1, false, -253, -253],
  [1, false, -254, 'FAULT'],
  [1, false, -2_147_483_648, 'FAULT'],
  [2, false, -126, -252],
  [2, false, -127, 'FAULT'],
  [254, false, -1, 'FAULT'],
  [254, false, 1, 253],
  [-254, false, 1, 'FAULT'],
  [254, true, 1, 'FAULT'],
] as const;

for (const [weight, reverse, value, points] of FILES) {
  t.test(`a file with ${value}, weight ${weight}${reverse ? ' reverse' : ''}: ${points}`, async (t) => {
    t.equal(named(fileContribution(use(weight, reverse), value)), points);
    t.equal(named(contribution(use(weight, reverse), tracker('up', { kind: 'file', value }))), points);
  });
}

t.test('who tracks without a weight what is not known yet waits for it', async (t) => {
  t.equal(named(contribution(use(0, false), tracker('init'))), 'PENDING');
  t.equal(named(contribution(use(0, true), tracker('init'))), 'PENDING');
});

t.test('with a weight nobody waits, and it gives nothing until it is known', async (t) => {
  for (const weight of [5, -5]) t.equal(named(contribution(use(weight, false), tracker('init'))), 0);
});

t.test('after a reload nobody waits for a new script', async (t) => {
  t.equal(named(contribution(use(0, false), tracker('init', { holds: false }))), 0);
});
