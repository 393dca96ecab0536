/**
 * RTM_NEWLINK/DELLINK and RTM_NEWADDR/DELADDR as plain objects (rtnetlink(7)). Pure; a message that is cut or not about
 * an interface gives undefined.
 */
import { attributeNumber, attributeText, type NetlinkReader, nestedAttributes } from './netlink-message.ts';
import {
  IFA_ADDRESS,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_PROTO,
  IFADDRMSG_SIZE,
  IFF_LOWER_UP,
  IFF_RUNNING,
  IFF_UP,
  IFINFOMSG_SIZE,
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
} from './rtnetlink-constants.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from './socket-constants.ts';
/** Of IP. */
export type Family = 4 | 6;

export interface LinkMessage {
  readonly index: number;
  readonly flags: number;
  /** Switched on, with carrier, and operational: able to carry an advertisement. */
  readonly up: boolean;
  /** The rest is undefined where the kernel did not say: as it was. */
  readonly name: string | undefined;
  readonly mac: Uint8Array | undefined;
  readonly mtu: number | undefined;
  /** 0: it lies in another namespace. */
  readonly parentIndex: number | undefined;
  readonly kind: string | undefined;
  /** The bridge (or bond) it belongs to; 0: none. */
  readonly masterIndex: number;
}

const USABLE = IFF_UP | IFF_RUNNING | IFF_LOWER_UP;

/** Of the generic kind only: bridges and wireless drivers tell their own matters with the same types. */
export function decodeLink(message: NetlinkReader): LinkMessage | undefined {
  const { bytes, start, end } = message;
  if (end - start < IFINFOMSG_SIZE || bytes[start] !== AF_UNSPEC) return undefined;
  const attributes = message.attributes(IFINFOMSG_SIZE);
  const flags = bytes.readUInt32LE(start + 8);
  const mac = attributes.get(IFLA_ADDRESS);
  const link = attributeNumber(attributes.get(IFLA_LINK));
  return {
    index: bytes.readInt32LE(start + 4),
    flags,
    up: (flags & USABLE) === USABLE,
    name: attributeText(attributes.get(IFLA_IFNAME)),
    mac: mac === undefined ? undefined : Uint8Array.from(mac),
    mtu: attributeNumber(attributes.get(IFLA_MTU)),
    parentIndex: attributes.has(IFLA_LINK_NETNSID) ? 0 : link,
    masterIndex: attributeNumber(attributes.get(IFLA_MASTER)) ?? 0,
    kind: attributeText(nestedAttributes(attributes.get(IFLA_LINKINFO)).get(IFLA_INFO_KIND)),
  };
}

export interface AddressMessage {
  readonly interfaceIndex: number;
  readonly family: Family;
  /** Ours, not the peer's. */
  readonly address: Uint8Array;
  readonly prefixLength: number;
  readonly scope: number;
  /** IFA_F_*. */
  readonly flags: number;
  readonly label: string;
  /** IFA_PROTO: who put it there; 0: unknown. */
  readonly protocol: number;
}

export function decodeAddress(message: NetlinkReader): AddressMessage | undefined {
  const { bytes, start, end } = message;
  if (end - start < IFADDRMSG_SIZE) return undefined;
  const family = bytes[start] === AF_INET ? 4 : bytes[start] === AF_INET6 ? 6 : undefined;
  if (family === undefined) return undefined;
  const attributes = message.attributes(IFADDRMSG_SIZE);
  const address = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  if (address === undefined || address.length !== (family === 4 ? 4 : 16)) return undefined;
  return {
    interfaceIndex: bytes.readUInt32LE(start + 4),
    family,
    address: Uint8Array.from(address),
    prefixLength: bytes[start + 1] as number,
    scope: bytes[start + 3] as number,
    flags: attributeNumber(attributes.get(IFA_FLAGS)) ?? (bytes[start + 2] as number),
    label: attributeText(attributes.get(IFA_LABEL)) ?? '',
    protocol: attributeNumber(attributes.get(IFA_PROTO)) ?? 0,
  };
}
