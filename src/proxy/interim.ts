/** Interim responses of our own: 100 when payload is waited for, 103 of `early-hint` rules. */
import { allocate } from '../sys/memory.ts';
import type { Stream } from './stream.ts';

/** HAProxy's size of a start line's internal form, without its texts, and of the end of the headers. */
const FIXED_SIZE = 21;

/** Sends `status` to the client at once; `lines` are header lines with their line ends. */
export function sendInterim(stream: Stream, status: number, reason: string, lines: string): void {
  const text = `HTTP/1.1 ${status} ${reason}\r\n${lines}\r\n`;
  const memory = allocate(text.length);
  memory.bytes.write(text, 'latin1');
  const separators = lines === '' ? 0 : (lines.match(/\r\n/g)?.length ?? 0) * 4;
  stream.bytesOut += FIXED_SIZE + 'HTTP/1.1100'.length + reason.length + lines.length - separators;
  stream.client.write(memory, 0, text.length);
}
