/**
 * Makes the kernel's network as wanted, by rtnetlink and /proc/sys/net: asks what there is, does the differences, and
 * looks again, for some changes have consequences (IPv6 that is switched off and on forgets its addresses).
 */
import { addAddress, askAddresses, removeAddress } from '../../sys/address-requests.ts';
import { EBUSY, ENODEV, ENOENT, errnoName } from '../../sys/errno.ts';
import {
  askLinks,
  createVlan,
  deleteLink,
  type LinkDetails,
  setBridge,
  setLinkDown,
  setLinkUp,
  setMac,
  setMaster,
} from '../../sys/link-requests.ts';
import { readSetting, writeSetting } from '../../sys/network-settings.ts';
import { addRoute, askRoutes, removeRoute } from '../../sys/route-requests.ts';
import { RT_SCOPE_LINK, RT_SCOPE_UNIVERSE } from '../../sys/rtnetlink-constants.ts';
import { type NetworkAction, networkDifference, OUR_PROTOCOL, type PresentNetwork } from './difference.ts';
import { addressText, broadcastOf, type Prefix, prefixText } from './prefix.ts';
import type { WantedNetwork } from './wanted.ts';

const MOST_ROUNDS = 3;
/** Nets of one or two hosts have no broadcast address. */
const LONGEST_WITH_BROADCAST = 30;

export interface AppliedNetwork {
  /** What was done, in words, in order. */
  readonly done: readonly string[];
  /** What the kernel refused, and why. */
  readonly failed: readonly string[];
}

export function presentNetwork(): PresentNetwork | number {
  const links = askLinks();
  if (typeof links === 'number') return links;
  const addresses = askAddresses();
  if (typeof addresses === 'number') return addresses;
  const routes = askRoutes(OUR_PROTOCOL);
  if (typeof routes === 'number') return routes;
  return { links, addresses, routes, setting: readSetting };
}

/** Never throws; what cannot be done is told, and the rest is done. */
export function applyNetwork(wanted: WantedNetwork): AppliedNetwork {
  const done: string[] = [];
  let failed: string[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const present = presentNetwork();
    if (typeof present === 'number') return { done, failed: [`asking the kernel: ${errnoName(-present)}`] };
    const actions = networkDifference(present, wanted);
    if (actions.length === 0) return { done, failed: [] };
    failed = [];
    for (const action of actions) {
      const result = perform(action);
      // A setting of what is not built into this kernel.
      if (action.kind === 'setting' && result === -ENOENT) continue;
      if (result < 0) failed.push(`${describe(action)}: ${errnoName(-result)}`);
      else done.push(describe(action));
    }
  }
  return { done, failed };
}

function perform(action: NetworkAction): number {
  switch (action.kind) {
    case 'setting':
      return writeSetting(action.path, action.value);
    case 'remove-route':
      return removeRoute({
        ...action.route,
        destination: action.route.destination ?? new Uint8Array(action.route.family === 4 ? 4 : 16),
      });
    case 'bridge': {
      const link = linkOf(action.link);
      return setBridge(action.link, typeof link === 'number' ? 0 : link.index, action.settings);
    }
    default: {
      const link = linkOf(action.kind === 'vlan' ? action.parent : action.link);
      if (typeof link === 'number') return action.kind === 'delete-link' || action.kind === 'remove-address' ? 0 : link;
      return performOn(action, link);
    }
  }
}

function performOn(
  action: Exclude<NetworkAction, { kind: 'setting' | 'remove-route' | 'bridge' }>,
  link: LinkDetails,
): number {
  const { index } = link;
  switch (action.kind) {
    case 'delete-link':
      return deleteLink(index);
    case 'vlan':
      return createVlan(action.link, index, action.id);
    case 'mac':
      return whileDown(link, () => setMac(index, action.mac));
    case 'master': {
      const master = action.master === undefined ? undefined : linkOf(action.master);
      if (typeof master === 'number') return master;
      return setMaster(index, master?.index ?? 0);
    }
    case 'up':
      return setLinkUp(index);
    case 'down':
      return setLinkDown(index);
    case 'add-address':
      return addAddress({
        ...plain(index, action.prefix),
        protocol: OUR_PROTOCOL,
        broadcast: broadcastAddress(action.prefix),
      });
    case 'remove-address':
      return removeAddress(plain(index, action.prefix));
    case 'add-route': {
      const destination = new Uint8Array(action.gateway.length);
      const { gateway, metric } = action;
      return addRoute({ destination, prefixLength: 0, gateway, outputIndex: index, metric, protocol: OUR_PROTOCOL });
    }
  }
}

/** Some drivers change a MAC only while the link is down; down, it loses what belongs to it. */
function whileDown({ index }: LinkDetails, change: () => number): number {
  const result = change();
  if (result !== -EBUSY) return result;
  const down = setLinkDown(index);
  if (down < 0) return down;
  const changed = change();
  const up = setLinkUp(index);
  return changed < 0 ? changed : up;
}

function linkOf(name: string): LinkDetails | number {
  const links = askLinks();
  return typeof links === 'number' ? links : (links.find((link) => link.name === name) ?? -ENODEV);
}

function plain(interfaceIndex: number, { bytes, length }: Prefix) {
  const scope = bytes.length === 4 && bytes[0] === 169 && bytes[1] === 254 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  return { interfaceIndex, address: bytes, prefixLength: length, scope };
}

function broadcastAddress({ bytes, length }: Prefix): Uint8Array | undefined {
  return bytes.length === 4 && length <= LONGEST_WITH_BROADCAST ? broadcastOf(bytes, length) : undefined;
}

function describe(action: NetworkAction): string {
  switch (action.kind) {
    case 'setting':
      return `${action.path} ${action.value}`;
    case 'remove-route':
      return `no way out by ${action.route.gateway === undefined ? 'the link' : addressText(action.route.gateway)}`;
    case 'add-route':
      return `${action.link}: way out by ${addressText(action.gateway)}`;
    case 'remove-address':
      return `${action.link}: no address ${prefixText(action.prefix)}`;
    case 'add-address':
      return `${action.link}: address ${prefixText(action.prefix)}`;
    case 'delete-link':
      return `${action.link} deleted`;
    case 'master':
      return action.master === undefined ? `${action.link}: in no bridge` : `${action.link}: in ${action.master}`;
    case 'mac':
      return `${action.link}: MAC ${Buffer.from(action.mac).toString('hex')}`;
    default:
      return `${action.link}: ${action.kind}`;
  }
}
