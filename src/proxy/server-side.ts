/** What the server does to a stream beyond answering: more input in any state, and breaking. */
import type { Connection } from '../net/connection.ts';
import { continueResponse, readResponse } from './http-response.ts';
import { serverEndedEarly } from './response-failures.ts';
import type { Stream } from './stream.ts';
import { countServerAbort } from './stream-counts.ts';
import * as is from './stream-states.ts';
import { continueResponseInspection } from './tcp-rules-response.ts';

export function serverInput(stream: Stream): void {
  const server = stream.server as Connection;
  switch (stream.responseState) {
    case is.RESPONSE_HEAD:
      if (stream.rules.responseWaits) continueResponse(stream);
      else readResponse(stream, server);
      break;
    case is.RESPONSE_BODY:
    case is.RESPONSE_TUNNEL:
      stream.pumpResponse();
      break;
    case is.RESPONSE_INSPECTED:
      continueResponseInspection(stream);
      break;
    case is.RESPONSE_DONE:
      // Closed after an early response: no use in sending it the rest.
      if (server.readEnded) stream.requestCut = true;
      server.stopReading();
      break;
    default:
      server.stopReading();
  }
}

export function serverBroke(stream: Stream): void {
  if (stream.rules.responseWaits) {
    continueResponse(stream);
    return;
  }
  // Rules have their last word on what it said.
  if (stream.responseState === is.RESPONSE_INSPECTED) continueResponseInspection(stream);
  if (stream.closed) return;
  if (stream.responseState === is.RESPONSE_HEAD) {
    // What it said before it broke is still worth reading.
    const server = stream.server as Connection;
    if (stream.requestCut || server.readEnded || stream.requestState !== is.REQUEST_BODY) serverEndedEarly(stream);
    else {
      stream.requestCut = true;
      stream.client.stopReading();
      server.readRest();
    }
    return;
  }
  if (stream.responseState === is.RESPONSE_DONE && !stream.inTunnel) {
    stream.serverKeepAlive = false;
    stream.requestCut = true;
    stream.pumpRequest();
    return;
  }
  countServerAbort(stream);
  stream.end(is.CAUSE_SERVER, is.AT_DATA);
  stream.finish();
}
