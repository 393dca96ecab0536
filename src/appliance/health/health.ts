/**
 * Whether this build works on this unit: every check passes, for a while. Then its slot is marked good and nobody asks any
 * more. A build on trial that does not get there in time restarts the machine, and U-Boot, after its tries, comes back to the
 * slot before; a build that was good before is never restarted for that: it would help nobody, and end what does work.
 */

import { asked } from '../supervisor/liveness.ts';
import { HealthState } from './health-state.ts';

const PERIOD_MS = 1_000;
/** After our patience has ended. */
const LATE_PERIOD_MS = 10_000;

export interface HealthCheck {
  readonly name: string;
  /** Undefined: passed. */
  ask(): Promise<string | undefined>;
}

/** The slot that runs, where there are slots. */
export interface HealthSlot {
  /** It has not been good before. */
  readonly onTrial: boolean;
  markGood(): void;
  /** Kept for the next start to tell. */
  noteWhyNotGood(why: string): void;
}

export interface HealthSettings {
  readonly checks: readonly HealthCheck[];
  readonly slot: HealthSlot | undefined;
  onGood(): void;
  /** On trial only. */
  onHopeless(why: string): void;
  tell(text: string): void;
}

export class Health {
  readonly #settings: HealthSettings;
  readonly #state = new HealthState(performance.now());
  #good = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: HealthSettings) {
    this.#settings = settings;
  }

  get good(): boolean {
    return this.#good;
  }

  /** Undefined: good. */
  get whyNotGood(): string | undefined {
    return this.#state.why;
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const turn = (): void => {
      this.#look()
        .catch((error: unknown) => this.#settings.tell(`health: ${(error as Error).stack ?? error}`))
        .finally(() => {
          if (!this.#good && this.#timer !== undefined) this.#schedule();
        });
    };
    this.#timer = setTimeout(turn, this.#state.isHopeless ? LATE_PERIOD_MS : PERIOD_MS);
  }

  async #look(): Promise<void> {
    switch (this.#state.told(await this.#firstComplaint(), performance.now())) {
      case 'good':
        this.#settings.slot?.markGood();
        this.#good = true;
        this.#settings.tell(`all is well: ${this.#settings.checks.map(({ name }) => name).join(', ')}`);
        this.#settings.onGood();
        return;
      case 'hopeless':
        this.#giveUp(this.#state.why ?? '');
        return;
      case 'wait':
    }
  }

  async #firstComplaint(): Promise<string | undefined> {
    for (const { name, ask } of this.#settings.checks) {
      const why = await asked(ask);
      if (why !== undefined) return `${name}: ${why}`;
    }
    return undefined;
  }

  #giveUp(why: string): void {
    const { slot, onHopeless, tell } = this.#settings;
    tell(`this unit does not get well: ${why}`);
    slot?.noteWhyNotGood(why);
    if (slot?.onTrial) onHopeless(why);
  }
}
