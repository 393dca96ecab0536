/**
 * Questions and orders about links (rtnetlink(7), RTM_*LINK). They happen when interfaces are made and agents start, so
 * each opens a socket of its own: nothing is kept.
 */
import { ENODEV } from './errno.ts';
import { decodeLink, type LinkMessage } from './link-messages.ts';
import {
  type Attributes,
  attributeNumber,
  HEADER_SIZE,
  type NetlinkWriter,
  nestedAttributes,
} from './netlink-message.ts';
import { NetlinkRequests } from './netlink-socket.ts';
import {
  IFF_UP,
  IFINFOMSG_SIZE,
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_BR_FORWARD_DELAY,
  IFLA_BR_GROUP_FWD_MASK,
  IFLA_BR_MCAST_SNOOPING,
  IFLA_BR_STP_STATE,
  IFLA_IFNAME,
  IFLA_INET_CONF,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINK,
  IFLA_LINKINFO,
  IFLA_MACVLAN_MODE,
  IFLA_MASTER,
  IFLA_VLAN_ID,
  NETLINK_ROUTE,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
} from './rtnetlink-constants.ts';
import { AF_INET } from './socket-constants.ts';

export interface BridgeSettings {
  /** How long a new port only listens, in hundredths of a second. */
  readonly forwardDelayCs: number;
  readonly spanningTree: boolean;
  /** Bit n: frames to 01:80:c2:00:00:0n are forwarded, too (0 to 2: the kernel refuses). */
  readonly groupForwardMask: number;
  readonly multicastSnooping: boolean;
}

export interface LinkDetails extends LinkMessage {
  readonly macvlanMode: number | undefined;
  readonly vlanId: number | undefined;
  readonly bridge: BridgeSettings | undefined;
  /** The sysctls of net.ipv4.conf by IPV4_DEVCONF_*; undefined at 0 and where IPv4 is off. */
  readonly ipv4Settings: readonly (number | undefined)[];
}

/** Of one link by its name; -ENODEV when there is none. */
export function askLink(name: string): LinkDetails | number {
  let found: LinkDetails | undefined;
  const result = withRequests((requests) => {
    requests.writer.begin(RTM_GETLINK, 0, IFINFOMSG_SIZE);
    requests.writer.attributeText(IFLA_IFNAME, name);
    return requests.request((message) => {
      if (message.type === RTM_NEWLINK) found = details(message);
    });
  });
  return result < 0 ? result : (found ?? -ENODEV);
}

/** All links of the namespace; or `-errno`. */
export function askLinks(): LinkDetails[] | number {
  const found = new Map<number, LinkDetails>();
  const result = withRequests((requests) => {
    requests.writer.begin(RTM_GETLINK, 0, IFINFOMSG_SIZE);
    return requests.dump((message) => {
      const link = message.type === RTM_NEWLINK ? details(message) : undefined;
      if (link !== undefined) found.set(link.index, link);
    });
  });
  return result < 0 ? result : [...found.values()];
}

/** Changes a link (or makes one: index 0 and NLM_F_CREATE): what `write` adds to the request; 0 or `-errno`. */
export function changeLink(index: number, flags: number, write: (writer: NetlinkWriter) => void): number {
  return withRequests((requests) => {
    requests.writer.begin(RTM_NEWLINK, flags, IFINFOMSG_SIZE);
    requests.writer.bytes.writeInt32LE(index, HEADER_SIZE + 4);
    write(requests.writer);
    return requests.request();
  });
}

/** Switches the link on. */
export function setLinkUp(index: number): number {
  return changeLink(index, 0, (writer) => {
    writer.bytes.writeUInt32LE(IFF_UP, HEADER_SIZE + 8);
    writer.bytes.writeUInt32LE(IFF_UP, HEADER_SIZE + 12);
  });
}

/** 0 also when it is gone already. */
export function deleteLink(index: number): number {
  return withRequests((requests) => {
    requests.writer.begin(RTM_DELLINK, 0, IFINFOMSG_SIZE);
    requests.writer.bytes.writeInt32LE(index, HEADER_SIZE + 4);
    const result = requests.request();
    return result === -ENODEV ? 0 : result;
  });
}

/** Sets sysctls of net.ipv4.conf of one link by IPV4_DEVCONF_*: by index, so that no renaming can mislead. */
export function setIpv4Settings(
  index: number,
  settings: readonly (readonly [setting: number, value: number])[],
): number {
  return changeLink(index, 0, (writer) => {
    const families = writer.beginNest(IFLA_AF_SPEC);
    const family = writer.beginNest(AF_INET);
    const configuration = writer.beginNest(IFLA_INET_CONF);
    for (const [setting, value] of settings) writer.attributeU32(setting, value);
    writer.endNest(configuration);
    writer.endNest(family);
    writer.endNest(families);
  });
}

