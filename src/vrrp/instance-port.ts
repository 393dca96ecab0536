/** What stands on the two sides of the state machine in `instance.ts`: what it asks of the world, and whom it last heard. */
import type { State } from './states.ts';

/** What the machine asks of the world. */
export interface InstancePort {
  /** One advertisement, now. */
  sendAdvertisement(priority: number): void;
  /** Addresses, routes and rules onto the interface, then tell the neighbours. */
  takeAddresses(nowMs: number): void;
  dropAddresses(): void;
  /** As `dropAddresses`, when another master has them by now, and the network may not have learnt it yet. */
  yieldAddresses(nowMs: number): void;
  /** Tell the neighbours again: somebody of lower priority has claimed the address. */
  announceAgain(nowMs: number): void;
  /** `deadlineMs` has changed. */
  deadlineChanged(deadlineMs: number): void;
  /** After everything has been done for the new state. */
  stateChanged(from: State, to: State, cause: string): void;
  priorityChanged(from: number, to: number): void;
  /** We are master and heard a lower priority (keepalived's event MASTER_RX_LOWER_PRI). */
  heardLowerPriority(priority: number): void;
  /** We are master, and give way to `peer`, whose priority (or address) is higher. */
  heardHigherPriority(priority: number): void;
  /** We are BACKUP, and `peer` has less priority than we: it keeps us from nothing. */
  discardedLowerPriority(priority: number): void;
  /** Worth a line in the log. */
  remark(text: string): void;
  /** Worth a line for those who want details (`-D`). */
  detail(text: string): void;
  /** Wall clock, for people to read. */
  wallClockMs(): number;
}

/** The last advertisement that was taken; one object for the life of an instance. */
export class PeerRecord {
  /** 4 or 16 bytes of it count, by the instance's family. */
  readonly address = new Uint8Array(16);
  priority = 0;
  intervalMs = 0;
  /** Monotonic; -Infinity: never heard. */
  atMs = Number.NEGATIVE_INFINITY;
}
