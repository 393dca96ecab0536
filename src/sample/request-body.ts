/** The payload of a message as far as it has arrived, the chunks of a chunked one put together. */
import type { SampleContext } from './context.ts';
import { BIN, type Sample, takeScratch } from './sample.ts';
import type { BodyView } from './views.ts';

const CR = 13;
const LF = 10;

export type Message = 'request' | 'response';

/** Null when there is no such message (any more). */
export function bodyOf(context: SampleContext, message: Message): BodyView | null {
  const stream = context.stream;
  if (stream === null) return null;
  return message === 'request' ? stream.requestBody : stream.responseBody;
}

/** Puts the body into the sample, `mayChange` while more of it may come. */
export function readBody(context: SampleContext, sample: Sample, message: Message): boolean {
  const body = bodyOf(context, message);
  if (body === null) return false;
  if (!body.ended) sample.mayChange = true;
  if (!body.chunked) return sample.setBytes(BIN, body.bytes, body.start, body.end);
  const piece = takeScratch(body.end - body.start);
  let length = 0;
  walkChunks(body, (from, to) => {
    length += body.bytes.copy(piece, length, from, to);
  });
  return sample.setBytes(BIN, piece, 0, length);
}

/** How many bytes of payload have arrived. */
export function bodyLength(body: BodyView): number {
  if (!body.chunked) return body.end - body.start;
  let length = 0;
  walkChunks(body, (from, to) => {
    length += to - from;
  });
  return length;
}

/** Visits the payload of each chunk, as far as it is there. The coding was checked when the bytes arrived. */
function walkChunks({ bytes, start, end }: BodyView, visit: (from: number, to: number) => void): void {
  let at = start;
  while (at < end) {
    let size = 0;
    for (; at < end; at++) {
      const digit = hexDigit(bytes[at] as number);
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    while (at < end && bytes[at] !== LF) at++;
    if (at >= end || size === 0) return;
    const from = at + 1;
    const to = Math.min(end, from + size);
    visit(from, to);
    at = to;
    if (at < end && bytes[at] === CR) at++;
    if (at < end && bytes[at] === LF) at++;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
