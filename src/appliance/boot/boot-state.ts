/**
 * What the boot environment says about the two slots, and what each event makes of it. Pure.
 *
 * U-Boot takes the first slot of `order` with tries left, takes one try away, stores that, and starts it. The system
 * that came up gives itself all tries again when it has proved healthy (`markedGood`). Whatever U-Boot needs not know
 * is in one variable that it only carries along, BOOT_REASON, as JSON: its script (firmware/board/common/uboot/boot.env) is
 * never updated, so the names it carries can never be more.
 */

import type { Variables } from './environment-codec.ts';

export const SLOT_NAMES = ['A', 'B'] as const;
export type SlotName = (typeof SLOT_NAMES)[number];

/** How often a slot may be started without having proved healthy. */
export const TRIES = 3;

/** What is in a slot. */
export interface Release {
  readonly version: string;
  readonly build: string;
}

export interface BootNote {
  /** What an update wrote, or what ran and proved healthy. */
  readonly A?: Release;
  readonly B?: Release;
  /** A slot that was asked for, and has not proved healthy yet. */
  readonly trial?: { readonly slot: SlotName; readonly version: string };
  /** Why the unit was told to restart. */
  readonly reboot?: string;
  /** Why the system that ran last did not call itself healthy, in its own words. */
  readonly why?: string;
  /** The last trial that did not end well. */
  readonly failed?: FailedTrial;
}

export interface FailedTrial {
  readonly slot: SlotName;
  readonly version: string;
  readonly why: string;
}

export interface BootState {
  readonly order: readonly [SlotName, SlotName];
  readonly left: Readonly<Record<SlotName, number>>;
  readonly note: BootNote;
}

export const FIRST_STATE: BootState = { order: ['A', 'B'], left: { A: TRIES, B: TRIES }, note: {} };

/** Of texts in the note; the environment holds 16 KiB. */
const MOST_TEXT = 500;

export function otherSlot(slot: SlotName): SlotName {
  return slot === 'A' ? 'B' : 'A';
}

/** Every variable that makes no sense is as if it were not there. */
export function readBootState(variables: Variables | undefined): BootState {
  if (variables === undefined) return FIRST_STATE;
  return {
    order: variables.get('BOOT_ORDER')?.trim().startsWith('B') === true ? ['B', 'A'] : ['A', 'B'],
    left: { A: readTries(variables.get('BOOT_A_LEFT')), B: readTries(variables.get('BOOT_B_LEFT')) },
    note: readNote(variables.get('BOOT_REASON')),
  };
}

export function bootVariables({ order, left, note }: BootState): Variables {
  return new Map([
    ['BOOT_ORDER', order.join(' ')],
    ['BOOT_A_LEFT', String(left.A)],
    ['BOOT_B_LEFT', String(left.B)],
    ['BOOT_REASON', JSON.stringify(note)],
  ]);
}

function readTries(text: string | undefined): number {
  return text !== undefined && /^[0-9]$/.test(text) ? Math.min(Number(text), TRIES) : TRIES;
}

function readNote(text: string | undefined): BootNote {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? checkedNote(value as Record<string, unknown>) : {};
  } catch {
    return {}; // a note is no reason not to boot
  }
}

function checkedNote(value: Record<string, unknown>): BootNote {
  const text = (name: string): string | undefined => (typeof value[name] === 'string' ? value[name] : undefined);
  const [A, B, reboot, why] = [readRelease(value['A']), readRelease(value['B']), text('reboot'), text('why')];
  const [trial, failed] = [readTrial(value['trial']), readTrial(value['failed'])];
  return {
    ...(A && { A }),
    ...(B && { B }),
    ...(trial && { trial: { slot: trial.slot, version: trial.version } }),
    ...(reboot !== undefined && { reboot }),
    ...(why !== undefined && { why }),
    ...(failed && { failed }),
  };
}

