/**
 * What happens to a complete request head, in HAProxy's order (manual section 4.2 and 1.2): monitor-uri, the frontend's
 * http-request and redirect rules, the choice of a backend, the backend's rules, forwardfor, connection modes; then a
 * server is looked for.
 */

import type { Http1Head } from '../http/h1-head.ts';
import { type HeaderLine, headerLine } from '../http/h1-header-line.ts';
import { hashName } from '../http/header-hash.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { METHOD_CONNECT } from '../http/methods.ts';
import { hasAuthority, pathStart } from '../http/uri.ts';
import { type KeptText, takeKeptText } from '../sample/kept-text.ts';
import { AF_UNIX } from '../sys/socket.ts';
import { BAD, NEXT } from './actions/action.ts';
import { captureHeaders, findCookie, tidyCookies } from './captures.ts';
import { INTERCEPTED, REQ_TOT } from './counters.ts';
import { countedSize, restoreFraming, takeRuledClose } from './head-forwarding.ts';
import { closeWithError, prepareReply, sendReply } from './local-reply.ts';
import { waitForRequestBody } from './payload-waiting.ts';
import type { Proxy } from './proxy.ts';
import { BY_LENGTH, CHUNKED, NO_BODY } from './relay.ts';
import { dropRequestMessage, refuseRequest, runRequestRules } from './request-rules.ts';
import { startConnecting } from './server-link.ts';
import type { Stream } from './stream.ts';
import { countRequestError } from './stream-counts.ts';
import { logConnect, logEarly } from './stream-log.ts';
import * as is from './stream-states.ts';
import { abandonRequest, inspectInBackend, refuseTcpBackend } from './tcp-rules-content.ts';
import { sendUniqueId } from './unique-id.ts';

const CLOSE: HeaderLine = headerLine('Connection', 'close');
const KEEP_ALIVE: HeaderLine = headerLine('Connection', 'keep-alive');

/** An unacceptable head: 400 (or what its fault deserves), captured for `show errors`. */
export function rejectRequest(stream: Stream, reason: string): void {
  const fe = stream.frontend;
  const head = stream.requestHead;
  countRequestError(stream);
  fe.frontendCounters[REQ_TOT] = (fe.frontendCounters[REQ_TOT] as number) + 1;
  fe.requestRate.hit(stream.nowMs);
  stream.runtime.captureError(stream, 'request', stream.client, reason);
  stream.requestState = is.REQUEST_BODY;
  stream.end(is.CAUSE_PROXY, is.AT_REQUEST);
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  const status = head !== null && head.errorStatus > 0 ? head.errorStatus : 400;
  stream.status = status;
  stream.finishLog();
  closeWithError(stream, status, true);
}

export function processRequest(stream: Stream, head: Http1Head): void {
  const fe = stream.frontend;
  const now = stream.nowMs;
  stream.method = head.method;
  stream.requestMinor = head.version11 ? 1 : 0;
  stream.bytesIn = countedSize(head);
  stream.clientKeepAlive =
    (head.version11 ? !head.connectionClose : head.connectionKeepAlive && !head.connectionClose) &&
    !head.lastOnConnection &&
    !fe.stopped;
  beginBody(stream, head);
  if (head.chunked && !stream.requestRelay.inspect(stream.client, head.headEnd - stream.client.inputStart)) {
    stream.bytesIn = 0;
    stream.requestRelay.counted = 0;
    rejectRequest(stream, 'invalid chunk');
    return;
  }
  const counters = fe.frontendCounters;
  counters[REQ_TOT] = (counters[REQ_TOT] as number) + 1;
  fe.requestRate.hit(now);
  stream.requestSeen = true;
  const { environment, logWatch } = stream.runtime;
  if ((fe.log !== null && fe.model.logsRequestLine) || environment.needsRequestLine || logWatch !== null) {
    stream.requestLine = requestLine(stream, head);
  }
  if (fe.log !== null) {
    if (fe.connectFormat !== null) logConnect(stream);
    else if (fe.model.logMoment === 'request') logEarly(stream);
  }
  captureHeaders(head, fe.requestCaptures, stream.requestCaptures);

  const monitorUri = fe.model.monitorUri;
  if (monitorUri !== undefined && isMonitorRequest(head, monitorUri)) {
    answerMonitor(stream);
    return;
  }
  stream.rules.proxyRequest =
    fe.model.options.httpUseProxyHeader && hasAuthority(head.lineBytes, head.uriStart, head.uriEnd);
  continueRequest(stream);
}

