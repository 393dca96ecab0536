/** Network settings in sentences, and where the pages of the unit are found under them. */

import type { DevicePort } from '../../../../src/admin/answers/device.ts';
import type { Addressing, NetworkMode, NetworkSettings } from '../../../../src/admin/answers/device-network.ts';

export interface ModeWords {
  readonly label: string;
  /** One sentence: what it is for. */
  readonly about: string;
}

export const MODES: Readonly<Record<NetworkMode, ModeWords>> = {
  bridge: {
    label: 'Inline bridge',
    about:
      'Plug it into a wire, between a computer and its network: both go on as before, and the unit sits in between.',
  },
  'two-arm': {
    label: 'Two arms',
    about: 'It stands between two networks, clients at one port and servers at the other, with an address in each.',
  },
  'one-arm': {
    label: 'One arm',
    about: 'One cable to a network where clients and servers are already; the other port is off.',
  },
  router: {
    label: 'Router',
    about:
      'One port leads out; at the other it makes a network of its own, with addresses (DHCP), names and a way out (NAT).',
  },
};

export const MODE_NAMES = Object.keys(MODES) as readonly NetworkMode[];

function addressingText({ ipv4, ipv6, vlan }: Addressing): string {
  const four =
    typeof ipv4 === 'object'
      ? `IPv4 ${ipv4.address}${ipv4.gateway === undefined ? '' : ` by way of ${ipv4.gateway}`}`
      : ipv4 === 'dhcp'
        ? 'IPv4 by DHCP'
        : 'no IPv4';
  const six =
    typeof ipv6 === 'object'
      ? `IPv6 ${ipv6.address}${ipv6.gateway === undefined ? '' : ` by way of ${ipv6.gateway}`}`
      : { automatic: 'IPv6 as routers announce it', 'link-local': 'IPv6 link-local only', off: 'no IPv6' }[ipv6];
  return `${four}, ${six}${vlan === undefined ? '' : `, on VLAN ${vlan}`}`;
}

/** What stands on the case, by the names of the ports. */
export function labelsOf(ports: readonly DevicePort[]): Readonly<Record<string, string>> {
  return Object.fromEntries(ports.map(({ label, name }) => [name, label]));
}

/** @param labels what stands on the case, by the names of the ports */
export function networkSentences(
  settings: NetworkSettings,
  labels: Readonly<Record<string, string>>,
): readonly string[] {
  const { mode, nameServers } = settings;
  const label = (name: string): string => labels[name] ?? name;
  const addresses =
    mode === 'bridge'
      ? [`The bridge of both ports: ${addressingText(settings.bridge)}.`]
      : Object.entries(settings.ports).map(
          ([name, addressing]) => `Port ${label(name)}: ${addressingText(addressing)}.`,
        );
  const off =
    mode === 'bridge'
      ? []
      : Object.keys(labels).flatMap((name) =>
          settings.ports[name] === undefined ? [`Port ${label(name)}: off.`] : [],
        );
  const router =
    mode === 'router'
      ? [
          `Port ${label(settings.uplink)} leads out.`,
          `Clients get ${settings.leases.first} to ${settings.leases.last} for ${settings.leases.hours} h.`,
        ]
      : [];
  const names = nameServers.length === 0 ? 'those that the network tells' : nameServers.join(', ');
  return [`Mode: ${MODES[mode].label}.`, ...addresses, ...off, ...router, `Name servers: ${names}.`];
}

/** Addresses of the unit's pages under these settings, as far as they are known before. @param port of this page, '' for 443 */
export function placesOf(settings: NetworkSettings, hostname: string, port: string): readonly string[] {
  const all = settings.mode === 'bridge' ? [settings.bridge] : Object.values(settings.ports);
  const fixed = all.flatMap(({ ipv4, ipv6 }) => [
    ...(typeof ipv4 === 'object' ? [ipv4.address.replace(/\/.*/, '')] : []),
    ...(typeof ipv6 === 'object' ? [`[${ipv6.address.replace(/\/.*/, '')}]`] : []),
  ]);
  return [...fixed, `${hostname}.local`].map(
    (host) => `https://${host}${port === '' ? '' : `:${port}`}/device/network`,
  );
}