function readRelease(value: unknown): Release | undefined {
  const { version, build } = (value ?? {}) as Record<string, unknown>;
  return typeof version === 'string' && typeof build === 'string' ? { version, build } : undefined;
}

function readTrial(value: unknown): FailedTrial | undefined {
  const { slot, version, why } = (value ?? {}) as Record<string, unknown>;
  if ((slot !== 'A' && slot !== 'B') || typeof version !== 'string') return undefined;
  return { slot, version, why: typeof why === 'string' ? why : '' };
}

function shortened(text: string): string {
  return text.slice(0, MOST_TEXT);
}

function withoutNote(note: BootNote, ...names: readonly (keyof BootNote)[]): BootNote {
  return Object.fromEntries(Object.entries(note).filter(([name]) => !names.includes(name as keyof BootNote)));
}

/** What the system that came up in `running` finds out about how it came to run. */
export interface BootFacts {
  /** Why the one before was told to restart; undefined: nobody told it, so power went away or something reset it. */
  readonly reason: string | undefined;
  /** This start is one of the tries of a slot that was asked for. */
  readonly onTrial: boolean;
  /** The slot that was asked for instead of this one, and did not come up. */
  readonly fellBack: FailedTrial | undefined;
}

/** The facts, and the state in which they are no longer news: the next start finds only what happens from now on. */
export function startedIn(state: BootState, running: SlotName): { facts: BootFacts; state: BootState } {
  const { note } = state;
  const { trial } = note;
  const onTrial = trial?.slot === running;
  const fellBack: FailedTrial | undefined =
    trial !== undefined && !onTrial
      ? { ...trial, why: note.why ?? `it was started, at most ${TRIES} times, and never said that it is healthy` }
      : undefined;
  const kept = withoutNote(note, 'reboot', ...(onTrial ? [] : (['trial', 'why'] as const)));
  if (fellBack === undefined)
    return { facts: { reason: note.reboot, onTrial, fellBack }, state: { ...state, note: kept } };
  return {
    facts: { reason: note.reboot, onTrial, fellBack },
    state: {
      order: [running, fellBack.slot],
      left: { ...state.left, [fellBack.slot]: 0 },
      note: { ...kept, failed: fellBack },
    },
  };
}

/** The running system has proved healthy: it is what boots from now on. */
export function markedGood(state: BootState, running: SlotName, release: Release): BootState {
  const note = withoutNote(state.note, 'trial', 'why');
  const failed = note.failed?.slot === running ? withoutNote(note, 'failed') : note;
  return {
    order: [running, otherSlot(running)],
    left: { ...state.left, [running]: TRIES },
    note: { ...failed, [running]: release },
  };
}

/** Before the first byte of an update is written to `slot`: from now on it does not boot, whatever happens. */
export function updateBegun(state: BootState, slot: SlotName): BootState {
  return {
    order: [otherSlot(slot), slot],
    left: { ...state.left, [slot]: 0 },
    note: withoutNote(state.note, slot, 'trial', 'failed'),
  };
}

/** The update is on the medium, whole: the slot can be started, but is not the one that is. */
export function updateWritten(state: BootState, slot: SlotName, release: Release): BootState {
  return { ...state, left: { ...state.left, [slot]: TRIES }, note: { ...state.note, [slot]: release } };
}

/** The next boot starts `slot`, on trial. */
export function trialAsked(state: BootState, slot: SlotName): BootState {
  const note = withoutNote(state.note, 'why', 'failed');
  return {
    order: [slot, otherSlot(slot)],
    left: { ...state.left, [slot]: TRIES },
    note: { ...note, trial: { slot, version: state.note[slot]?.version ?? 'of unknown version' } },
  };
}

export function rebootNoted(state: BootState, reason: string): BootState {
  return { ...state, note: { ...state.note, reboot: shortened(reason) } };
}

export function whyNoted(state: BootState, why: string): BootState {
  return { ...state, note: { ...state.note, why: shortened(why) } };
}
