/**
 * Responses made by the proxy itself: errors, redirects, the monitor page. They go through the same connection rules as a
 * server's: `Connection: close` is said when the connection will be closed, `keep-alive` to an HTTP/1.0 client that asked.
 */
import { METHOD_HEAD } from '../http/methods.ts';
import { allocate } from '../sys/memory.ts';
import { ruledReply } from './after-response.ts';
import type { MakeReply, Reply } from './reply.ts';
import type { Stream } from './stream.ts';
import { REQUEST_BODY, REQUEST_DONE, RESPONSE_DONE } from './stream-states.ts';

const CLOSE_LINE = 'connection: close\r\n';
const KEEP_ALIVE_LINE = 'connection: keep-alive\r\n';

/** What the other version would not take for granted is said. */
function connectionLine(stream: Stream, version10: boolean): string {
  if (!stream.clientKeepAlive) return version10 ? '' : CLOSE_LINE;
  return stream.requestMinor === 0 || version10 ? KEEP_ALIVE_LINE : '';
}

/** The error response for a status: the backend's, the frontend's, or the built-in one; null: close without a word. */
function errorReply(stream: Stream, status: number): Reply | null {
  return stream.backend.errorResponses.find(status, stream.frontend.errorResponses, stream);
}

/**
 * Makes the answer to the request under way and sends it through the http-after-response rules; one of them that fails makes
 * it a 500, as it is in HAProxy. Call while the request's head is there, for the answer may speak of it.
 * @param make null: the error response for `status`
 */
export function prepareReply(stream: Stream, status: number, make: MakeReply | null = null): Reply | null {
  stream.status = status;
  const reply = make === null ? errorReply(stream, status) : make(stream);
  const ruled = reply === null ? null : ruledReply(stream, reply);
  if (reply === null || ruled !== null) return ruled;
  const error = errorReply(stream, 500);
  if (status === 500 || error === null) return error;
  stream.status = 500;
  return ruledReply(stream, error) ?? error;
}

/** Sends what `prepareReply` made and ends the transaction. */
export function sendReply(stream: Stream, reply: Reply | null): void {
  if (reply === null) stream.clientKeepAlive = false;
  else writeReply(stream, reply);
  stream.responseState = RESPONSE_DONE;
  stream.serverKeepAlive = false;
  if (stream.requestState === REQUEST_BODY && stream.requestRelay.endSeen) stream.requestState = REQUEST_DONE;
  stream.endTransaction();
}

function writeReply(stream: Stream, reply: Reply): void {
  // Connection is ours to say, and said last.
  if (reply.saysClose) stream.clientKeepAlive = false;
  const length = stream.method === METHOD_HEAD ? 0 : reply.body.length;
  stream.bytesOut += reply.headSize + length;
  send(stream, `${reply.head}${connectionLine(stream, reply.version10)}\r\n`, reply.body, length);
}

function send(stream: Stream, head: string, body: Buffer, bodyLength: number): void {
  const memory = allocate(head.length + bodyLength);
  memory.bytes.write(head, 'latin1');
  body.copy(memory.bytes, head.length, 0, bodyLength);
  stream.client.write(memory, 0, head.length + bodyLength);
}

/** Answers with the error response for `status` and goes on with the connection if the request was whole. */
export function replyError(stream: Stream, status: number): void {
  sendReply(stream, prepareReply(stream, status));
}

/**
 * Answers with the error response for `status` and closes. `logged`: the log line was written already, and what the client
 * gets is not counted with the request (HAProxy answers below the stream then: with its own text, past all rules).
 */
export function closeWithError(stream: Stream, status: number, logged: boolean): void {
  stream.status = status;
  const sound = stream.client.error === 0;
  if (logged) {
    const reply = stream.backend.errorResponses.builtIn(status);
    const length = reply === null || stream.method === METHOD_HEAD ? 0 : reply.body.length;
    if (reply !== null && sound) send(stream, `${reply.received}\r\n`, reply.body, length);
  } else if (sound) {
    const reply = prepareReply(stream, status);
    stream.clientKeepAlive = false;
    if (reply !== null) writeReply(stream, reply);
  }
  stream.clientKeepAlive = false;
  stream.responseState = RESPONSE_DONE;
  stream.finish();
}
