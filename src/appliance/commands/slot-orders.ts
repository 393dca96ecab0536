import type { BootControl } from '../boot/boot-control.ts';
import { type Command, Refusal } from '../control/command.ts';

/** What a switch of slots needs. */
export interface SlotSwitching {
  /** Undefined: this machine has no slots. */
  readonly boot: BootControl | undefined;
  /** Stops everything, restarts the machine, and does not come back. */
  leave(reason: string): void;
}

function switchOver({ boot, leave }: SlotSwitching, wanted: unknown, reason: string): object {
  if (boot === undefined) throw new Refusal('no-slots', 'this machine was not started from slots');
  const { slot } = boot.target;
  if (wanted === boot.running) throw new Refusal('slot', `slot ${boot.running} is the one that runs`);
  if (wanted !== undefined && wanted !== slot) throw new Refusal('bad-request', '"slot" must be "A" or "B"');
  const version = boot.askTrial()?.version ?? 'of unknown version';
  // The asker is answered first: there will be nobody to answer.
  setImmediate(leave, `${reason}: slot ${slot}, version ${version}`);
  return { slot, version };
}

/** `update-start`: restarts into what the last update put into the other slot. */
export function updateStartCommand(switching: SlotSwitching): Command {
  return {
    word: 'update-start',
    help: 'restart into the update that was written; it returns by itself if it is not healthy',
    run: () => switchOver(switching, undefined, 'an update was started'),
  };
}

/** `{"command":"slot-switch","slot":"B"}`: restarts into the other slot, on trial as well. */
export function slotSwitchCommand(switching: SlotSwitching): Command {
  return {
    word: 'slot-switch',
    help: 'restart into the other slot, and what runs there (slot=A or slot=B)',
    run: ({ slot }) => switchOver(switching, slot, 'somebody asked for the other slot'),
  };
}
