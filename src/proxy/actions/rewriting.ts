/**
 * What all rewriting actions share: room for what is added, and what a rewrite that fails means (manual, `tune.maxrewrite`,
 * `http-request strict-mode`).
 *
 * HAProxy keeps a message and the payload that came with it in one buffer of `tune.bufsize` bytes; a header that does not
 * fit any more is a failed rewrite. Our buffers have no such end, but configurations rely on the limit, so it is counted.
 */
import type { Http1Head } from '../../http/h1-head.ts';
import { WREW } from '../counters.ts';
import type { Stream } from '../stream.ts';
import { countOnEntry } from '../stream-counts.ts';
import * as is from '../stream-states.ts';
import { FAIL, NEXT } from './action.ts';

/** HAProxy's own data at the start of its buffer, of each part of a message (line, header, end, payload), of a start line. */
const BUFFER_OVERHEAD = 48;
const BLOCK_SIZE = 8;
const START_LINE_SIZE = 20;
/** So far below the limit nobody need count. */
const SAFE_DISTANCE = 4096;

/** Bytes that `head` and the payload behind it take in HAProxy's buffer. */
function usedSpace(stream: Stream, head: Http1Head): number {
  let used = BUFFER_OVERHEAD + BLOCK_SIZE + START_LINE_SIZE + head.startLineSize + BLOCK_SIZE + 1;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0) continue;
    used += BLOCK_SIZE + (head.nameEnd[i] as number) - (head.nameStart[i] as number);
    used += (head.valueEnd[i] as number) - (head.valueStart[i] as number);
  }
  const source = head.isRequest ? stream.client : stream.server;
  const buffered = source === null || source.input?.bytes !== head.bytes ? 0 : source.inputEnd - head.headEnd;
  // HAProxy reads no more payload than leaves `tune.maxrewrite` free.
  const payload = Math.min(buffered, Math.max(0, stream.runtime.headLimit - (head.headEnd - head.start)));
  return payload > 0 ? used + BLOCK_SIZE + payload : used;
}

/** Whether `bytes` more fit into the message; `blocks` of them begin a new header. */
export function hasRoom(stream: Stream, head: Http1Head, bytes: number, blocks: number): boolean {
  const limit = stream.runtime.bufferSize;
  const source = head.isRequest ? stream.client : stream.server;
  const rough = head.sizeEstimate + BLOCK_SIZE * head.count + (source?.inputLength ?? 0) + bytes;
  if (rough + SAFE_DISTANCE < limit) return true;
  return usedSpace(stream, head) + bytes + blocks * BLOCK_SIZE <= limit;
}

/** Counts a rewrite that failed. In strict mode it is the end of the request, else the next rule has its turn. */
export function rewriteFailed(stream: Stream): number {
  countOnEntry(stream, WREW);
  if (stream.backendCounted) {
    const counters = stream.backend.backendCounters;
    counters[WREW] = (counters[WREW] as number) + 1;
  }
  if (stream.target !== null) stream.target.counters[WREW] = (stream.target.counters[WREW] as number) + 1;
  if (stream.rules.softRewrites) return NEXT;
  stream.end(is.CAUSE_PROXY, is.AT_NONE);
  return FAIL;
}
