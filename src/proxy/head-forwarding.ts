/**
 * Sends a parsed head on, together with the payload that came with it, in one system call: as the very bytes that were
 * received when no rule changed them, else as written anew.
 */
import { copyRun } from '../http/copy-bytes.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { HASH_CONNECTION, HASH_CONTENT_LENGTH, HASH_TRANSFER_ENCODING } from '../http/header-hash.ts';
import type { Connection } from '../net/connection.ts';
import type { NativeMemory } from '../sys/memory.ts';
import { BLOCKED, BROKEN, BY_LENGTH, CHUNKED, COMPLETE, INVALID, MORE, type Relay } from './relay.ts';

/** So much payload is copied behind a head written anew: cheaper than a call that gathers two pieces. */
const COPIED_PAYLOAD = 2048;

const ZERO = 48;

/** Size in bytes of HAProxy's internal start line, which its byte counters (`%B`, `%U`) include. */
const START_LINE_SIZE = 20;

/**
 * The size of a head as HAProxy counts bytes: its internal form (names and values without separators), for logs and
 * statistics must agree with HAProxy's to the byte. Call before rules change the head.
 */
export function countedSize(head: Http1Head): number {
  let size = START_LINE_SIZE + 1 + head.startLineSize;
  const { nameStart, nameEnd, valueStart, valueEnd, lineEnd } = head;
  for (let i = 0; i < head.count; i++) {
    // Overruled by transfer-encoding; what the parser took out for other reasons counts.
    if (lineEnd[i] === 0 && head.hasTransferEncoding && head.nameHash[i] === HASH_CONTENT_LENGTH) continue;
    size += (nameEnd[i] as number) - (nameStart[i] as number) + ((valueEnd[i] as number) - (valueStart[i] as number));
  }
  return size;
}

/**
 * Rules may have removed or replaced what tells where the payload ends: it is said again, for the payload is as it is.
 */
export function restoreFraming(head: Http1Head, relay: Relay): void {
  if (relay.kind === CHUNKED) {
    if (head.find(HASH_TRANSFER_ENCODING, 'transfer-encoding') < 0) head.addHeader('transfer-encoding', 'chunked');
  } else if (relay.kind === BY_LENGTH) {
    const at = head.find(HASH_CONTENT_LENGTH, 'content-length');
    if (at < 0 || !saysLength(head, at)) head.setHeader('content-length', String(head.contentLength));
  }
}

/** Whether header `index` is the payload's length, digit by digit. */
function saysLength(head: Http1Head, index: number): boolean {
  const bytes = head.source(index);
  const start = head.valueStart[index] as number;
  const end = head.valueEnd[index] as number;
  let rest = head.contentLength;
  for (let at = end - 1; at >= start; at--) {
    const shorter = Math.floor(rest / 10);
    if (bytes[at] !== ZERO + rest - shorter * 10) return false;
    rest = shorter;
    if (rest === 0) return at === start;
  }
  return false;
}

/**
 * A Connection header that rules have added speaks to us, not to the peer: its `close` and `keep-alive` are taken out.
 * Returns whether it said close.
 */
export function takeRuledClose(head: Http1Head): boolean {
  let close = false;
  if (!head.edited) return false;
  const from = head.parsedCount;
  for (
    let i = head.find(HASH_CONNECTION, 'connection', from);
    i >= 0;
    i = head.find(HASH_CONNECTION, 'connection', i + 1)
  ) {
    const words = head.valueString(i).split(',');
    const kept = words.filter((word) => !/^[ \t]*(?:close|keep-alive)[ \t]*$/i.test(word));
    close ||= words.some((word) => /^[ \t]*close[ \t]*$/i.test(word));
    if (kept.length === 0) head.removeAt(i);
    else if (kept.length < words.length) {
      head.replaceValue(i, head.valueStart[i] as number, head.valueEnd[i] as number, kept.join(',').trim());
    }
  }
  return close;
}

/**
 * Forwards `head`, which stands at the start of `source`'s input, and as much of the payload behind it as there is. The
 * head is used up: its bytes are sent or kept by the destination. Returns what `Relay.pump` returns.
 */
export function forwardHead(head: Http1Head, source: Connection, destination: Connection, relay: Relay): number {
  const input = source.input as NativeMemory;
  const { outgoing } = destination.context;
  let memory = input;
  let start = head.start;
  let length = head.headEnd - head.start;
  if (head.edited || head.irregular) {
    start = outgoing.place(head.sizeEstimate + COPIED_PAYLOAD);
    memory = outgoing.memory;
    length = head.writeTo(memory, start) - start;
  }
  source.consume(head.headEnd - source.inputStart);
  if (!relay.inspect(source)) {
    // The head is sound, its payload is not: what is sound goes out, the caller deals with the rest.
    destination.write(memory, start, start + length);
    return INVALID;
  }
  const payload = relay.ready;
  let whole = length;
  if (payload > 0 && memory === input) whole += payload;
  else if (payload > 0 && payload <= COPIED_PAYLOAD) {
    const { inputStart } = source;
    copyRun(input.bytes, input.view, inputStart, inputStart + payload, memory.bytes, memory.view, start + length);
    whole += payload;
  }
  let taken: number;
  if (whole - length < payload) {
    taken = destination.sendTwo(memory.address + start, length, input.address + source.inputStart, payload);
  } else if (!destination.sendsSoon(whole)) taken = destination.send(memory.address + start, whole);
  else {
    if (memory === input) {
      const at = outgoing.place(whole);
      const { bytes, view } = outgoing.memory;
      copyRun(input.bytes, input.view, start, start + whole, bytes, view, at);
      destination.sendSoon(at, whole);
    } else destination.sendSoon(start, whole);
    taken = whole;
  }
  if (taken < 0) return BROKEN;
  if (taken < length) {
    destination.keep(memory.bytes, start + taken, start + length);
    return BLOCKED;
  }
  if (payload > 0) {
    source.consume(taken - length);
    relay.ready -= taken - length;
    if (relay.ready > 0) return BLOCKED;
  }
  if (relay.endSeen) return COMPLETE;
  source.makeRoom();
  return MORE;
}
