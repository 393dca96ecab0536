import type { Command } from '../control/command.ts';
import type { StatusSources } from '../status.ts';

/** Everything there is to know about the unit, part by part. */
export function statusCommand(sources: StatusSources): Command {
  return {
    word: 'status',
    help: 'how the unit is: build, slot, roles, ports, power, update',
    async run() {
      const parts = Object.entries(sources).map(async ([part, source]) => [part, await source()] as const);
      return Object.fromEntries(await Promise.all(parts));
    },
  };
}
