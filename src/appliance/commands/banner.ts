import { once } from 'node:events';
import type { Banner } from '../console/banner.ts';
import type { Command } from '../control/command.ts';

/** What stands on the console; with `"follow":true` each new text is a line of progress, until the asker goes. */
export function bannerCommand(banner: Banner): Command {
  return {
    word: 'banner',
    help: 'addresses, claim code and certificate, as on the console',
    async run(request, { ended, progress }) {
      if (request['follow'] !== true || ended.aborted) return banner.text;
      const stop = banner.follow(progress);
      progress(banner.text);
      await once(ended, 'abort');
      stop();
      return null;
    },
  };
}
