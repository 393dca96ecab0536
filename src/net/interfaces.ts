/**
 * The network interfaces of this namespace and their addresses, as the kernel has them: a dump at the start, then the
 * kernel's own events. When it had to drop events (or a read failed) everything is dumped again and the difference is
 * told, so that a listener never misses a state that lasts.
 */
import type { Pollable, Reactor } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { EPOLLIN } from '../sys/epoll.ts';
import { check, EAGAIN, EINTR } from '../sys/errno.ts';
import { type AddressMessage, decodeAddress, decodeLink, type Family, type LinkMessage } from '../sys/link-messages.ts';
import type { NetlinkReader } from '../sys/netlink-message.ts';
import { NetlinkMonitor, NetlinkRequests } from '../sys/netlink-socket.ts';
import {
  IFA_F_TENTATIVE,
  IFADDRMSG_SIZE,
  IFINFOMSG_SIZE,
  NETLINK_ROUTE,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTMGRP_IPV4_IFADDR,
  RTMGRP_IPV6_IFADDR,
  RTMGRP_LINK,
} from '../sys/rtnetlink-constants.ts';

export interface InterfaceAddress {
  readonly family: Family;
  readonly address: Uint8Array;
  readonly prefixLength: number;
  readonly scope: number;
  /** IFA_F_*: kept up to date. */
  flags: number;
}

/** One object from the interface's making (or renaming) to its end. */
export class NetworkInterface {
  readonly index: number;
  readonly name: string;
  mac: Uint8Array = new Uint8Array(0);
  /** Switched on, with carrier, and operational. */
  up = false;
  /** IFF_*. */
  flags = 0;
  mtu = 0;
  /** Of a VLAN, macvlan, veth ... in the same namespace; 0 without. */
  parentIndex = 0;
  /** `macvlan`, `veth` ...; `''` for hardware. */
  kind = '';
  readonly addresses: InterfaceAddress[] = [];

  constructor(index: number, name: string) {
    this.index = index;
    this.name = name;
  }
}

export interface InterfaceListener {
  /** New, or something about it (not its addresses) is another than before. */
  onInterface(changed: NetworkInterface): void;
  /** Deleted, moved to another namespace, or renamed: then the same index comes back by `onInterface` in a new object. */
  onInterfaceGone(gone: NetworkInterface): void;
  /**
   * An address came or went; a renewal is neither. Those of a new or deleted interface are told one by one, too. An
   * IPv6 address comes twice when duplicate detection delays it: when it is set, and when it can be used.
   */
  onAddress(on: NetworkInterface, address: Uint8Array, added: boolean, prefixLength: number): void;
}

/** Datagrams worked off at one event: the rest of a flood waits for the next round of the loop. */
const MOST_READS = 64;

/** After a dump that failed (no memory): until then the table may be out of date. */
const RETRY_MS = 200;

type Event =
  | { readonly link: LinkMessage; readonly gone: boolean }
  | { readonly address: AddressMessage; readonly gone: boolean };

export class InterfaceTable implements Pollable, TimerOwner {
  readonly #reactor: Reactor;
  readonly #requests = new NetlinkRequests(NETLINK_ROUTE);
  readonly #byIndex = new Map<number, NetworkInterface>();
  readonly #byName = new Map<string, NetworkInterface>();
  #monitor: NetlinkMonitor | undefined;
  #listener: InterfaceListener | undefined;
  /** Heard and not yet told. */
  readonly #pending: Event[] = [];
  readonly #retry = new Timer(this);
  /** How often events were lost and all was dumped anew. */
  resynchronizations = 0;

  constructor(reactor: Reactor) {
    this.#reactor = reactor;
  }

