/**
 * The raw sockets of VRRP: all instances of one interface, family and group (or unicast source) share a pair of them,
 * one to receive and one to send, and share it by VRID. Packets are received by the burst into one block of memory and
 * decoded into one register.
 *
 * Under a storm the receiver is not woken for each packet: once more than a few come per millisecond it is left out of
 * epoll and read every REST_MS, so the cost per packet is a few hundred nanoseconds instead of a round of the loop.
 */
import type { Pollable, Reactor } from '../../loop/reactor.ts';
import { Timer, type TimerOwner } from '../../loop/timer-wheel.ts';
import { EPOLLIN } from '../../sys/epoll.ts';
import { EAGAIN, EINTR } from '../../sys/errno.ts';
import { MessageBatch } from '../../sys/message-batch.ts';
import { destinationOffset, hopLimit, IPV6_CONTROL_SIZE, Ipv4Message, Ipv6Message } from '../../sys/raw-ip.ts';
import { close } from '../../sys/socket.ts';
import { DROP_FLOOD, DROP_TRUNCATED, DROP_UNKNOWN_VRID, TAKEN, VERDICTS, type Verdict } from '../counters.ts';
import type { Family } from '../model.ts';
import { Advertisement } from '../packet/advertisement.ts';
import type { AdvertisementFrame } from '../packet/frame.ts';
import { BurstGuard } from './burst-guard.ts';
import { openReceiver, openSender } from './raw-sockets.ts';

export interface AdvertisementSocketOptions {
  readonly family: Family;
  /** The interface of the configuration. */
  readonly interfaceIndex: number;
  /**
   * The VMAC interface when advertisements are sent from it. Then they are received there, too: what a peer sends with
   * the same MAC the kernel hands to no other interface.
   */
  readonly sendInterfaceIndex?: number;
  /** The multicast group, 4 or 16 bytes. */
  readonly group: Uint8Array;
  /** Received for this address only instead of the group. */
  readonly unicast: boolean;
  /** Where unicast is received; with multicast sockets are shared whatever it is. */
  readonly source: Uint8Array;
  /** Bytes, 0: ours. */
  readonly receiveBuffer: number;
}

export interface AdvertisementReceiver {
  /** An advertisement of its VRID, readable until it returns: what became of it. */
  onAdvertisement(packet: Advertisement): Verdict;
  /** One more was left out, unseen. */
  countDropped(verdict: Verdict): void;
  /** Asked where unicast instances share VRID and socket: does it come from a peer of this one? */
  readonly isPeer?: ((packet: Advertisement) => boolean) | undefined;
}

const MSG_DONTROUTE = 4;
const BURST = 64;
/** IPv4: no packet that could be ours is longer (60 + 8 + 255 * 4 + 8). */
const SLOT_4 = 1100;
/** IPv6: 8 + 255 * 16. */
const SLOT_6 = 4100;
/** At one event, about a millisecond of work; what is left waits for the next turn of the loop. */
const MOST_BURSTS = 16;
/** Packets within WINDOW_MS that are called a storm, and how long to let packets gather then. */
const WINDOW_MS = 10;
const STORM_PACKETS = 40;
const REST_MS = 3;
/** Fewer than this at the end of a rest: the storm is over. */
const CALM_PACKETS = 6;
/** Errors in a row after which a receiver is given up rather than spun on. */
const MOST_ERRORS = 1000;

/** Why a packet reached no instance, and the memory all receivers of a family share. */
class ReceivePort {
  readonly packet = new Advertisement();
  readonly guard = new BurstGuard();
  #batch4: MessageBatch | undefined;
  #batch6: MessageBatch | undefined;

  batch(family: Family): MessageBatch {
    if (family === 4) {
      this.#batch4 ??= new MessageBatch(BURST, SLOT_4, 0);
      return this.#batch4;
    }
    this.#batch6 ??= new MessageBatch(BURST, SLOT_6, IPV6_CONTROL_SIZE);
    return this.#batch6;
  }
}

export class AdvertisementSockets {
  readonly #reactor: Reactor;
  readonly #port = new ReceivePort();
  readonly #byKey = new Map<string, AdvertisementSocket>();
  /** Told of packets whose VRID nobody has (`log_unknown_vrids`). */
  onUnknownVrid: ((packet: Advertisement, socket: AdvertisementSocket) => void) | undefined;