/** The steps between a complete head and a server; at each the request may wait for payload and go on later. */
const FRONTEND_PAYLOAD = 0;
const FRONTEND_RULES = 1;
const SWITCHING = 2;
const BACKEND_CONTENT = 3;
const BACKEND_PAYLOAD = 4;
const BACKEND_RULES = 5;

/** Goes on with the request from the step it stands at: after its head, and when payload that was waited for came. */
export function continueRequest(stream: Stream): void {
  const head = stream.requestHead as Http1Head;
  while (stream.rules.requestStep <= BACKEND_RULES) {
    if (!takeStep(stream, head, stream.rules.requestStep)) return;
    stream.rules.requestStep++;
  }
  const { backend } = stream;
  const { cookieCapture } = stream.frontend.model;
  if (cookieCapture !== undefined) {
    tidyCookies(head);
    stream.clientCookie = findCookie(head, false, cookieCapture.name, cookieCapture.length);
  }
  if (stream.frontend.uniqueIdFormat !== null) sendUniqueId(stream, head);
  if (head.edited) restoreFraming(head, stream.requestRelay);
  addForwardedFor(stream, head, backend);
  addOriginalTo(stream, head, backend);
  setServerConnectionMode(stream, head, backend);
  stream.requestMs = stream.nowMs;
  if (stream.abandoned === 0) startConnecting(stream);
  else abandonRequest(stream);
}

/** Returns false if the request waits, or was answered. */
function takeStep(stream: Stream, head: Http1Head, step: number): boolean {
  const fe = stream.frontend;
  switch (step) {
    case FRONTEND_PAYLOAD:
      return hasPayload(stream, head, fe);
    case FRONTEND_RULES:
      return runRequestRules(stream, head, fe);
    case SWITCHING: {
      const backend = stream.runtime.chooseBackend(stream);
      if (!backend.model.backend) {
        noBackend(stream);
        return false;
      }
      if (backend.model.mode === 'tcp') {
        refuseTcpBackend(stream, backend);
        return false;
      }
      stream.useBackend(backend);
      return true;
    }
    case BACKEND_CONTENT:
      return stream.backend.tcpRules === null || inspectInBackend(stream);
    case BACKEND_PAYLOAD:
      return stream.backend === fe || hasPayload(stream, head, stream.backend);
    default:
      return stream.backend === fe || runRequestRules(stream, head, stream.backend);
  }
}

/** `option http-buffer-request`: whether the payload is there, or as much as the buffer holds. */
function hasPayload(stream: Stream, head: Http1Head, proxy: Proxy): boolean {
  if (!proxy.model.options.httpBufferRequest) return true;
  const verdict = waitForRequestBody(stream, head, proxy.model.timeouts.httpRequest ?? 0, 0);
  if (verdict === BAD) refuseRequest(stream, 400);
  return verdict === NEXT;
}

/** No use_backend rule held and there is no default_backend. */
function noBackend(stream: Stream): void {
  stream.end(is.CAUSE_SERVER, is.AT_CONNECT);
  const reply = prepareReply(stream, 503);
  dropRequestMessage(stream);
  sendReply(stream, reply);
}

function beginBody(stream: Stream, head: Http1Head): void {
  stream.requestState = is.REQUEST_BODY;
  if (head.chunked) stream.requestRelay.begin(CHUNKED, 0);
  else if (head.contentLength > 0) stream.requestRelay.begin(BY_LENGTH, head.contentLength);
  else stream.requestRelay.begin(NO_BODY, 0);
  // What follows a CONNECT waits for the answer: bytes for the tunnel, or the next request.
  if (head.method === METHOD_CONNECT) stream.requestRelay.begin(NO_BODY, 0);
  stream.upgrade = head.connectionUpgrade && head.hasUpgrade;
}

