/**
 * `http-after-response` rules (manual 4.2): the last to see a response before it is sent, a server's or our own. The
 * backend's run first, then the frontend's.
 */

import { areaOf, viewOf } from '../http/copy-bytes.ts';
import type { HeadOptions, Http1Head } from '../http/h1-head.ts';
import { COMPLETE } from '../http/h1-verdict.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { applyRules, CONTINUE } from './http-rules.ts';
import { makeReply, type Reply } from './reply.ts';
import type { Stream } from './stream.ts';

/** An error file may have been written in ways that a server's response may not. */
const LENIENT: HeadOptions = { maxHeaders: 1000, acceptInvalid: true };

const NO_CONTENT = 204;

/** Where the head of a response of our own is parsed, one after another; it grows with the longest. */
let memory = Buffer.allocUnsafeSlow(1024);
let memoryView = viewOf(memory);

/** Writes the head there, with the blank line that ends it; returns where it ends. */
function placeHead(received: string): number {
  const length = received.length + 2;
  if (length > memory.length) {
    memory = Buffer.allocUnsafeSlow(2 * length);
    memoryView = viewOf(memory);
  }
  return memory.write(received, 'latin1') + memory.write('\r\n', received.length, 'latin1');
}

export function hasAfterRules(stream: Stream): boolean {
  const { backend, frontend } = stream;
  return backend.afterRules.length > 0 || (backend !== frontend && frontend.afterRules.length > 0);
}

/** Runs them over a response. Returns false if one failed. */
export function runAfterRules(stream: Stream, head: Http1Head): boolean {
  const { backend, frontend } = stream;
  // Another list may have been waiting when this answer came in its place.
  stream.rules.index = 0;
  stream.ownVariables?.beginResponse();
  if (applyRules(backend.afterRules, stream, head) !== CONTINUE) return false;
  return backend === frontend || applyRules(frontend.afterRules, stream, head) === CONTINUE;
}

/** A response of our own with what the rules made of it; null if one failed. */
export function ruledReply(stream: Stream, reply: Reply): Reply | null {
  if (!hasAfterRules(stream)) return reply;
  const head = stream.runtime.takeHead();
  const outer = stream.responseHead;
  try {
    const length = placeHead(reply.received);
    head.begin('response', memory, 0, LENIENT, memoryView);
    if (head.parse(length) !== COMPLETE) return reply;
    stream.responseHead = head;
    if (!runAfterRules(stream, head)) return null;
    const out = areaOf(Buffer.allocUnsafe(head.sizeEstimate));
    const end = head.writeTo(out, 0);
    const close = head.connectionClose ? 'connection: close\r\n' : '';
    // The parser drops the length of what can have no body; without it the connection would have to tell the end.
    const lengthLine = head.status === NO_CONTENT && !reply.saysClose ? 'content-length: 0\r\n' : '';
    return makeReply(`${latin1Text(out.bytes, 0, end - 2)}${lengthLine}${close}`, reply.body);
  } finally {
    stream.responseHead = outer;
    stream.runtime.giveHead(head);
  }
}
