/**
 * The values of headers as HAProxy's `hdr` sees them: what commas outside quotes separate, blanks trimmed; and whole lines
 * as `fhdr` sees them. A null name stands for every header. The span remembers where it is in `header` and `offset`.
 */
import { isBlank } from '../http/char-classes.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { listItemEndIn } from '../http/list-item.ts';
import type { Span } from './span.ts';

/** Points `span` at the first value of the named header; false if there is none. `lowerName` in lower case. */
export function firstValue(head: Http1Head, hash: number, lowerName: string | null, span: Span): boolean {
  span.header = -1;
  span.offset = -1;
  return nextValue(head, hash, lowerName, span);
}

/** Points `span` at the next value; false after the last. An empty header has one empty value. */
export function nextValue(head: Http1Head, hash: number, lowerName: string | null, span: Span): boolean {
  let from = span.offset;
  if (from < 0) {
    span.header = nextHeader(head, hash, lowerName, span.header + 1);
    if (span.header < 0) return false;
    from = head.valueStart[span.header] as number;
  }
  // A converter may have pointed the span elsewhere since the last value.
  const bytes = head.source(span.header);
  const view = head.sourceView(span.header);
  const end = head.valueEnd[span.header] as number;
  while (from < end && isBlank(bytes[from] as number)) from++;
  let to = listItemEndIn(bytes, view, from, end);
  span.offset = to < end ? to + 1 : -1;
  while (to > from && isBlank(bytes[to - 1] as number)) to--;
  span.setViewed(bytes, view, from, to);
  return true;
}

/** Points `span` at the first whole line of that name. */
export function firstLine(head: Http1Head, hash: number, lowerName: string | null, span: Span): boolean {
  span.header = -1;
  return nextLine(head, hash, lowerName, span);
}

export function nextLine(head: Http1Head, hash: number, lowerName: string | null, span: Span): boolean {
  const index = nextHeader(head, hash, lowerName, span.header + 1);
  span.header = index;
  if (index < 0) return false;
  const bytes = head.source(index);
  let from = head.valueStart[index] as number;
  let to = head.valueEnd[index] as number;
  while (from < to && isBlank(bytes[from] as number)) from++;
  while (to > from && isBlank(bytes[to - 1] as number)) to--;
  span.setViewed(bytes, head.sourceView(index), from, to);
  return true;
}

function nextHeader(head: Http1Head, hash: number, lowerName: string | null, from: number): number {
  if (lowerName !== null) return head.find(hash, lowerName, from);
  for (let i = from; i < head.count; i++) if (head.lineEnd[i] !== 0) return i;
  return -1;
}

type Step = (head: Http1Head, hash: number, lowerName: string | null, span: Span) => boolean;

/** How many values the named header has in all. */
export function countValues(head: Http1Head, hash: number, lowerName: string | null, span: Span): number {
  return count(head, hash, lowerName, span, firstValue, nextValue);
}

export function countLines(head: Http1Head, hash: number, lowerName: string | null, span: Span): number {
  return count(head, hash, lowerName, span, firstLine, nextLine);
}

function count(head: Http1Head, hash: number, lowerName: string | null, span: Span, first: Step, next: Step): number {
  let total = 0;
  for (let found = first(head, hash, lowerName, span); found; found = next(head, hash, lowerName, span)) total++;
  return total;
}

/** Points `span` at the last value of the last header of that name. */
function lastValue(head: Http1Head, hash: number, lowerName: string | null, span: Span): boolean {
  let last = -1;
  for (let i = nextHeader(head, hash, lowerName, 0); i >= 0; i = nextHeader(head, hash, lowerName, i + 1)) last = i;
  if (last < 0) return false;
  span.header = last;
  span.offset = head.valueStart[last] as number;
  do nextValue(head, hash, lowerName, span);
  while (span.offset >= 0);
  return true;
}

/** Points `span` at the occurrence-th value: from 1, or from the end if negative (-1 is the last). */
export function valueAt(
  head: Http1Head,
  hash: number,
  lowerName: string | null,
  occurrence: number,
  span: Span,
): boolean {
  if (occurrence === -1) return lastValue(head, hash, lowerName, span);
  return pick(head, hash, lowerName, occurrence, span, firstValue, nextValue);
}

export function lineAt(
  head: Http1Head,
  hash: number,
  lowerName: string | null,
  occurrence: number,
  span: Span,
): boolean {
  return pick(head, hash, lowerName, occurrence, span, firstLine, nextLine);
}

function pick(
  head: Http1Head,
  hash: number,
  lowerName: string | null,
  occurrence: number,
  span: Span,
  first: Step,
  next: Step,
): boolean {
  let wanted = occurrence;
  if (wanted < 0) {
    wanted += count(head, hash, lowerName, span, first, next) + 1;
    if (wanted < 1) return false;
  }
  let found = first(head, hash, lowerName, span);
  for (let n = 1; found && n < wanted; n++) found = next(head, hash, lowerName, span);
  return found;
}