/** "GET /path HTTP/1.1" as the log shows it, cut to `tune.http.logurilen`. */
function requestLine(stream: Stream, head: Http1Head): KeptText {
  const kept = takeKeptText(head.requestLineLength);
  head.writeRequestLine(kept, 0);
  kept.length = Math.min(kept.length, stream.runtime.model.global.tune.httpLogurilen - 1);
  return kept;
}

function isMonitorRequest(head: Http1Head, uri: string): boolean {
  const bytes = head.lineBytes;
  const target = head.uriString();
  if (target === uri) return true;
  if (!uri.startsWith('/')) return false;
  const start = pathStart(bytes, head.uriStart, head.uriEnd);
  return start >= 0 && latin1Text(bytes, start, head.uriEnd) === uri;
}

function answerMonitor(stream: Stream): void {
  const fe = stream.frontend;
  fe.frontendCounters[INTERCEPTED] = (fe.frontendCounters[INTERCEPTED] as number) + 1;
  stream.silent = true;
  const failing = fe.monitorFail.some((condition) => condition(stream));
  stream.end(is.CAUSE_LOCAL, is.AT_REQUEST);
  const reply = prepareReply(stream, failing ? 503 : 200);
  dropRequestMessage(stream);
  sendReply(stream, reply);
}

/** `option forwardfor`: the client's address for the server, unless the client's network is excepted. */
function addForwardedFor(stream: Stream, head: Http1Head, backend: Proxy): void {
  const fe = stream.frontend;
  const rule = backend.model.forwardFor ?? fe.model.forwardFor;
  if (rule === undefined) return;
  const peer = stream.clientAddress;
  if (peer === null || peer.family === AF_UNIX) return;
  const always =
    (fe.model.forwardFor !== undefined && !fe.model.forwardFor.ifNone) ||
    (backend.model.forwardFor !== undefined && !backend.model.forwardFor.ifNone);
  if (!always && head.find(hashName(rule.header), rule.header.toLowerCase()) >= 0) return;
  if (fe.forwardedForExcept(peer) || backend.forwardedForExcept(peer)) return;
  if (stream.rules.source !== null) {
    head.addHeader(rule.header.toLowerCase(), peer.host);
    return;
  }
  if (stream.forwardedForName !== rule.header || stream.forwardedForLine === null) {
    stream.forwardedForName = rule.header;
    stream.forwardedForLine = headerLine(rule.header, peer.host);
  }
  head.addLine(stream.forwardedForLine);
}

/** `option originalto`: the address the client had asked for. */
function addOriginalTo(stream: Stream, head: Http1Head, backend: Proxy): void {
  const fe = stream.frontend;
  const rule = backend.model.originalTo ?? fe.model.originalTo;
  if (rule === undefined) return;
  const address = stream.clientDestination;
  if (address === null || address.family === AF_UNIX) return;
  if (fe.originalToExcept(address) || backend.originalToExcept(address)) return;
  head.addHeader(rule.header.toLowerCase(), address.host);
}

/** Keep-alive or close towards the server (manual section 4, options http-keep-alive to httpclose). */
function setServerConnectionMode(stream: Stream, head: Http1Head, backend: Proxy): void {
  const forced = stream.frontend.model.httpMode !== 'keep-alive' || backend.model.httpMode !== 'keep-alive';
  // What the client says about its own connection concerns the server's no more: the pool is ours.
  // An HTTP/1.0 server may not know transfer codings: nothing may follow.
  stream.serverKeepAlive = !forced && (head.version11 || !head.hasTransferEncoding);
  if (head.connectionUpgrade) return;
  if (takeRuledClose(head)) stream.serverKeepAlive = false;
  if (stream.serverKeepAlive || backend.model.options.httpPretendKeepalive) {
    if (!head.version11) head.addLine(KEEP_ALIVE);
  } else if (head.version11) head.addLine(CLOSE);
}
