import { type Command, type Conversation, Refusal } from '../control/command.ts';
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
    async run(_request, conversation) {
      const release = await serviceOf(updates).receive(bytesOf(conversation));
      return { ...release, state: 'ready' };
    },
  };
}

/** The same for the beginning of a bundle, at least its head: what it is, and whether this unit takes it. Writes nothing. */
export function updateCheckCommand(updates: UpdateService | undefined): Command {
  return {
    word: 'update-check',
    help: 'what an update (a .update file) is, and whether this unit takes it; nothing is written',
    takesBytes: true,
    run: (_request, conversation) => serviceOf(updates).inspect(bytesOf(conversation)),
  };
}

function serviceOf(updates: UpdateService | undefined): UpdateService {
  if (updates !== undefined) return updates;
  throw new Refusal('no-slots', 'this machine was not started from slots: nothing to update');
}

function bytesOf({ bytes }: Conversation): AsyncIterable<Buffer> {
  if (bytes !== undefined) return bytes.read();
  throw new Refusal('bad-request', 'no bytes');
}
