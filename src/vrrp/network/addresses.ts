/**
 * Virtual addresses on interfaces, by RTM_NEWADDR and RTM_DELADDR (rtnetlink(7)), with what keepalived.conf says of
 * each. An address may be given a lifetime: the kernel drops it by itself unless it is renewed, which is the same call
 * again. A renewal changes the lifetime in place: the address never goes, no RTM_DELADDR is heard.
 */
import { EADDRNOTAVAIL, ENODEV } from '../../sys/errno.ts';
import { decodeAddress } from '../../sys/link-messages.ts';
import { HEADER_SIZE, type NetlinkWriter } from '../../sys/netlink-message.ts';
import { NetlinkRequests } from '../../sys/netlink-socket.ts';
import {
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFADDRMSG_SIZE,
  INFINITE_LIFETIME,
  NETLINK_ROUTE,
  NLM_F_CREATE,
  NLM_F_REPLACE,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from '../../sys/rtnetlink-constants.ts';
import { AF_INET, AF_INET6 } from '../../sys/socket-constants.ts';
import type { AddressModel } from '../model.ts';

/** struct ifa_cacheinfo: u32 preferred, u32 valid (seconds), two stamps. */
const CACHE_INFO_SIZE = 16;
/** For a renewal under way, which waits for the same lock of the kernel as what follows it. */
const LONGEST_WAIT_MS = 100;
/** A point-to-point net and a host have no broadcast address. */
const LONGEST_WITH_BROADCAST = 30;

export class AddressTable {
  readonly #requests = new NetlinkRequests(NETLINK_ROUTE);
  readonly #renewals = new NetlinkRequests(NETLINK_ROUTE);

  close(): void {
    this.#requests.close();
    this.#renewals.close();
  }

  /**
   * Creates the address, or renews it where it is; 0 or `-errno`. `lifetimeMs` 0: for ever, else rounded up to whole
   * seconds (measured: the kernel drops it 0.02 to 0.2 s after that). IPv6 skips duplicate address detection unless the
   * model says `-nodad`.
   */
  add(model: AddressModel, interfaceIndex: number, lifetimeMs: number): number {
    const { writer } = this.#requests;
    writeAddress(writer, model, interfaceIndex, lifetimeMs);
    return this.#requests.request();
  }

  /** A renewal is under way: none can begin. */
  get renewing(): boolean {
    return this.#renewals.busy;
  }

  /**
   * As `add`, without waiting for the kernel: `done` is told 0 or `-errno` later. The kernel also makes anew an address
   * that was taken off meanwhile: whoever did that takes it off again.
   */
  renew(model: AddressModel, interfaceIndex: number, lifetimeMs: number, done: (status: number) => void): void {
    writeAddress(this.#renewals.writer, model, interfaceIndex, lifetimeMs);
    this.#renewals.requestAside(done);
  }

  /** 0 also where the address or its interface was gone already, else `-errno`. */
  remove(model: AddressModel, interfaceIndex: number): number {
    // A renewal that the kernel takes up after this would make the address anew.
    this.#renewals.waitForAside(LONGEST_WAIT_MS);
    const { writer } = this.#requests;
    begin(writer, RTM_DELADDR, 0, model, interfaceIndex);
    writer.attribute(IFA_ADDRESS, model.peer ?? model.address);
    const result = this.#requests.request();
    return result === -EADDRNOTAVAIL || result === -ENODEV ? 0 : result;
  }

  /** Asks the kernel whether the interface has this address with this prefix. */
  has(model: AddressModel, interfaceIndex: number): boolean {
    const { writer } = this.#requests;
    writer.begin(RTM_GETADDR, 0, IFADDRMSG_SIZE);
    writer.bytes[HEADER_SIZE] = model.family === 4 ? AF_INET : AF_INET6;
    let found = false;
    this.#requests.dump((message) => {
      const address = message.type === RTM_NEWADDR ? decodeAddress(message) : undefined;
      if (address === undefined || address.interfaceIndex !== interfaceIndex) return;
      if (address.prefixLength !== model.prefixLength || Buffer.compare(address.address, model.address) !== 0) return;
      found = true;
    });
    return found;
  }
}

function writeAddress(writer: NetlinkWriter, model: AddressModel, interfaceIndex: number, lifetimeMs: number): void {
  const validS = lifetimeMs > 0 ? Math.ceil(lifetimeMs / 1000) : INFINITE_LIFETIME;
  begin(writer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, model, interfaceIndex);
  if (model.peer !== undefined) writer.attribute(IFA_ADDRESS, model.peer);
  else writer.attribute(IFA_ADDRESS, model.address);
  const broadcast = broadcastOf(model);
  if (broadcast !== undefined) writer.attribute(IFA_BROADCAST, broadcast);
  if (model.label !== '' && model.family === 4) writer.attributeText(IFA_LABEL, model.label);
  const preferredS = Math.min(preferredLifetime(model), validS);
  if (validS !== INFINITE_LIFETIME || preferredS !== INFINITE_LIFETIME) {
    const at = writer.attributeSpace(IFA_CACHEINFO, CACHE_INFO_SIZE);
    writer.bytes.writeUInt32LE(preferredS, at);
    writer.bytes.writeUInt32LE(validS, at + 4);
  }
  const flags = flagsOf(model);
  if (flags !== 0) writer.attributeU32(IFA_FLAGS, flags);
}

function begin(writer: NetlinkWriter, type: number, flags: number, model: AddressModel, interfaceIndex: number): void {
  writer.begin(type, flags, IFADDRMSG_SIZE);
  writer.bytes[HEADER_SIZE] = model.family === 4 ? AF_INET : AF_INET6;
  writer.bytes[HEADER_SIZE + 1] = model.prefixLength;
  writer.bytes[HEADER_SIZE + 3] = model.scope;
  writer.bytes.writeUInt32LE(interfaceIndex, HEADER_SIZE + 4);
  writer.attribute(IFA_LOCAL, model.address);
}

/** keepalived's: only IPv6 has one; a host address there is deprecated from birth, so that nothing is sent from it. */
function preferredLifetime(model: AddressModel): number {
  if (model.family === 4) return INFINITE_LIFETIME;
  return model.preferredLifetimeS ?? (model.prefixLength === 128 ? 0 : INFINITE_LIFETIME);
}

function flagsOf(model: AddressModel): number {
  let flags = 0;
  if (model.home) flags |= IFA_F_HOMEADDRESS;
  if (model.managetempaddr) flags |= IFA_F_MANAGETEMPADDR;
  if (model.noPrefixRoute) flags |= IFA_F_NOPREFIXROUTE;
  if (model.autojoin) flags |= IFA_F_MCAUTOJOIN;
  // A virtual address moves on purpose: detection would delay it, and after a split leave it unusable for good.
  if (model.family === 6 && !model.noDad) flags |= IFA_F_NODAD;
  return flags;
}

/** `brd +` sets all bits of the host part, `brd -` none, as iproute2 and keepalived have it. */
function broadcastOf(model: AddressModel): Uint8Array | undefined {
  const { broadcast } = model;
  if (broadcast === undefined || model.family !== 4 || model.peer !== undefined) return undefined;
  if (typeof broadcast !== 'string') return broadcast;
  if (model.prefixLength > LONGEST_WITH_BROADCAST) return undefined;
  return model.address.map((byte, index) => {
    const networkBits = Math.min(Math.max(model.prefixLength - 8 * index, 0), 8);
    const hostMask = 0xff >> networkBits;
    return broadcast === 'derived' ? byte | hostMask : byte & ~hostMask & 0xff;
  });
}
