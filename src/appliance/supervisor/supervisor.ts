/** Looks after roles: starts them in order, looks at them every ten seconds at rest, stops them the other way round. */

import { atNextTick } from '../../sys/rest-tick.ts';
import type { Role, RoleStatus } from './role-state.ts';

const RESTLESS_MS = 1_000;
/** A look is bounded; one that does not end for so long is a fault of ours, and the watchdog's to mend. */
const STUCK_MS = 120_000;

export class Supervisor {
  readonly #roles: Role[] = [];
  readonly #tell: (text: string) => void;
  readonly #afterLook: () => void;
  /** Takes the next turn back; undefined: not started yet. */
  #cancel: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #lookedMs = performance.now();
  #stopped = false;

  /** @param afterLook called in the same wake-up: what else is due every ten seconds */
  constructor(tell: (text: string) => void, afterLook: () => void) {
    this.#tell = tell;
    this.#afterLook = afterLook;
  }

  /** It is started now, when we have started, and stopped before those that were added before it. */
  add(role: Role): void {
    this.#roles.push(role);
    if (this.#cancel !== undefined) role.start();
  }

  /** As `add`, but the others stand on it: it is started before them, and stopped after them. */
  addBelow(role: Role): void {
    this.#roles.unshift(role);
    if (this.#cancel !== undefined) role.start();
  }

  /** It is stopped for good, and told no more. */
  async remove(name: string): Promise<void> {
    const at = this.#roles.findIndex((role) => role.name === name);
    const [role] = at < 0 ? [] : this.#roles.splice(at, 1);
    await role?.stop();
  }

  /** It looks after them still. */
  get isAlive(): boolean {
    return this.#stopped || performance.now() - this.#lookedMs < STUCK_MS;
  }

  status(): readonly RoleStatus[] {
    return this.#roles.map((role) => role.status());
  }

  start(): void {
    for (const role of this.#roles) role.start();
    this.#schedule();
  }

  /** Asks everybody, now rather than at the next turn. */
  async look(): Promise<void> {
    await this.#looking; // which left some in peace
    return this.#look(true);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    for (const role of this.#roles.toReversed()) await role.stop();
  }

  #look(everybody: boolean): Promise<void> {
    this.#looking ??= this.#lookAtAll(everybody).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAtAll(everybody: boolean): Promise<void> {
    const failures = await Promise.allSettled(this.#roles.map((role) => role.look(everybody)));
    for (const one of failures) {
      if (one.status === 'rejected') this.#tell(`supervisor: ${(one.reason as Error).stack ?? one.reason}`);
    }
    this.#lookedMs = performance.now();
    this.#afterLook();
  }

  #schedule(): void {
    if (this.#stopped) return;
    const restless = this.#roles.some((role) => role.restless);
    const turn = (): void => void this.#look(false).then(() => this.#schedule());
    if (restless) {
      const timer = setTimeout(turn, RESTLESS_MS);
      this.#cancel = () => clearTimeout(timer);
    } else this.#cancel = atNextTick(turn);
  }
}
