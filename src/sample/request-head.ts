/**
 * The request that HTTP fetches look at. Usually its head was parsed; where content rules look at raw bytes (TCP mode), it
 * is parsed here, again for each evaluation, as in HAProxy: nothing is kept of it.
 */
import { CR, LF } from '../http/char-classes.ts';
import { viewOf } from '../http/copy-bytes.ts';
import { COMPLETE, type HeadOptions, Http1Head, NEED_MORE } from '../http/h1-head.ts';
import { latin1Text } from '../http/latin1-text.ts';
import type { CompileOptions, InputView, SampleContext } from './context.ts';
import type { Sample } from './sample.ts';

export type PickHead = (context: SampleContext, sample: Sample) => Http1Head | null;

/** `maxHeaders`: HAProxy's default of `tune.http.maxhdr`. */
const OPTIONS: HeadOptions = { maxHeaders: 101, acceptInvalid: false };
const rawHead = new Http1Head();

/** Of the request, null when there is none (`mayChange`: not yet). */
export function requestHead(context: SampleContext, sample: Sample): Http1Head | null {
  const head = context.request;
  if (head !== null) return head;
  const input = context.requestInput;
  return input === null ? null : parseRaw(input, sample);
}

function parseRaw(input: InputView, sample: Sample): Http1Head | null {
  const { bytes, view, start, end, ended } = input;
  rawHead.begin('request', bytes, start, OPTIONS, view);
  const verdict = start < end ? rawHead.parse(end) : NEED_MORE;
  if (verdict === COMPLETE) return rawHead;
  if (verdict === NEED_MORE) {
    if (!ended) sample.mayChange = true;
    return null;
  }
  const old = withVersion(bytes, start, end);
  return old === null ? null : parseRaw({ bytes: old, view: viewOf(old), start: 0, end: old.length, ended }, sample);
}

/** HTTP/0.9 has no version in its line, and is taken for 1.0 here; null for what is not that either. */
function withVersion(bytes: Buffer, start: number, end: number): Buffer | null {
  const lineFeed = bytes.indexOf(LF, start);
  if (lineFeed < 0 || lineFeed >= end) return null;
  const lineEnd = bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
  const line = latin1Text(bytes, start, lineEnd);
  if (!/^GET [^ ]+$/.test(line)) return null;
  return Buffer.concat([Buffer.from(`${line} HTTP/1.0`, 'latin1'), bytes.subarray(lineEnd, end)]);
}

/** In HTTP mode there may be one later. */
export function responseHead(context: SampleContext, sample: Sample): Http1Head | null {
  const head = context.response;
  if (head === null && context.responseInput === null) sample.mayChange = true;
  return head;
}

const nothing: PickHead = () => null;

/** The request's head; rules of responses do not see it any more. */
export function requestPicker({ direction }: CompileOptions): PickHead {
  return direction === 'response' ? nothing : requestHead;
}

/** The response's head; rules of requests do not see it yet. */
export function responsePicker({ direction }: CompileOptions): PickHead {
  return direction === 'request' ? nothing : responseHead;
}

/** Which of them the rules are about. */
export function directedPicker({ direction }: CompileOptions): PickHead {
  if (direction === 'response') return responseHead;
  return direction === 'request' ? requestHead : (context, sample) => requestHead(context, sample) ?? context.response;
}
