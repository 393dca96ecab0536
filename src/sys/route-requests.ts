/** Questions and orders about plain routes of the main table (rtnetlink(7), RTM_*ROUTE). Each opens a socket of its own. */
import { ENODEV, ENOENT, ESRCH } from './errno.ts';
import { HEADER_SIZE } from './netlink-message.ts';
import { NetlinkRequests } from './netlink-socket.ts';
import { decodeRoute, type RouteMessage } from './route-messages.ts';
import {
  NETLINK_ROUTE,
  NLM_F_CREATE,
  NLM_F_REPLACE,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTA_DST,
  RTA_GATEWAY,
  RTA_OIF,
  RTA_PRIORITY,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RTMSG_SIZE,
  RTN_UNICAST,
  RTNH_F_ONLINK,
} from './rtnetlink-constants.ts';
import { AF_INET, AF_INET6 } from './socket-constants.ts';

export interface PlainRoute {
  /** Network: 4 or 16 bytes, zeros for the default route. */
  readonly destination: Uint8Array;
  readonly prefixLength: number;
  /** Undefined: on the link itself. */
  readonly gateway: Uint8Array | undefined;
  readonly outputIndex: number;
  readonly metric: number;
  /** RTPROT_*: marks it as ours. */
  readonly protocol: number;
}

/** Routes of the protocol in the main table; or `-errno`. */
export function askRoutes(protocol: number): RouteMessage[] | number {
  const found: RouteMessage[] = [];
  for (const family of [AF_INET, AF_INET6]) {
    const requests = new NetlinkRequests(NETLINK_ROUTE, true);
    requests.writer.begin(RTM_GETROUTE, 0, RTMSG_SIZE);
    requests.writer.bytes[HEADER_SIZE] = family;
    requests.writer.bytes[HEADER_SIZE + 5] = protocol;
    const ofFamily = new Map<string, RouteMessage>();
    const result = requests.dump((message) => {
      const route = message.type === RTM_NEWROUTE ? decodeRoute(message) : undefined;
      if (route === undefined || route.protocol !== protocol || route.table !== RT_TABLE_MAIN) return;
      ofFamily.set(JSON.stringify([route.destination, route.prefixLength, route.metric, route.outputIndex]), route);
    });
    requests.close();
    if (result < 0) return result;
    found.push(...ofFamily.values());
  }
  return found;
}

/** Makes it in place of one to the same network with the same metric; 0 or `-errno`. */
export function addRoute(route: PlainRoute): number {
  return request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route);
}

/** 0 also where it was gone already. */
export function removeRoute(route: PlainRoute): number {
  const result = request(RTM_DELROUTE, 0, route);
  return result === -ESRCH || result === -ENODEV || result === -ENOENT ? 0 : result;
}

function request(type: number, flags: number, route: PlainRoute): number {
  const requests = new NetlinkRequests(NETLINK_ROUTE);
  const opened = requests.open();
  if (opened < 0) return opened;
  const { writer } = requests;
  writer.begin(type, flags, RTMSG_SIZE);
  writer.bytes[HEADER_SIZE] = route.destination.length === 4 ? AF_INET : AF_INET6;
  writer.bytes[HEADER_SIZE + 1] = route.prefixLength;
  writer.bytes[HEADER_SIZE + 4] = RT_TABLE_MAIN;
  writer.bytes[HEADER_SIZE + 5] = route.protocol;
  writer.bytes[HEADER_SIZE + 6] = route.gateway === undefined ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  writer.bytes[HEADER_SIZE + 7] = RTN_UNICAST;
  // A lease may name a gateway outside of its network (RFC 3442 knows such).
  if (route.gateway !== undefined) writer.bytes.writeUInt32LE(RTNH_F_ONLINK, HEADER_SIZE + 8);
  if (route.prefixLength > 0) writer.attribute(RTA_DST, route.destination);
  if (route.gateway !== undefined) writer.attribute(RTA_GATEWAY, route.gateway);
  writer.attributeU32(RTA_OIF, route.outputIndex);
  writer.attributeU32(RTA_PRIORITY, route.metric);
  const result = requests.request();
  requests.close();
  return result;
}
