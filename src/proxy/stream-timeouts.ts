/** Deadlines of both sides of a stream, and what happens when one has passed (manual section 4, `timeout ...`). */
import type { Connection } from '../net/connection.ts';
import { requestBodyTimedOut } from './request-rules.ts';
import { responseBodyTimedOut, responseTimedOut } from './response-failures.ts';
import type { Stream } from './stream.ts';
import * as is from './stream-states.ts';

/** When the client must have done something, ms; what applies depends on tunnel and half-closed states. */
export function clientDeadline(stream: Stream, now: number): number {
  const fe = stream.frontend.model.timeouts;
  if (stream.responseState === is.RESPONSE_TUNNEL || stream.requestState === is.REQUEST_TUNNEL || stream.inTunnel) {
    if (stream.client.writeEnded && fe.clientFin !== undefined) return now + fe.clientFin;
    const tunnel = tunnelTimeout(stream);
    if (tunnel !== undefined) return now + tunnel;
  }
  return now + (fe.client ?? Number.POSITIVE_INFINITY);
}

export function serverDeadline(stream: Stream, now: number): number {
  const be = stream.backend.model.timeouts;
  if (stream.responseState === is.RESPONSE_TUNNEL || stream.requestState === is.REQUEST_TUNNEL || stream.inTunnel) {
    if (stream.server?.writeEnded === true && be.serverFin !== undefined) return now + be.serverFin;
    const tunnel = tunnelTimeout(stream);
    if (tunnel !== undefined && (stream.isHttp || stream.serverState === is.SERVER_READY)) return now + tunnel;
  }
  const { serverTimeoutMs } = stream.rules;
  return now + (serverTimeoutMs > 0 ? serverTimeoutMs : (be.server ?? Number.POSITIVE_INFINITY));
}

/** `timeout tunnel`, or what a `set-timeout` rule said instead. */
function tunnelTimeout(stream: Stream): number | undefined {
  const { tunnelTimeoutMs } = stream.rules;
  return tunnelTimeoutMs > 0 ? tunnelTimeoutMs : stream.backend.model.timeouts.tunnel;
}

export function serverTimedOut(stream: Stream): void {
  if (stream.rules.responseWaits) {
    responseBodyTimedOut(stream);
    return;
  }
  if (stream.responseState === is.RESPONSE_HEAD) responseTimedOut(stream);
  else {
    stream.end(is.CAUSE_SERVER_TIMEOUT, is.AT_DATA);
    if (!mayHalfClose(stream, stream.clientExpiry)) {
      stream.finish();
      return;
    }
    (stream.server as Connection).stopReading();
    stream.responseState = is.RESPONSE_DONE;
    stream.client.shutdownWrite();
    const { clientFin } = stream.frontend.model.timeouts;
    if (clientFin !== undefined) stream.clientExpiry = stream.nowMs + clientFin;
  }
}

/** A silent side of a TCP session is taken as ended: the other may go on until its own time is over. */
function mayHalfClose(stream: Stream, otherExpiry: number): boolean {
  return (
    !stream.isHttp &&
    stream.nowMs < otherExpiry &&
    otherExpiry !== Number.POSITIVE_INFINITY &&
    stream.serverState === is.SERVER_READY &&
    stream.requestState === is.REQUEST_TUNNEL &&
    stream.responseState === is.RESPONSE_TUNNEL &&
    stream.requestRelay.ready === 0 &&
    stream.responseRelay.ready === 0
  );
}

export function clientTimedOut(stream: Stream): void {
  if (stream.closing) {
    stream.destroy();
    return;
  }
  if (stream.rules.requestWaits) {
    requestBodyTimedOut(stream);
    return;
  }
  stream.end(
    is.CAUSE_CLIENT_TIMEOUT,
    stream.responseState > is.RESPONSE_HEAD || stream.inTunnel ? is.AT_DATA : is.AT_HEADERS,
  );
  if (stream.isHttp && stream.responseState <= is.RESPONSE_HEAD && !stream.inTunnel) stream.failWith(408);
  else if (mayHalfClose(stream, stream.serverExpiry)) {
    stream.client.stopReading();
    stream.requestState = is.REQUEST_CLOSED;
    (stream.server as Connection).shutdownWrite();
    const { serverFin } = stream.backend.model.timeouts;
    if (serverFin !== undefined) stream.serverExpiry = stream.nowMs + serverFin;
  } else stream.finish();
}
