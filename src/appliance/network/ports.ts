/** The board's ports as the kernel has them: found by where they are soldered, called as the board's data calls them. */
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { errnoName } from '../../sys/errno.ts';
import { askLinks, type LinkDetails, renameLink, setLinkDown } from '../../sys/link-requests.ts';
import { boardIdentity, macsOf } from './mac-address.ts';
import type { PlannedPort } from './wanted.ts';

export interface NamedPort {
  readonly name: string;
  /** Of its device below /sys/devices; `''`: the name is all there is. */
  readonly path: string;
}

/** /sys/class/net/<name>/addr_assign_type (net/core/net-sysfs.c): NET_ADDR_RANDOM. */
const RANDOM_ADDRESS = 1;

/**
 * Gives each port its name; the links that are in the way get another one. Only at the start: a renamed link goes down.
 * @param sys where /sys is
 */
export function namePorts(ports: readonly NamedPort[], sys: string, tell: (text: string) => void): void {
  const links = askLinks();
  if (typeof links === 'number') {
    tell(`asking for links: ${errnoName(-links)}`);
    return;
  }
  const named = ports.flatMap((port) => {
    const link = port.path === '' ? undefined : links.find((candidate) => isAt(candidate, port.path, sys));
    return link === undefined || link.name === port.name ? [] : [{ port, link }];
  });
  for (const { port } of named) {
    const other = links.find(({ name }) => name === port.name);
    if (other !== undefined) rename(other, `other${other.index}`, tell);
  }
  for (const { port, link } of named) rename(link, port.name, tell);
}

function rename({ index, name }: LinkDetails, wanted: string, tell: (text: string) => void): void {
  setLinkDown(index);
  const result = renameLink(index, wanted);
  if (result < 0) tell(`${name} cannot be called ${wanted}: ${errnoName(-result)}`);
}

function isAt({ name }: LinkDetails, path: string, sys: string): boolean {
  try {
    return realpathSync(join(sys, 'class/net', name ?? '')).startsWith(join(realpathSync(sys), 'devices', path, '/'));
  } catch {
    return false; // a link without a device
  }
}

/** With the addresses that the ports should have. */
export function plannedPorts(
  ports: readonly NamedPort[],
  sys: string,
  uniqueAddresses: boolean,
  unitId: string,
): readonly PlannedPort[] {
  const links = askLinks();
  const found = ports.map(({ name }) =>
    typeof links === 'number' ? undefined : links.find((link) => link.name === name),
  );
  const macs = macsOf(
    found.map((link) => ({ mac: link?.mac, madeUp: link !== undefined && isMadeUp(link, sys) })),
    uniqueAddresses,
    boardIdentity(sys, unitId),
  );
  // What a port has already stands in the plan, too: the bridge has the address of the first.
  return ports.map(({ name }, index) => ({ name, mac: macs[index] ?? found[index]?.mac }));
}

function isMadeUp({ name }: LinkDetails, sys: string): boolean {
  try {
    return Number(readFileSync(join(sys, 'class/net', name ?? '', 'addr_assign_type'), 'latin1')) === RANDOM_ADDRESS;
  } catch {
    return false;
  }
}
