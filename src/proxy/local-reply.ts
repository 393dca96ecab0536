/**
 * Responses made by the proxy itself: errors, redirects, the monitor page. They go through the same connection rules as a
 * server's: `Connection: close` is said when the connection will be closed, `keep-alive` to an HTTP/1.0 client that asked.
 */
import { latin1Text } from '../http/latin1-text.ts';
import { METHOD_HEAD } from '../http/methods.ts';
import { allocate } from '../sys/memory.ts';
import type { ErrorResponse } from './error-responses.ts';
import type { Stream } from './stream.ts';
import { REQUEST_BODY, REQUEST_DONE, RESPONSE_DONE } from './stream-states.ts';

const CLOSE_LINE = 'connection: close\r\n';
const KEEP_ALIVE_LINE = 'connection: keep-alive\r\n';

/** The size HAProxy counts for a response of its own (see countedSize): names and values, not separators. */
function countedText(head: string, bodyLength: number): number {
  const lines = head.split(/\r?\n/);
  let size = 21 + bodyLength;
  const start = lines[0] ?? '';
  size += start.replace(' ', '').replace(' ', '').length;
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) size += colon + line.slice(colon + 1).trim().length;
  }
  return size;
}

/** What the other version would not take for granted is said. */
function connectionLine(stream: Stream, version10 = false): string {
  if (!stream.clientKeepAlive) return version10 ? '' : CLOSE_LINE;
  return stream.requestMinor === 0 || version10 ? KEEP_ALIVE_LINE : '';
}

/** Sends a response head (without its final blank line) and body text, and ends the transaction. */
export function replyText(stream: Stream, head: string, body: string, close: boolean): void {
  if (close) stream.clientKeepAlive = false;
  const wanted = connectionLine(stream);
  const text = `${head}${wanted}\r\n${stream.method === METHOD_HEAD ? '' : body}`;
  const memory = allocate(text.length);
  memory.bytes.write(text, 'latin1');
  stream.bytesOut += countedText(close ? head + CLOSE_LINE : head, stream.method === METHOD_HEAD ? 0 : body.length);
  stream.client.write(memory, 0, text.length);
  endReply(stream);
}

/** The request is answered; what of it did not arrive yet will be thrown away. */
function endReply(stream: Stream): void {
  stream.responseState = RESPONSE_DONE;
  stream.serverKeepAlive = false;
  if (stream.requestState === REQUEST_BODY && stream.requestRelay.endSeen) stream.requestState = REQUEST_DONE;
  stream.endTransaction();
}

function replyBytes(stream: Stream, reply: ErrorResponse, raw = false): void {
  const { bytes } = reply.memory;
  const end = stream.method === METHOD_HEAD ? reply.headLength : reply.length;
  const received = latin1Text(bytes, 0, reply.headLength);
  if (raw) {
    stream.client.write(reply.memory, 0, end);
    return;
  }
  // Connection is ours to say, and said last.
  if (reply.saysClose) stream.clientKeepAlive = false;
  const text = `${reply.head}${connectionLine(stream, reply.version10)}\r\n`;
  stream.bytesOut += countedText(received, end - reply.headLength);
  const length = text.length + end - reply.headLength;
  const memory = allocate(length);
  memory.bytes.write(text, 'latin1');
  bytes.copy(memory.bytes, text.length, reply.headLength, end);
  stream.client.write(memory, 0, length);
}

/** Answers with the error response for `status` and goes on with the connection if the request was whole. */
export function replyError(stream: Stream, status: number): void {
  stream.status = status;
  const reply = stream.backend.errorResponses.find(status, stream.frontend.errorResponses);
  if (reply !== null) replyBytes(stream, reply);
  else stream.clientKeepAlive = false;
  endReply(stream);
}

/**
 * Answers with the error response for `status` and closes. `logged`: the log line was written already, and what the client
 * gets is not counted with the request (HAProxy answers below the stream then).
 */
export function closeWithError(stream: Stream, status: number, logged: boolean): void {
  stream.status = status;
  const { errorResponses } = stream.backend;
  const reply = logged ? errorResponses.builtIn(status) : errorResponses.find(status, stream.frontend.errorResponses);
  stream.clientKeepAlive = false;
  if (reply !== null && stream.client.error === 0) replyBytes(stream, reply, logged);
  stream.responseState = RESPONSE_DONE;
  stream.finish();
}
