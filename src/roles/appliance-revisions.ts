/** Admin's own store of texts, opened by the appliance role before admin runs: nobody else writes there meanwhile. */

import { RevisionStore } from '../admin/configuration/revision-store.ts';
import { makeDirectory } from '../sys/atomic-file.ts';

export function openRevisions(directory: string, tell: (text: string) => void): RevisionStore {
  makeDirectory(directory);
  const onDamage = (path: string, aside: string, reason: string): void => {
    tell(`${path} is damaged (${reason}); it is now ${aside}`);
  };
  return new RevisionStore(directory, { onDamage, nowMs: Date.now });
}
