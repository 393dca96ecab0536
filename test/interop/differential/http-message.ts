/**
 * A lenient HTTP/1 decoder for transcripts. It is written apart from `src/http` on purpose: a test that decoded with
 * the code under test would share its mistakes. It never refuses: what it cannot frame becomes `rest`.
 */

export interface DecodedMessage {
  readonly startLine: string;
  /** Names in lower case, values without surrounding blanks, in order of arrival. */
  readonly headers: readonly (readonly [string, string])[];
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  readonly body: Buffer;
  readonly trailers: readonly (readonly [string, string])[];
  readonly complete: boolean;
  /** An informational response (1xx other than 101). */
  readonly interim: boolean;
}

export interface Decoded {
  readonly messages: readonly DecodedMessage[];
  /** What follows the last message: tunnel data, an unfinished head, or garbage. */
  readonly rest: Buffer;
}

export interface DecodeOptions {
  readonly kind: 'request' | 'response';
  /** Indices of final responses that carry no body because of their request's method. */
  readonly bodyless: readonly number[];
  /** The sender closed: a body framed by the end of the connection is complete. */
  readonly ended: boolean;
  /** Index of the message after which the bytes are a tunnel's; -1 when there is none. */
  readonly tunnelAfter: number;
}

type Fields = [string, string][];

function parseFields(lines: readonly string[]): Fields {
  return lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 0) return [line, ''];
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
}

interface Chunks {
  readonly body: Buffer;
  readonly trailers: Fields;
  readonly end: number;
  readonly complete: boolean;
}

function decodeChunks(bytes: Buffer, start: number): Chunks {
  const parts: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) break;
    if (size === 0) {
      if (bytes.toString('latin1', lineEnd, lineEnd + 4) === '\r\n\r\n') {
        return { body: Buffer.concat(parts), trailers: [], end: lineEnd + 4, complete: true };
      }
      const blank = bytes.indexOf('\r\n\r\n', lineEnd);
      if (blank < 0) break;
      const lines = bytes.toString('latin1', lineEnd + 2, blank).split('\r\n');
      return { body: Buffer.concat(parts), trailers: parseFields(lines), end: blank + 4, complete: true };
    }
    const dataEnd = Math.min(lineEnd + 2 + size, bytes.length);
    parts.push(bytes.subarray(lineEnd + 2, dataEnd));
    at = dataEnd + 2;
    if (at > bytes.length) break;
  }
  return { body: Buffer.concat(parts), trailers: [], end: bytes.length, complete: false };
}

function fieldValue(fields: Fields, name: string): string | undefined {
  return fields.find((field) => field[0] === name)?.[1];
}

function decodeOne(
  bytes: Buffer,
  start: number,
  options: DecodeOptions,
  finalIndex: number,
): [DecodedMessage, number] | null {
  const blank = bytes.indexOf('\r\n\r\n', start);
  if (blank < 0) return null;
  const lines = bytes.toString('latin1', start, blank).split('\r\n');
  const startLine = lines.shift() ?? '';
  const headers = parseFields(lines);
  const bodyStart = blank + 4;
  const base = { startLine, headers, trailers: [] as Fields };
  const status = options.kind === 'response' ? Number(startLine.split(' ')[1]) : 0;
  const interim = status >= 100 && status < 200 && status !== 101;
  const empty = interim || status === 101 || status === 204 || status === 304;
  if (empty || (options.kind === 'response' && options.bodyless.includes(finalIndex))) {
    return [{ ...base, framing: 'none', body: Buffer.alloc(0), complete: true, interim }, bodyStart];
  }
  if (/chunked$/i.test(fieldValue(headers, 'transfer-encoding') ?? '')) {
    const { end, ...chunks } = decodeChunks(bytes, bodyStart);
    return [{ ...base, framing: 'chunked', ...chunks, interim }, end];
  }
  const length = fieldValue(headers, 'content-length');
  if (length !== undefined) {
    const end = bodyStart + Number.parseInt(length, 10);
    const body = bytes.subarray(bodyStart, Math.min(end, bytes.length));
    const complete = bytes.length >= end;
    return [{ ...base, framing: 'length', body, complete, interim }, complete ? end : bytes.length];
  }
  if (options.kind === 'request') {
    return [{ ...base, framing: 'none', body: Buffer.alloc(0), complete: true, interim }, bodyStart];
  }
  const body = bytes.subarray(bodyStart);
  return [{ ...base, framing: 'close', body, complete: options.ended, interim }, bytes.length];
}

/** Splits everything a peer received into messages; never throws. */
export function decodeMessages(bytes: Buffer, options: DecodeOptions): Decoded {
  const messages: DecodedMessage[] = [];
  let at = 0;
  let finals = 0;
  while (at < bytes.length) {
    if (options.tunnelAfter >= 0 && messages.length > options.tunnelAfter) break;
    const one = decodeOne(bytes, at, options, finals);
    if (one === null) break;
    const [message, end] = one;
    messages.push(message);
    at = end;
    if (!message.interim) finals += 1;
    if (options.kind === 'response' && message.startLine.split(' ')[1] === '101') break;
  }
  return { messages, rest: bytes.subarray(at) };
}
