/**
 * What happens to the server's answer: interim responses pass, the final one goes through the http-response rules of
 * backend and frontend, gets its Connection header, and its payload is relayed as its framing says (RFC 9112 section 6.3).
 */

import type { Http1Head } from '../http/h1-head.ts';
import { type HeaderLine, headerLine } from '../http/h1-header-line.ts';
import { COMPLETE as HEAD_COMPLETE, NEED_MORE } from '../http/h1-verdict.ts';
import { METHOD_CONNECT, METHOD_HEAD } from '../http/methods.ts';
import type { Connection } from '../net/connection.ts';
import { type Action, FAIL, WAIT } from './actions/action.ts';
import { hasAfterRules, runAfterRules } from './after-response.ts';
import { captureHeaders, findCookie } from './captures.ts';
import { countedSize, forwardHead, restoreFraming, takeRuledClose } from './head-forwarding.ts';
import { applyRules, CONTINUE, finalAction } from './http-rules.ts';
import { BLOCKED, BROKEN, BY_LENGTH, CHUNKED, MORE, NO_BODY, Relay, UNTIL_CLOSE } from './relay.ts';
import { invalidResponse, serverEndedEarly } from './response-failures.ts';
import { endResponse } from './response-rules.ts';
import type { Stream } from './stream.ts';
import { logEarly } from './stream-log.ts';
import * as is from './stream-states.ts';
import { inspectResponse } from './tcp-rules-response.ts';

const CLOSE: HeaderLine = headerLine('Connection', 'close');
const KEEP_ALIVE: HeaderLine = headerLine('Connection', 'keep-alive');

/** Interim responses have no payload. */
const interimRelay = new Relay();

/** The server sent something, or ended, while a response head is awaited. */
export function readResponse(stream: Stream, server: Connection): void {
  while (
    !stream.closed &&
    stream.server === server &&
    stream.responseState === is.RESPONSE_HEAD &&
    !stream.rules.responseWaits
  ) {
    if (stream.client.pendingLength > 0) {
      server.stopReading();
      return;
    }
    const input = server.input;
    if (input === null || server.inputLength === 0) {
      if (server.readEnded) serverEndedEarly(stream);
      return;
    }
    let head = stream.responseHead;
    if (head === null) {
      head = stream.runtime.takeHead();
      stream.responseHead = head;
      head.begin('response', input.bytes, server.inputStart, stream.backend.responseHeadOptions, input.view);
    }
    const verdict = head.parse(server.inputEnd);
    if (verdict === NEED_MORE) {
      if (server.inputLength >= stream.runtime.headLimit) invalidResponse(stream, server, 'response head too large');
      else if (server.readEnded) serverEndedEarly(stream);
      else if (server.inputEnd === input.bytes.length && server.inputStart > 0) {
        head.rebase(input.bytes, -server.compactInput());
      }
      return;
    }
    if (verdict !== HEAD_COMPLETE) {
      invalidResponse(stream, server, head.errorReason);
      return;
    }
    if (head.headEnd - server.inputStart > stream.runtime.headLimit) {
      invalidResponse(stream, server, 'response head too large');
      return;
    }
    processResponse(stream, head, server);
  }
}

function processResponse(stream: Stream, head: Http1Head, server: Connection): void {
  const status = head.status;
  if (status >= 100 && status < 200 && status !== 101) {
    stream.bytesOut += countedSize(head);
    forwardInterim(stream, head, server);
    return;
  }
  const size = countedSize(head);
  if (status === 101 && !stream.upgrade) {
    stream.bytesOut += size + server.inputEnd - head.headEnd;
    invalidResponse(stream, server, 'protocol switched without being asked to');
    return;
  }
  stream.status = status;
  stream.dataMs = stream.nowMs;
  beginBody(stream, head);
  if (head.chunked && !stream.responseRelay.inspect(server, head.headEnd - server.inputStart)) {
    stream.responseRelay.counted = 0;
    invalidResponse(stream, server, 'invalid chunk');
    return;
  }
  stream.bytesOut += size;
  captureHeaders(head, stream.frontend.responseCaptures, stream.responseCaptures);
  if (stream.responseInspection !== null && !inspectResponse(stream, stream.responseInspection)) return;
  stream.rules.responseStep = BACKEND_RULES;
  continueResponse(stream);
}

/** The rules of the backend, then the frontend's; they may wait for payload and go on later. */
const BACKEND_RULES = 0;
const FRONTEND_RULES = 1;

