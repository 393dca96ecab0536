/**
 * Bytes into the statistics: once when a request or session ends, and, with `option contstats`, also when somebody looks at the
 * statistics meanwhile. HAProxy does the latter every five seconds; done on demand it is never behind, and costs nothing while
 * nobody asks.
 */
import { BIN, BOUT, type CounterBlock } from './counters.ts';
import type { Stream } from './stream.ts';

/**
 * Adds what passed since the last call to frontend, listener, backend and server; returns the bytes towards the client among it.
 * @param bytesIn,bytesOut of the present request, so far
 */
export function countBytes(stream: Stream, bytesIn: number, bytesOut: number): number {
  const moreIn = bytesIn - stream.countedIn;
  const moreOut = bytesOut - stream.countedOut;
  stream.countedIn = bytesIn;
  stream.countedOut = bytesOut;
  add(stream.frontend.frontendCounters, moreIn, moreOut);
  add(stream.listener.counters, moreIn, moreOut);
  if (stream.backendCounted) {
    add(stream.backend.backendCounters, moreIn, moreOut);
    if (stream.target !== null) add(stream.target.counters, moreIn, moreOut);
  }
  return moreOut;
}

function add(block: CounterBlock, bytesIn: number, bytesOut: number): void {
  block[BIN] = (block[BIN] as number) + bytesIn;
  block[BOUT] = (block[BOUT] as number) + bytesOut;
}
