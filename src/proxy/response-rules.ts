/** What becomes of a response that a rule ends: another answer in its place, or none (manual 4.2, `http-response deny`). */
import type { Http1Head } from '../http/h1-head.ts';
import type { Connection } from '../net/connection.ts';
import { type Action, ANSWER, BAD, DENY, DROP } from './actions/action.ts';
import { type CounterBlock, DREQ, DRESP, EINT } from './counters.ts';
import { prepareReply, sendReply } from './local-reply.ts';
import { freeResponse } from './response-failures.ts';
import { releaseServer } from './server-link.ts';
import { silentDrop } from './silent-drop.ts';
import type { Stream } from './stream.ts';
import { countOnEntry, countServerError } from './stream-counts.ts';
import * as is from './stream-states.ts';

/** A rule ended it: another answer goes to the client, or none. */
export function endResponse(
  stream: Stream,
  head: Http1Head,
  server: Connection,
  verdict: number,
  action: Action,
): void {
  stream.dataMs = -1;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.inTunnel = false;
  switch (verdict) {
    case DENY:
      countDenied(stream);
      stream.end(is.CAUSE_PROXY, is.AT_HEADERS);
      break;
    case ANSWER:
      stream.end(is.CAUSE_LOCAL, is.AT_HEADERS);
      break;
    case DROP:
      countOnEntry(stream, DREQ);
      add(stream.backend.backendCounters, DREQ);
      stream.end(is.CAUSE_PROXY, is.AT_REQUEST);
      silentDrop(stream.client);
      stream.finishLog();
      stream.destroy();
      return;
    case BAD:
      countServerError(stream);
      stream.end(is.CAUSE_PROXY, is.AT_HEADERS);
      break;
    default:
      countFault(stream);
      stream.end(is.CAUSE_PROXY, is.AT_HEADERS);
  }
  const own = verdict === DENY || verdict === ANSWER;
  const status = own ? (action.status as number) : verdict === BAD ? 502 : 500;
  const reply = prepareReply(stream, status, own ? (action.reply ?? null) : null);
  dropResponse(stream, head, server);
  freeResponse(stream);
  if (stream.requestState !== is.REQUEST_DONE) stream.clientKeepAlive = false;
  sendReply(stream, reply);
}

function add(block: CounterBlock, index: number): void {
  block[index] = (block[index] as number) + 1;
}

function countDenied(stream: Stream): void {
  add(stream.backend.backendCounters, DRESP);
  countOnEntry(stream, DRESP);
  if (stream.target !== null) add(stream.target.counters, DRESP);
}

/** A rewrite failed. */
function countFault(stream: Stream): void {
  add(stream.backend.backendCounters, EINT);
  countOnEntry(stream, EINT);
  if (stream.target !== null) add(stream.target.counters, EINT);
}

/** The response is not for the client; if it is all here, its connection can be used again. */
function dropResponse(stream: Stream, head: Http1Head, server: Connection): void {
  const relay = stream.responseRelay;
  server.consume(head.headEnd - server.inputStart);
  if (relay.inspect(server)) {
    server.consume(relay.ready);
    relay.ready = 0;
  }
  if (relay.endSeen && stream.serverKeepAlive && stream.requestState === is.REQUEST_DONE) releaseServer(stream, true);
}
