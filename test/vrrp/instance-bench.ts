/** One state machine on a bench: its clock begins at T0, and what it asks of the world is written down in words. */
import { Instance } from '../../src/vrrp/instance.ts';
import type { InstanceModel } from '../../src/vrrp/model.ts';
import { MASTER } from '../../src/vrrp/states.ts';
import { instanceModel, RecordingPort } from './instance-simulation.ts';

export const T0 = 5000;
export const OWN = Uint8Array.of(10, 77, 0, 2);
export const HIGH_ADDRESS = Uint8Array.of(10, 77, 0, 9);
export const LOW_ADDRESS = Uint8Array.of(10, 77, 0, 1);

export class Bench {
  readonly port = new RecordingPort();
  readonly instance: Instance;

  constructor(change: Partial<InstanceModel> = {}, start = true) {
    this.instance = new Instance(instanceModel(change), this.port);
    this.instance.setSource(OWN);
    if (start) this.instance.start(T0);
    this.port.taken();
  }

  /** Lets the timer of the state run out, and forgets what was done. */
  master(): this {
    if (this.instance.state !== MASTER) this.instance.onTimer(Math.ceil(this.instance.deadlineMs));
    this.port.taken();
    return this;
  }

  get sinceMs(): number {
    return this.instance.deadlineMs - T0;
  }

  hear(
    priority: number,
    atMs: number,
    from = HIGH_ADDRESS,
    intervalMs = this.instance.model.advertIntervalMs,
  ): string[] {
    this.instance.onAdvertisement(priority, intervalMs, from, 0, T0 + atMs);
    return this.port.taken();
  }
}
