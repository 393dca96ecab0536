/** Questions and orders about plain addresses of links (rtnetlink(7), RTM_*ADDR). Each opens a socket of its own. */
import { EADDRNOTAVAIL, ENODEV } from './errno.ts';
import { type AddressMessage, decodeAddress } from './link-messages.ts';
import { HEADER_SIZE, type NetlinkWriter } from './netlink-message.ts';
import { NetlinkRequests } from './netlink-socket.ts';
import {
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_LOCAL,
  IFA_PROTO,
  IFADDRMSG_SIZE,
  NETLINK_ROUTE,
  NLM_F_CREATE,
  NLM_F_REPLACE,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from './rtnetlink-constants.ts';
import { AF_INET, AF_INET6 } from './socket-constants.ts';

export interface PlainAddress {
  readonly interfaceIndex: number;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly prefixLength: number;
  /** RT_SCOPE_*. */
  readonly scope: number;
  /** IFA_PROTO: marks it as ours. */
  readonly protocol: number;
  readonly broadcast: Uint8Array | undefined;
}

/** All addresses of the namespace; or `-errno`. */
export function askAddresses(): AddressMessage[] | number {
  const found = new Map<string, AddressMessage>();
  const requests = new NetlinkRequests(NETLINK_ROUTE);
  requests.writer.begin(RTM_GETADDR, 0, IFADDRMSG_SIZE);
  const result = requests.dump((message) => {
    const address = message.type === RTM_NEWADDR ? decodeAddress(message) : undefined;
    if (address === undefined) return;
    found.set(`${address.interfaceIndex} ${address.address.join('.')}/${address.prefixLength}`, address);
  });
  requests.close();
  return result < 0 ? result : [...found.values()];
}

/** Makes it, or makes it as it should be; 0 or `-errno`. */
export function addAddress(address: PlainAddress): number {
  return request((writer) => {
    begin(writer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, address);
    if (address.broadcast !== undefined) writer.attribute(IFA_BROADCAST, address.broadcast);
    writer.attributeU8(IFA_PROTO, address.protocol);
  });
}

/** 0 also where it was gone already. */
export function removeAddress(address: Omit<PlainAddress, 'protocol' | 'broadcast'>): number {
  const result = request((writer) => begin(writer, RTM_DELADDR, 0, address));
  return result === -EADDRNOTAVAIL || result === -ENODEV ? 0 : result;
}

function begin(
  writer: NetlinkWriter,
  type: number,
  flags: number,
  address: Omit<PlainAddress, 'protocol' | 'broadcast'>,
): void {
  writer.begin(type, flags, IFADDRMSG_SIZE);
  writer.bytes[HEADER_SIZE] = address.address.length === 4 ? AF_INET : AF_INET6;
  writer.bytes[HEADER_SIZE + 1] = address.prefixLength;
  writer.bytes[HEADER_SIZE + 3] = address.scope;
  writer.bytes.writeUInt32LE(address.interfaceIndex, HEADER_SIZE + 4);
  writer.attribute(IFA_LOCAL, address.address);
  writer.attribute(IFA_ADDRESS, address.address);
}

function request(write: (writer: NetlinkWriter) => void): number {
  const requests = new NetlinkRequests(NETLINK_ROUTE);
  const opened = requests.open();
  if (opened < 0) return opened;
  write(requests.writer);
  const result = requests.request();
  requests.close();
  return result;
}
