/** The ports as `status` tells them, out of what netlink's events have told: nothing is asked but a link's speed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InterfaceAddress, InterfaceTable, NetworkInterface } from '../../net/interfaces.ts';
import { macText } from '../../net/neighbours/address-probe.ts';
import { RT_SCOPE_LINK } from '../../sys/rtnetlink-constants.ts';
import type { BoardPort } from '../board.ts';
import type { PortStatus } from '../status.ts';
import { BRIDGE_NAME, type PlaceRole } from './places.ts';
import { addressText } from './prefix.ts';

/** @param placeOf what the port is for; undefined: it is not used */
export function portStatus(
  ports: readonly BoardPort[],
  interfaces: InterfaceTable,
  sys: string,
  roleOf: (port: string) => PlaceRole | undefined,
): readonly PortStatus[] {
  return ports.map(({ name, label }) => {
    const port = interfaces.byName(name);
    const role = roleOf(name);
    return {
      name,
      label,
      role: role ?? 'off',
      link: port?.up ?? false,
      mbit: port?.up === true ? speedOf(name, sys) : null,
      mac: port === undefined ? '' : macText(port.mac),
      addresses: port === undefined ? [] : addressesOf(carriers(port, role, interfaces)),
    };
  });
}

/** The port and what stands on it (VLANs, macvlan links of VRRP), or the bridge with the same. */
function carriers(port: NetworkInterface, role: PlaceRole | undefined, interfaces: InterfaceTable): NetworkInterface[] {
  const base = role === 'bridge' ? (interfaces.byName(BRIDGE_NAME) ?? port) : port;
  return [base, ...interfaces.all().filter((link) => link.parentIndex === base.index && link.index !== base.index)];
}

/** IPv4 first, and last what is of one link only: people use them in this order. */
function addressesOf(links: readonly NetworkInterface[]): readonly string[] {
  const rank = ({ family, scope }: InterfaceAddress): number => (family === 4 ? 0 : scope === RT_SCOPE_LINK ? 2 : 1);
  const all = links.flatMap(({ addresses }) => addresses);
  return all.toSorted((one, other) => rank(one) - rank(other)).map(textOf);
}

function textOf({ address, prefixLength }: InterfaceAddress): string {
  return `${addressText(address)}/${prefixLength}`;
}

function speedOf(name: string, sys: string): number | null {
  try {
    const mbit = Number(readFileSync(join(sys, 'class/net', name, 'speed'), 'latin1'));
    return mbit > 0 ? mbit : null;
  } catch {
    return null; // drivers of virtual machines do not tell
  }
}
