import { type Command, numberField, Refusal } from '../control/command.ts';
import type { Leds } from '../leds/leds.ts';

const SECONDS = { least: 1, most: 3600, usual: 30 };

/** `{"command":"identify","seconds":30}`: which of the boxes on the shelf is it? */
export function identifyCommand(leds: Leds): Command {
  return {
    word: 'identify',
    help: 'blink all lights for a while (seconds=30)',
    run(request) {
      const seconds = numberField(request, 'seconds', SECONDS);
      if (leds.count === 0) throw new Refusal('no-lights', 'this board has no lights that we know of');
      leds.identify(seconds);
      return { seconds };
    },
  };
}
