/** Where things are on a unit. Everything hangs below one root, so that a test has a unit of its own. */

import { join } from 'node:path';

export interface AppliancePaths {
  /** `/` on the device. */
  readonly root: string;
  /** Gone with the power. */
  readonly run: string;
  /** What stays: the data partition's. */
  readonly data: string;
  /** Part of the slot, read-only: boards, keys, factory and failure configuration. */
  readonly share: string;
  /** Names the build that runs. */
  readonly release: string;
  /** There in a development build only. */
  readonly development: string;
  /** Why the data partition is not the one on the disk (the init script writes it). */
  readonly dataDamaged: string;
  /** While it is there, the data partition is formatted at the next start (the init scripts). */
  readonly factoryReset: string;
  readonly controlSocket: string;
  /** The kernel's: LEDs, ports, processors, the device tree. */
  readonly sys: string;
  readonly dev: string;
}

export function appliancePaths(root: string): AppliancePaths {
  const run = join(root, 'run/mahalo');
  return {
    root,
    run,
    data: join(root, 'data/mahalo'),
    share: join(root, 'usr/share/mahalo'),
    release: join(root, 'etc/mahalo-release'),
    development: join(root, 'etc/mahalo-development'),
    dataDamaged: join(run, 'data-damaged'),
    factoryReset: join(root, 'data/.factory-reset'),
    controlSocket: join(run, 'appliance.sock'),
    sys: join(root, 'sys'),
    dev: join(root, 'dev'),
  };
}
