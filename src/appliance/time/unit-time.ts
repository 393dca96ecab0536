/** The clock of the machine the unit is; none below another root, where the machine is not ours. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setClock, steerClock } from '../../sys/clock-setting.ts';
import type { AppliancePaths } from '../paths.ts';
import { TimeKeeper } from './time-keeper.ts';

/** Asked when neither somebody nor the network names others: a company's that says so, and a national institute's. */
const USUAL_SERVERS = ['time.cloudflare.com', 'ptbtime1.ptb.de'];

/**
 * @param named in appliance.json
 * @param learnt of DHCP
 */
export function unitTime(
  paths: AppliancePaths,
  named: () => readonly string[],
  learnt: () => readonly string[],
  tell: (text: string) => void,
): TimeKeeper | undefined {
  if (paths.root !== '/') return undefined;
  return new TimeKeeper({
    clock: { nowMs: Date.now, set: setClock, steer: steerClock },
    path: join(paths.data, 'time'),
    earliestMs: statSync(paths.release, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    servers: () => [named(), learnt(), USUAL_SERVERS].find((servers) => servers.length > 0) ?? [],
    tell,
  });
}
