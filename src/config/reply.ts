/**
 * The answers that rules and `http-error` lines describe (manual 4.2, `http-request return`): status, headers, and a body from
 * an error file, an `http-errors` section, a file, a text or a formatted text.
 */

import type { Failure } from './action.ts';
import { checkErrorResponse } from './error-file.ts';
import type { FormatResult } from './format.ts';
import type { FormatModel, ReplyModel } from './model-rules.ts';
import { readInt32 } from './numbers.ts';
import type { Statement } from './statement.ts';

/** The statuses HAProxy has a message of its own for. */
export const ERROR_STATUSES: ReadonlySet<number> = new Set([
  200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429, 500, 501, 502, 503, 504,
]);

export interface ReplyRules {
  readonly defaultStatus: number;
  /** The first word may be `deny_status`, which means `status`. */
  readonly deny?: boolean;
  readonly format: (text: string) => FormatResult;
}

interface ReadReply {
  readonly reply: ReplyModel;
  readonly next: number;
}

type Payload = ReplyModel['payload'] | { readonly kind: 'lf'; readonly text: string };
type Header = ReplyModel['headers'][number];

const NAMES: Readonly<Record<string, string>> = {
  errorfiles: '<name>',
  errorfile: '<fmt>',
  file: '<file>',
  string: '<str>',
  'lf-file': '<file>',
  'lf-string': '<fmt>',
};

/** The reply that says no more than its status: the proxy's own error response. */
export function defaultReply(status: number): ReplyModel | Failure {
  if (status < 200 || status > 599) return { error: `Unexpected status code '${status}'` };
  if (!ERROR_STATUSES.has(status)) {
    return { error: `status code '${status}' not handled by default with 'default-errorfiles' argument.` };
  }
  return { status, payload: { kind: 'default' }, contentType: undefined, headers: [] };
}

/** Reads one reply, and holds what was said of it so far. */
class ReplyReader {
  readonly #statement: Statement;
  readonly #rules: ReplyRules;
  #status: number;
  #contentType: string | undefined;
  #payload: Payload = { kind: 'none' };
  #saidBy = '';
  #start = 0;
  readonly #headers: Header[] = [];

  constructor(statement: Statement, rules: ReplyRules) {
    this.#statement = statement;
    this.#rules = rules;
    this.#status = rules.defaultStatus;
  }

  read(start: number): ReadReply | Failure {
    this.#start = start;
    let at = start;
    for (;;) {
      const used = this.#readWord(at);
      if (typeof used === 'object') return used;
      if (used === 0) break;
      at += used;
    }
    const reply = this.#finish();
    return 'error' in reply ? reply : { reply, next: at };
  }

