/**
 * The machine we run on, to be restarted or switched off. BusyBox's init does both when it gets a signal (it unmounts
 * what is mounted first). Below a root that is not `/` there is no machine of ours: what was asked for is noted in a file.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppliancePaths } from './paths.ts';

export type MachineOrder = 'reboot' | 'power-off';

/** Of BusyBox's init (init/init.c). */
const SIGNALS: Readonly<Record<MachineOrder, NodeJS.Signals>> = { reboot: 'SIGTERM', 'power-off': 'SIGUSR2' };

export function orderMachine({ root, run }: AppliancePaths, order: MachineOrder): void {
  if (root === '/') process.kill(1, SIGNALS[order]);
  else writeFileSync(join(run, 'machine-order'), `${order}\n`);
}
