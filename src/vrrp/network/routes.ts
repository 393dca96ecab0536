/**
 * Virtual and static routes, by RTM_NEWROUTE and RTM_DELROUTE (rtnetlink(7)), with what keepalived.conf says of each.
 * Like keepalived's they are put before what is there with the same destination, and marked as its protocol (18).
 */

import type { InterfaceTable } from '../../net/interfaces.ts';
import { EEXIST, ENODEV, ENOENT, ESRCH } from '../../sys/errno.ts';
import { HEADER_SIZE, type NetlinkWriter } from '../../sys/netlink-message.ts';
import { NetlinkRequests } from '../../sys/netlink-socket.ts';
import { decodeRoute, type RouteMessage } from '../../sys/route-messages.ts';
import {
  NETLINK_ROUTE,
  NLM_F_CREATE,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RT_TABLE_UNSPEC,
  RTA_DST,
  RTA_GATEWAY,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTA_VIA,
  RTAX_MTU,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RTMSG_SIZE,
  RTN_UNICAST,
  RTNEXTHOP_SIZE,
  RTNH_F_ONLINK,
  RTPROT_KEEPALIVED,
} from '../../sys/rtnetlink-constants.ts';
import { AF_INET, AF_INET6 } from '../../sys/socket-constants.ts';
import type { NextHopModel, RouteModel } from '../model.ts';
import { isLinkLocal } from './source-address.ts';

/** From here on a table's number does not fit into the head. */
const FIRST_LONG_TABLE = 256;

/** What the kernel gives an IPv6 route that names none. */
const IPV6_METRIC = 1024;

export class RouteTable {
  readonly #requests = new NetlinkRequests(NETLINK_ROUTE, true);

  close(): void {
    this.#requests.close();
  }

  /**
   * 0, also where the very route is there already, or `-errno`: -ENODEV when an interface is not there. A route that
   * names neither interface nor gateway goes out of `defaultInterfaceIndex` (0: there is none).
   */
  add(model: RouteModel, interfaces: InterfaceTable, defaultInterfaceIndex: number): number {
    const scope = model.scope ?? RT_SCOPE_UNIVERSE;
    const result = this.#request(RTM_NEWROUTE, NLM_F_CREATE, scope, model, interfaces, defaultInterfaceIndex);
    return result === -EEXIST ? 0 : result;
  }

  /** 0, also where the route or its interface was gone already, or `-errno`. */
  remove(model: RouteModel, interfaces: InterfaceTable, defaultInterfaceIndex: number): number {
    const scope = model.scope ?? RT_SCOPE_NOWHERE;
    const result = this.#request(RTM_DELROUTE, 0, scope, model, interfaces, defaultInterfaceIndex);
    return result === -ESRCH || result === -ENODEV || result === -ENOENT ? 0 : result;
  }

