/** The unit's name and whom it asks for names: the texts of hostname, hosts and resolv.conf (links in /etc lead to /run). Pure. */
import type { Lease } from './dhcp/lease.ts';

/** Resolvers look at no more. */
const MOST_NAME_SERVERS = 3;
/** Of the unit id. */
const DIGITS_OF_NAME = 4;

/** Of a unit that nobody named. */
export function defaultHostname(unitId: string): string {
  return `mahalo-${unitId.slice(0, DIGITS_OF_NAME)}`;
}

export function hostsText(hostname: string): string {
  return `127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1\t${hostname}.local ${hostname}\n`;
}

/** @param nameServers of the settings: when there are some, those of leases are not asked */
export function resolverText(nameServers: readonly string[], leases: readonly Lease[]): string {
  const asked = nameServers.length > 0 ? nameServers : leases.flatMap((lease) => lease.nameServers);
  const domain = leases.find((lease) => lease.domain !== '')?.domain;
  return [
    ...(domain === undefined ? [] : [`search ${domain}`]),
    ...[...new Set(asked)].slice(0, MOST_NAME_SERVERS).map((server) => `nameserver ${server}`),
    '',
  ].join('\n');
}
