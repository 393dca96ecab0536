/** `unique-id-format`, `unique-id-header` (manual 4.2): one ID a request, made on first use. */
import type { Http1Head } from '../http/h1-head.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';

/** HAProxy's buffer for it, without its end. */
const LONGEST = 127;

/** The request's ID; null: no format makes one. */
export function uniqueIdOf(stream: Stream): string | null {
  const format = stream.frontend.uniqueIdFormat;
  if (stream.madeUniqueId === null && format !== null) {
    stream.madeUniqueId = format.write(recordOf(stream)).slice(0, LONGEST);
  }
  return stream.madeUniqueId;
}

/** Before the request goes on to a server: the ID is made while all of it can still be read, and told if asked for. */
export function sendUniqueId(stream: Stream, head: Http1Head): void {
  const id = uniqueIdOf(stream);
  const header = stream.frontend.model.uniqueIdHeader;
  if (id !== null && header !== undefined) head.addHeader(header, id);
}
