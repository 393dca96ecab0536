/**
 * The addresses, routes and rules of one virtual router: put on the interface when it becomes master, taken off when it
 * no longer is. Addresses carry a lifetime that is renewed while the agent lives: should it die or hang, the kernel
 * drops them, and nobody answers for an address that another unit has taken.
 */
import type { TimerOwner, TimerWheel } from '../loop/timer-wheel.ts';
import { Timer } from '../loop/timer-wheel.ts';
import type { InterfaceTable, NetworkInterface } from '../net/interfaces.ts';
import { EEXIST, ENODEV, errnoMessage } from '../sys/errno.ts';
import { sameBytes } from './bytes.ts';
import type { AddressModel, InstanceModel, RouteModel } from './model.ts';
import type { AddressTable } from './network/addresses.ts';
import type { RouteTable } from './network/routes.ts';
import { isSameRule, type RuleTable } from './network/rules.ts';

/** Renewed so often within a lifetime that two renewals may come late. */
const RENEWALS_PER_LIFETIME = 4;
/** Another router's renewal is under way. */
const TURN_MS = 5;
/** How long a new master needs at most to have its addresses and to be known to the network. */
const LONGEST_LEAVE_MS = 20;

export interface AddressSetServices {
  readonly timers: TimerWheel;
  readonly interfaces: InterfaceTable;
  readonly addresses: AddressTable;
  readonly routes: RouteTable;
  readonly rules: RuleTable;
  readonly nowMs: () => number;
  readonly log: (text: string) => void;
}

export class AddressSet implements TimerOwner {
  readonly #model: InstanceModel;
  readonly #services: AddressSetServices;
  readonly #renewal: Timer = new Timer(this);
  readonly #departure: Timer = new Timer(this);
  /** Where the addresses without `dev` go. */
  #interface: NetworkInterface | undefined;
  /** `leaving`: for a moment more; `left`: they are on the interface, and a successor's. */
  #holding: 'held' | 'leaving' | 'dropped' | 'left' = 'dropped';
  /** All addresses, those in advertisements first. */
  readonly all: readonly AddressModel[];

  constructor(model: InstanceModel, services: AddressSetServices) {
    this.#model = model;
    this.#services = services;
    this.all = [...model.addresses, ...model.excludedAddresses];
  }

  setInterface(device: NetworkInterface | undefined): void {
    this.#interface = device;
  }

  interfaceOf(address: AddressModel): NetworkInterface | undefined {
    return address.interfaceName === '' ? this.#interface : this.#services.interfaces.byName(address.interfaceName);
  }

  take(nowMs: number): void {
    this.#holding = 'held';
    this.#services.timers.cancel(this.#departure);
    for (const address of this.all) this.#put(address);
    for (const route of this.#model.routes) {
      const result = this.#services.routes.add(route, this.#services.interfaces, this.#interface?.index ?? 0);
      if (result < 0 && result !== -EEXIST) this.#complain('add route', route.text, result);
    }
    for (const rule of this.#model.rules) {
      const result = this.#services.rules.add(rule);
      if (result < 0 && result !== -EEXIST) this.#complain('add rule', rule.text, result);
    }
    this.#armRenewal(nowMs);
  }

