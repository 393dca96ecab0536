/**
 * Moves the payload of a stream both ways and decides what comes next when a direction waits, is blocked, complete or
 * broken. Relaying itself is `relay.ts`; here is what it means for the stream.
 */
import type { Connection } from '../net/connection.ts';
import { peerAddress } from '../sys/socket.ts';
import { BLOCKED, BROKEN, COMPLETE, INVALID, MORE, TRUNCATED } from './relay.ts';
import { releaseServer } from './server-link.ts';
import type { Stream } from './stream.ts';
import { countRequestError, countServerAbort, countServerError } from './stream-counts.ts';
import * as is from './stream-states.ts';

export function pumpRequest(stream: Stream): void {
  const server = stream.server;
  if (stream.requestCut) {
    discardRequest(stream);
    return;
  }
  if (server === null || stream.serverState !== is.SERVER_READY) {
    waitForServerWithInput(stream);
    return;
  }
  const code = stream.requestRelay.pump(stream.client, server);
  afterRequestPump(stream, code);
}

/** The rest of a request that nobody wants any more, up to its end: then the connection can go on. */
function discardRequest(stream: Stream): void {
  const relay = stream.requestRelay;
  const valid = relay.inspect(stream.client);
  stream.client.consume(relay.ready);
  stream.client.makeRoom();
  relay.ready = 0;
  if (!valid) afterRequestPump(stream, INVALID);
  else if (relay.endSeen) afterRequestPump(stream, COMPLETE);
  else if (stream.client.readEnded) afterRequestPump(stream, TRUNCATED);
  else {
    stream.clientExpiry = stream.clientDeadline(stream.nowMs);
    stream.client.startReading();
  }
}

/** Client bytes arrive while the server is not there yet: they wait in the input. */
function waitForServerWithInput(stream: Stream): void {
  const client = stream.client;
  if (client.readEnded && !stream.isHttp && client.inputLength === 0) {
    // An end that comes with the server's consent is passed on, as it would be a moment later.
    const server = stream.server;
    if (server === null || !server.connecting || peerAddress(server.fd) === null) stream.clientLeft();
    else client.stopReading();
  } else if (client.readEnded && stream.backend.model.options.abortonclose) stream.clientLeft();
  else client.stopReading();
}

export function afterRequestPump(stream: Stream, code: number): void {
  const now = stream.nowMs;
  const client = stream.client;
  switch (code) {
    case MORE:
      // While the server owes an answer, its own time runs even if the client is slow to send the rest (HAProxy 2.6).
      stream.clientExpiry =
        stream.responseState === is.RESPONSE_HEAD ? Number.POSITIVE_INFINITY : stream.clientDeadline(now);
      stream.serverExpiry =
        stream.responseState === is.RESPONSE_DONE ? Number.POSITIVE_INFINITY : stream.serverDeadline(now);
      client.startReading();
      break;
    case BLOCKED:
      client.stopReading();
      stream.serverExpiry = stream.serverDeadline(now);
      if (stream.requestState !== is.REQUEST_TUNNEL) stream.clientExpiry = Number.POSITIVE_INFINITY;
      break;
    case COMPLETE:
      if (stream.requestState === is.REQUEST_TUNNEL) {
        stream.requestState = is.REQUEST_CLOSED;
        halfClosed(stream);
        return;
      }
      stream.requestState = is.REQUEST_DONE;
      stream.clientExpiry = Number.POSITIVE_INFINITY;
      if (stream.responseState === is.RESPONSE_DONE) {
        stream.endTransaction();
        return;
      }
      if (stream.responseState === is.RESPONSE_HEAD) stream.serverExpiry = stream.serverDeadline(now);
      if (stream.watchesClient) client.startReading();
      else client.stopReading();
      break;
    case TRUNCATED:
      stream.countClientAbort();
      stream.end(is.CAUSE_CLIENT, is.AT_DATA);
      stream.finish();
      break;
    case INVALID:
      countRequestError(stream);
      stream.runtime.captureError(stream, 'request', client, 'invalid chunk');
      stream.end(is.CAUSE_PROXY, stream.responseState > is.RESPONSE_HEAD ? is.AT_DATA : is.AT_HEADERS);
      stream.failWith(400);
      break;
    case BROKEN:
      stream.serverBroke();
      break;
  }
}

