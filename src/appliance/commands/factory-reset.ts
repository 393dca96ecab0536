import { writeAtomically } from '../../sys/atomic-file.ts';
import type { Command } from '../control/command.ts';

/**
 * Back to how it came: the data partition is formatted when the machine starts anew, for only then nobody writes to it. The
 * note that asks for it is on the medium before anything is stopped.
 * @param note the file that the init scripts look for
 * @param leave restarts the machine
 */
export function factoryResetCommand(note: string, leave: () => void): Command {
  return {
    word: 'factory-reset',
    help: 'forget everything that was kept (configuration, people, history), and start anew as it came',
    run() {
      writeAtomically(note, 'asked for by somebody\n');
      setImmediate(leave);
      return { accepted: 'factory-reset' };
    },
  };
}