  constructor(reactor: Reactor) {
    this.#reactor = reactor;
  }

  /** A socket for these options, shared with whoever opened an equal one; or `-errno`. Each opener closes once. */
  open(options: AdvertisementSocketOptions): AdvertisementSocket | number {
    const key = keyOf(options);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.users++;
      return known;
    }
    const receiver = openReceiver(options);
    if (receiver < 0) return receiver;
    const sender = openSender(options);
    if (sender < 0) {
      close(receiver);
      return sender;
    }
    const socket = new AdvertisementSocket(this.#reactor, this, this.#port, options, receiver, sender, () =>
      this.#byKey.delete(key),
    );
    const result = this.#reactor.add(receiver, socket, EPOLLIN);
    if (result < 0) {
      socket.close();
      return result;
    }
    this.#byKey.set(key, socket);
    return socket;
  }

  all(): IterableIterator<AdvertisementSocket> {
    return this.#byKey.values();
  }
}

export class AdvertisementSocket implements Pollable, TimerOwner {
  readonly options: AdvertisementSocketOptions;
  /** By verdict: what reached no instance. */
  readonly counters = new Float64Array(VERDICTS);
  /** All packets received. */
  received = 0;
  /** Failed receive calls, such as an interface that went down. */
  receiveErrors = 0;
  /** Openers. */
  users = 1;

  readonly #reactor: Reactor;
  readonly #owner: AdvertisementSockets;
  readonly #port: ReceivePort;
  readonly #batch: MessageBatch;
  readonly #family: Family;
  readonly #sendIndex: number;
  readonly #receiver: number;
  readonly #sender: number;
  readonly #sendFlags: number;
  readonly #message4 = new Ipv4Message();
  readonly #message6 = new Ipv6Message();
  readonly #byVrid: (AdvertisementReceiver[] | undefined)[] = new Array<undefined>(256).fill(undefined);
  readonly #onClosed: () => void;
  readonly #rest = new Timer(this);
  #resting = false;
  #windowStartMs = 0;
  #windowPackets = 0;
  #errorsInRow = 0;
  #closed = false;

  constructor(
    reactor: Reactor,
    owner: AdvertisementSockets,
    port: ReceivePort,
    options: AdvertisementSocketOptions,
    receiver: number,
    sender: number,
    onClosed: () => void,
  ) {
    this.#reactor = reactor;
    this.#owner = owner;
    this.#port = port;
    this.#batch = port.batch(options.family);
    this.options = options;
    this.#family = options.family;
    this.#sendIndex = options.sendInterfaceIndex ?? options.interfaceIndex;
    this.#receiver = receiver;
    this.#sender = sender;
    this.#sendFlags = options.unicast ? 0 : MSG_DONTROUTE;
    this.#onClosed = onClosed;
  }

  /** Hands advertisements of `vrid` to `receiver`. */
  attach(vrid: number, receiver: AdvertisementReceiver): void {
    const known = this.#byVrid[vrid];
    if (known === undefined) this.#byVrid[vrid] = [receiver];
    else if (!known.includes(receiver)) known.push(receiver);
  }

  detach(vrid: number, receiver: AdvertisementReceiver): void {
    const rest = this.#byVrid[vrid]?.filter((known) => known !== receiver) ?? [];
    this.#byVrid[vrid] = rest.length === 0 ? undefined : rest;
  }

