/** The addresses at which people can reach this machine. */

import { networkInterfaces } from 'node:os';

/** IPv4 before IPv6, without the loopback, and without those of one link (fe80::), which a browser cannot use. */
export function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((ones) => ones ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  const rank = (family: string): number => (family === 'IPv4' ? 0 : 1);
  return usable.sort((one, other) => rank(one.family) - rank(other.family)).map(({ address }) => address);
}