/** Goes on with the response from the step it stands at. */
export function continueResponse(stream: Stream): void {
  const head = stream.responseHead as Http1Head;
  const server = stream.server as Connection;
  const { backend, frontend, rules } = stream;
  for (; rules.responseStep <= FRONTEND_RULES; rules.responseStep++) {
    const proxy = rules.responseStep === BACKEND_RULES ? backend : frontend;
    if (rules.responseStep === FRONTEND_RULES && frontend === backend) break;
    const verdict = proxy.responseRules.length === 0 ? CONTINUE : applyRules(proxy.responseRules, stream, head);
    if (verdict === CONTINUE) continue;
    if (verdict !== WAIT) endResponse(stream, head, server, verdict, finalAction as Action);
    return;
  }
  const { cookieCapture } = frontend.model;
  if (cookieCapture !== undefined) {
    stream.serverCookie = findCookie(head, true, cookieCapture.name, cookieCapture.length);
  }
  if (hasAfterRules(stream) && !runAfterRules(stream, head)) {
    endResponse(stream, head, server, FAIL, finalAction as Action);
    return;
  }
  // While rules waited it was as if there were no response yet.
  if (stream.responseState === is.RESPONSE_HEAD) {
    stream.responseState = stream.inTunnel ? is.RESPONSE_TUNNEL : is.RESPONSE_BODY;
  }
  if (head.edited && (backend.changesResponses || frontend.changesResponses)) {
    restoreFraming(head, stream.responseRelay);
  }
  setConnectionModes(stream, head);
  stream.responseHead = null;
  const code = forwardHead(head, server, stream.client, stream.responseRelay);
  if (frontend.model.logMoment !== 'end') {
    // The line may speak of the head, which is no longer anybody else's.
    stream.responseHead = head;
    logEarly(stream);
    stream.responseHead = null;
  }
  stream.runtime.giveHead(head);
  if (stream.inTunnel && stream.responseState === is.RESPONSE_TUNNEL) openTunnel(stream);
  // What the client had sent ahead may have found the server gone.
  if (stream.server !== server) return;
  // The end that came while rules waited is not told again.
  if (code === MORE && server.error !== 0) stream.serverBroke();
  else if (code === MORE && server.readEnded) stream.pumpResponse();
  else stream.afterResponsePump(code);
}

/** 100, 102, 103: as they come, no rule sees them. */
function forwardInterim(stream: Stream, head: Http1Head, server: Connection): void {
  stream.responseHead = null;
  interimRelay.begin(NO_BODY, 0);
  const code = forwardHead(head, server, stream.client, interimRelay);
  if (code === BROKEN) {
    stream.runtime.giveHead(head);
    stream.countClientAbort();
    stream.end(is.CAUSE_CLIENT, is.AT_HEADERS);
    stream.finish();
    return;
  }
  stream.runtime.giveHead(head);
  // A server that says "wait" is alive: its time begins anew, as in HAProxy.
  if (stream.serverExpiry !== Number.POSITIVE_INFINITY) stream.serverExpiry = stream.serverDeadline(stream.nowMs);
  // No more of them until the client has taken this one: the rest waits with the server (see Stream.onDrained).
  if (code === BLOCKED) server.stopReading();
}

/** The response has no payload, for the client or for the server (`set-method`) this was a HEAD request. */
function isHead(stream: Stream): boolean {
  return stream.method === METHOD_HEAD || stream.rules.serverMethod === METHOD_HEAD;
}

function beginBody(stream: Stream, head: Http1Head): void {
  const status = head.status;
  stream.responseState = is.RESPONSE_BODY;
  const relay = stream.responseRelay;
  if (status === 101 || (stream.method === METHOD_CONNECT && status < 300)) {
    stream.responseState = is.RESPONSE_TUNNEL;
    stream.inTunnel = true;
    relay.begin(UNTIL_CLOSE, 0);
  } else if (isHead(stream) || status === 204 || status === 304) relay.begin(NO_BODY, 0);
  else if (head.chunked) relay.begin(CHUNKED, 0);
  else if (head.contentLength >= 0) relay.begin(BY_LENGTH, head.contentLength);
  else relay.begin(UNTIL_CLOSE, 0);
}

/** The request side joins the tunnel that the server has opened. */
function openTunnel(stream: Stream): void {
  stream.requestState = is.REQUEST_TUNNEL;
  stream.requestRelay.begin(UNTIL_CLOSE, 0);
  stream.serverKeepAlive = false;
  stream.clientKeepAlive = false;
  stream.pumpRequest();
}

/** Decides whether both connections may go on, and says so in the response. */
function setConnectionModes(stream: Stream, head: Http1Head): void {
  if (stream.responseState === is.RESPONSE_TUNNEL) return;
  const lengthKnown = stream.responseRelay.kind !== UNTIL_CLOSE;
  if (!lengthKnown || head.connectionClose || head.lastOnConnection || (!head.version11 && !head.connectionKeepAlive)) {
    stream.serverKeepAlive = false;
  }
  if (stream.clientKeepAlive) {
    // The server's wish to close its connection is no reason to close the client's.
    if (!lengthKnown || (!head.version11 && head.hasTransferEncoding)) stream.clientKeepAlive = false;
    else if (stream.frontend.model.httpMode === 'close') stream.clientKeepAlive = false;
    else if (stream.frontend.stopped) stream.clientKeepAlive = false;
  }
  if (head.connectionUpgrade) return;
  if (takeRuledClose(head)) stream.clientKeepAlive = false;
  if (stream.clientKeepAlive) {
    if (!head.version11 || stream.requestMinor === 0) head.addLine(KEEP_ALIVE);
  } else if (head.version11) head.addLine(CLOSE);
}
