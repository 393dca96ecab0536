import type { Command } from '../control/command.ts';
import type { MachineOrder } from '../machine.ts';

const HELP: Readonly<Record<MachineOrder, string>> = {
  reboot: 'stop all roles in order, and start the machine again',
  'power-off': 'stop all roles in order, and switch the machine off',
};

/**
 * `reboot` and `power-off`. The asker is answered first: there will be nobody to answer.
 * @param leave stops everything, and does not come back
 */
export function machineOrderCommand(word: MachineOrder, leave: (order: MachineOrder) => void): Command {
  return {
    word,
    help: HELP[word],
    run() {
      setImmediate(leave, word);
      return { accepted: word };
    },
  };
}
