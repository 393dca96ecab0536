/**
 * Keeps a role that lives long small on a machine with little memory: when its resident memory has passed a ceiling, what
 * it does not use is given back (resident-memory.ts). V8 by itself would let the heap double first.
 */
import { releaseMemory } from '../sys/resident-memory.ts';
import { everyTick } from '../sys/rest-tick.ts';

/** What a release has to bring before the next one is worth its tens of milliseconds. */
const WORTH_BYTES = 8e6;

/** Looks from now on, without keeping the process alive. @returns what ends that */
export function keepBelow(ceilingBytes: number): () => void {
  let leftBytes = 0;
  return everyTick(() => {
    const residentBytes = process.memoryUsage.rss();
    if (residentBytes < Math.max(ceilingBytes, leftBytes + WORTH_BYTES)) return;
    releaseMemory(false);
    leftBytes = process.memoryUsage.rss();
  });
}
