/**
 * Hears of routes and rules of our protocol that are taken away. That is all it says: whose they were, and whether they
 * are missed, is asked of `RouteTable.has` and `RuleTable.has`, since what we take away ourselves is told, too.
 * To be opened only where routes or rules are tracked: on a router of the internet each change of each route wakes it.
 */
import type { Pollable, Reactor } from '../../loop/reactor.ts';
import { EPOLLIN } from '../../sys/epoll.ts';
import { EAGAIN, EINTR } from '../../sys/errno.ts';
import type { NetlinkReader } from '../../sys/netlink-message.ts';
import { NetlinkMonitor } from '../../sys/netlink-socket.ts';
import { decodeRoute, decodeRule } from '../../sys/route-messages.ts';
import {
  NETLINK_ROUTE,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTMGRP_IPV4_ROUTE,
  RTMGRP_IPV4_RULE,
  RTMGRP_IPV6_ROUTE,
  RTMGRP_IPV6_RULE,
  RTPROT_KEEPALIVED,
} from '../../sys/rtnetlink-constants.ts';

const GROUPS = RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE | RTMGRP_IPV6_ROUTE | RTMGRP_IPV6_RULE;
/** Datagrams worked off at one event: the rest of a flood waits for the next round of the loop. */
const MOST_READS = 64;

export interface RouteListener {
  /** One or more were taken away, or events were lost. */
  onRoutesGone(): void;
  onRulesGone(): void;
}

export class RouteMonitor implements Pollable {
  readonly #reactor: Reactor;
  readonly #listener: RouteListener;
  #monitor: NetlinkMonitor | undefined;
  #routesGone = false;
  #rulesGone = false;

  constructor(reactor: Reactor, listener: RouteListener) {
    this.#reactor = reactor;
    this.#listener = listener;
  }

  /** 0 or `-errno`; open twice is once. */
  open(): number {
    if (this.#monitor !== undefined) return 0;
    const monitor = NetlinkMonitor.open(NETLINK_ROUTE, GROUPS);
    if (typeof monitor === 'number') return monitor;
    const added = this.#reactor.add(monitor.fd, this, EPOLLIN);
    if (added < 0) {
      monitor.close();
      return added;
    }
    this.#monitor = monitor;
    return 0;
  }

  close(): void {
    if (this.#monitor === undefined) return;
    this.#reactor.remove(this.#monitor.fd);
    this.#monitor.close();
    this.#monitor = undefined;
  }

  onEvents(_events: number): void {
    for (let reads = 0; reads < MOST_READS && this.#monitor !== undefined; reads++) {
      const result = this.#monitor.read((message) => this.#take(message));
      if (result === -EAGAIN) break;
      if (result < 0 && result !== -EINTR) {
        this.#routesGone = true;
        this.#rulesGone = true;
      }
    }
    const routesGone = this.#routesGone;
    const rulesGone = this.#rulesGone;
    this.#routesGone = false;
    this.#rulesGone = false;
    if (routesGone) this.#listener.onRoutesGone();
    if (rulesGone) this.#listener.onRulesGone();
  }

  #take(message: NetlinkReader): void {
    if (message.type === RTM_DELROUTE && decodeRoute(message)?.protocol === RTPROT_KEEPALIVED) this.#routesGone = true;
    if (message.type === RTM_DELRULE && decodeRule(message)?.protocol === RTPROT_KEEPALIVED) this.#rulesGone = true;
  }
}