  /** Reads what begins at word `at`; gives the number of words, 0 at the end. */
  #readWord(at: number): number | Failure {
    const word = this.#statement.word(at);
    const value = this.#statement.word(at + 1);
    if (word === 'status' || (word === 'deny_status' && this.#rules.deny === true && at === this.#start)) {
      if (value === '') return { error: "'status' expects <status_code> as argument" };
      this.#status = readInt32(value);
      if (this.#status < 200 || this.#status > 599) return { error: `Unexpected status code '${this.#status}'` };
      return 2;
    }
    if (word === 'content-type') {
      if (value === '') return { error: "'content-type' expects <ctype> as argument" };
      this.#contentType = value;
      return 2;
    }
    if (word === 'hdr') return this.#readHeader(value, this.#statement.word(at + 2));
    if (word !== 'default-errorfiles' && NAMES[word] === undefined) return 0;
    if (this.#saidBy !== '') return { error: `unexpected '${word}' argument, '${this.#saidBy}' already defined` };
    this.#saidBy = word;
    if (word === 'default-errorfiles') {
      this.#payload = { kind: 'default' };
      return 1;
    }
    if (value === '') return { error: `'${word}' expects ${NAMES[word]} as argument` };
    const payload = this.#readPayload(word, value);
    if ('error' in payload) return payload;
    this.#payload = payload;
    return 2;
  }

  #readHeader(name: string, text: string): number | Failure {
    if (name === '' || text === '') return { error: "'hdr' expects <name> and <value> as arguments" };
    if (/^(?:content-length|transfer-encoding|content-type)$/i.test(name)) {
      this.#statement.warn(`header '${name}' always ignored by the http reply.`);
      return 3;
    }
    const value = this.#rules.format(text);
    if ('error' in value) return value;
    this.#headers.push({ name, value });
    return 3;
  }

  #readPayload(word: string, value: string): Payload | Failure {
    switch (word) {
      case 'errorfiles':
        return { kind: 'section', section: value };
      case 'errorfile':
        return readErrorFile(this.#statement, value);
      case 'string':
        return { kind: 'raw', bytes: Buffer.from(value, 'latin1') };
      case 'lf-string':
        return { kind: 'lf', text: value };
      default: {
        const file = this.#statement.state.ports.readFile(value);
        if ('error' in file) return { error: `error opening file '${value}'` };
        const limit = this.#statement.state.draft.global.tune.bufsize;
        if (file.bytes.length > limit) {
          return { error: `file '${value}' exceeds the buffer size (${file.bytes.length} > ${limit})` };
        }
        return word === 'file'
          ? { kind: 'raw', bytes: file.bytes }
          : { kind: 'lf', text: Buffer.from(file.bytes).toString('latin1') };
      }
    }
  }

  #finish(): ReplyModel | Failure {
    const payload = this.#payload;
    const status = this.#status;
    switch (payload.kind) {
      case 'none':
        this.#dropContentType('because neither errorfile nor payload defined.');
        break;
      case 'default':
      case 'section':
      case 'message':
        if (payload.kind !== 'message' && !ERROR_STATUSES.has(status)) {
          return { error: `status code '${status}' not handled by default with '${this.#saidBy}' argument.` };
        }
        this.#dropContentType('when used with an erorrfile.');
        if (this.#headers.length > 0) {
          this.#statement.warn('hdr parameters ignored by the http reply when used with an erorrfile.');
          this.#headers.length = 0;
        }
        break;
      case 'raw': {
        const refusal = this.#checkBody(payload.bytes.length);
        if (refusal !== undefined) return refusal;
        break;
      }
      default:
        return this.#finishFormat(payload);
    }
    return { status, payload, contentType: this.#contentType, headers: this.#headers };
  }

  #checkBody(length: number): Failure | undefined {
    if ((this.#status === 204 || this.#status === 304) && length > 0) {
      return { error: `No body expected for ${this.#status} responses` };
    }
    if (this.#contentType === undefined && length > 0) {
      return { error: 'a content type must be defined when non-empty payload is configured' };
    }
    if (length === 0) this.#dropContentType('when used with an empty payload.');
    const { bufsize, maxrewrite } = this.#statement.state.draft.global.tune;
    if (bufsize - length < maxrewrite) {
      this.#statement.warn(
        'http reply payload runs over the buffer space reserved to headers rewriting. It may lead to internal errors if ' +
          'strict rewriting mode is enabled.',
      );
    }
    return undefined;
  }

  #finishFormat(payload: Exclude<Payload, { readonly kind: 'none' | 'default' | 'section' | 'message' | 'raw' }>) {
    const status = this.#status;
    if (status === 204 || status === 304) return { error: `No body expected for ${status} responses` };
    if (this.#contentType === undefined) {
      return { error: 'a content type must be defined with a log-format payload' };
    }
    const format: FormatModel | Failure = payload.kind === 'lf' ? this.#rules.format(payload.text) : payload.format;
    if ('error' in format) return format;
    const kind = 'format' as const;
    return { status, payload: { kind, format }, contentType: this.#contentType, headers: this.#headers };
  }

  #dropContentType(why: string): void {
    if (this.#contentType === undefined) return;
    this.#statement.warn(`content-type '${this.#contentType}' ignored by the http reply ${why}`);
    this.#contentType = undefined;
  }
}

/** Reads a reply from word `start` on, up to the first word that does not belong to it. */
export function readReply(statement: Statement, start: number, rules: ReplyRules): ReadReply | Failure {
  return new ReplyReader(statement, rules).read(start);
}

/** A whole response from a file, as `errorfile` and its kin take it. */
export function readErrorFile(
  statement: Statement,
  path: string,
): { readonly kind: 'message'; readonly bytes: Uint8Array } | Failure {
  const file = statement.state.ports.readFile(path);
  if ('error' in file) return { error: `error opening file '${path}'.` };
  const limit = statement.state.draft.global.tune.bufsize;
  if (file.bytes.length > limit) {
    statement.state.diagnostics.warn(
      undefined,
      `custom error message file '${path}' larger than ${limit} bytes. Truncating.`,
    );
  }
  const checked = checkErrorResponse(file.bytes.subarray(0, limit));
  return 'error' in checked ? { error: `'${path}': ${checked.error}` } : { kind: 'message', bytes: checked.bytes };
}
