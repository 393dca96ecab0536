/**
 * VMAC interfaces (`use_vmac`): a macvlan on the instance's interface that has the virtual router's MAC address
 * (RFC 5798 section 7.3), private so that routers on one parent do not hear each other through it. Made, set up and
 * taken off as keepalived does; what was changed on the parent is given back.
 */

import type { NetworkInterface } from '../../net/interfaces.ts';
import { EEXIST } from '../../sys/errno.ts';
import {
  askLink,
  changeLink,
  deleteLink,
  type LinkDetails,
  setIpv4Settings,
  setLinkUp,
} from '../../sys/link-requests.ts';
import { writeSetting } from '../../sys/network-settings.ts';
import {
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_IFNAME,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINK,
  IFLA_LINKINFO,
  IFLA_MACVLAN_MODE,
  IN6_ADDR_GEN_MODE_NONE,
  IPV4_DEVCONF_ACCEPT_LOCAL,
  IPV4_DEVCONF_ARP_IGNORE,
  IPV4_DEVCONF_PROMOTE_SECONDARIES,
  IPV4_DEVCONF_RP_FILTER,
  MACVLAN_MODE_PRIVATE,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RT_SCOPE_LINK,
} from '../../sys/rtnetlink-constants.ts';
import { AF_INET6 } from '../../sys/socket-constants.ts';
import type { AddressModel, Family, VmacModel } from '../model.ts';
import { AddressTable } from './addresses.ts';
import { loadRules, vmacRules } from './firewall.ts';
import { linkLocalOf, sourceAddressOf } from './source-address.ts';
import { parentArpSettings, ReversePathFilter } from './sysctl.ts';

const KIND = 'macvlan';

/**
 * It answers ARP for its own addresses only, hears other routers although their packets come from a local address,
 * needs no route back to the sender, and keeps its other addresses when the first goes.
 */
const VMAC_SETTINGS = [
  [IPV4_DEVCONF_ARP_IGNORE, 1],
  [IPV4_DEVCONF_ACCEPT_LOCAL, 1],
  [IPV4_DEVCONF_RP_FILTER, 0],
  [IPV4_DEVCONF_PROMOTE_SECONDARIES, 1],
] as const;

interface MadeVmac {
  readonly name: string;
  readonly index: number;
  readonly family: Family;
  readonly parentIndex: number;
  readonly parentName: string;
}

const made = new Map<string, MadeVmac>();
const parentArp = parentArpSettings();
const reversePathFilter = new ReversePathFilter();

export interface VmacOptions {
  /** IPv6 addresses are to be put on the interface of an IPv4 instance (`virtual_ipaddress_excluded`). */
  readonly ipv6?: boolean;
  /** Where an IPv6 instance sends from, when told; else the parent's link-local address. */
  readonly sourceAddress?: Uint8Array | undefined;
}

/**
 * Makes the interface, or puts right the one that a killed agent left; the interface table tells of it after that.
 * 0, at once when all is done already, or `-errno`: -EEXIST when something else has its name. Without the `nft` program
 * the interface is made all the same; `vmacGuarded` tells.
 */
export function createVmac(
  vmac: VmacModel,
  family: Family,
  parent: NetworkInterface,
  options: VmacOptions = {},
): number {
  const name = vmac.interfaceName;
  const before = made.get(name);
  const known = askLink(name);
  if (before !== undefined && typeof known !== 'number' && known.index === before.index) {
    if (known.parentIndex === parent.index && isRight(known, vmac)) return 0;
  }
  forget(name);
  const index = ensureLink(known, vmac, parent);
  if (index < 0) return index;
  const result = setUp(vmac, family, parent, index, options);
  if (result < 0) {
    deleteLink(index);
    return result;
  }
  made.set(name, { name, index, family, parentIndex: parent.index, parentName: parent.name });
  guard();
  return 0;
}

/** Whether this agent made the interface, or took it over: one of the same name may be a dead agent's, to be put right. */
export function ownsVmac(index: number): boolean {
  for (const vmac of made.values()) if (vmac.index === index) return true;
  return false;
}

/** Takes the interface off and gives back what was changed; 0 also where it is gone, or `-errno`. Others' are left. */
export function removeVmac(index: number): number {
  for (const vmac of made.values()) {
    if (vmac.index !== index) continue;
    forget(vmac.name);
    guard();
    return deleteLink(index);
  }
  return 0;
}

/** What `nft` said to the guards of the interfaces: 0, or `-errno` (-ENOENT: it is not installed). */
export function vmacGuarded(): number {
  return guarded;
}

let guarded = 0;

function guard(): void {
  guarded = loadRules(vmacRules([...made.values()]));
}

