/** `watch log` (not HAProxy's): every line of the log as it is written, in one fixed form, until the reader says anything. */

import { LogWatch } from '../proxy/log-watch.ts';
import { type Command, type CommandAnswer, type CommandContext, LEVEL_OPERATOR, requireLevel } from './command.ts';

function watchLog({ runtime }: CommandContext): CommandAnswer {
  return {
    follow: (offer) => {
      runtime.logWatch ??= new LogWatch(runtime);
      runtime.logWatch.add(offer);
      return () => {
        if (runtime.logWatch?.remove(offer) === false) runtime.logWatch = null;
      };
    },
  };
}

export const WATCH_LOG_COMMAND: Command = {
  words: ['watch', 'log'],
  // Not listed: `help` says what HAProxy's says.
  usage: undefined,
  run: requireLevel(LEVEL_OPERATOR, watchLog),
};
