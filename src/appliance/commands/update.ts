import { type Command, Refusal } from '../control/command.ts';
import type { UpdateService } from '../update/update-service.ts';

/**
 * `{"command":"update","size":N}` and the N bytes of a bundle: checked, and written to the slot that does not run, as
 * fast as the medium takes them. Nothing is started by it. @param updates undefined: this machine has no slots
 */
export function updateCommand(updates: UpdateService | undefined): Command {
  return {
    word: 'update',
    help: 'check an update (a .update file) and write it to the slot that does not run',
    takesBytes: true,
    async run(_request, { bytes }) {
      if (updates === undefined)
        throw new Refusal('no-slots', 'this machine was not started from slots: nothing to update');
      if (bytes === undefined) throw new Refusal('bad-request', 'no bytes');
      const release = await updates.receive(bytes.read());
      return { ...release, state: 'ready' };
    },
  };
}