function withRequests(run: (requests: NetlinkRequests) => number): number {
  const requests = new NetlinkRequests(NETLINK_ROUTE);
  const result = run(requests);
  requests.close();
  return result;
}

function details(message: Parameters<typeof decodeLink>[0]): LinkDetails | undefined {
  const link = decodeLink(message);
  if (link === undefined) return undefined;
  const attributes = message.attributes(IFINFOMSG_SIZE);
  const data = nestedAttributes(nestedAttributes(attributes.get(IFLA_LINKINFO)).get(IFLA_INFO_DATA));
  const ipv4 = nestedAttributes(nestedAttributes(attributes.get(IFLA_AF_SPEC)).get(AF_INET)).get(IFLA_INET_CONF);
  const settings: (number | undefined)[] = [undefined];
  // An array of 32-bit words; the first is IPV4_DEVCONF_FORWARDING, number 1.
  for (let at = 0; ipv4 !== undefined && at + 4 <= ipv4.length; at += 4) settings.push(ipv4.readInt32LE(at));
  const isMacvlan = link.kind === 'macvlan';
  return {
    ...link,
    macvlanMode: isMacvlan ? attributeNumber(data.get(IFLA_MACVLAN_MODE)) : undefined,
    vlanId: link.kind === 'vlan' ? attributeNumber(data.get(IFLA_VLAN_ID)) : undefined,
    bridge: link.kind === 'bridge' ? bridgeSettings(data) : undefined,
    ipv4Settings: settings,
  };
}

function bridgeSettings(data: Attributes): BridgeSettings {
  return {
    forwardDelayCs: attributeNumber(data.get(IFLA_BR_FORWARD_DELAY)) ?? 0,
    spanningTree: (attributeNumber(data.get(IFLA_BR_STP_STATE)) ?? 0) !== 0,
    groupForwardMask: attributeNumber(data.get(IFLA_BR_GROUP_FWD_MASK)) ?? 0,
    multicastSnooping: (attributeNumber(data.get(IFLA_BR_MCAST_SNOOPING)) ?? 0) !== 0,
  };
}

/** Makes a bridge, or changes one that is there (`index`); 0 or `-errno`. */
export function setBridge(name: string, index: number, settings: BridgeSettings): number {
  return changeLink(index, index === 0 ? NLM_F_CREATE | NLM_F_EXCL : 0, (writer) => {
    if (index === 0) writer.attributeText(IFLA_IFNAME, name);
    const information = writer.beginNest(IFLA_LINKINFO);
    writer.attributeText(IFLA_INFO_KIND, 'bridge');
    const data = writer.beginNest(IFLA_INFO_DATA);
    writer.attributeU32(IFLA_BR_FORWARD_DELAY, settings.forwardDelayCs);
    writer.attributeU32(IFLA_BR_STP_STATE, settings.spanningTree ? 1 : 0);
    writer.attributeU16(IFLA_BR_GROUP_FWD_MASK, settings.groupForwardMask);
    writer.attributeU8(IFLA_BR_MCAST_SNOOPING, settings.multicastSnooping ? 1 : 0);
    writer.endNest(data);
    writer.endNest(information);
  });
}

/** Makes the link of a tagged network (IEEE 802.1Q) upon another; 0 or `-errno`. */
export function createVlan(name: string, parentIndex: number, id: number): number {
  return changeLink(0, NLM_F_CREATE | NLM_F_EXCL, (writer) => {
    writer.attributeText(IFLA_IFNAME, name);
    writer.attributeU32(IFLA_LINK, parentIndex);
    const information = writer.beginNest(IFLA_LINKINFO);
    writer.attributeText(IFLA_INFO_KIND, 'vlan');
    const data = writer.beginNest(IFLA_INFO_DATA);
    writer.attributeU16(IFLA_VLAN_ID, id);
    writer.endNest(data);
    writer.endNest(information);
  });
}

/** Puts the link into a bridge, or out of any (0). */
export function setMaster(index: number, masterIndex: number): number {
  return changeLink(index, 0, (writer) => writer.attributeU32(IFLA_MASTER, masterIndex));
}

/** -EBUSY: drivers that want the link down for that. */
export function setMac(index: number, mac: Uint8Array): number {
  return changeLink(index, 0, (writer) => writer.attribute(IFLA_ADDRESS, mac));
}

/** -EBUSY while it is up. */
export function renameLink(index: number, name: string): number {
  return changeLink(index, 0, (writer) => writer.attributeText(IFLA_IFNAME, name));
}

/** Switches the link off: addresses of IPv6 and all routes go. */
export function setLinkDown(index: number): number {
  return changeLink(index, 0, (writer) => writer.bytes.writeUInt32LE(IFF_UP, HEADER_SIZE + 12));
}
