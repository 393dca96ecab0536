import type { Command } from '../control/command.ts';

/** @param unclaim asks admin, and gives the new claim code */
export function unclaimCommand(unclaim: () => Promise<string>): Command {
  return {
    word: 'unclaim',
    help: 'forget all people: the unit can be claimed anew, its configuration is kept',
    run: async () => ({ claimCode: await unclaim() }),
  };
}
