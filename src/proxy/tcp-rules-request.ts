/**
 * Rules on a client's connection: `tcp-request connection` right after accept, `session` when the client's address is known;
 * and what rejecting means there and for contents.
 */
import { DCON, DREQ, DSES } from './counters.ts';
import { awaitsHeaders, logUnborn } from './proxy-header.ts';
import { silentDrop } from './silent-drop.ts';
import type { Stream } from './stream.ts';
import { countOnEntry } from './stream-counts.ts';
import * as is from './stream-states.ts';
import { applyTcpRules, type TcpRule } from './tcp-rules.ts';
import { DROP, REJECT } from './tcp-rules-verdicts.ts';

/** Rules before there is a request change the addresses of the connection itself. */
function applyEarly(rules: readonly TcpRule[], stream: Stream): number {
  const verdict = applyTcpRules(rules, stream, true);
  const { client, rules: state } = stream;
  if (state.source !== null) client.peer = state.source;
  if (state.destination !== null) client.overrideLocal(state.destination);
  state.source = null;
  state.destination = null;
  return verdict;
}

/** Right after accept. Returns false if the connection is gone. */
export function admitConnection(stream: Stream): boolean {
  return admit(stream, stream.frontend.tcpRules?.connection, rejectConnection);
}

/** When the session begins, after a PROXY header. Returns false if it is gone. */
export function admitSession(stream: Stream): boolean {
  return admit(stream, stream.frontend.tcpRules?.session, rejectSession);
}

function admit(stream: Stream, rules: readonly TcpRule[] | undefined, reject: (stream: Stream) => void): boolean {
  if (rules === undefined || rules.length === 0) return true;
  const verdict = applyEarly(rules, stream);
  if (verdict === DROP) {
    countOnEntry(stream, DREQ);
    silentDrop(stream.client);
  } else if (verdict === REJECT) reject(stream);
  else return true;
  stream.destroy();
  return false;
}

function rejectConnection(stream: Stream): void {
  countOnEntry(stream, DCON);
  stream.client.abort();
}

function rejectSession(stream: Stream): void {
  countOnEntry(stream, DSES);
  // After a handshake the session's end is worth a line, though nothing failed.
  if (awaitsHeaders(stream)) logUnborn(stream, 'Success', true);
  // What was not read makes the kernel send a reset.
  if (stream.client.inputLength > 0) stream.client.abort();
}

/** A rule on content turned the client away: nothing is answered. */
export function turnAway(stream: Stream, verdict: typeof REJECT | typeof DROP): void {
  countOnEntry(stream, DREQ);
  stream.end(is.CAUSE_PROXY, is.AT_REQUEST);
  if (verdict === DROP) {
    if (stream.backendCounted) {
      const counters = stream.backend.backendCounters;
      counters[DREQ] = (counters[DREQ] as number) + 1;
    }
    silentDrop(stream.client);
  }
  stream.finishLog();
  stream.destroy();
}
