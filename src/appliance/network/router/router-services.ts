/** What a router needs besides addresses: dnsmasq's configuration (DHCP, DNS) and nftables' rules (NAT). Texts; pure. */
import type { Place } from '../places.ts';
import { addressText, maskText, networkOf, readPrefix } from '../prefix.ts';
import type { Leases } from '../settings/settings.ts';

export const NFT_TABLE = 'mahalo_router';

export interface RouterFacts {
  readonly uplink: Place;
  readonly inner: Place;
  readonly leases: Leases;
  readonly hostname: string;
  /** Where dnsmasq keeps who has what: gone with the power, for it asks by ping before it gives an address away. */
  readonly leaseFile: string;
  readonly resolverFile: string;
}

export function dnsmasqText({ inner, leases, hostname, leaseFile, resolverFile }: RouterFacts): string {
  const { ipv4, ipv6 } = inner.addressing;
  const prefix = typeof ipv4 === 'string' ? undefined : readPrefix(ipv4.address);
  const ipv6Prefix = typeof ipv6 === 'string' ? undefined : readPrefix(ipv6.address);
  return [
    '# Made by mahalo appliance: the inner side of the router.',
    'keep-in-foreground',
    'log-facility=-',
    'conf-file=',
    'no-hosts',
    `interface=${inner.link}`,
    'except-interface=lo',
    'bind-dynamic',
    `resolv-file=${resolverFile}`,
    'domain-needed',
    'bogus-priv',
    'domain=lan',
    'local=/lan/',
    'expand-hosts',
    `interface-name=${hostname}.lan,${inner.link}/4`,
    `interface-name=${hostname},${inner.link}/4`,
    'dhcp-authoritative',
    `dhcp-leasefile=${leaseFile}`,
    `dhcp-range=${leases.first},${leases.last},${maskText(prefix?.length ?? 24)},${leases.hours}h`,
    ...(ipv6Prefix === undefined
      ? []
      : [
          'enable-ra',
          `dhcp-range=${addressText(networkOf(ipv6Prefix.bytes, ipv6Prefix.length))},ra-only,${ipv6Prefix.length},${leases.hours}h`,
        ]),
    '',
  ].join('\n');
}

/**
 * What comes from inside goes out under the uplink's address and is answered; from outside nothing goes in. `ct` alone
 * makes no difference to who reaches the unit itself.
 */
export function nftText({ uplink, inner }: RouterFacts): string {
  return `table inet ${NFT_TABLE}
delete table inet ${NFT_TABLE}
table inet ${NFT_TABLE} {
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${uplink.link}" masquerade
  }
  chain passing {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "${inner.link}" oifname "${uplink.link}" accept
  }
}
`;
}

/** Takes away what `nftText` made; also where there is none. */
export const NFT_NONE = `table inet ${NFT_TABLE}\ndelete table inet ${NFT_TABLE}\n`;
