/**
 * HTTP health checks: the request of `option httpchk` and `http-check send`, and the response as it comes in (manual, section
 * 4.2). Pure.
 */
import type { CheckStepModel } from '../config/model-checks.ts';
import { viewOf } from '../http/copy-bytes.ts';
import { ChunkedDecoder } from '../http/h1-body.ts';
import { COMPLETE, Http1Head, INVALID, NEED_MORE } from '../http/h1-head.ts';

export type CheckRequestModel = Extract<CheckStepModel, { readonly kind: 'request' }>;

/** Methods whose requests carry no `content-length: 0`. */
const BODYLESS = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/**
 * The bytes of the request. As HAProxy sends it: names in lower case, the configured headers first, our own
 * content-length and connection last; `connection` only where it differs from the version's default.
 * @param stateHeader `send-state`: what is said of the server, '' for nothing
 */
export function buildCheckRequest(model: CheckRequestModel, stateHeader = ''): Buffer {
  const lines = [`${model.method} ${model.uri || '/'} ${model.version}`];
  let closes = true;
  let keeps = false;
  for (const { name: written, value: given } of model.headers) {
    const name = written.toLowerCase();
    let value = given;
    if (name === 'content-length') continue;
    if (name === 'connection') {
      const tokens = value.split(',').map((token) => token.trim());
      const says = (word: string) => tokens.some((token) => token.toLowerCase() === word);
      closes = says('close');
      keeps = says('keep-alive');
      value = tokens.filter((token) => !/^(close|keep-alive)?$/i.test(token)).join(', ');
      if (value === '') continue;
    }
    lines.push(`${name}: ${value}`);
  }
  if (stateHeader !== '') lines.push(`x-haproxy-server-state: ${stateHeader}`);
  const body = Buffer.from(model.body, 'latin1');
  if (body.length > 0 || !BODYLESS.has(model.method)) lines.push(`content-length: ${body.length}`);
  const persistent = !/^HTTP\/(0|1\.0)/.test(model.version);
  if (persistent && closes) lines.push('connection: close');
  if (!persistent && keeps) lines.push('connection: keep-alive');
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

const HEAD_OPTIONS = { maxHeaders: 101, acceptInvalid: false };

/** One response as it comes in. */
export class HttpCheckResponse {
  readonly head = new Http1Head();
  headComplete = false;
  invalid = false;
  /** All of it is there: nothing that comes later belongs to it. */
  complete = false;
  /** The body as far as it has come, one character a byte. */
  body = '';
  readonly #headRequest: boolean;
  readonly #bytes: Buffer;
  #end = 0;
  #chunks: ChunkedDecoder | null = null;
  /** What was decoded already. */
  #decoded = 0;
  /** What the decoder wants to see again with the next byte: the end of a trailer line. */
  #held: Buffer = Buffer.alloc(0);

  /** @param limit most bytes looked at (`tune.bufsize`) */
  constructor(limit: number, headRequest: boolean) {
    this.#bytes = Buffer.allocUnsafe(limit);
    this.#headRequest = headRequest;
    this.head.begin('response', this.#bytes, 0, HEAD_OPTIONS, viewOf(this.#bytes));
  }

  get empty(): boolean {
    return this.#end === 0;
  }

  add(bytes: Uint8Array): void {
    const room = this.#bytes.length - this.#end;
    this.#bytes.set(bytes.subarray(0, room), this.#end);
    this.#end += Math.min(bytes.length, room);
    if (!this.headComplete) {
      const result = this.head.parse(this.#end);
      if (result === COMPLETE) {
        this.headComplete = true;
        this.#decoded = this.head.headEnd;
        if (this.head.chunked) this.#chunks = new ChunkedDecoder();
      } else if (result !== NEED_MORE) this.invalid = true;
    }
    if (this.headComplete) {
      const result = this.#readBody();
      this.complete ||= result === COMPLETE;
      this.invalid ||= result === INVALID;
    }
    // What does not fit is never looked at.
    this.complete ||= this.#end === this.#bytes.length;
  }

  /** Collects payload that has come; COMPLETE, NEED_MORE or INVALID. */
  #readBody(): number {
    const { head } = this;
    const { status } = head;
    if (this.#headRequest || status < 200 || status === 204 || status === 304) return COMPLETE;
    if (this.#chunks !== null) return this.#readChunks(this.#chunks);
    const wanted = head.contentLength < 0 ? Number.POSITIVE_INFINITY : head.contentLength;
    const end = Math.min(this.#end, head.headEnd + wanted);
    this.body += this.#bytes.toString('latin1', this.#decoded, end);
    this.#decoded = end;
    return this.#decoded - head.headEnd === wanted ? COMPLETE : NEED_MORE;
  }

  /** Byte by byte, for the decoder tells how much payload it saw, not where: off the data path, clear beats fast. */
  #readChunks(decoder: ChunkedDecoder): number {
    while (this.#decoded < this.#end) {
      const before = decoder.payload;
      const byte = this.#bytes[this.#decoded++] as number;
      const held = this.#held.length;
      const piece = Buffer.alloc(held + 2);
      this.#held.copy(piece);
      piece[held] = byte;
      const result = decoder.decode(piece, 0, held + 1, piece.length);
      this.#held = piece.subarray(decoder.position, held + 1 - decoder.removed);
      if (decoder.payload > before) this.body += String.fromCharCode(byte);
      if (result !== NEED_MORE) return result;
    }
    return NEED_MORE;
  }
}
