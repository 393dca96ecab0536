/**
 * `tcp-response content` rules: on what the server says first, before any of it goes to the client. They run when the server is
 * reached, and as long as they cannot tell, again when more has arrived (manual section 4.2).
 */
import type { Connection } from '../net/connection.ts';
import { setLinger } from '../sys/socket.ts';
import { DREQ, DRESP } from './counters.ts';
import { serverEndedEarly } from './response-failures.ts';
import type { Server } from './server.ts';
import { silentDrop } from './silent-drop.ts';
import type { Stream } from './stream.ts';
import { countOnEntry } from './stream-counts.ts';
import * as is from './stream-states.ts';
import { applyTcpRules, type Inspection, noteLastRule, waitingAction } from './tcp-rules.ts';
import { CLOSE, DROP, REJECT, WAIT } from './tcp-rules-verdicts.ts';

/** The server was reached, and was sent what there was for it. */
export function inspectConnected(stream: Stream): void {
  const rules = stream.backend.tcpRules;
  if (rules === null || rules.response.length === 0 || stream.closed || stream.server === null) return;
  if (stream.responseState !== (stream.isHttp ? is.RESPONSE_HEAD : is.RESPONSE_TUNNEL)) return;
  const { response, responseDelay } = rules;
  const answer = apply(stream, {
    rules: response,
    delayMs: responseDelay,
    expiryMs: Number.POSITIVE_INFINITY,
    resumeAt: -1,
  });
  if (answer === WAITS && !stream.isHttp) stream.responseState = is.RESPONSE_INSPECTED;
  if (answer !== PASSED || !stream.server.readEnded) return;
  // Cut at once: there is no answer.
  if (stream.isHttp) serverEndedEarly(stream);
  else stream.pumpResponse();
}

/**
 * The head of an HTTP response is complete. Returns false if the stream ended or waits for more of the payload; then it goes on
 * by itself.
 */
export function inspectResponse(stream: Stream, inspection: Inspection): boolean {
  const answer = apply(stream, inspection);
  if (answer === WAITS) stream.responseState = is.RESPONSE_INSPECTED;
  return answer === PASSED;
}

/** The server said something, ended or broke, or the time is over. */
export function continueResponseInspection(stream: Stream): void {
  const inspection = stream.responseInspection;
  if (inspection === null || stream.server === null) return;
  if (apply(stream, inspection) !== PASSED || stream.responseState !== is.RESPONSE_INSPECTED) return;
  if (stream.isHttp) {
    stream.responseState = is.RESPONSE_HEAD;
    stream.continueResponse();
    return;
  }
  stream.responseState = is.RESPONSE_TUNNEL;
  stream.pumpResponse();
}

const PASSED = 0;
const WAITS = 1;
const ENDED = 2;

function apply(stream: Stream, inspection: Inspection): number {
  const server = stream.server as Connection;
  const final = inspection.delayMs === 0 || stream.nowMs >= inspection.expiryMs || hasAll(stream, server);
  // What has not arrived as a whole is no response yet.
  const head = stream.responseHead;
  if (stream.responseState === is.RESPONSE_HEAD) stream.responseHead = null;
  const verdict = applyTcpRules(inspection.rules, stream, final, inspection.resumeAt);
  noteLastRule(stream, inspection.rules, verdict);
  stream.responseHead = head;
  if (verdict === WAIT) {
    inspection.resumeAt = waitingAction;
    if (inspection.expiryMs === Number.POSITIVE_INFINITY) inspection.expiryMs = stream.nowMs + inspection.delayMs;
    stream.responseInspection = inspection;
    stream.phaseExpiry = inspection.expiryMs;
    makeRoom(stream, server);
    server.startReading();
    return WAITS;
  }
  stream.responseInspection = null;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  if (verdict === REJECT) {
    countDenied(stream, DRESP, stream.target);
    turnAway(stream, server, is.AT_DATA);
  } else if (verdict === DROP) {
    countDenied(stream, DREQ, null);
    silentDrop(stream.client);
    turnAway(stream, server, is.AT_REQUEST);
  } else {
    if (verdict === CLOSE) cutServer(stream, server);
    return PASSED;
  }
  return ENDED;
}

/** No more will come that the rules could see. */
function hasAll(stream: Stream, server: Connection): boolean {
  if (server.readEnded || server.error !== 0 || server.inputLength >= stream.runtime.headLimit) return true;
  const head = stream.responseHead;
  if (!stream.isHttp || head === null || stream.responseState === is.RESPONSE_HEAD) return false;
  const relay = stream.responseRelay;
  return !relay.inspect(server, head.headEnd - server.inputStart) || relay.endSeen;
}

function makeRoom(stream: Stream, server: Connection): void {
  const { input } = server;
  if (input === null || server.inputEnd < input.bytes.length) return;
  const shift = server.compactInput();
  stream.responseHead?.rebase(input.bytes, -shift);
}

function countDenied(stream: Stream, index: number, server: Server | null): void {
  countOnEntry(stream, index);
  const { backendCounters } = stream.backend;
  backendCounters[index] = (backendCounters[index] as number) + 1;
  if (server !== null) server.counters[index] = (server.counters[index] as number) + 1;
}

/** Nothing of the answer reaches the client. */
function turnAway(stream: Stream, server: Connection, at: number): void {
  stream.end(is.CAUSE_PROXY, at);
  if (stream.isHttp) {
    stream.dataMs = -1;
    // Only who has looked at it knows the status.
    if (stream.backend.tcpRules?.readsResponses !== true) stream.status = -1;
  } else stream.bytesOut += server.inputLength;
  stream.releaseServer(false, false);
  stream.finishLog();
  stream.destroy();
}

/** The server's connection is over as if it had ended it by now; it gets a reset. */
function cutServer(stream: Stream, server: Connection): void {
  setLinger(server.fd, 0);
  server.stopReading();
  server.readEnded = true;
  server.writeEnded = true;
  stream.serverKeepAlive = false;
  if (stream.isHttp) return;
  stream.client.stopReading();
  stream.requestState = is.REQUEST_CLOSED;
}
