/** The values of a header, as HAProxy's `hdr` sees them: what commas outside quotes separate, blanks trimmed. */
import { isBlank } from '../http/char-classes.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { listItemEnd } from '../http/list-item.ts';
import type { Span } from './span.ts';

/** Points `span` at the first value of the named header; false if there is none. `lowerName` in lower case. */
export function firstValue(head: Http1Head, hash: number, lowerName: string, span: Span): boolean {
  span.header = -1;
  span.offset = -1;
  return nextValue(head, hash, lowerName, span);
}

/** Points `span` at the next value; false after the last. An empty header has one empty value. */
export function nextValue(head: Http1Head, hash: number, lowerName: string, span: Span): boolean {
  let from = span.offset;
  if (from < 0) {
    span.header = head.find(hash, lowerName, span.header + 1);
    if (span.header < 0) return false;
    from = head.valueStart[span.header] as number;
  }
  // A converter may have pointed the span elsewhere since the last value.
  const bytes = head.source(span.header);
  span.bytes = bytes;
  const end = head.valueEnd[span.header] as number;
  while (from < end && isBlank(bytes[from] as number)) from++;
  let to = listItemEnd(bytes, from, end);
  span.offset = to < end ? to + 1 : -1;
  while (to > from && isBlank(bytes[to - 1] as number)) to--;
  span.start = from;
  span.end = to;
  return true;
}

/** How many values the named header has in all. */
export function countValues(head: Http1Head, hash: number, lowerName: string, span: Span): number {
  let count = 0;
  for (let found = firstValue(head, hash, lowerName, span); found; found = nextValue(head, hash, lowerName, span)) {
    count++;
  }
  return count;
}

/** Points `span` at the occurrence-th value: from 1, or from the end if negative (-1 is the last). */
export function valueAt(head: Http1Head, hash: number, lowerName: string, occurrence: number, span: Span): boolean {
  let wanted = occurrence;
  if (wanted < 0) {
    wanted += countValues(head, hash, lowerName, span) + 1;
    if (wanted < 1) return false;
  }
  let found = firstValue(head, hash, lowerName, span);
  for (let n = 1; found && n < wanted; n++) found = nextValue(head, hash, lowerName, span);
  return found;
}
