/**
 * One virtual router at work: connects the pure state machine (instance.ts) to its sockets, its addresses, its timer
 * and its tracks. What it sends and receives each interval allocates nothing.
 */
import type { Reactor } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import type { NetworkInterface } from '../net/interfaces.ts';
import { monotonicPreciseMs, realtimeMs } from '../sys/clock.ts';
import { errnoMessage, errnoName } from '../sys/errno.ts';
import { AddressSet, type AddressSetServices } from './address-set.ts';
import { sameBytes } from './bytes.ts';
import { addressText } from './control/text-formats.ts';
import { DROP_NOT_RUNNING, TAKEN, type Verdict } from './counters.ts';
import { EventLimit } from './event-limit.ts';
import { Instance, PRIORITY_STOP } from './instance.ts';
import type { InstancePort } from './instance-port.ts';
import type { LatenessHistogram } from './lateness.ts';
import type { AddressModel, InstanceModel } from './model.ts';
import type { AdvertisementSocket, AdvertisementSockets } from './network/advertisement-sockets.ts';
import { AnnouncementSchedule } from './network/announcement-schedule.ts';
import type { Announcer } from './network/announcer.ts';
import type { DuplicateWatch } from './network/duplicate-watch.ts';
import { sourceAddressOf } from './network/source-address.ts';
import type { HeldSettings } from './network/sysctl.ts';
import { createVmac, removeVmac } from './network/vmac.ts';
import type { Advertisement } from './packet/advertisement.ts';
import { checkAdvertisement } from './packet/check.ts';
import { Expectation, NOT_A_PEER } from './packet/expectation.ts';
import { AdvertisementFrame } from './packet/frame.ts';
import { BACKUP, FAULT, INIT, MASTER, type State } from './states.ts';

export interface VirtualRouterServices extends AddressSetServices {
  /** Lines for those who want details; undefined: nobody does. */
  readonly detail: ((text: string) => void) | undefined;
  readonly reactor: Reactor;
  readonly sockets: AdvertisementSockets;
  readonly announcer: Announcer;
  readonly duplicates: DuplicateWatch;
  readonly lateness: LatenessHistogram;
  readonly learnChecksum: boolean;
  readonly promoteSecondaries: HeldSettings;
  /** Told after every change of state. */
  readonly stateChanged: (router: VirtualRouter, from: State, to: State, cause: string) => void;
  readonly priorityChanged: (router: VirtualRouter, from: number, to: number) => void;
  readonly heardLowerPriority: (router: VirtualRouter, priority: number) => void;
}

/** A timer this late, milliseconds, says that we stood still; less is the clock's and the wheel's coarseness. */
const SLEPT_MS = 3;

export class VirtualRouter implements InstancePort, TimerOwner {
  readonly model: InstanceModel;
  readonly instance: Instance;
  readonly addresses: AddressSet;
  /** What its packets are compared with; remembers the checksum style of peers. */
  readonly expectation: Expectation;
  /** The address its advertisements come from; undefined until it has one. */
  source: Uint8Array | undefined;

  readonly #services: VirtualRouterServices;
  readonly #timer: Timer = new Timer(this);
  readonly #schedule: AnnouncementSchedule;
  #socket: AdvertisementSocket | undefined;
  #frame: AdvertisementFrame | undefined;
  #parent: NetworkInterface | undefined;
  /** The interface that has the addresses: the parent, or the VMAC interface on it. */
  #device: NetworkInterface | undefined;
  readonly #lowerPriority = new EventLimit();
  readonly #sendErrors = new EventLimit();
  readonly #discarded = new EventLimit();
  #boundIndex = 0;
  #boundDevice = 0;
  /** The addresses by the interface they are on, for announcements. */
  #byDevice: { readonly device: NetworkInterface; readonly addresses: AddressModel[] }[] = [];

  constructor(model: InstanceModel, services: VirtualRouterServices) {
    this.model = model;
    this.#services = services;
    this.instance = new Instance(model, this);
    this.addresses = new AddressSet(model, services);
    this.expectation = new Expectation(model, services.learnChecksum);
    this.#schedule = new AnnouncementSchedule(model.announce, services.timers, (repeat) => this.#announce(repeat));
  }