  /** Dumps, then watches; the listener hears of every interface and address once before this returns. Throws SystemError. */
  open(listener: InterfaceListener): void {
    this.#listener = listener;
    check(this.#requests.open(), 'socket', 'netlink');
    // First the monitor: what changes during the dump is told twice rather than never.
    const monitor = NetlinkMonitor.open(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
    if (typeof monitor === 'number') {
      check(monitor, 'socket', 'netlink monitor');
      return;
    }
    this.#monitor = monitor;
    check(this.#reactor.add(monitor.fd, this, EPOLLIN), 'epoll_ctl');
    check(this.#dump(), 'netlink dump');
  }

  close(): void {
    if (this.#monitor !== undefined) {
      this.#reactor.remove(this.#monitor.fd);
      this.#monitor.close();
      this.#monitor = undefined;
    }
    this.#reactor.timers.cancel(this.#retry);
    this.#requests.close();
    this.#listener = undefined;
    this.#pending.length = 0;
    this.#byIndex.clear();
    this.#byName.clear();
  }

  byName(name: string): NetworkInterface | undefined {
    return this.#byName.get(name);
  }

  byIndex(index: number): NetworkInterface | undefined {
    return this.#byIndex.get(index);
  }

  all(): NetworkInterface[] {
    return [...this.#byIndex.values()];
  }

  /** Works off the events that the kernel has queued already, as keepalived does after making an interface. */
  refresh(): void {
    this.onEvents(EPOLLIN);
  }

  onEvents(_events: number): void {
    for (let reads = 0; reads < MOST_READS && this.#monitor !== undefined; reads++) {
      const result = this.#monitor.read((message) => this.#note(message));
      if (result === -EAGAIN) return;
      if (result < 0 && result !== -EINTR) this.#resynchronize();
      else this.#tellPending();
    }
  }

  onTimer(): void {
    if (this.#monitor !== undefined) this.#resynchronize();
  }

  #resynchronize(): void {
    this.resynchronizations++;
    this.#pending.length = 0;
    this.#monitor?.discard();
    if (this.#dump() < 0) this.#reactor.timers.arm(this.#retry, this.#reactor.nowMs + RETRY_MS);
  }

  #note(message: NetlinkReader): void {
    const { type } = message;
    if (type === RTM_NEWLINK || type === RTM_DELLINK) {
      const link = decodeLink(message);
      if (link !== undefined) this.#pending.push({ link, gone: type === RTM_DELLINK });
    } else if (type === RTM_NEWADDR || type === RTM_DELADDR) {
      const address = decodeAddress(message);
      if (address !== undefined) this.#pending.push({ address, gone: type === RTM_DELADDR });
    }
  }

  /** A listener may make interfaces and call `refresh`: then the inner call tells the rest, in order. */
  #tellPending(): void {
    for (let event = this.#pending.shift(); event !== undefined; event = this.#pending.shift()) {
      if ('link' in event) this.#tellLink(event.link, event.gone);
      else this.#tellAddress(event.address, event.gone);
    }
  }

  #tellLink(link: LinkMessage, isGone: boolean): void {
    if (!isGone) {
      this.#linkIs(link);
      return;
    }
    const gone = this.#byIndex.get(link.index);
    if (gone !== undefined) this.#forget(gone);
  }

  #tellAddress(address: AddressMessage, isGone: boolean): void {
    if (!isGone) {
      this.#addressIs(address);
      return;
    }
    const on = this.#byIndex.get(address.interfaceIndex);
    if (on === undefined) return;
    const at = indexOfAddress(on, address);
    if (at >= 0) this.#dropAddress(on, at);
  }

  #linkIs(link: LinkMessage): void {
    let known = this.#byIndex.get(link.index);
    if (known !== undefined && link.name !== undefined && link.name !== known.name) {
      const { addresses } = known;
      this.#forget(known);
      known = this.#meet(link.index, link.name);
      update(known, link);
      this.#listener?.onInterface(known);
      for (const address of addresses) this.#addAddress(known, address);
      return;
    }
    if (known === undefined) {
      if (link.name === undefined) return;
      known = this.#meet(link.index, link.name);
      update(known, link);
      this.#listener?.onInterface(known);
      return;
    }
    if (update(known, link)) this.#listener?.onInterface(known);
  }

  #meet(index: number, name: string): NetworkInterface {
    // Another one of the name: its end, or its renaming, is still to be told.
    const namesake = this.#byName.get(name);
    if (namesake !== undefined) this.#forget(namesake);
    const made = new NetworkInterface(index, name);
    this.#byIndex.set(index, made);
    this.#byName.set(name, made);
    return made;
  }

