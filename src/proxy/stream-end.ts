/**
 * The end of a request and the end of a stream: answers, log line, counters, the next request of the same client, closing so
 * that our last words arrive, letting go of everything.
 */

import { releaseKeptText } from '../sample/kept-text.ts';
import { beginCaptures, endCaptures } from './captures.ts';
import { EINT } from './counters.ts';
import { closeWithError } from './local-reply.ts';
import { leaveQueue, releaseServer } from './server-link.ts';
import type { Stream } from './stream.ts';
import { countBytes } from './stream-counts.ts';
import { logStream } from './stream-log.ts';
import * as is from './stream-states.ts';

/** How long a closed client may still send before it is cut off, when no timeout says otherwise; ms. */
const LINGER_MS = 5000;

/** Answers with an error if nothing was answered yet, and closes. */
export function failWith(stream: Stream, status: number): void {
  if (stream.status > 0 && stream.responseState > is.RESPONSE_HEAD) {
    finish(stream);
    return;
  }
  stream.status = status;
  leaveQueue(stream);
  releaseServer(stream, false);
  closeWithError(stream, status, false);
}

/** Request and response are complete: log, give back the server's connection, wait for the next request or close. */
export function endTransaction(stream: Stream): void {
  const complete = stream.requestState === is.REQUEST_DONE;
  if (complete && stream.serverKeepAlive) releaseServer(stream, true);
  else releaseServer(stream, false);
  finishLog(stream);
  if (!stream.clientKeepAlive || !complete || stream.frontend.stopped) {
    startClosing(stream);
    return;
  }
  nextRequest(stream);
}

/** Everything of the request just served is forgotten. */
function nextRequest(stream: Stream): void {
  const now = stream.nowMs;
  stream.requestsDone++;
  stream.ownVariables?.beginRequest();
  beginCaptures(stream);
  stream.requestSeen = false;
  stream.backend = stream.frontend;
  stream.target = null;
  stream.requestState = is.REQUEST_IDLE;
  stream.responseState = is.RESPONSE_NONE;
  stream.serverState = is.SERVER_NONE;
  stream.status = -1;
  stream.cause = is.CAUSE_NONE;
  stream.at = is.AT_NONE;
  stream.retries = 0;
  stream.redispatched = false;
  stream.silent = false;
  stream.requestCut = false;
  stream.logged = false;
  stream.backendReached = false;
  stream.connectError = 0;
  releaseKeptText(stream.requestLine);
  stream.requestLine = null;
  stream.rules.reset();
  stream.abandoned = 0;
  stream.responseInspection = null;
  stream.serverQueuePosition = 0;
  stream.backendQueuePosition = 0;
  stream.acceptMs = now;
  stream.handshakeMs = 0;
  stream.idleMs = 0;
  stream.requestMs = -1;
  stream.queueMs = -1;
  stream.connectMs = -1;
  stream.dataMs = -1;
  stream.closeMs = -1;
  stream.bytesIn = 0;
  stream.bytesOut = 0;
  stream.countedIn = 0;
  stream.countedOut = 0;
  stream.requestRelay.counted = 0;
  stream.responseRelay.counted = 0;
  stream.serverExpiry = Number.POSITIVE_INFINITY;
  stream.clientExpiry = Number.POSITIVE_INFINITY;
  if (stream.client.error !== 0) destroy(stream);
  else awaitRequest(stream);
}

/** Between two requests. Whoever does not take our answers is asked for nothing more. */
export function awaitRequest(stream: Stream): void {
  const client = stream.client;
  const timeouts = stream.frontend.model.timeouts;
  const blocked = client.pendingLength > 0;
  const limit = blocked ? timeouts.client : (timeouts.httpKeepAlive ?? timeouts.httpRequest ?? timeouts.client);
  stream.phaseExpiry = limit === undefined ? Number.POSITIVE_INFINITY : stream.nowMs + limit;
  if (blocked) {
    client.stopReading();
    return;
  }
  client.startReading();
  if (client.inputLength > 0) stream.resumeLater();
  else if (client.readEnded) destroy(stream);
}

/** Ends the stream now: log, release, close both sides. */
export function finish(stream: Stream): void {
  leaveQueue(stream);
  releaseServer(stream, false, stream.cause !== is.CAUSE_CLIENT_TIMEOUT);
  finishLog(stream);
  startClosing(stream);
}

/** Writes the log line and the counters of the request, once. */
export function finishLog(stream: Stream): void {
  if (stream.closeMs >= 0) return;
  stream.closeMs = stream.nowMs;
  stream.bytesIn += stream.requestRelay.counted;
  stream.bytesOut += stream.responseRelay.counted;
  stream.runtime.bytesOutTotal += countBytes(stream, stream.bytesIn, stream.bytesOut);
  if (stream.requestHead !== null) stream.dropRequestHead();
  if (stream.responseHead !== null) {
    stream.runtime.giveHead(stream.responseHead);
    stream.responseHead = null;
  }
  logStream(stream);
  stream.runtime.countEnd(stream);
}

