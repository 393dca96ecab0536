/**
 * `mahalo helper hardware`: what this machine is, as JSON on standard output. The library that knows it takes 12 MB and
 * starts programs of its own; here that is given back at once.
 */

import { osInfo, system } from 'systeminformation';

export async function printHardware(): Promise<void> {
  const [{ manufacturer, model }, { distro, release }] = await Promise.all([system(), osInfo()]);
  process.stdout.write(JSON.stringify({ manufacturer, model, distribution: `${distro} ${release}` }));
}
