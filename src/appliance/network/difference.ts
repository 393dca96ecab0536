/**
 * What has to be done so that the kernel is as wanted, and nothing else: a second run finds nothing to do. Only what is
 * ours is taken away: addresses and routes that carry our mark, links of the kinds we make upon our ports. Addresses of
 * VRRP, its macvlan links, and whatever else somebody put there stay. Pure.
 */

import type { AddressMessage } from '../../sys/link-messages.ts';
import type { BridgeSettings, LinkDetails } from '../../sys/link-requests.ts';
import type { RouteMessage } from '../../sys/route-messages.ts';
import { IFF_UP } from '../../sys/rtnetlink-constants.ts';
import { BRIDGE_NAME } from './places.ts';
import type { Prefix } from './prefix.ts';
import type { WantedLink, WantedNetwork } from './wanted.ts';

/** Marks addresses (IFA_PROTO) and routes (protocol) as ours; nobody else is known to use it. */
export const OUR_PROTOCOL = 109;

export interface PresentNetwork {
  readonly links: readonly LinkDetails[];
  readonly addresses: readonly AddressMessage[];
  /** Those of our protocol. */
  readonly routes: readonly RouteMessage[];
  /** A number below /proc/sys/net; negative: there is none. */
  setting(path: string): number;
}

/** In the order in which they are done. Links are named: some have no index yet. */
export type NetworkAction =
  | { readonly kind: 'remove-route'; readonly route: RouteMessage }
  | { readonly kind: 'remove-address'; readonly link: string; readonly prefix: Prefix }
  | { readonly kind: 'delete-link'; readonly link: string }
  | { readonly kind: 'bridge'; readonly link: string; readonly settings: BridgeSettings }
  | { readonly kind: 'vlan'; readonly link: string; readonly parent: string; readonly id: number }
  | { readonly kind: 'mac'; readonly link: string; readonly mac: Uint8Array }
  | { readonly kind: 'master'; readonly link: string; readonly master: string | undefined }
  | { readonly kind: 'setting'; readonly path: string; readonly value: number }
  | { readonly kind: 'up' | 'down'; readonly link: string }
  | { readonly kind: 'add-address'; readonly link: string; readonly prefix: Prefix }
  | {
      readonly kind: 'add-route';
      readonly link: string;
      readonly gateway: Uint8Array;
      readonly metric: number;
    };

export function networkDifference(present: PresentNetwork, wanted: WantedNetwork): NetworkAction[] {
  const nameOf = new Map(present.links.map(({ index, name }) => [index, name ?? '']));
  return [
    ...goneRoutes(present, wanted, nameOf),
    ...goneAddresses(present, wanted, nameOf),
    ...goneLinks(present, wanted, nameOf),
    // What is not there yet comes with its link; what this kernel does not have needs no setting.
    ...changed(present, wanted.settings).filter((action) => present.setting(action.path) >= 0),
    ...wanted.links.flatMap((link) => linkActions(present, link, nameOf)),
    // Of links that may just have been made: what they have is not known before.
    ...newAddresses(present, wanted, nameOf),
    ...newRoutes(present, wanted, nameOf),
  ];
}

type Names = ReadonlyMap<number, string>;

function same(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}

function goneRoutes({ routes }: PresentNetwork, wanted: WantedNetwork, names: Names): NetworkAction[] {
  const isWanted = (route: RouteMessage) =>
    wanted.routes.some((candidate) => isRoute(route, candidate, names.get(route.outputIndex)));
  return routes.filter((route) => !isWanted(route)).map((route) => ({ kind: 'remove-route', route }));
}

function isRoute(route: RouteMessage, wanted: WantedNetwork['routes'][number], link: string | undefined): boolean {
  return wanted.link === link && wanted.metric === route.metric && same(wanted.gateway, route.gateway);
}

function isAddress(address: AddressMessage, wanted: WantedNetwork['addresses'][number], names: Names): boolean {
  return (
    wanted.link === names.get(address.interfaceIndex) &&
    wanted.prefix.length === address.prefixLength &&
    same(wanted.prefix.bytes, address.address)
  );
}

function goneAddresses({ addresses }: PresentNetwork, wanted: WantedNetwork, names: Names): NetworkAction[] {
  return addresses
    .filter(({ protocol }) => protocol === OUR_PROTOCOL)
    .filter((address) => !wanted.addresses.some((candidate) => isAddress(address, candidate, names)))
    .map(({ interfaceIndex, family, address, prefixLength }) => ({
      kind: 'remove-address',
      link: names.get(interfaceIndex) ?? '',
      prefix: { family, bytes: address, length: prefixLength },
    }));
}