  /**
   * Asks the kernel whether a route as this one is there: the same table, destination, type, metric, and the gateway and
   * interface where the model has them. Of big tables only the routes of our protocol are told to us.
   */
  has(model: RouteModel, interfaces: InterfaceTable): boolean {
    const { writer } = this.#requests;
    const index = model.interfaceName === '' ? 0 : interfaces.byName(model.interfaceName)?.index;
    if (index === undefined) return false;
    writer.begin(RTM_GETROUTE, 0, RTMSG_SIZE);
    writer.bytes[HEADER_SIZE] = model.family === 4 ? AF_INET : AF_INET6;
    writer.bytes[HEADER_SIZE + 5] = model.protocol ?? RTPROT_KEEPALIVED;
    let found = false;
    this.#requests.dump((message) => {
      const route = message.type === RTM_NEWROUTE ? decodeRoute(message) : undefined;
      if (route !== undefined && isSame(model, route, index)) found = true;
    });
    return found;
  }

  #request(
    type: number,
    flags: number,
    scope: number,
    model: RouteModel,
    interfaces: InterfaceTable,
    defaultInterfaceIndex: number,
  ): number {
    const { writer } = this.#requests;
    const { bytes } = writer;
    const family = model.family === 4 ? AF_INET : AF_INET6;
    const table = model.table === 0 ? RT_TABLE_MAIN : model.table;
    writer.begin(type, flags, RTMSG_SIZE);
    bytes[HEADER_SIZE] = family;
    bytes[HEADER_SIZE + 1] = model.destination === undefined ? 0 : model.prefixLength;
    bytes[HEADER_SIZE + 3] = model.tos;
    bytes[HEADER_SIZE + 4] = table < FIRST_LONG_TABLE ? table : RT_TABLE_UNSPEC;
    bytes[HEADER_SIZE + 5] = model.protocol ?? RTPROT_KEEPALIVED;
    bytes[HEADER_SIZE + 6] = scope;
    bytes[HEADER_SIZE + 7] = model.type;
    bytes.writeUInt32LE(model.onlink ? RTNH_F_ONLINK : 0, HEADER_SIZE + 8);
    if (table >= FIRST_LONG_TABLE) writer.attributeU32(RTA_TABLE, table);
    if (model.destination !== undefined) writer.attribute(RTA_DST, model.destination);
    if (model.source !== undefined) writer.attribute(RTA_PREFSRC, model.source);
    if (model.via !== undefined) writeGateway(writer, model, model.via);
    const outputIndex = outputOf(model, interfaces, defaultInterfaceIndex);
    if (outputIndex < 0) return outputIndex;
    if (outputIndex > 0) writer.attributeU32(RTA_OIF, outputIndex);
    if (model.metric !== undefined) writer.attributeU32(RTA_PRIORITY, model.metric);
    if (model.mtu !== undefined) {
      const metrics = writer.beginNest(RTA_METRICS);
      writer.attributeU32(RTAX_MTU, model.mtu);
      writer.endNest(metrics);
    }
    if (model.nextHops.length > 0) {
      const paths = writer.beginNest(RTA_MULTIPATH);
      for (const hop of model.nextHops) {
        const result = writeNextHop(writer, model, hop, interfaces);
        if (result < 0) return result;
      }
      writer.endNest(paths);
    }
    return this.#requests.request();
  }
}

function isSame(model: RouteModel, route: RouteMessage, index: number): boolean {
  const size = model.family === 4 ? 4 : 16;
  return (
    route.family === model.family &&
    route.table === (model.table === 0 ? RT_TABLE_MAIN : model.table) &&
    route.protocol === (model.protocol ?? RTPROT_KEEPALIVED) &&
    route.type === model.type &&
    route.tos === model.tos &&
    route.metric === (model.metric ?? (model.family === 4 ? 0 : IPV6_METRIC)) &&
    route.prefixLength === (model.destination === undefined ? 0 : model.prefixLength) &&
    Buffer.compare(route.destination ?? new Uint8Array(size), model.destination ?? new Uint8Array(size)) === 0 &&
    (index === 0 || route.outputIndex === index) &&
    (model.via?.length !== size || (route.gateway !== undefined && Buffer.compare(route.gateway, model.via) === 0))
  );
}

/** The interface to name, 0 for none: the kernel finds it by the gateway. */
function outputOf(model: RouteModel, interfaces: InterfaceTable, defaultInterfaceIndex: number): number {
  if (model.interfaceName !== '') return interfaces.byName(model.interfaceName)?.index ?? -ENODEV;
  // Blackholes and their like go nowhere, and of several ways each has its own.
  if (model.type !== RTN_UNICAST || model.nextHops.length > 0) return 0;
  return model.via === undefined || isLinkLocal(model.via) ? defaultInterfaceIndex : 0;
}

function writeGateway(writer: NetlinkWriter, model: RouteModel, via: Uint8Array): void {
  if (via.length === (model.family === 4 ? 4 : 16)) {
    writer.attribute(RTA_GATEWAY, via);
    return;
  }
  const at = writer.attributeSpace(RTA_VIA, 2 + via.length);
  if (at < 0) return;
  writer.bytes.writeUInt16LE(via.length === 4 ? AF_INET : AF_INET6, at);
  writer.bytes.set(via, at + 2);
}

function writeNextHop(writer: NetlinkWriter, model: RouteModel, hop: NextHopModel, interfaces: InterfaceTable): number {
  const index = hop.interfaceName === '' ? 0 : interfaces.byName(hop.interfaceName)?.index;
  if (index === undefined) return -ENODEV;
  const at = writer.space(RTNEXTHOP_SIZE);
  if (at < 0) return 0; // the writer remembers that it is too much
  if (hop.via !== undefined) writeGateway(writer, model, hop.via);
  writer.bytes.writeUInt16LE(writer.length - at, at);
  writer.bytes[at + 2] = hop.onlink ? RTNH_F_ONLINK : 0;
  writer.bytes[at + 3] = Math.max(hop.weight - 1, 0);
  writer.bytes.writeInt32LE(index, at + 4);
  return 0;
}
