/** RTM_NEWROUTE/DELROUTE and RTM_NEWRULE/DELRULE as plain objects (rtnetlink(7)). Pure; a cut message is undefined. */

import type { Family } from './link-messages.ts';
import { attributeNumber, attributeText, type NetlinkReader } from './netlink-message.ts';
import {
  FIB_RULE_HEADER_SIZE,
  FIB_RULE_INVERT,
  FRA_DST,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_IFNAME,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_PROTOCOL,
  FRA_SRC,
  FRA_TABLE,
  RTA_DST,
  RTA_GATEWAY,
  RTA_OIF,
  RTA_PRIORITY,
  RTA_TABLE,
  RTMSG_SIZE,
} from './rtnetlink-constants.ts';
import { AF_INET, AF_INET6 } from './socket-constants.ts';

export interface RouteMessage {
  readonly family: Family;
  /** Undefined: the default route. */
  readonly destination: Uint8Array | undefined;
  readonly prefixLength: number;
  readonly table: number;
  readonly protocol: number;
  /** RTN_*. */
  readonly type: number;
  readonly tos: number;
  readonly metric: number;
  /** 0: none, or several. */
  readonly outputIndex: number;
  readonly gateway: Uint8Array | undefined;
}

export function decodeRoute(message: NetlinkReader): RouteMessage | undefined {
  const { bytes, start, end } = message;
  const family = familyOf(bytes[start]);
  if (end - start < RTMSG_SIZE || family === undefined) return undefined;
  const attributes = message.attributes(RTMSG_SIZE);
  return {
    family,
    destination: copied(attributes.get(RTA_DST)),
    prefixLength: bytes[start + 1] as number,
    table: attributeNumber(attributes.get(RTA_TABLE)) ?? (bytes[start + 4] as number),
    protocol: bytes[start + 5] as number,
    type: bytes[start + 7] as number,
    tos: bytes[start + 3] as number,
    metric: attributeNumber(attributes.get(RTA_PRIORITY)) ?? 0,
    outputIndex: attributeNumber(attributes.get(RTA_OIF)) ?? 0,
    gateway: copied(attributes.get(RTA_GATEWAY)),
  };
}

export interface RuleMessage {
  readonly family: Family;
  readonly from: Uint8Array | undefined;
  readonly fromLength: number;
  readonly to: Uint8Array | undefined;
  readonly toLength: number;
  readonly invert: boolean;
  readonly tos: number;
  readonly table: number;
  /** FR_ACT_*. */
  readonly action: number;
  readonly preference: number;
  readonly protocol: number;
  readonly mark: number;
  readonly markMask: number;
  readonly inputInterface: string;
  readonly outputInterface: string;
}

export function decodeRule(message: NetlinkReader): RuleMessage | undefined {
  const { bytes, start, end } = message;
  const family = familyOf(bytes[start]);
  if (end - start < FIB_RULE_HEADER_SIZE || family === undefined) return undefined;
  const attributes = message.attributes(FIB_RULE_HEADER_SIZE);
  return {
    family,
    from: copied(attributes.get(FRA_SRC)),
    fromLength: bytes[start + 2] as number,
    to: copied(attributes.get(FRA_DST)),
    toLength: bytes[start + 1] as number,
    invert: (bytes.readUInt32LE(start + 8) & FIB_RULE_INVERT) !== 0,
    tos: bytes[start + 3] as number,
    table: attributeNumber(attributes.get(FRA_TABLE)) ?? (bytes[start + 4] as number),
    action: bytes[start + 7] as number,
    preference: attributeNumber(attributes.get(FRA_PRIORITY)) ?? 0,
    protocol: attributeNumber(attributes.get(FRA_PROTOCOL)) ?? 0,
    mark: attributeNumber(attributes.get(FRA_FWMARK)) ?? 0,
    markMask: attributeNumber(attributes.get(FRA_FWMASK)) ?? 0,
    inputInterface: attributeText(attributes.get(FRA_IFNAME)) ?? '',
    outputInterface: attributeText(attributes.get(FRA_OIFNAME)) ?? '',
  };
}

function familyOf(number: number | undefined): Family | undefined {
  return number === AF_INET ? 4 : number === AF_INET6 ? 6 : undefined;
}

function copied(value: Buffer | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : Uint8Array.from(value);
}