/** Nothing more will be said to the client but what is pending. */
function startClosing(stream: Stream): void {
  stream.closing = true;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.serverExpiry = Number.POSITIVE_INFINITY;
  stream.clientExpiry = Number.POSITIVE_INFINITY;
  const client = stream.client;
  client.sendWaiting();
  if (client.pendingLength > 0 && client.error === 0) {
    stream.clientExpiry = stream.nowMs + (stream.frontend.model.timeouts.client ?? LINGER_MS);
    return;
  }
  finishClosing(stream);
}

export function finishClosing(stream: Stream): void {
  const client = stream.client;
  const unread = stream.isHttp && !client.readEnded && stream.requestState !== is.REQUEST_DONE && client.error === 0;
  if (unread && stream.requestState === is.REQUEST_CLOSED && client.writeEnded) return;
  if (!unread || stream.cause === is.CAUSE_CLIENT) {
    destroy(stream);
    return;
  }
  // The client may still be sending: closing now would reset the connection and could destroy our answer on its way.
  client.shutdownWrite();
  stream.requestState = is.REQUEST_CLOSED;
  const timeouts = stream.frontend.model.timeouts;
  stream.phaseExpiry = stream.nowMs + Math.min(timeouts.clientFin ?? timeouts.client ?? LINGER_MS, LINGER_MS);
  client.consume(client.inputLength);
  client.startReading();
}

/** Lets go of everything. */
export function destroy(stream: Stream): void {
  if (stream.closed) return;
  stream.closed = true;
  try {
    releaseServer(stream, false);
    leaveQueue(stream);
    stream.ownServers?.closeAll();
  } finally {
    letGo(stream);
  }
}

function letGo(stream: Stream): void {
  stream.runtime.reactor.timers.cancel(stream.timer);
  stream.ownVariables?.end();
  endCaptures(stream);
  releaseKeptText(stream.requestLine);
  stream.requestLine = null;
  stream.dropRequestHead();
  if (stream.responseHead !== null) {
    stream.runtime.giveHead(stream.responseHead);
    stream.responseHead = null;
  }
  if (stream.frontend.model.options.nolinger && stream.client.error === 0) stream.client.abort();
  else stream.client.close();
  stream.listener.release(stream);
}

/** A bug of ours: this stream alone ends, as if its connections had broken. */
export function crash(stream: Stream, error: unknown): void {
  stream.runtime.reportFault(error);
  if (stream.closed) return;
  const counters = stream.frontend.frontendCounters;
  counters[EINT] = (counters[EINT] as number) + 1;
  try {
    stream.end(is.CAUSE_INTERNAL, currentPhase(stream));
    finishLog(stream);
  } catch (second) {
    stream.runtime.reportFault(second);
  }
  try {
    if (stream.backendCounted) stream.runtime.countEnd(stream);
    destroy(stream);
  } catch (second) {
    stream.runtime.reportFault(second);
  }
}

/** The frontend stops: a client between two requests is let go. */
export function stopIfIdle(stream: Stream): void {
  if (!stream.isHttp || stream.requestState !== is.REQUEST_IDLE || stream.closing || stream.requestsDone === 0) return;
  stream.client.sendWaiting();
  if (stream.client.pendingLength > 0) startClosing(stream);
  else destroy(stream);
}

/** `shutdown session`: cut off where it is. */
export function kill(stream: Stream, cause: number): void {
  try {
    if (stream.closed) return;
    // What is merely relayed is cut off without a state of its own: HAProxy logs `K-`.
    stream.end(cause, stream.inTunnel ? is.AT_NONE : currentPhase(stream));
    const idle = stream.requestState === is.REQUEST_IDLE && stream.requestsDone > 0;
    if (stream.serverState === is.SERVER_QUEUED) {
      stream.queueMs = stream.nowMs;
      leaveQueue(stream);
    }
    // As long as a PROXY header is awaited, the connection has another user.
    if (idle || stream.closing || stream.client.user !== stream) destroy(stream);
    else if (stream.inspection !== null) {
      // Rules have not let it pass: nothing is answered.
      finishLog(stream);
      destroy(stream);
    } else if (
      stream.isHttp &&
      !stream.inTunnel &&
      stream.requestState > is.REQUEST_HEAD &&
      stream.responseState <= is.RESPONSE_HEAD
    ) {
      const status = stream.serverState === is.SERVER_READY ? 502 : 503;
      failWith(stream, status);
    } else finish(stream);
  } catch (error) {
    crash(stream, error);
  }
}

/** The letter for where it is now (sess_set_term_flags). */
function currentPhase(stream: Stream): number {
  if (stream.inspection !== null) return is.AT_REQUEST;
  if (stream.isHttp && stream.requestState <= is.REQUEST_HEAD) return is.AT_REQUEST;
  if (stream.serverState === is.SERVER_QUEUED) return is.AT_QUEUE;
  if (stream.serverState < is.SERVER_READY) return is.AT_CONNECT;
  if (stream.isHttp && stream.responseState <= is.RESPONSE_HEAD) return is.AT_HEADERS;
  if (stream.responseState === is.RESPONSE_DONE) return is.AT_LAST;
  return is.AT_DATA;
}