  drop(): void {
    this.#holding = 'dropped';
    this.#services.timers.cancel(this.#renewal);
    this.#services.timers.cancel(this.#departure);
    for (const rule of this.#model.rules) this.#services.rules.remove(rule);
    for (const route of this.#model.routes) this.#removeRoute(route);
    for (const address of this.all) this.remove(address);
  }

  /**
   * A reload: `successor` goes on with what both have. What it does not have is taken off; what only it has, it puts on
   * itself (`take`).
   */
  handOver(successor: AddressSet): void {
    this.endLeave();
    const held = this.#holding === 'held';
    this.#holding = 'left';
    this.#services.timers.cancel(this.#renewal);
    if (!held) return;
    const { routes, rules } = successor.#model;
    for (const rule of this.#model.rules) {
      if (!rules.some((other) => isSameRule(rule, other))) this.#services.rules.remove(rule);
    }
    for (const route of this.#model.routes) if (!isAmong(route, routes)) this.#removeRoute(route);
    for (const address of this.all) if (!isAmong(address, successor.all)) this.remove(address);
  }

  /**
   * Another unit is master, and puts the addresses on itself. Until it has, and the network knows, packets still come
   * to us: they are answered. For less than an advertisement in any case, so that two never hold them for longer.
   */
  leave(nowMs: number): void {
    this.#holding = 'leaving';
    this.#services.timers.cancel(this.#renewal);
    const leaveMs = Math.min(LONGEST_LEAVE_MS, this.#model.advertIntervalMs / 2);
    this.#services.timers.arm(this.#departure, Math.floor(nowMs + leaveMs));
  }

  /** Ends at once what `leave` began. */
  endLeave(): void {
    if (this.#holding === 'leaving') this.drop();
  }

  #removeRoute(route: RouteModel): void {
    this.#services.routes.remove(route, this.#services.interfaces, this.#interface?.index ?? 0);
  }

  remove(address: AddressModel): void {
    const device = this.interfaceOf(address);
    if (device !== undefined) this.#services.addresses.remove(address, device.index);
  }

  /** What a crash left behind: true for an address that was there. */
  removeLeftOver(): boolean {
    let found = false;
    for (const address of this.all) {
      const device = this.interfaceOf(address);
      if (device === undefined || !this.#services.addresses.has(address, device.index)) continue;
      found = true;
      this.#services.addresses.remove(address, device.index);
    }
    return found;
  }

  /** The address of ours that these bytes on this interface are, if it is truly gone. */
  lost(device: NetworkInterface, bytes: Uint8Array): AddressModel | undefined {
    for (const address of this.all) {
      if (address.noTrack || !sameBytes(address.address, bytes) || this.interfaceOf(address)?.index !== device.index)
        continue;
      // The message may be of a removal that we made and have undone since.
      if (!this.#services.addresses.has(address, device.index)) return address;
    }
    return undefined;
  }

  /** A route or rule of ours that is gone, as text. */
  lostRoute(): string | undefined {
    const { interfaces, routes, rules } = this.#services;
    const route = this.#model.routes.find((own) => !own.noTrack && !routes.has(own, interfaces));
    if (route !== undefined) return `route ${route.text}`;
    const rule = this.#model.rules.find((own) => !own.noTrack && !rules.has(own));
    return rule === undefined ? undefined : `rule ${rule.text}`;
  }

  onTimer(timer: Timer, nowMs: number): void {
    if (timer === this.#departure) {
      this.drop();
      return;
    }
    if (this.#services.addresses.renewing) {
      this.#services.timers.arm(this.#renewal, nowMs + TURN_MS);
      return;
    }
    this.#armRenewal(nowMs);
    this.#renewFrom(0);
  }

  /** One after the other, each without waiting for the kernel. */
  #renewFrom(index: number): void {
    const address = this.all[index];
    if (address === undefined || this.#holding !== 'held') return;
    const device = this.interfaceOf(address);
    if (device === undefined) {
      this.#renewFrom(index + 1);
      return;
    }
    this.#services.addresses.renew(address, device.index, this.#model.addressLifetimeMs, (status) => {
      if (this.#holding === 'dropped') this.#services.addresses.remove(address, device.index);
      if (status < 0 && this.#holding === 'held') this.#complain('renew address', address.text, status);
      this.#renewFrom(index + 1);
    });
  }

  #armRenewal(nowMs: number): void {
    const { addressLifetimeMs } = this.#model;
    if (addressLifetimeMs > 0) {
      this.#services.timers.arm(this.#renewal, Math.floor(nowMs + addressLifetimeMs / RENEWALS_PER_LIFETIME));
    }
  }

  #put(address: AddressModel): void {
    const device = this.interfaceOf(address);
    const result =
      device === undefined
        ? -ENODEV
        : this.#services.addresses.add(address, device.index, this.#model.addressLifetimeMs);
    if (result < 0 && result !== -EEXIST) this.#complain('add address', address.text, result);
  }

  #complain(what: string, text: string, result: number): void {
    this.#services.log(`(${this.#model.name}) cannot ${what} ${text}: ${errnoMessage(-result)}`);
  }
}

/** The same line of configuration says the same. */
function isAmong(entry: { readonly text: string }, others: readonly { readonly text: string }[]): boolean {
  return others.some((other) => other.text === entry.text);
}
