/** Payload that has arrived and was not forwarded yet, as sample fetches see it (`req.body`, `res.body`). */
import type { Http1Head } from '../http/h1-head.ts';
import type { Connection } from '../net/connection.ts';
import type { BodyView } from '../sample/views.ts';
import { BY_LENGTH, CHUNKED, type Relay, UNTIL_CLOSE } from './relay.ts';

/** Null once the head, or part of what follows it, is on its way. */
export function bodyView(head: Http1Head | null, source: Connection | null, relay: Relay): BodyView | null {
  const input = source?.input ?? null;
  if (head === null || source === null || input === null) return null;
  if (head.bytes !== input.bytes || source.inputStart > head.start || source.inputEnd < head.headEnd) return null;
  const start = head.headEnd;
  const { kind } = relay;
  const common = { bytes: input.bytes, start, chunked: kind === CHUNKED };
  if (kind === CHUNKED) return { ...common, end: start + relay.ready, ended: relay.endSeen, announced: -1 };
  if (kind === UNTIL_CLOSE) return { ...common, end: source.inputEnd, ended: source.readEnded, announced: -1 };
  const length = kind === BY_LENGTH ? Math.max(0, head.contentLength) : 0;
  const end = Math.min(source.inputEnd, start + length);
  return { ...common, end, ended: end - start === length, announced: length };
}
