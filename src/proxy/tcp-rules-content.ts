/**
 * `tcp-request content` rules: on the first bytes of a TCP stream or the head of an HTTP request, in the frontend and then in
 * the backend. As long as they cannot tell, the stream waits here: for more bytes, for the end of `inspect-delay`, for the
 * client's end or for a full buffer, whichever comes first; then the rules have to decide.
 */
import type { Http1Head } from '../http/h1-head.ts';
import { CLI_ABRT } from './counters.ts';
import { countedSize } from './head-forwarding.ts';
import type { Proxy } from './proxy.ts';
import { BY_LENGTH, CHUNKED, NO_BODY, UNTIL_CLOSE } from './relay.ts';
import type { Stream } from './stream.ts';
import { countAbort, countRequestError } from './stream-counts.ts';
import * as is from './stream-states.ts';
import { applyTcpRules, type Inspection, noteLastRule, type TcpRule, waitingAction } from './tcp-rules.ts';
import { turnAway } from './tcp-rules-request.ts';
import { DROP, REJECT, UPGRADE, WAIT } from './tcp-rules-verdicts.ts';

/** A list of rules that waits, and what comes after it. */
export interface RequestInspection extends Inspection {
  readonly passed: (stream: Stream) => void;
}

/** Why the client is given up while the rules have their last word; 0: it is not. */
let givingUp = 0;

// -- entries

/** A TCP stream begins. */
export function beginTcp(stream: Stream): void {
  const rules = stream.frontend.tcpRules;
  if (rules === null || rules.request.length === 0) {
    chooseTcpBackend(stream);
    return;
  }
  inspect(stream, rules.request, rules.requestDelay, chooseTcpBackend);
}

/** The frontend's rules have not seen this request yet. */
export function awaitsFrontendRules(stream: Stream): boolean {
  const rules = stream.frontend.tcpRules;
  return rules !== null && rules.request.length > 0 && stream.inspectedRequest !== stream.requestsDone;
}

/** The head of an HTTP request is complete. */
export function inspectRequest(stream: Stream, head: Http1Head): void {
  const rules = stream.frontend.tcpRules;
  if (rules === null) return;
  stream.inspectedRequest = stream.requestsDone;
  stream.bytesIn = countedSize(head);
  beginWatchingBody(stream, head);
  inspect(stream, rules.request, rules.requestDelay, passRequest);
}

/** The backend of an HTTP request is known. Returns false if its rules took over: what they let pass goes on by itself. */
export function inspectInBackend(stream: Stream): boolean {
  const rules = stream.backend.tcpRules;
  if (rules === null || rules.request.length === 0 || stream.backend === stream.frontend) return true;
  inspect(stream, rules.request, rules.requestDelay, passToBackend);
  return false;
}

function inspect(stream: Stream, rules: readonly TcpRule[], delayMs: number, passed: (stream: Stream) => void): void {
  proceed(stream, { rules, delayMs, expiryMs: Number.POSITIVE_INFINITY, resumeAt: -1, passed });
}

// -- events while waiting

/** More arrived, or the time is over. */
export function continueInspection(stream: Stream): void {
  if (stream.inspection !== null) proceed(stream, stream.inspection);
}

/** The client broke, or has been silent too long: the rules have their last word, then it ends. */
export function giveUpInspection(stream: Stream, cause: number): void {
  if (stream.inspection === null) return;
  givingUp = cause;
  try {
    proceed(stream, stream.inspection);
  } finally {
    givingUp = 0;
  }
}

function proceed(stream: Stream, inspection: RequestInspection): void {
  const { client } = stream;
  const final = givingUp !== 0 || inspection.delayMs === 0 || stream.nowMs >= inspection.expiryMs || hasAll(stream);
  const verdict = applyTcpRules(inspection.rules, stream, final, inspection.resumeAt);
  noteLastRule(stream, inspection.rules, verdict);
  if (verdict === WAIT) {
    inspection.resumeAt = waitingAction;
    if (inspection.expiryMs === Number.POSITIVE_INFINITY) inspection.expiryMs = stream.nowMs + inspection.delayMs;
    stream.inspection = inspection;
    stream.requestState = is.REQUEST_INSPECTED;
    stream.phaseExpiry = inspection.expiryMs;
    stream.clientExpiry = stream.clientDeadline(stream.nowMs);
    makeRoom(stream);
    client.startReading();
    return;
  }
  stream.inspection = null;
  if (stream.isHttp && !stream.requestRelay.endSeen) {
    stream.abandoned = givingUp === 0 && client.readEnded ? is.CAUSE_CLIENT : givingUp;
  }
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.clientExpiry = Number.POSITIVE_INFINITY;
  client.stopReading();
  if (verdict === REJECT || verdict === DROP) {
    if (!stream.isHttp) stream.bytesIn = client.inputLength;
    turnAway(stream, verdict);
  } else if (verdict === UPGRADE) upgrade(stream, null);
  else inspection.passed(stream);
}

