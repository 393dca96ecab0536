/**
 * The boot environment of the running unit: what the appliance role and its commands ask and tell. Each change is on
 * the medium when the call returns, and the environment on the medium is read anew before it is changed.
 */

import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../../sys/atomic-file.ts';
import { Refusal } from '../control/command.ts';
import type { BootMedium } from './boot-medium.ts';
import {
  type BootFacts,
  type BootState,
  bootVariables,
  markedGood,
  otherSlot,
  type Release,
  readBootState,
  rebootNoted,
  type SlotName,
  startedIn,
  trialAsked,
  updateBegun,
  updateWritten,
  whyNoted,
} from './boot-state.ts';
import { readEnvironment, writeEnvironment } from './environment-store.ts';
import { type Region, readRegion } from './region.ts';
import { type SlotsView, viewSlots } from './slot-view.ts';

/** Of a squashfs, which is what a slot holds. */
const FILE_SYSTEM_MAGIC = 'hsqs';

export interface BootControlOptions {
  readonly medium: BootMedium;
  /** What runs. */
  readonly release: Release;
  /** Lives as long as the system runs: what a restarted role must know of the start. */
  readonly runDirectory: string;
}

export class BootControl {
  readonly facts: BootFacts;
  readonly #options: BootControlOptions;
  #good: boolean;
  /** The next start is of the other slot: being healthy now no longer puts this one first. */
  #leaving = false;

  /** Throws when the medium cannot be read; what stands there is no reason not to start. */
  constructor(options: BootControlOptions) {
    this.#options = options;
    const known = this.#readFacts();
    this.#good = known?.good ?? false;
    if (known !== undefined) {
      this.facts = known.facts;
      this.#leaving = this.#state().order[0] !== this.running && known.good;
      return;
    }
    const { facts, state } = startedIn(this.#state(), this.running);
    this.facts = facts;
    this.#write(state);
    this.#keepFacts();
  }

  get running(): SlotName {
    return this.#options.medium.running;
  }

  /** This slot was asked for, and has not proved healthy before. */
  get onTrial(): boolean {
    return this.facts.onTrial && !this.#good;
  }

  /** The running system has proved healthy. */
  get good(): boolean {
    return this.#good;
  }

  view(): SlotsView {
    const { release, medium } = this.#options;
    const otherFilled = isFilled(medium.slots[otherSlot(this.running)]);
    return viewSlots({
      state: this.#state(),
      facts: this.facts,
      running: this.running,
      release,
      good: this.#good,
      otherFilled,
    });
  }

  /** Called once the unit's own checks say that it works: it is what boots from now on. */
  markGood(): void {
    if (this.#good) return;
    this.#good = true;
    if (!this.#leaving) this.#write(markedGood(this.#state(), this.running, this.#options.release));
    this.#keepFacts();
  }

  /** Why the unit restarts in a moment; the next start tells it. */
  noteReboot(reason: string): void {
    this.#write(rebootNoted(this.#state(), reason));
  }

  /** Why this system does not call itself healthy; told by whichever comes up after it. */
  noteWhyNotGood(why: string): void {
    this.#write(whyNoted(this.#state(), why));
  }

  /** The slot that does not run: where an update goes. */
  get target(): { readonly slot: SlotName; readonly region: Region } {
    const slot = otherSlot(this.running);
    return { slot, region: this.#options.medium.slots[slot] };
  }

  updateBegun(): void {
    this.#leaving = false;
    this.#write(updateBegun(this.#state(), this.target.slot));
  }

  updateWritten(release: Release): void {
    this.#write(updateWritten(this.#state(), this.target.slot, release));
  }

  /** The next start is of the other slot, on trial. A Refusal when it holds nothing that can be started. */
  askTrial(): Release | undefined {
    const { slot } = this.target;
    const view = this.view()[slot];
    if (view.state !== 'standby') throw new Refusal('slot', `slot ${slot}: ${view.words}`);
    const state = this.#state();
    this.#leaving = true;
    this.#write(trialAsked(state, slot));
    return state.note[slot];
  }

  #state(): BootState {
    return readBootState(readEnvironment(this.#options.medium.environment).variables);
  }

  #write(state: BootState): void {
    const { environment } = this.#options.medium;
    const variables = bootVariables(state);
    const old = readEnvironment(environment).variables;
    const same = old !== undefined && [...variables].every(([name, value]) => old.get(name) === value);
    if (!same) writeEnvironment(environment, variables);
  }

  get #factsPath(): string {
    return join(this.#options.runDirectory, 'boot.json');
  }

  #readFacts(): { readonly facts: BootFacts; readonly good: boolean } | undefined {
    const bytes = readIfThere(this.#factsPath);
    return bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'));
  }

  #keepFacts(): void {
    writeAtomically(this.#factsPath, `${JSON.stringify({ facts: this.facts, good: this.#good })}\n`);
  }
}

function isFilled(region: Region): boolean {
  return readRegion({ ...region, size: FILE_SYSTEM_MAGIC.length }).toString('latin1') === FILE_SYSTEM_MAGIC;
}
