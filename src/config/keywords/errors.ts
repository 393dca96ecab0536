/** `errorfile` and `errorloc` (manual 4.2): responses of one's own in place of the built-in error messages. */

import type { ProxyDraft } from '../draft.ts';
import { EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { readInteger } from '../numbers.ts';
import type { Statement } from '../statement.ts';

/** The statuses the proxy itself answers with. */
const STATUSES = new Set([
  200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429, 500, 501, 502, 503, 504,
]);

function readStatus(statement: Statement, what: string): number | undefined {
  if (statement.word(1) === '' || statement.word(2) === '') {
    statement.alert(`${statement.keyword} : expects <status_code> and <${what}> as arguments.`);
    return undefined;
  }
  const status = readInteger(statement.word(1));
  if (STATUSES.has(status)) return status;
  statement.alert(`${statement.keyword} : status code '${status}' not handled.`, 'spaced', 1);
  return undefined;
}

type Checked = { readonly bytes: Uint8Array } | { readonly error: string };

/** What HAProxy asks of an error file: a whole HTTP/1 response whose length is what it says. */
function checkResponse(bytes: Uint8Array): Checked {
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

function parseErrorFile(statement: Statement, proxy: ProxyDraft): void {
  const status = readStatus(statement, 'file');
  if (status === undefined) return;
  const path = statement.word(2);
  const file = statement.state.ports.readFile(path);
  if ('error' in file) {
    statement.alert(`errorfile : error opening file '${path}'.`, 'spaced', 2);
    return;
  }
  const limit = statement.state.draft.global.tune.bufsize;
  if (file.bytes.length > limit) {
    statement.state.diagnostics.warn(
      undefined,
      `custom error message file '${path}' larger than ${limit} bytes. Truncating.`,
    );
  }
  const checked = checkResponse(file.bytes.subarray(0, limit));
  if ('error' in checked) {
    statement.alert(`errorfile : '${path}': ${checked.error}`, 'spaced', 2);
    return;
  }
  proxy.errorResponses.set(status, { status, bytes: checked.bytes });
}

function parseErrorLocation(statement: Statement, proxy: ProxyDraft): void {
  const status = readStatus(statement, 'url');
  if (status === undefined) return;
  const reason = statement.keyword === 'errorloc303' ? '303 See Other' : '302 Found';
  const text =
    `HTTP/1.1 ${reason}\r\nCache-Control: no-cache\r\nContent-length: 0\r\n` + `Location: ${statement.word(2)}\r\n\r\n`;
  proxy.errorResponses.set(status, { status, bytes: Buffer.from(text, 'latin1') });
}

function errorLocation(name: string, code: number): ProxyKeyword {
  return proxyKeyword({
    name,
    sections: EVERYWHERE,
    grammar: `${name} <status> <url>`,
    help: `Answers with a ${code} redirection in place of this error.`,
    parse: parseErrorLocation,
  });
}

export const ERROR_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'errorfile',
    sections: EVERYWHERE,
    grammar: 'errorfile <status> <file>',
    help: 'Answers with the bytes of a file in place of this error.',
    parse: parseErrorFile,
  }),
  errorLocation('errorloc', 302),
  errorLocation('errorloc302', 302),
  errorLocation('errorloc303', 303),
];
