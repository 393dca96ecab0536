/**
 * What the client does to a stream: it sends a head, leaves, or breaks. Request heads are read here and handed to
 * `http-request.ts`.
 */
import { COMPLETE as HEAD_COMPLETE, NEED_MORE } from '../http/h1-verdict.ts';
import { CLI_ABRT } from './counters.ts';
import { continueRequest, processRequest, rejectRequest } from './http-request.ts';
import { closeWithError } from './local-reply.ts';
import type { Stream } from './stream.ts';
import { countRequestError } from './stream-counts.ts';
import * as is from './stream-states.ts';
import { tarpitInput } from './tarpit.ts';
import {
  awaitsFrontendRules,
  continueInspection,
  giveUpInspection,
  inspectRequest,
  upgradedForNothing,
} from './tcp-rules-content.ts';

export function clientInput(stream: Stream): void {
  if (stream.closing && stream.requestState !== is.REQUEST_CLOSED) {
    // Our last words are still on their way: nothing the client says now is listened to.
    stream.client.stopReading();
    return;
  }
  switch (stream.requestState) {
    case is.REQUEST_IDLE:
    case is.REQUEST_HEAD:
      readHead(stream);
      break;
    case is.REQUEST_BODY:
    case is.REQUEST_TUNNEL:
      if (stream.rules.requestWaits) continueRequest(stream);
      else if (stream.rules.tarpit !== null) tarpitInput(stream);
      else stream.pumpRequest();
      break;
    case is.REQUEST_INSPECTED:
      continueInspection(stream);
      break;
    case is.REQUEST_CLOSED:
      stream.client.consume(stream.client.inputLength);
      if (stream.client.readEnded) stream.finishClosing();
      break;
    default:
      if (stream.rules.tarpit !== null) {
        tarpitInput(stream);
        return;
      }
      // Reading goes on behind a complete request only to see the client leave (`option abortonclose`).
      if (stream.client.readEnded) clientLeft(stream);
      else stream.client.stopReading();
  }
}

export function readHead(stream: Stream): void {
  const client = stream.client;
  const input = client.input;
  if (client.inputLength === 0 || input === null) {
    if (client.readEnded) clientEndedBeforeRequest(stream);
    return;
  }
  let head = stream.requestHead;
  if (head === null) {
    head = stream.runtime.takeHead();
    stream.requestHead = head;
    head.begin('request', input.bytes, client.inputStart, stream.frontend.headOptions, input.view);
    stream.requestState = is.REQUEST_HEAD;
    const now = stream.nowMs;
    stream.idleMs = now - stream.acceptMs - stream.handshakeMs;
    if (stream.requestsDone > 0) {
      const limit = stream.frontend.model.timeouts.httpRequest ?? stream.frontend.model.timeouts.client;
      stream.phaseExpiry = limit === undefined ? Number.POSITIVE_INFINITY : now + limit;
    }
  }
  const verdict = head.parse(client.inputEnd);
  if (verdict === HEAD_COMPLETE) {
    if (head.headEnd - client.inputStart > stream.runtime.headLimit) rejectRequest(stream, 'request head too large');
    else {
      client.stopReading();
      stream.phaseExpiry = Number.POSITIVE_INFINITY;
      if (stream.frontend.tcpRules !== null && awaitsFrontendRules(stream)) inspectRequest(stream, head);
      else processRequest(stream, head);
    }
  } else if (verdict !== NEED_MORE) rejectRequest(stream, head.errorReason);
  else if (client.inputLength >= stream.runtime.headLimit) rejectRequest(stream, 'request head too large');
  else if (client.readEnded) clientEndedBeforeRequest(stream);
  else if (client.inputEnd === input.bytes.length) {
    // The buffer ends before the head may: make room.
    head.rebase(input.bytes, -client.compactInput());
    client.startReading();
  }
}

/** The client closed while its request was awaited or incomplete. */
function clientEndedBeforeRequest(stream: Stream): void {
  if (stream.requestState === is.REQUEST_IDLE && stream.requestsDone > 0) {
    stream.destroy();
    return;
  }
  const counters = stream.frontend.frontendCounters;
  const nothing = stream.requestState === is.REQUEST_IDLE;
  stream.silent ||=
    nothing && (stream.frontend.model.options.dontlognull || stream.frontend.model.options.httpIgnoreProbes);
  stream.end(upgradedForNothing(stream) ? is.CAUSE_PROXY : is.CAUSE_CLIENT, is.AT_REQUEST);
  stream.status = 400;
  if (!(nothing && stream.frontend.model.options.httpIgnoreProbes)) {
    countRequestError(stream);
    counters[CLI_ABRT] = (counters[CLI_ABRT] as number) + 1;
  }
  stream.finishLog();
  if (stream.client.error !== 0 || (nothing && stream.frontend.model.options.httpIgnoreProbes)) stream.destroy();
  else closeWithError(stream, 400, true);
}

/** The client left while a server works for it. */
export function clientLeft(stream: Stream): void {
  if (stream.responseState > is.RESPONSE_HEAD) return;
  stream.countClientAbort();
  const where =
    stream.serverState === is.SERVER_QUEUED
      ? is.AT_QUEUE
      : stream.serverState === is.SERVER_READY
        ? is.AT_HEADERS
        : is.AT_CONNECT;
  if (stream.isHttp && where === is.AT_HEADERS) {
    stream.end(is.CAUSE_CLIENT, where);
    stream.failWith(400);
    return;
  }
  if (where === is.AT_QUEUE) stream.queueMs = stream.nowMs;
  stream.end(is.CAUSE_CLIENT, where);
  stream.finish();
}

export function clientBroke(stream: Stream): void {
  if (stream.closing) {
    stream.destroy();
    return;
  }
  if (stream.inspection !== null) {
    giveUpInspection(stream, is.CAUSE_CLIENT);
    return;
  }
  if (stream.isHttp && stream.requestState <= is.REQUEST_HEAD) {
    clientEndedBeforeRequest(stream);
    return;
  }
  if (stream.rules.requestWaits) {
    continueRequest(stream);
    return;
  }
  stream.countClientAbort();
  const at =
    stream.responseState > is.RESPONSE_HEAD || (stream.inTunnel && stream.serverState === is.SERVER_READY)
      ? is.AT_DATA
      : stream.serverState === is.SERVER_QUEUED
        ? is.AT_QUEUE
        : stream.serverState === is.SERVER_READY
          ? is.AT_HEADERS
          : is.AT_CONNECT;
  stream.end(is.CAUSE_CLIENT, at === is.AT_HEADERS ? is.AT_DATA : at);
  stream.finish();
}