  /** The interface its addresses are on. */
  get device(): NetworkInterface | undefined {
    return this.#device;
  }

  /** Looks at its interfaces anew and opens, moves or closes its socket. Why it cannot run, '' when it can. */
  resolve(): string {
    const { model } = this;
    const { interfaces } = this.#services;
    const parent = interfaces.byName(model.interfaceName);
    this.#parent = parent;
    if (parent === undefined) {
      this.#unbind();
      return `interface ${model.interfaceName} does not exist`;
    }
    let device: NetworkInterface | undefined = parent;
    if (model.vmac !== undefined) {
      const made = createVmac(model.vmac, model.family, parent, {
        ipv6: this.addresses.all.some((address) => address.family === 6),
        sourceAddress: model.sourceAddress,
      });
      device = interfaces.byName(model.vmac.interfaceName);
      if (made < 0 || device === undefined || device.parentIndex !== parent.index) {
        this.#unbind();
        if (made < 0) return `cannot make interface ${model.vmac.interfaceName}: ${errnoMessage(-made)}`;
        return `interface ${model.vmac.interfaceName} is being made`;
      }
    }
    this.#device = device;
    this.addresses.setInterface(device);
    const source = this.#findSource(parent);
    if (source === undefined) {
      this.#unbind();
      return `interface ${parent.name} has no IPv${model.family} address to send from`;
    }
    return this.#bind(parent, device, source);
  }

