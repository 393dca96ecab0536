/** What HAProxy asks of an error file: a whole HTTP/1 response whose length is what it says (manual, `errorfile`). */

import { readInteger } from './numbers.ts';

type Checked = { readonly bytes: Uint8Array } | { readonly error: string };

/** An empty file is well: it stands for no answer at all. */
export function checkErrorResponse(bytes: Uint8Array): Checked {
  if (bytes.length === 0) return { bytes };
  const text = Buffer.from(bytes).toString('latin1');
  const head = /^HTTP\/(\d\.\d) (\d{3})(?: [^\r\n]*)?\r?\n((?:[^\r\n]+\r?\n)*)\r?\n/.exec(text);
  if (head === null) return { error: 'unable to parse headers (error offset: 0)' };
  const status = Number(head[2]);
  if (status < 200 && status !== 101) {
    return { error: `invalid http status code for an error message (${status})` };
  }
  const headers = (head[3] ?? '').split(/\r?\n/).filter((line) => line !== '');
  let offset = head[0].indexOf('\n') + 1;
  let length: number | undefined;
  for (const header of headers) {
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(header);
    if (field === null) return { error: `unable to parse headers (error offset: ${offset})` };
    offset = text.indexOf('\n', offset) + 1;
    const name = (field[1] ?? '').toLowerCase();
    if (name === 'transfer-encoding' && /chunked/i.test(field[2] ?? '')) {
      return { error: 'chunk-encoded payload not supported' };
    }
    if (name === 'content-length') length = readInteger(field[2] ?? '');
  }
  const payload = bytes.length - head[0].length;
  if ((status === 204 || status === 304 || length === 0) && payload > 0) {
    return { error: 'message payload not expected' };
  }
  if (length !== undefined && length !== payload) {
    return { error: `payload size does not match the announced content-length (${payload} != ${length})` };
  }
  return { bytes };
}