/** The bridge, and VLANs upon ports or the bridge, named as we name them. */
function goneLinks({ links }: PresentNetwork, wanted: WantedNetwork, names: Names): NetworkAction[] {
  const gone = links.filter((link) => {
    if (wanted.links.some(({ name, kind }) => name === link.name && kind === link.kind)) return false;
    if (link.kind === 'bridge') return link.name === BRIDGE_NAME;
    const parent = names.get(link.parentIndex ?? 0);
    return link.kind === 'vlan' && link.name === `${parent}.${link.vlanId}`;
  });
  // VLANs before what they stand on: they would go with it, and could not be deleted any more.
  gone.sort((one, other) => Number(one.kind === 'bridge') - Number(other.kind === 'bridge'));
  return gone.map(({ name }) => ({ kind: 'delete-link', link: name ?? '' }));
}

type SettingAction = Extract<NetworkAction, { kind: 'setting' }>;

function changed(present: PresentNetwork, settings: WantedNetwork['settings']): SettingAction[] {
  return settings
    .filter(([path, value]) => present.setting(path) !== value)
    .map(([path, value]) => ({ kind: 'setting', path, value }));
}

function linkActions(present: PresentNetwork, wanted: WantedLink, names: Names): NetworkAction[] {
  const { name } = wanted;
  const link = present.links.find((candidate) => candidate.name === name);
  const actions: NetworkAction[] = [];
  if (wanted.bridge !== undefined && !sameBridge(link?.bridge, wanted.bridge)) {
    actions.push({ kind: 'bridge', link: name, settings: wanted.bridge });
  }
  if (wanted.parent !== undefined && link === undefined) {
    actions.push({ kind: 'vlan', link: name, parent: wanted.parent, id: wanted.vlanId ?? 0 });
  }
  if (wanted.mac !== undefined && !same(link?.mac, wanted.mac)) {
    actions.push({ kind: 'mac', link: name, mac: wanted.mac });
  }
  actions.push(...ipv6Actions(present, wanted));
  if (names.get(link?.masterIndex ?? 0) !== wanted.master) {
    actions.push({ kind: 'master', link: name, master: wanted.master });
  }
  const isUp = link !== undefined && (link.flags & IFF_UP) !== 0;
  if (isUp !== wanted.up) actions.push({ kind: wanted.up ? 'up' : 'down', link: name });
  return actions;
}

function sameBridge(one: BridgeSettings | undefined, other: BridgeSettings): boolean {
  return (
    one !== undefined &&
    one.forwardDelayCs === other.forwardDelayCs &&
    one.spanningTree === other.spanningTree &&
    one.groupForwardMask === other.groupForwardMask &&
    one.multicastSnooping === other.multicastSnooping
  );
}

/**
 * Between automatic and not, IPv6 of the link is switched off and on again: the kernel asks routers only when it begins,
 * and keeps what they said when it is told to listen no more.
 */
function ipv6Actions(present: PresentNetwork, { name, ipv6 }: WantedLink): NetworkAction[] {
  const disable = `ipv6/conf/${name}/disable_ipv6`;
  if (ipv6 === 'off') return changed(present, [[disable, 1]]);
  // 2: also while the unit is a router.
  const accept = ipv6 === 'automatic' ? 2 : 0;
  const known = present.setting(`ipv6/conf/${name}/accept_ra`);
  const isOn = present.setting(disable) === 0;
  const restarts = known >= 0 && isOn && known > 0 !== accept > 0;
  return [
    ...(restarts ? [{ kind: 'setting', path: disable, value: 1 } as const] : []),
    ...changed(present, [
      [`ipv6/conf/${name}/accept_ra`, accept],
      [`ipv6/conf/${name}/autoconf`, accept > 0 ? 1 : 0],
    ]),
    ...(restarts || !isOn ? [{ kind: 'setting', path: disable, value: 0 } as const] : []),
  ];
}

function newAddresses({ addresses }: PresentNetwork, wanted: WantedNetwork, names: Names): NetworkAction[] {
  return wanted.addresses
    .filter((candidate) => !addresses.some((address) => isAddress(address, candidate, names)))
    .map(({ link, prefix }) => ({ kind: 'add-address', link, prefix }));
}

function newRoutes({ routes }: PresentNetwork, wanted: WantedNetwork, names: Names): NetworkAction[] {
  return wanted.routes
    .filter((candidate) => !routes.some((route) => isRoute(route, candidate, names.get(route.outputIndex))))
    .map(({ link, gateway, metric }) => ({ kind: 'add-route', link, gateway, metric }));
}
