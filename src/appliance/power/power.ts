/** The power profile of the unit, and the estimate of what it draws. */

import type { Board, PowerProfileName } from '../board.ts';
import { BusyCores } from './busy-cores.ts';
import { estimateWatts } from './power-model.ts';
import { applyPowerProfile, clockMegahertz, linkSpeeds } from './power-settings.ts';

/** As it comes: within a watt. */
const FIRST_PROFILE: PowerProfileName = 'eco';

export class Power {
  readonly #board: Board;
  readonly #sys: string;
  readonly #tell: (text: string) => void;
  readonly #busy = new BusyCores();
  #profile: PowerProfileName | null = null;

  constructor(board: Board, sys: string, tell: (text: string) => void) {
    this.#board = board;
    this.#sys = sys;
    this.#tell = tell;
  }

  get status(): { readonly profile: PowerProfileName | null; readonly estimatedWatts: number | null } {
    const { power } = this.#board;
    if (power === null) return { profile: this.#profile, estimatedWatts: null };
    const links = linkSpeeds(this.#sys, this.#ports);
    const moment = { links, busyCores: this.#busy.value, megahertz: clockMegahertz(this.#sys) };
    return { profile: this.#profile, estimatedWatts: estimateWatts(power, moment) };
  }

  /** @param profile undefined: as the unit comes */
  use(profile: PowerProfileName = FIRST_PROFILE): void {
    this.#profile = profile;
    const { power } = this.#board;
    if (power === null) return;
    const problems = applyPowerProfile(power.profiles[profile], this.#sys, this.#ports);
    for (const problem of problems) this.#tell(`power profile ${profile}: ${problem}`);
  }

  /** Every now and then: the estimate is of the time between two looks. */
  look(): void {
    this.#busy.look();
  }

  get #ports(): readonly string[] {
    return this.#board.ports.map(({ name }) => name);
  }
}