  #forget(gone: NetworkInterface): void {
    this.#byIndex.delete(gone.index);
    this.#byName.delete(gone.name);
    gone.up = false;
    for (const { address, prefixLength } of gone.addresses) {
      this.#listener?.onAddress(gone, address, false, prefixLength);
    }
    this.#listener?.onInterfaceGone(gone);
  }

  #addressIs(address: AddressMessage): void {
    const on = this.#byIndex.get(address.interfaceIndex);
    if (on === undefined) return;
    const known = on.addresses[indexOfAddress(on, address)];
    if (known === undefined) {
      this.#addAddress(on, address);
      return;
    }
    const wasTentative = (known.flags & IFA_F_TENTATIVE) !== 0;
    known.flags = address.flags;
    if (wasTentative && (address.flags & IFA_F_TENTATIVE) === 0) {
      this.#listener?.onAddress(on, known.address, true, known.prefixLength);
    }
  }

  #addAddress(on: NetworkInterface, { family, address, prefixLength, scope, flags }: InterfaceAddress): void {
    on.addresses.push({ family, address, prefixLength, scope, flags });
    this.#listener?.onAddress(on, address, true, prefixLength);
  }

  #dropAddress(on: NetworkInterface, at: number): void {
    for (const { address, prefixLength } of on.addresses.splice(at, 1)) {
      this.#listener?.onAddress(on, address, false, prefixLength);
    }
  }

  /** Asks for the whole and tells the difference to what was known; 0 or `-errno`. */
  #dump(): number {
    const links = new Map<number, LinkMessage>();
    const addresses: AddressMessage[] = [];
    this.#requests.writer.begin(RTM_GETLINK, 0, IFINFOMSG_SIZE);
    let result = this.#requests.dump((message) => {
      const link = message.type === RTM_NEWLINK ? decodeLink(message) : undefined;
      if (link !== undefined) links.set(link.index, link);
    });
    if (result < 0) return result;
    this.#requests.writer.begin(RTM_GETADDR, 0, IFADDRMSG_SIZE);
    result = this.#requests.dump((message) => {
      const address = message.type === RTM_NEWADDR ? decodeAddress(message) : undefined;
      if (address !== undefined) addresses.push(address);
    });
    if (result < 0) return result;
    for (const known of this.all()) if (!links.has(known.index)) this.#forget(known);
    for (const link of links.values()) this.#linkIs(link);
    for (const known of this.all()) this.#keepOnly(known, addresses);
    for (const address of addresses) this.#addressIs(address);
    return 0;
  }

  #keepOnly(known: NetworkInterface, present: readonly AddressMessage[]): void {
    for (let at = known.addresses.length - 1; at >= 0; at--) {
      const address = known.addresses[at] as InterfaceAddress;
      const still = present.some((other) => other.interfaceIndex === known.index && sameAddress(address, other));
      if (!still) this.#dropAddress(known, at);
    }
  }
}

function sameAddress(one: InterfaceAddress, other: InterfaceAddress): boolean {
  return one.prefixLength === other.prefixLength && Buffer.compare(one.address, other.address) === 0;
}

function indexOfAddress(on: NetworkInterface, address: AddressMessage): number {
  return on.addresses.findIndex((known) => sameAddress(known, address));
}

/** Whether anything but the raw flags changed. */
function update(known: NetworkInterface, link: LinkMessage): boolean {
  let changed = known.up !== link.up;
  known.up = link.up;
  known.flags = link.flags;
  if (link.mac !== undefined && Buffer.compare(link.mac, known.mac) !== 0) {
    known.mac = link.mac;
    changed = true;
  }
  if (link.mtu !== undefined && link.mtu !== known.mtu) {
    known.mtu = link.mtu;
    changed = true;
  }
  if (link.parentIndex !== undefined && link.parentIndex !== known.parentIndex) {
    known.parentIndex = link.parentIndex;
    changed = true;
  }
  if (link.kind !== undefined) known.kind = link.kind;
  return changed;
}
