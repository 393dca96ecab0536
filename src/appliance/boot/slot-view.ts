/** The two slots in words that need no knowledge of slots: what is in each, and what it is good for. Pure. */

import { type BootFacts, type BootState, otherSlot, type Release, type SlotName, TRIES } from './boot-state.ts';

/**
 * `good`: runs, and proved healthy. `on trial`: runs, and has not proved healthy yet. `standby`: can be started. `given up`:
 * will not be started. `empty`: nothing was ever put there.
 */
export type SlotCondition = 'good' | 'on trial' | 'standby' | 'given up' | 'empty';

export interface SlotView {
  /** Null: not known. */
  readonly version: string | null;
  readonly build: string | null;
  readonly state: SlotCondition;
  /** One sentence for a person. */
  readonly words: string;
}

export interface SlotsView {
  readonly running: SlotName;
  readonly order: readonly [SlotName, SlotName];
  readonly left: Readonly<Record<SlotName, number>>;
  readonly A: SlotView;
  readonly B: SlotView;
}

export interface SlotsSeen {
  readonly state: BootState;
  readonly facts: BootFacts;
  readonly running: SlotName;
  readonly release: Release;
  /** The running system has proved healthy since it started. */
  readonly good: boolean;
  /** The other slot starts like a file system. */
  readonly otherFilled: boolean;
}

export function viewSlots(seen: SlotsSeen): SlotsView {
  const { state, running } = seen;
  const views = { [running]: viewRunning(seen), [otherSlot(running)]: viewOther(seen) } as Record<SlotName, SlotView>;
  return { running, order: state.order, left: state.left, ...views };
}

function viewRunning({ release, good, state, running }: SlotsSeen): SlotView {
  if (good) return { ...release, state: 'good', words: 'running, and proved healthy' };
  const left = state.left[running];
  const tries = left === 1 ? 'one more try' : `${left} more tries`;
  const words = `running, and has not proved healthy yet; if it never does, it has ${left === 0 ? 'no further try' : tries}`;
  return { ...release, state: 'on trial', words };
}

function viewOther({ state, running, otherFilled }: SlotsSeen): SlotView {
  const slot = otherSlot(running);
  const release = state.note[slot];
  const known = { version: release?.version ?? null, build: release?.build ?? null };
  const left = state.left[slot];
  const { failed } = state.note;
  if (left === 0) {
    if (failed?.slot === slot)
      return { ...known, state: 'given up', words: `will not be started any more: ${failed.why}` };
    if (release !== undefined) {
      return {
        ...known,
        state: 'given up',
        words: `will not be started any more: it did not prove healthy in ${TRIES} tries`,
      };
    }
    if (otherFilled)
      return { ...known, state: 'given up', words: 'cannot be started: an update was begun and not finished' };
    return { ...known, state: 'empty', words: 'nothing is installed here' };
  }
  if (!otherFilled) return { ...known, state: 'empty', words: 'nothing is installed here' };
  if (state.order[0] === slot) return { ...known, state: 'standby', words: 'ready: the next start is of this one' };
  return {
    ...known,
    state: 'standby',
    words: 'ready: can be switched to, and takes over if the running one no longer starts',
  };
}