export function pumpResponse(stream: Stream): void {
  const server = stream.server;
  if (server === null) return;
  const code = stream.responseRelay.pump(server, stream.client);
  afterResponsePump(stream, code);
}

export function afterResponsePump(stream: Stream, code: number): void {
  const now = stream.nowMs;
  const server = stream.server as Connection;
  switch (code) {
    case MORE:
      stream.serverExpiry = stream.serverDeadline(now);
      stream.clientExpiry =
        stream.requestState === is.REQUEST_TUNNEL || stream.requestState === is.REQUEST_BODY
          ? stream.clientDeadline(now)
          : Number.POSITIVE_INFINITY;
      server.startReading();
      break;
    case BLOCKED:
      server.stopReading();
      stream.clientExpiry = stream.clientDeadline(now);
      if (stream.responseState !== is.RESPONSE_TUNNEL) stream.serverExpiry = Number.POSITIVE_INFINITY;
      break;
    case COMPLETE:
      if (stream.responseState === is.RESPONSE_TUNNEL) {
        stream.responseState = is.RESPONSE_DONE;
        halfClosed(stream);
        return;
      }
      stream.responseState = is.RESPONSE_DONE;
      stream.serverExpiry = Number.POSITIVE_INFINITY;
      if (stream.requestState === is.REQUEST_DONE) stream.endTransaction();
      else responseBeforeRequestEnd(stream);
      break;
    case TRUNCATED:
      countServerAbort(stream);
      stream.end(is.CAUSE_SERVER, is.AT_DATA);
      stream.finish();
      break;
    case INVALID:
      countServerError(stream);
      stream.runtime.captureError(stream, 'response', server, 'invalid chunk');
      stream.end(is.CAUSE_SERVER, is.AT_DATA);
      stream.finish();
      break;
    case BROKEN:
      stream.countClientAbort();
      // The server has said all: its connection is as good as before.
      if (stream.responseRelay.endSeen && stream.requestState === is.REQUEST_DONE && stream.serverKeepAlive) {
        server.consume(stream.responseRelay.ready);
        releaseServer(stream, true);
      }
      stream.end(is.CAUSE_CLIENT, is.AT_DATA);
      stream.finish();
      break;
  }
}

/** The whole response went out while the client still sends: goes on as long as the server listens. */
function responseBeforeRequestEnd(stream: Stream): void {
  const server = stream.server;
  if (server === null || server.endSeen) stream.requestCut = true;
  stream.clientExpiry = stream.clientDeadline(stream.nowMs);
  if (stream.requestState === is.REQUEST_BODY) pumpRequest(stream);
}

/** One direction of a tunnel has ended: the other goes on with its own timeouts. */
function halfClosed(stream: Stream): void {
  const server = stream.server as Connection;
  const now = stream.nowMs;
  const requestEnded = stream.requestState === is.REQUEST_CLOSED;
  const responseEnded = stream.responseState === is.RESPONSE_DONE;
  // With `option nolinger` the server gets a reset in place of an end that it could still answer.
  const reset = stream.backend.model.options.nolinger;
  if (requestEnded && !reset) server.shutdownWrite();
  if (responseEnded) stream.client.shutdownWrite();
  if (requestEnded && (responseEnded || reset)) {
    stream.finish();
    return;
  }
  // Who has ended its side is only waited for while it does not take what it is sent.
  stream.clientExpiry = requestEnded ? Number.POSITIVE_INFINITY : stream.clientDeadline(now);
  stream.serverExpiry = responseEnded ? Number.POSITIVE_INFINITY : stream.serverDeadline(now);
}
