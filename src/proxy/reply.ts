/**
 * Responses of our own: what `errorfile` and `errorloc` give as bytes, what `return`, `deny` and `http-error` describe, and
 * HAProxy's built-in messages, all as one kind of thing that `local-reply.ts` sends.
 */
import type { ReplyModel } from '../config/model-rules.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { reasonOf } from '../http/reasons.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileFormat } from '../sample/log-format.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';

export interface Reply {
  /** Start line and headers as written, each with its line end, without the blank line. */
  readonly received: string;
  /** The same as it is sent: names in lower case, without Connection, which is the connection's matter. */
  readonly head: string;
  readonly body: Buffer;
  /** The head says `Connection: close`, or not how long the body is: only the end of the connection tells. */
  readonly saysClose: boolean;
  readonly version10: boolean;
  /** What HAProxy counts for the head (see countedSize in head-forwarding.ts). */
  readonly headSize: number;
}

const NO_BODY = Buffer.alloc(0);

/** HAProxy's size of a head's internal form: names and values, not separators; 21 for start line and end. */
function sizeOf(head: string): number {
  const lines = head.split(/\r?\n/);
  let size = 21 + (lines[0] ?? '').replace(' ', '').replace(' ', '').length;
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) size += colon + line.slice(colon + 1).trim().length;
  }
  return size;
}

const CONNECTION = /^connection:.*\r?\n/gim;
/** A response that has no payload says no length. */
const LEFT_OUT: Readonly<Record<string, RegExp>> = { '204': /^(?:connection|content-length):.*\r?\n/gim };

export function makeReply(received: string, body: Buffer = NO_BODY): Reply {
  return {
    received,
    head: received
      .replace(LEFT_OUT[received.slice(9, 12)] ?? CONNECTION, '')
      .replace(/^[^:\s]+(?=:)/gm, (name) => name.toLowerCase()),
    body,
    saysClose: /^connection:.*\bclose\b/im.test(received) || !/^content-length:/im.test(received),
    version10: received.startsWith('HTTP/1.0'),
    headSize: sizeOf(received),
  };
}

/** A whole response; null when there is nothing of it: the connection is closed without a word then. */
export function replyFromBytes(bytes: Uint8Array): Reply | null {
  if (bytes.length === 0) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = latin1Text(buffer, 0, buffer.length);
  const blank = text.search(/\r?\n\r?\n/);
  const lineEnd = blank < 0 ? text.length : text.indexOf('\n', blank) + 1;
  const bodyStart = blank < 0 ? text.length : text.indexOf('\n', lineEnd) + 1;
  return makeReply(text.slice(0, lineEnd), buffer.subarray(bodyStart));
}

/** Makes the reply for a stream; null: nothing is sent. */
export type MakeReply = (stream: Stream) => Reply | null;

/** Compiles what a rule answers with; null: the proxy's own error response for the status. */
export function compileReply(model: ReplyModel, options: CompileOptions): MakeReply | null {
  const { payload, status } = model;
  if (payload.kind === 'default' || payload.kind === 'section') return null;
  if (payload.kind === 'message') {
    const reply = replyFromBytes(payload.bytes);
    return () => reply;
  }
  const format = payload.kind === 'format' ? compileFormat(payload.format, options) : null;
  const raw = payload.kind === 'raw' ? Buffer.from(payload.bytes) : NO_BODY;
  const headers = model.headers.map(({ name, value }) => ({ name, value: compileFormat(value, options) }));
  const startLine = `HTTP/1.1 ${status} ${reasonOf(status)}\r\n`;
  return (stream) => {
    const record = recordOf(stream);
    let head = startLine;
    for (const { name, value } of headers) {
      const text = value.write(record).replace(/[\r\n\0].*$/s, '');
      if (text !== '') head += `${name}: ${text}\r\n`;
    }
    const body = format === null ? raw : Buffer.from(format.write(record), 'latin1');
    head += `content-length: ${body.length}\r\n`;
    if (body.length > 0 && model.contentType !== undefined) head += `content-type: ${model.contentType}\r\n`;
    return makeReply(head, body);
  };
}
