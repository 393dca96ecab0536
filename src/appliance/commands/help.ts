import type { Command } from '../control/command.ts';

/** The list of all commands, itself too. */
export function helpCommand(others: readonly Command[]): Command {
  const help: Command = {
    word: 'help',
    help: 'this list',
    run: () => [...others, help].map(({ word, help }) => ({ word, help })),
  };
  return help;
}
