/**
 * Tells the neighbours who has an address now: gratuitous ARP requests and unsolicited neighbour advertisements, as
 * keepalived sends them. Some switches and hosts lose packets that come too close, so an interface (or a group of
 * interfaces, `garp_group`) may have a least distance between two; then the rest waits in a queue and is dropped with
 * `cancel` when the address is given back: an announcement that comes late would steal it again.
 */
import { readFileSync } from 'node:fs';
import type { Reactor } from '../../loop/reactor.ts';
import { Timer, type TimerOwner } from '../../loop/timer-wheel.ts';
import { ARP_FRAME_LENGTH, MAC_LENGTH, writeGratuitousArp } from '../../net/neighbours/arp.ts';
import { type LinkEnd, LinkSender } from '../../net/neighbours/link-sender.ts';
import { writeNeighbourAdvertisement } from '../../net/neighbours/neighbour-advertisement.ts';
import type { AddressModel, Family, GarpGroupModel } from '../model.ts';

export interface AnnouncePace {
  /** Least distance of two packets on the interface; 0: none. */
  readonly garpIntervalMs: number;
  readonly gnaIntervalMs: number;
}

const IFF_NOARP = 0x80;
/** How long the answer to "does it forward?" is believed. */
const FORWARDING_AGE_MS = 5000;

interface Waiting {
  readonly on: LinkEnd;
  readonly address: AddressModel;
}

/** One queue per pace: an interface's or a group's, of ARP or of IPv6. */
class Lane implements TimerOwner {
  readonly timer: Timer = new Timer(this);
  intervalMs = 0;
  nextMs = Number.NEGATIVE_INFINITY;
  waiting: Waiting[] = [];
  readonly #onDue: (lane: Lane, nowMs: number) => void;

  constructor(onDue: (lane: Lane, nowMs: number) => void) {
    this.#onDue = onDue;
  }

  onTimer(_timer: Timer, nowMs: number): void {
    this.#onDue(this, nowMs);
  }
}

export class Announcer {
  readonly #reactor: Reactor;
  readonly #sender = new LinkSender();
  readonly #lanes = new Map<string, Lane>();
  readonly #groupOf = new Map<string, GarpGroupModel>();
  readonly #forwarding = new Map<number, { readonly forwards: boolean; readonly atMs: number }>();
  /** Frames sent, and those the kernel refused (an interface that went down). */
  sent = 0;
  failed = 0;

  constructor(reactor: Reactor, groups: readonly GarpGroupModel[] = []) {
    this.#reactor = reactor;
    this.setGroups(groups);
  }

  /** After a reload; what waits goes on at its new pace. */
  setGroups(groups: readonly GarpGroupModel[]): void {
    this.#groupOf.clear();
    for (const group of groups) for (const name of group.interfaces) this.#groupOf.set(name, group);
  }

  /** Announces every address `repeat` times: all once, then all again. `pace` where the interface is in no group. */
  announce(
    on: LinkEnd,
    addresses: readonly AddressModel[],
    repeat: number,
    pace: AnnouncePace | undefined = undefined,
  ): void {
    if (on.mac.length !== MAC_LENGTH || ((on.flags ?? 0) & IFF_NOARP) !== 0) return;
    for (let round = 0; round < repeat; round++) {
      for (const address of addresses) this.#one(on, address, pace);
    }
  }

  /** What still waits of these addresses is not sent. */
  cancel(addresses: readonly AddressModel[]): void {
    for (const lane of this.#lanes.values()) {
      if (lane.waiting.length === 0) continue;
      lane.waiting = lane.waiting.filter((waiting) => !addresses.includes(waiting.address));
      if (lane.waiting.length === 0) this.#reactor.timers.cancel(lane.timer);
    }
  }

  close(): void {
    for (const lane of this.#lanes.values()) this.#reactor.timers.cancel(lane.timer);
    this.#lanes.clear();
    this.#sender.close();
  }

  #one(on: LinkEnd, address: AddressModel, pace: AnnouncePace | undefined): void {
    const group = this.#groupOf.get(on.name);
    const used = group ?? pace;
    const intervalMs = address.family === 4 ? (used?.garpIntervalMs ?? 0) : (used?.gnaIntervalMs ?? 0);
    if (intervalMs <= 0) {
      this.#send(on, address);
      return;
    }
    const lane = this.#lane(on, address.family, group);
    lane.intervalMs = intervalMs;
    const nowMs = this.#reactor.refresh();
    if (lane.waiting.length === 0 && nowMs >= lane.nextMs) {
      lane.nextMs = nowMs + intervalMs;
      this.#send(on, address);
      return;
    }
    lane.waiting.push({ on, address });
    if (!lane.timer.armed) this.#reactor.timers.arm(lane.timer, lane.nextMs);
  }

  #lane(on: LinkEnd, family: Family, group: GarpGroupModel | undefined): Lane {
    const key = `${family} ${group === undefined ? on.name : group.interfaces.join()}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = new Lane((due, nowMs) => this.#next(due, nowMs));
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #next(lane: Lane, nowMs: number): void {
    const waiting = lane.waiting.shift();
    if (waiting === undefined) return;
    this.#send(waiting.on, waiting.address);
    lane.nextMs = nowMs + lane.intervalMs;
    if (lane.waiting.length > 0) this.#reactor.timers.arm(lane.timer, lane.nextMs);
  }

  #send(on: LinkEnd, model: AddressModel): void {
    const { bytes } = this.#sender.frame;
    let length = ARP_FRAME_LENGTH;
    if (model.family === 4) writeGratuitousArp(bytes, on.mac, model.address);
    else length = writeNeighbourAdvertisement(bytes, on.mac, model.address, this.#forwards(on));
    if (this.#sender.send(on.index, model.family, length) < 0) this.failed++;
    else this.sent++;
  }

  /** The router flag of neighbour advertisements: hosts drop a default route to who takes it off. */
  #forwards(on: LinkEnd): boolean {
    const { nowMs } = this.#reactor;
    const known = this.#forwarding.get(on.index);
    if (known !== undefined && nowMs - known.atMs < FORWARDING_AGE_MS) return known.forwards;
    const forwards = readForwarding(on.name);
    this.#forwarding.set(on.index, { forwards, atMs: nowMs });
    return forwards;
  }
}

function readForwarding(interfaceName: string): boolean {
  try {
    return readFileSync(`/proc/sys/net/ipv6/conf/${interfaceName}/forwarding`, 'latin1').trim() !== '0';
  } catch {
    return false; // no IPv6 on this interface: then nothing is announced by it either
  }
}
