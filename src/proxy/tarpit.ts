/** The tarpit (manual 4.2, `http-request tarpit`): the client is kept waiting before it gets its error. */
import type { Action } from './actions/action.ts';
import { prepareReply, sendReply } from './local-reply.ts';
import type { Stream } from './stream.ts';
import * as is from './stream-states.ts';

/** The request is used up already; the answer comes after `timeout tarpit`, or at once when the client leaves. */
export function beginTarpit(stream: Stream, action: Action): void {
  stream.rules.tarpit = action;
  stream.phaseExpiry = stream.nowMs + (stream.backend.model.timeouts.tarpit ?? 0);
  stream.client.startReading();
  stream.armTimer();
}

/** The client sent something, or left. */
export function tarpitInput(stream: Stream): void {
  const { client, requestRelay: relay } = stream;
  if (stream.requestState !== is.REQUEST_DONE) {
    if (relay.inspect(client)) client.consume(relay.ready);
    relay.ready = 0;
    if (relay.endSeen) stream.requestState = is.REQUEST_DONE;
  }
  if (client.readEnded) endTarpit(stream);
  else if (client.inputLength > 0) client.stopReading();
}

/** Answers now. */
export function endTarpit(stream: Stream): void {
  const action = stream.rules.tarpit;
  if (action === null) return;
  stream.rules.tarpit = null;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.queueMs = stream.nowMs;
  stream.end(is.CAUSE_PROXY, is.AT_TARPIT);
  sendReply(stream, prepareReply(stream, action.status ?? 500, action.reply ?? null));
}
