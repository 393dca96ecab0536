/**
 * Which interfaces count as up. `interface_up_down_delays` lets a link settle first: a change counts only when it has
 * lasted; without delays it counts at once.
 */
import { Timer, type TimerOwner, type TimerWheel } from '../loop/timer-wheel.ts';
import type { InterfaceTable } from '../net/interfaces.ts';
import type { InterfaceDelayModel } from './model.ts';

class DelayedLink implements TimerOwner {
  readonly name: string;
  readonly upDelayMs: number;
  readonly downDelayMs: number;
  readonly #timers: TimerWheel;
  readonly #settled: (name: string) => void;
  readonly #timer: Timer = new Timer(this);
  up = false;
  #next = false;

  constructor(model: InterfaceDelayModel, timers: TimerWheel, settled: (name: string) => void) {
    this.name = model.interfaceName;
    this.upDelayMs = model.upDelayMs;
    this.downDelayMs = model.downDelayMs;
    this.#timers = timers;
    this.#settled = settled;
  }

  saw(up: boolean, nowMs: number): void {
    if (up === this.#next && (this.#timer.armed || up === this.up)) return;
    this.#next = up;
    this.#timers.cancel(this.#timer);
    const delay = up ? this.upDelayMs : this.downDelayMs;
    if (up === this.up) return;
    if (delay === 0) this.up = up;
    else this.#timers.arm(this.#timer, Math.ceil(nowMs + delay));
  }

  onTimer(): void {
    this.up = this.#next;
    this.#settled(this.name);
  }

  stop(): void {
    this.#timers.cancel(this.#timer);
  }
}

export class LinkStatus {
  readonly #interfaces: InterfaceTable;
  readonly #delayed = new Map<string, DelayedLink>();

  /** `settled` is told the name of an interface whose delay has passed. */
  constructor(
    interfaces: InterfaceTable,
    delays: readonly InterfaceDelayModel[],
    timers: TimerWheel,
    settled: (name: string) => void,
  ) {
    this.#interfaces = interfaces;
    for (const delay of delays) {
      const link = new DelayedLink(delay, timers, settled);
      link.up = interfaces.byName(delay.interfaceName)?.up ?? false;
      link.saw(link.up, 0);
      this.#delayed.set(delay.interfaceName, link);
    }
  }

  /** To be called before `isUp` whenever an interface has changed or gone. */
  changed(name: string, nowMs: number): void {
    this.#delayed.get(name)?.saw(this.#interfaces.byName(name)?.up ?? false, nowMs);
  }

  isUp(name: string): boolean {
    const delayed = this.#delayed.get(name);
    return delayed === undefined ? (this.#interfaces.byName(name)?.up ?? false) : delayed.up;
  }

  close(): void {
    for (const link of this.#delayed.values()) link.stop();
  }
}
