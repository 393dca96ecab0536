/** Responses that are invalid, cut off, or late: 502 or 504 for the client. */
import type { Connection } from '../net/connection.ts';
import { CLI_ABRT } from './counters.ts';
import { replyError } from './local-reply.ts';
import type { Stream } from './stream.ts';
import { countAbort, countServerError } from './stream-counts.ts';
import * as is from './stream-states.ts';

/** What the server says is no HTTP: 502, captured for `show errors`. */
export function invalidResponse(stream: Stream, server: Connection, reason: string): void {
  countServerError(stream);
  stream.runtime.captureError(stream, 'response', server, reason);
  stream.dataMs = -1;
  stream.end(is.CAUSE_PROXY, is.AT_HEADERS);
  giveUp(stream, 502);
}

/** Nothing more is read of the response. */
export function freeResponse(stream: Stream): void {
  if (stream.responseHead !== null) {
    stream.runtime.giveHead(stream.responseHead);
    stream.responseHead = null;
  }
  stream.releaseServer(false);
}

function giveUp(stream: Stream, status: number): void {
  freeResponse(stream);
  if (stream.requestState !== is.REQUEST_DONE) stream.clientKeepAlive = false;
  replyError(stream, status);
}

/** The server closed or broke the connection before a whole response head came. */
export function serverEndedEarly(stream: Stream): void {
  const server = stream.server;
  if (stream.requestsDone > 0 && stream.reused && (server === null || server.inputLength === 0)) {
    // The server had closed its idle connection while our request was under way. Nothing was answered, so the client,
    // which had a kept-alive connection too, will try again when it sees it closed (RFC 9112 section 9.3.1).
    stream.silent = true;
    stream.releaseServer(false);
    stream.status = -1;
    stream.finish();
    return;
  }
  if (stream.client.readEnded && stream.backend.model.options.abortonclose) {
    countAbort(stream, CLI_ABRT);
    stream.end(is.CAUSE_CLIENT, is.AT_HEADERS);
    giveUp(stream, 400);
    return;
  }
  countServerError(stream);
  stream.dataMs = -1;
  const broken = server !== null && server.error !== 0 && stream.requestState === is.REQUEST_BODY;
  if (broken || stream.requestCut) {
    // It broke while it was being sent the request: HAProxy says nothing to the client then.
    stream.end(is.CAUSE_SERVER, is.AT_DATA);
    stream.finish();
    return;
  }
  stream.end(is.CAUSE_SERVER, is.AT_HEADERS);
  giveUp(stream, 502);
}

/** The payload that a `wait-for-body` rule waits for does not come. */
export function responseBodyTimedOut(stream: Stream): void {
  stream.rules.responseWaits = false;
  stream.dataMs = -1;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.end(is.CAUSE_SERVER_TIMEOUT, is.AT_REQUEST);
  giveUp(stream, 504);
}

/** `timeout server` struck before a whole response head came. */
export function responseTimedOut(stream: Stream): void {
  countServerError(stream);
  stream.end(is.CAUSE_SERVER_TIMEOUT, is.AT_HEADERS);
  giveUp(stream, 504);
}