function forget(name: string): void {
  const vmac = made.get(name);
  if (vmac === undefined) return;
  made.delete(name);
  if (vmac.family !== 4) return;
  parentArp.release(vmac.parentIndex);
  reversePathFilter.release();
}

/** The index of a macvlan of this name on this parent with this MAC; or `-errno`. */
function ensureLink(known: LinkDetails | number, vmac: VmacModel, parent: NetworkInterface): number {
  if (typeof known === 'number') return makeLink(vmac, parent);
  if (known.kind !== KIND) return -EEXIST;
  if (known.parentIndex !== parent.index) {
    const deleted = deleteLink(known.index);
    return deleted < 0 ? deleted : makeLink(vmac, parent);
  }
  if (isRight(known, vmac)) return known.index;
  const changed = changeLink(known.index, 0, (writer) => {
    writeMacvlan(writer);
    writer.attribute(IFLA_ADDRESS, vmac.mac);
  });
  return changed < 0 ? changed : known.index;
}

function isRight(link: LinkDetails, vmac: VmacModel): boolean {
  const { mac, macvlanMode } = link;
  return macvlanMode === MACVLAN_MODE_PRIVATE && mac !== undefined && Buffer.compare(mac, vmac.mac) === 0;
}

function makeLink(vmac: VmacModel, parent: NetworkInterface): number {
  const result = changeLink(0, NLM_F_CREATE | NLM_F_EXCL, (writer) => {
    writeMacvlan(writer);
    writer.attributeU32(IFLA_LINK, parent.index);
    writer.attributeText(IFLA_IFNAME, vmac.interfaceName);
    writer.attribute(IFLA_ADDRESS, vmac.mac);
  });
  if (result < 0) return result;
  const link = askLink(vmac.interfaceName);
  return typeof link === 'number' ? link : link.index;
}

type Writer = Parameters<Parameters<typeof changeLink>[2]>[0];

function writeMacvlan(writer: Writer): void {
  const information = writer.beginNest(IFLA_LINKINFO);
  writer.attributeText(IFLA_INFO_KIND, KIND);
  const data = writer.beginNest(IFLA_INFO_DATA);
  writer.attributeU32(IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
  writer.endNest(data);
  writer.endNest(information);
}

function setUp(vmac: VmacModel, family: Family, parent: NetworkInterface, index: number, options: VmacOptions): number {
  const name = vmac.interfaceName;
  if (family === 4) {
    const result = setUpIpv4(parent, index);
    if (result < 0) return result;
  }
  // Where IPv6 is compiled out there is no such file, and nothing to switch off.
  writeSetting(`ipv6/conf/${name}/disable_ipv6`, family === 6 || options.ipv6 === true ? 0 : 1);
  // Announced routers would become default routes by the virtual MAC.
  writeSetting(`ipv6/conf/${name}/accept_ra`, 0);
  // No link-local address of the virtual MAC (RFC 5798 section 7.4); must come before the link is up.
  changeLink(index, 0, (writer) => {
    const families = writer.beginNest(IFLA_AF_SPEC);
    const ipv6 = writer.beginNest(AF_INET6);
    writer.attributeU8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
    writer.endNest(ipv6);
    writer.endNest(families);
  });
  const result = setLinkUp(index);
  if (result < 0 || family === 4 || vmac.transmitBase) return result;
  return addSource(options.sourceAddress ?? sourceAddressOf(parent, 6) ?? linkLocalOf(parent.mac), index);
}

function setUpIpv4(parent: NetworkInterface, index: number): number {
  let result = reversePathFilter.hold();
  if (result < 0) return result;
  result = setIpv4Settings(index, VMAC_SETTINGS);
  if (result === 0) result = parentArp.hold(parent.index);
  if (result < 0) reversePathFilter.release();
  return result;
}

/** Advertisements come from the parent's address with the virtual MAC; nothing else may (it is deprecated). */
function addSource(address: Uint8Array, index: number): number {
  const addresses = new AddressTable();
  const result = addresses.add(linkLocalModel(address), index, 0);
  addresses.close();
  return result;
}

function linkLocalModel(address: Uint8Array): AddressModel {
  return {
    place: { file: '', line: 0, column: 0 },
    family: 6,
    address,
    prefixLength: 64,
    peer: undefined,
    interfaceName: '',
    broadcast: undefined,
    label: '',
    scope: RT_SCOPE_LINK,
    home: false,
    noDad: false,
    managetempaddr: false,
    noPrefixRoute: false,
    autojoin: false,
    preferredLifetimeS: 0,
    noTrack: true,
    trackGroup: '',
    text: '',
  };
}
