/** The http-request and redirect rules of a proxy, and what becomes of a request that one of them ends. */
import type { Http1Head } from '../http/h1-head.ts';
import { type Action, ANSWER, BAD, DENY, DROP, FAIL, REJECT, TARPIT, WAIT } from './actions/action.ts';
import { DREQ, EINT, INTERCEPTED } from './counters.ts';
import { applyRules, CONTINUE, finalAction } from './http-rules.ts';
import { prepareReply, sendReply } from './local-reply.ts';
import type { Proxy } from './proxy.ts';
import { silentDrop } from './silent-drop.ts';
import type { Stream } from './stream.ts';
import { countOnEntry, countRequestError } from './stream-counts.ts';
import * as is from './stream-states.ts';
import { beginTarpit } from './tarpit.ts';

/** Runs the http-request rules of `proxy`, then its redirect rules. Returns false if the request ended or waits. */
export function runRequestRules(stream: Stream, head: Http1Head, proxy: Proxy): boolean {
  let verdict = proxy.requestRules.length > 0 ? applyRules(proxy.requestRules, stream, head) : CONTINUE;
  if (verdict === CONTINUE && proxy.namesRestricted && !restrictNames(head, proxy)) {
    deny(stream, null);
    return false;
  }
  if (verdict === CONTINUE && proxy.redirectRules.length > 0) verdict = applyRules(proxy.redirectRules, stream, head);
  if (verdict === CONTINUE) return true;
  if (verdict !== WAIT) end(stream, verdict, finalAction as Action);
  return false;
}

function end(stream: Stream, verdict: number, action: Action): void {
  switch (verdict) {
    case DENY:
      deny(stream, action);
      break;
    case TARPIT:
      countDenied(stream);
      dropRequestMessage(stream);
      beginTarpit(stream, action);
      break;
    case ANSWER:
      answer(stream, action);
      break;
    case REJECT:
    case DROP:
      countDenied(stream);
      stream.end(is.CAUSE_PROXY, is.AT_REQUEST);
      if (verdict === DROP) silentDrop(stream.client);
      stream.finishLog();
      stream.destroy();
      break;
    case BAD:
      refuseRequest(stream, 400);
      break;
    default:
      if (verdict !== FAIL) throw new Error(`no action answers ${verdict}`);
      refuseRequest(stream, 500);
  }
}

function countDenied(stream: Stream): void {
  countOnEntry(stream, DREQ);
  if (stream.backendCounted) {
    const counters = stream.backend.backendCounters;
    counters[DREQ] = (counters[DREQ] as number) + 1;
  }
}

/** @param action null: a 403 without a rule of its own */
function deny(stream: Stream, action: Action | null): void {
  countDenied(stream);
  stream.requestMs = stream.nowMs;
  stream.end(is.CAUSE_PROXY, is.AT_REQUEST);
  const reply = prepareReply(stream, action?.status ?? 403, action?.reply ?? null);
  dropRequestMessage(stream);
  sendReply(stream, reply);
}

function answer(stream: Stream, action: Action): void {
  stream.requestMs = stream.nowMs;
  if (!stream.backendCounted || stream.backend === stream.frontend) {
    const counters = stream.frontend.frontendCounters;
    counters[INTERCEPTED] = (counters[INTERCEPTED] as number) + 1;
  }
  stream.end(is.CAUSE_LOCAL, is.AT_REQUEST);
  const reply = prepareReply(stream, action.status ?? (stream.rules.proxyRequest ? 407 : 401), action.reply ?? null);
  dropRequestMessage(stream);
  sendReply(stream, reply);
}

/** 400: the request is no good; 500: a rewrite failed. */
export function refuseRequest(stream: Stream, status: number): void {
  if (status === 400) countRequestError(stream);
  else {
    countOnEntry(stream, EINT);
    if (stream.backendCounted) {
      const counters = stream.backend.backendCounters;
      counters[EINT] = (counters[EINT] as number) + 1;
    }
  }
  stream.end(is.CAUSE_PROXY, is.AT_REQUEST);
  const reply = prepareReply(stream, status);
  dropRequestMessage(stream);
  sendReply(stream, reply);
}

/** The payload that a rule waits for does not come: 408. */
export function requestBodyTimedOut(stream: Stream): void {
  stream.rules.requestWaits = false;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.clientExpiry = Number.POSITIVE_INFINITY;
  countRequestError(stream);
  stream.end(is.CAUSE_CLIENT_TIMEOUT, is.AT_REQUEST);
  const reply = prepareReply(stream, 408);
  dropRequestMessage(stream);
  sendReply(stream, reply);
}

/** The request was answered here: it is not forwarded, its bytes are used up. */
export function dropRequestMessage(stream: Stream): void {
  const head = stream.requestHead as Http1Head;
  const { client, requestRelay: relay } = stream;
  client.consume(head.headEnd - client.inputStart);
  stream.dropRequestHead();
  if (relay.inspect(client)) {
    client.consume(relay.ready);
    relay.ready = 0;
    if (relay.endSeen) stream.requestState = is.REQUEST_DONE;
  }
  // Without its end there is no telling where the next request would begin.
  if (stream.requestState !== is.REQUEST_DONE) stream.clientKeepAlive = false;
}

/** `option http-restrict-req-hdr-names`. Returns false if the request is to be refused. */
function restrictNames(head: Http1Head, proxy: Proxy): boolean {
  const mode = proxy.model.restrictHeaderNames;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0 || /^[0-9A-Za-z-]*$/.test(head.nameString(i))) continue;
    if (mode === 'reject') return false;
    head.removeAt(i);
  }
  return true;
}