  #findSource(parent: NetworkInterface): Uint8Array | undefined {
    const { model } = this;
    if (model.sourceAddress === undefined) return sourceAddressOf(parent, model.family, this.addresses.all);
    if (!model.trackSourceAddress) return model.sourceAddress;
    const wanted = model.sourceAddress;
    return parent.addresses.some((own) => sameBytes(own.address, wanted)) ? wanted : undefined;
  }

  #bind(parent: NetworkInterface, device: NetworkInterface, source: Uint8Array): string {
    const same = this.source !== undefined && sameBytes(this.source, source);
    if (same && this.#boundIndex === parent.index && this.#boundDevice === device.index) return '';
    this.#unbind();
    const { model } = this;
    const sends = model.vmac === undefined || model.vmac.transmitBase ? parent : device;
    const socket = this.#services.sockets.open({
      family: model.family,
      interfaceIndex: parent.index,
      sendInterfaceIndex: sends.index,
      group: model.multicastGroup,
      unicast: model.unicast,
      source,
      receiveBuffer: model.receiveBuffer,
    });
    if (typeof socket === 'number') {
      return `cannot open a VRRP socket on ${parent.name}: ${errnoMessage(-socket)}`;
    }
    this.#socket = socket;
    this.#boundIndex = parent.index;
    this.#boundDevice = device.index;
    this.source = source;
    this.#frame = new AdvertisementFrame(model, source);
    this.instance.setSource(source);
    this.expectation.setOwnSource(source);
    socket.attach(model.vrid, this);
    if (model.promoteSecondaries) this.#services.promoteSecondaries.hold(device.index);
    return '';
  }

  #unbind(): void {
    if (this.#socket === undefined) return;
    if (this.model.promoteSecondaries) this.#services.promoteSecondaries.release(this.#boundDevice);
    this.#socket.detach(this.model.vrid, this);
    this.#socket.close();
    this.#socket = undefined;
    this.#frame = undefined;
    this.source = undefined;
    this.#boundIndex = 0;
  }

  /** Sends priority 0 if it is master, gives the addresses back, and closes everything. */
  stop(): void {
    this.instance.stop();
    this.addresses.endLeave();
    this.#schedule.stop();
    this.#services.timers.cancel(this.#timer);
    this.#unbind();
    if (this.model.vmac !== undefined && this.#device !== undefined) removeVmac(this.#device.index);
  }

  /**
   * A reload: `successor` goes on with our state and with what of ours it has, too. When all have handed over, `goOn`
   * gives it the rest: what one of them drops may be another's.
   */
  handOver(successor: VirtualRouter, nowMs: number): void {
    this.#schedule.stop();
    this.addresses.handOver(successor.addresses);
    this.#services.timers.cancel(this.#timer);
    successor.instance.takeOver(this.instance, nowMs);
    this.#unbind();
  }

  /** After `handOver` to us. */
  goOn(nowMs: number): void {
    if (this.instance.state === MASTER) this.takeAddresses(nowMs);
  }

  onTimer(timer: Timer, nowMs: number): void {
    const { instance } = this;
    if (instance.state === BACKUP) {
      this.#onSilence(nowMs - timer.deadlineMs, nowMs);
      return;
    }
    if (instance.state === MASTER) {
      this.#services.lateness.record(monotonicPreciseMs() - instance.deadlineMs);
      if (instance.sleptTooLong(nowMs)) {
        this.#socket?.receiveWaiting();
        // Somebody has taken over meanwhile.
        if (instance.deadlineMs > nowMs) return;
      }
    }
    instance.onTimer(nowMs);
  }

  /** A backup has heard nothing for a while: what waits is heard first, and silence while we stood still is not the master's. */
  #onSilence(lateMs: number, nowMs: number): void {
    const { instance } = this;
    this.#socket?.receiveWaiting();
    // Heard somebody.
    if (this.#timer.armed) return;
    if (lateMs >= SLEPT_MS) instance.overslept(lateMs, nowMs);
    if (instance.deadlineMs <= nowMs) instance.onTimer(nowMs);
    else this.#watch(instance.deadlineMs, nowMs + instance.masterAdvertIntervalMs / 2);
  }

  #watch(deadlineMs: number, lookMs: number): void {
    this.#services.timers.arm(this.#timer, Math.ceil(Math.min(deadlineMs, lookMs)));
  }

  /** From the socket: an advertisement of our VRID. */
  onAdvertisement(packet: Advertisement): Verdict {
    const { instance } = this;
    const verdict = this.#judge(packet);
    this.countDropped(verdict);
    if (verdict === TAKEN) {
      const { priority, intervalMs, source } = packet;
      instance.onAdvertisement(priority, intervalMs, source, 0, this.#services.nowMs());
    }
    return verdict;
  }

  #judge(packet: Advertisement): Verdict {
    const { instance, model } = this;
    if (instance.state === INIT || instance.state === FAULT) return DROP_NOT_RUNNING;
    const checkAddresses =
      !model.skipCheckAdvertAddresses || instance.state !== BACKUP || !sameBytes(packet.source, instance.masterAddress);
    return checkAdvertisement(packet, this.expectation, checkAddresses);
  }

  isPeer(packet: Advertisement): boolean {
    return this.expectation.peerOf(packet) !== NOT_A_PEER;
  }

  countDropped(verdict: Verdict): void {
    const { packets } = this.instance.counters;
    packets[verdict] = (packets[verdict] as number) + 1;
  }

  // What the state machine asks for.

  sendAdvertisement(priority: number): void {
    const frame = this.#frame;
    const socket = this.#socket;
    if (frame === undefined || socket === undefined) return;
    const { model } = this;
    if (!model.unicast) {
      frame.write(priority, model.multicastGroup);
      this.#complain(socket.send(frame, model.multicastGroup), priority);
      return;
    }
    for (const peer of model.unicastPeers) {
      frame.write(priority, peer.address, frame.styleFor(this.expectation.styleOf(peer.address)));
      this.#complain(socket.send(frame, peer.address), priority);
    }
  }

  #complain(result: number, priority: number): void {
    // A link that is down is told by its own event; what is said here is what nobody else would say.
    if (result >= 0 || this.#parent?.up !== true || priority === PRIORITY_STOP) return;
    const told = this.#sendErrors.tell(this.#services.nowMs());
    if (told === 0) return;
    const others = told > 1 ? ` (${told} in all)` : '';
    const reason = `${-result} (${errnoName(-result)}, ${errnoMessage(-result)})`;
    this.#services.log(`(${this.model.name}): send advert error ${reason}${others}`);
  }

  takeAddresses(nowMs: number): void {
    this.detail('setting VIPs.');
    this.addresses.take(nowMs);
    this.#sortByDevice();
    this.#schedule.becameMaster(nowMs);
    for (const { device, addresses } of this.#byDevice) this.#services.duplicates.claimed(device, addresses);
  }

  #sortByDevice(): void {
    this.#byDevice = [];
    for (const address of this.addresses.all) {
      const device = this.addresses.interfaceOf(address);
      if (device === undefined) continue;
      const entry = this.#byDevice.find((known) => known.device === device);
      if (entry === undefined) this.#byDevice.push({ device, addresses: [address] });
      else entry.addresses.push(address);
    }
  }

  #announce(repeat: number): void {
    const { announcer, detail } = this.#services;
    for (const { device, addresses } of this.#byDevice) {
      announcer.announce(device, addresses, repeat, this.model.announce);
      if (detail === undefined) continue;
      for (const { family, address } of addresses) {
        const what = family === 4 ? 'gratuitous ARPs' : 'Unsolicited Neighbour Adverts';
        this.detail(`Sending/queueing ${what} on ${device.name} for ${addressText(address)}`);
      }
    }
  }

  #announceNoMore(): void {
    this.detail('removing VIPs.');
    this.#schedule.stop();
    this.#services.announcer.cancel(this.addresses.all);
    this.#services.duplicates.dropped(this.addresses.all);
  }

  dropAddresses(): void {
    this.#announceNoMore();
    this.addresses.drop();
  }

  yieldAddresses(nowMs: number): void {
    this.#announceNoMore();
    // The MAC address goes with the addresses: an answer of ours would call it back to our port of the switch.
    if (this.model.vmac !== undefined) this.addresses.drop();
    else this.addresses.leave(nowMs);
  }

  announceAgain(nowMs: number): void {
    this.#schedule.heardLowerPriority(nowMs);
  }

  deadlineChanged(deadlineMs: number): void {
    const { timers } = this.#services;
    const { instance } = this;
    if (deadlineMs === Number.POSITIVE_INFINITY) timers.cancel(this.#timer);
    else if (instance.state !== BACKUP) timers.arm(this.#timer, Math.ceil(deadlineMs));
    else this.#watch(deadlineMs, monotonicPreciseMs() + 1.5 * instance.masterAdvertIntervalMs);
  }

  stateChanged(from: State, to: State, cause: string): void {
    if (to === FAULT) this.addresses.endLeave();
    this.#services.stateChanged(this, from, to, cause);
  }

  priorityChanged(from: number, to: number): void {
    this.#services.priorityChanged(this, from, to);
  }

  heardLowerPriority(priority: number): void {
    if (this.#lowerPriority.tell(this.#services.nowMs()) > 0) this.#services.heardLowerPriority(this, priority);
  }

  /** Whom the last advertisement came from, as text. */
  get peerText(): string {
    return addressText(this.instance.peer.address.subarray(0, this.model.family === 4 ? 4 : 16));
  }

  heardHigherPriority(priority: number): void {
    const { effectivePriority } = this.instance;
    const how =
      priority > effectivePriority
        ? `higher priority ${priority}, ours ${effectivePriority}`
        : `same priority ${priority} but higher IP address than ours`;
    this.remark(`Master received advert from ${this.peerText} with ${how}`);
  }

  discardedLowerPriority(priority: number): void {
    if (this.#discarded.tell(this.#services.nowMs()) === 0) return;
    this.remark(`received lower priority (${priority}) advert from ${this.peerText} - discarding`);
  }

  detail(text: string): void {
    this.#services.detail?.(`(${this.model.name}) ${text}`);
  }

  remark(text: string): void {
    this.#services.log(`(${this.model.name}) ${text}`);
  }

  wallClockMs(): number {
    return realtimeMs();
  }
}