  /** Sends what was last written into the frame; bytes sent, or `-errno`. */
  send(frame: AdvertisementFrame, destination: Uint8Array): number {
    if (this.#family === 4) {
      return this.#message4.send(this.#sender, frame.address, frame.length, destination, this.#sendFlags);
    }
    const { address, length, source, hopLimit: hops } = frame;
    return this.#message6.send(
      this.#sender,
      address,
      length,
      source,
      destination,
      this.#sendIndex,
      hops,
      this.#sendFlags,
    );
  }

  /** One opener less; the last one closes it. */
  close(): void {
    if (this.#closed || --this.users > 0) return;
    this.#closed = true;
    this.#reactor.timers.cancel(this.#rest);
    this.#reactor.remove(this.#receiver);
    close(this.#receiver);
    close(this.#sender);
    this.#onClosed();
  }

  onEvents(): void {
    const count = this.#receiveBursts();
    if (this.#closed) return;
    const { nowMs } = this.#reactor;
    if (nowMs - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = nowMs;
      this.#windowPackets = 0;
    }
    this.#windowPackets += count;
    if (this.#windowPackets <= STORM_PACKETS || this.#resting) return;
    this.#resting = true;
    this.#reactor.modify(this.#receiver, 0);
    this.#reactor.timers.arm(this.#rest, nowMs + REST_MS);
  }

  onTimer(_timer: Timer, nowMs: number): void {
    const count = this.#receiveBursts();
    if (this.#closed) return;
    if (count >= CALM_PACKETS) {
      this.#reactor.timers.arm(this.#rest, nowMs + REST_MS);
      return;
    }
    this.#resting = false;
    this.#windowPackets = 0;
    this.#reactor.modify(this.#receiver, EPOLLIN);
  }

  /** Takes what waits now, without waiting for the loop's turn. */
  receiveWaiting(): void {
    this.#receiveBursts();
  }

  #receiveBursts(): number {
    let total = 0;
    for (let burst = 0; burst < MOST_BURSTS && !this.#closed; burst++) {
      const count = this.#batch.receive(this.#receiver);
      if (count < 0) {
        this.#failed(count);
        break;
      }
      this.#errorsInRow = 0;
      total += count;
      this.#handOut(count);
      this.#batch.release(count);
      if (count < BURST) break;
    }
    this.received += total;
    return total;
  }

  #failed(result: number): void {
    if (result === -EAGAIN || result === -EINTR) return;
    this.receiveErrors++;
    if (++this.#errorsInRow >= MOST_ERRORS) this.#reactor.remove(this.#receiver);
  }

  #handOut(count: number): void {
    const batch = this.#batch;
    this.#port.guard.beginBurst();
    for (let index = 0; index < count && !this.#closed; index++) {
      if (this.#decode(batch, index) === TAKEN) this.#dispatch(this.#port.packet);
      else this.#count(DROP_TRUNCATED);
    }
  }

  #decode(batch: MessageBatch, index: number): Verdict {
    if (batch.truncated(index)) return DROP_TRUNCATED;
    const { packet } = this.#port;
    if (this.#family === 6) {
      const { bytes } = batch;
      const controlAt = batch.controlAt(index);
      const controlLength = batch.controlLength(index);
      const destinationAt = destinationOffset(bytes, controlAt, controlLength);
      if (destinationAt < 0) return DROP_TRUNCATED;
      const hops = hopLimit(bytes, controlAt, controlLength);
      packet.setIpv6(bytes, batch.nameAt(index) + 8, bytes, destinationAt, hops);
    }
    return packet.decode(this.#family, batch.bytes, batch.slotAt(index), batch.length(index));
  }

  #dispatch(packet: Advertisement): void {
    const receivers = this.#byVrid[packet.vrid];
    const receiver = receivers === undefined || receivers.length === 1 ? receivers?.[0] : pick(receivers, packet);
    if (receiver === undefined) {
      this.#count(DROP_UNKNOWN_VRID);
      this.#owner.onUnknownVrid?.(packet, this);
      return;
    }
    const { guard } = this.#port;
    if (guard.isFlood(packet)) {
      receiver.countDropped(DROP_FLOOD);
      return;
    }
    if (receiver.onAdvertisement(packet) === TAKEN) guard.taken(packet);
  }

  #count(verdict: Verdict): void {
    this.counters[verdict] = (this.counters[verdict] as number) + 1;
  }
}

function pick(receivers: readonly AdvertisementReceiver[], packet: Advertisement): AdvertisementReceiver | undefined {
  for (let index = 0; index < receivers.length; index++) {
    const receiver = receivers[index] as AdvertisementReceiver;
    if (receiver.isPeer === undefined || receiver.isPeer(packet)) return receiver;
  }
  return undefined;
}

function keyOf(options: AdvertisementSocketOptions): string {
  const { family, interfaceIndex, sendInterfaceIndex, group, unicast, source, receiveBuffer } = options;
  const bound = unicast ? source : group;
  return [family, interfaceIndex, sendInterfaceIndex ?? interfaceIndex, unicast, bound.join('.'), receiveBuffer].join();
}
