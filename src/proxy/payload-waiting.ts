/**
 * Waiting for payload before a message goes on: `wait-for-body` rules and `option http-buffer-request`. What arrives stays
 * in the buffer behind the head; a full buffer ends the wait as well as the end of the message does.
 */
import type { Http1Head } from '../http/h1-head.ts';
import { HASH_EXPECT } from '../http/header-hash.ts';
import { METHOD_CONNECT } from '../http/methods.ts';
import type { Connection } from '../net/connection.ts';
import { BAD, NEXT, WAIT } from './actions/action.ts';
import { sendInterim } from './interim.ts';
import { NO_BODY, type Relay } from './relay.ts';
import type { Stream } from './stream.ts';
import { CAUSE_CLIENT, RESPONSE_HEAD } from './stream-states.ts';

/** Whether enough is there; `atLeast` 0 asks for all. */
function arrived(stream: Stream, source: Connection, relay: Relay, atLeast: number): boolean {
  return (
    relay.endSeen ||
    source.readEnded ||
    source.error !== 0 ||
    source.inputLength >= stream.runtime.headLimit ||
    (atLeast > 0 && relay.counted >= atLeast)
  );
}

/** Makes room behind what was received, if there is none. Returns false when there is none to make. */
function makeRoom(head: Http1Head, source: Connection): boolean {
  const { input } = source;
  if (input === null || source.inputEnd < input.bytes.length) return true;
  if (source.inputStart === 0) return false;
  head.rebase(input.bytes, -source.compactInput());
  return true;
}

function deadline(stream: Stream, timeoutMs: number): number {
  return timeoutMs > 0 ? stream.nowMs + timeoutMs : Number.POSITIVE_INFINITY;
}

/** Answers NEXT when the payload (or `atLeast` bytes) has arrived, WAIT before, BAD when its coding is invalid. */
export function waitForRequestBody(stream: Stream, head: Http1Head, timeoutMs: number, atLeast: number): number {
  const { client, requestRelay: relay, rules } = stream;
  if (head.method === METHOD_CONNECT || relay.kind === NO_BODY) return NEXT;
  if (head.version11 && head.expectContinue) acceptExpected(stream, head);
  if (!relay.inspect(client, head.headEnd - client.inputStart)) return BAD;
  if (arrived(stream, client, relay, atLeast) || !makeRoom(head, client)) {
    // The rules have their say, but no server is asked for a client that has left.
    const left = client.readEnded || client.error !== 0;
    if (rules.requestWaits && left && !relay.endSeen) stream.abandoned = CAUSE_CLIENT;
    rules.requestWaits = false;
    stream.phaseExpiry = Number.POSITIVE_INFINITY;
    stream.clientExpiry = Number.POSITIVE_INFINITY;
    client.stopReading();
    return NEXT;
  }
  if (!rules.requestWaits) {
    rules.requestWaits = true;
    stream.phaseExpiry = deadline(stream, timeoutMs);
  }
  stream.clientExpiry = stream.clientDeadline(stream.nowMs);
  client.startReading();
  return WAIT;
}

/** A client that asks first is told to go on. */
function acceptExpected(stream: Stream, head: Http1Head): void {
  if (head.removeAll(HASH_EXPECT, 'expect') > 0) sendInterim(stream, 100, 'Continue', '');
}

/** The same for the payload of a response. */
export function waitForResponseBody(stream: Stream, head: Http1Head, timeoutMs: number, atLeast: number): number {
  const { server, responseRelay: relay, rules } = stream;
  if (server === null || stream.method === METHOD_CONNECT || relay.kind === NO_BODY) return NEXT;
  if (!relay.inspect(server, head.headEnd - server.inputStart)) return BAD;
  if (arrived(stream, server, relay, atLeast) || !makeRoom(head, server)) {
    rules.responseWaits = false;
    stream.phaseExpiry = Number.POSITIVE_INFINITY;
    return NEXT;
  }
  if (!rules.responseWaits) {
    rules.responseWaits = true;
    stream.phaseExpiry = deadline(stream, timeoutMs);
  }
  // Nothing was answered yet: what goes wrong now can still be told.
  stream.responseState = RESPONSE_HEAD;
  stream.serverExpiry = stream.serverDeadline(stream.nowMs);
  server.startReading();
  return WAIT;
}