/** No more will come that the rules could see. */
function hasAll(stream: Stream): boolean {
  const { client } = stream;
  if (client.readEnded || client.error !== 0 || client.inputLength >= stream.runtime.headLimit) return true;
  if (!stream.isHttp) return false;
  const head = stream.requestHead as Http1Head;
  const relay = stream.requestRelay;
  return !relay.inspect(client, head.headEnd - client.inputStart) || relay.endSeen;
}

/** A request that is whole is not waited for. */
function beginWatchingBody(stream: Stream, head: Http1Head): void {
  const relay = stream.requestRelay;
  if (head.chunked) relay.begin(CHUNKED, 0);
  else if (head.contentLength > 0) relay.begin(BY_LENGTH, head.contentLength);
  else relay.begin(NO_BODY, 0);
  relay.counted = 0;
}

function makeRoom(stream: Stream): void {
  const { client } = stream;
  const { input } = client;
  if (input === null || client.inputEnd < input.bytes.length) return;
  if (stream.isHttp) stream.requestHead?.rebase(input.bytes, -client.compactInput());
  else client.compactInput();
}

// -- what comes after

function passRequest(stream: Stream): void {
  stream.requestRelay.counted = 0;
  stream.processRequest(stream.requestHead as Http1Head);
}

function passToBackend(stream: Stream): void {
  stream.requestState = is.REQUEST_BODY;
  stream.rules.requestStep++;
  stream.continueRequest();
}

/** The backend of a TCP stream is chosen by what the client has said so far. */
function chooseTcpBackend(stream: Stream): void {
  const backend = stream.runtime.chooseBackend(stream);
  if (backend.model.mode === 'http') {
    upgrade(stream, backend);
    return;
  }
  stream.useBackend(backend);
  const rules = backend.tcpRules;
  if (rules === null || rules.request.length === 0 || backend === stream.frontend) relayTcp(stream);
  else inspect(stream, rules.request, rules.requestDelay, relayTcp);
}

function relayTcp(stream: Stream): void {
  if (givingUp !== 0) {
    giveUp(stream);
    return;
  }
  stream.requestState = is.REQUEST_TUNNEL;
  stream.requestRelay.begin(UNTIL_CLOSE, 0);
  stream.responseRelay.begin(UNTIL_CLOSE, 0);
  stream.client.startReading();
  stream.startConnecting();
}

/** From here on the client is served as one of an HTTP frontend. `backend`: known already for its first request. */
function upgrade(stream: Stream, backend: Proxy | null): void {
  if (givingUp !== 0) {
    giveUp(stream);
    return;
  }
  stream.isHttp = true;
  stream.upgraded = true;
  stream.firstBackend = backend;
  stream.inspectedRequest = 0;
  stream.requestState = is.REQUEST_IDLE;
  stream.startHttp();
  const { client } = stream;
  if (client.inputLength > 0 || client.readEnded) stream.readHead();
}

/** The client was upgraded to HTTP, and its first request never came: for HAProxy that is a fault of its protocol. */
export function upgradedForNothing(stream: Stream): boolean {
  return stream.upgraded && stream.requestsDone === 0;
}

/** A client that was upgraded to HTTP cannot go to a TCP backend. */
export function refuseTcpBackend(stream: Stream, backend: Proxy): void {
  stream.backend = backend;
  stream.end(is.CAUSE_INTERNAL, is.AT_REQUEST);
  stream.finishLog();
  stream.destroy();
}

/** The client ended, broke or fell silent while rules waited for the rest of its request: no server is asked. */
export function abandonRequest(stream: Stream): void {
  countRequestError(stream);
  countAbort(stream, CLI_ABRT);
  stream.end(stream.abandoned, is.AT_REQUEST);
  stream.finishLog();
  stream.destroy();
}

function giveUp(stream: Stream): void {
  countRequestError(stream);
  countAbort(stream, CLI_ABRT);
  stream.bytesIn = stream.client.inputLength;
  stream.end(givingUp, is.AT_REQUEST);
  stream.finishLog();
  stream.destroy();
}
