/** What happened to an instance, with its cause: the last fifty transitions, for `why` and for the UI. */
import type { State } from './states.ts';

const KEPT = 50;

export interface Transition {
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly from: State;
  readonly to: State;
  /** A sentence without its full stop: `no advertisement for 3.6 s`. */
  readonly cause: string;
  /** Ours at that moment. */
  readonly priority: number;
}

export class TransitionLog {
  readonly #entries: Transition[] = [];

  add(transition: Transition): void {
    if (this.#entries.length === KEPT) this.#entries.shift();
    this.#entries.push(transition);
  }

  /** Oldest first. */
  get entries(): readonly Transition[] {
    return this.#entries;
  }
}
