/**
 * HTTP health checks: the request of `option httpchk` and `http-check send`, and the judgement of the response by
 * `http-check expect` (manual, section 4.2). Pure.
 */
import type { CheckMethodModel, HttpExpectModel } from '../config/model.ts';
import { compileRegex } from '../config/regex/regex.ts';
import { ChunkedDecoder } from '../http/h1-body.ts';
import { COMPLETE, Http1Head, INVALID, NEED_MORE } from '../http/h1-head.ts';
import type { CheckVerdict } from './check-status.ts';

export type HttpCheckModel = Extract<CheckMethodModel, { readonly kind: 'http' }>;

/** Methods whose requests carry no `content-length: 0`. */
const BODYLESS = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/**
 * The bytes of the request. As HAProxy sends it: names in lower case, the configured headers first, our own
 * content-length and connection last; `connection` only where it differs from the version's default.
 */
export function buildCheckRequest(model: HttpCheckModel): Buffer {
  const lines = [`${model.method} ${model.uri || '/'} ${model.version}`];
  let closes = true;
  let keeps = false;
  for (const line of model.headers) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    let value = line.slice(colon + 1).trim();
    if (name === 'content-length' || colon < 0) continue;
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
  const body = Buffer.from(model.body, 'utf8');
  if (body.length > 0 || !BODYLESS.has(model.method)) lines.push(`content-length: ${body.length}`);
  const persistent = !/^HTTP\/(0|1\.0)/.test(model.version);
  if (persistent && closes) lines.push('connection: close');
  if (!persistent && keeps) lines.push('connection: keep-alive');
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}

/** `status` patterns: `200,300-399`. */
function parseStatusRanges(pattern: string): readonly (readonly [number, number])[] {
  return pattern.split(',').map((range) => {
    const [low = '', high = low] = range.split('-');
    return [Number(low), Number(high)] as const;
  });
}

/** What `option httpchk` alone expects. */
const DEFAULT_EXPECT: HttpExpectModel = { negated: false, match: 'status', pattern: '200-399' };

type Matcher = (text: string) => boolean;

function compileMatcher(expect: HttpExpectModel): Matcher {
  const { match, pattern } = expect;
  switch (match) {
    case 'status': {
      const ranges = parseStatusRanges(pattern);
      return (code) => ranges.some(([low, high]) => Number(code) >= low && Number(code) <= high);
    }
    case 'string': {
      // Bodies are decoded byte by byte: so is the pattern.
      const bytes = Buffer.from(pattern, 'utf8').toString('latin1');
      return (body) => body.includes(bytes);
    }
    case 'rstatus':
    case 'rstring': {
      const expression = compileRegex(pattern, false, { capture: false });
      return (text) => expression.test(text);
    }
  }
}

/** An `http-check expect` line, compiled once for all checks of a backend. */
export class HttpExpectation {
  readonly onBody: boolean;
  readonly negated: boolean;
  readonly matches: Matcher;
  /** Body bytes without which there is no match. */
  readonly shortestBody: number;
  readonly headRequest: boolean;

  constructor(model: HttpCheckModel) {
    const expect = model.expect ?? DEFAULT_EXPECT;
    this.onBody = expect.match === 'string' || expect.match === 'rstring';
    this.negated = expect.negated;
    this.matches = compileMatcher(expect);
    this.shortestBody = expect.match === 'string' ? Buffer.byteLength(expect.pattern) : 0;
    this.headRequest = model.method === 'HEAD';
  }
}

const HEAD_OPTIONS = { maxHeaders: 101, acceptInvalid: false };
const INVALID_RESPONSE: CheckVerdict = { status: 'L7RSP', code: 0, info: '' };

/** One response as it comes in. */
export class HttpCheckResponse {
  readonly #expectation: HttpExpectation;
  readonly #head = new Http1Head();
  readonly #bytes: Buffer;
  #end = 0;
  #headComplete = false;
  #chunks: ChunkedDecoder | null = null;
  /** Of a chunked body, what was decoded already; its payload is collected, since the coding's lines lie between. */
  #decoded = 0;
  readonly #payload: Buffer[] = [];
  /** What the decoder wants to see again with the next byte: the end of a trailer line. */
  #held: Buffer = Buffer.alloc(0);

  /** @param limit most bytes looked at (`tune.bufsize`) */
  constructor(expectation: HttpExpectation, limit: number) {
    this.#expectation = expectation;
    this.#bytes = Buffer.allocUnsafe(limit);
    this.#head.begin('response', this.#bytes, 0, HEAD_OPTIONS);
  }

  get headComplete(): boolean {
    return this.#headComplete;
  }

  /** More bytes; a verdict, or null to go on. */
  add(bytes: Uint8Array): CheckVerdict | null {
    const room = this.#bytes.length - this.#end;
    this.#bytes.set(bytes.subarray(0, room), this.#end);
    this.#end += Math.min(bytes.length, room);
    return this.#judge(this.#end === this.#bytes.length);
  }

  /** Nothing more comes. */
  finish(): CheckVerdict {
    return this.#judge(true) ?? INVALID_RESPONSE;
  }

  #judge(last: boolean): CheckVerdict | null {
    const head = this.#head;
    if (!this.#headComplete) {
      const result = head.parse(this.#end);
      if (result === NEED_MORE) return last ? INVALID_RESPONSE : null;
      if (result !== COMPLETE) return INVALID_RESPONSE;
      this.#headComplete = true;
      this.#decoded = head.headEnd;
      if (head.chunked) this.#chunks = new ChunkedDecoder();
    }
    return this.#expectation.onBody ? this.#judgeBody(last) : this.#judgeStatus();
  }

  #judgeStatus(): CheckVerdict {
    const { negated, matches } = this.#expectation;
    const code = this.#head.status;
    if (matches(String(code)) !== negated) return { status: 'L7OK', code, info: '' };
    return { status: 'L7STS', code, info: this.#head.reasonString() };
  }

  #judgeBody(lastByte: boolean): CheckVerdict | null {
    const { negated, matches, shortestBody } = this.#expectation;
    const code = this.#head.status;
    const bodyEnd = this.#readBody();
    if (bodyEnd === INVALID) return INVALID_RESPONSE;
    const last = lastByte || bodyEnd === COMPLETE;
    const body = Buffer.concat(this.#payload).toString('latin1');
    if (body === '') {
      return last ? { status: 'L7RSP', code, info: 'HTTP content check could not find a response body' } : null;
    }
    if (!last && body.length < shortestBody) return null;
    const matched = matches(body);
    // What has not come may still match: only the end proves its absence.
    if (!matched && !last) return null;
    if (matched !== negated) return { status: 'L7OK', code, info: '' };
    return {
      status: 'L7RSP',
      code,
      info: negated ? 'HTTP check matched unwanted content' : 'HTTP content check did not match',
    };
  }

  /** Collects payload that has come; COMPLETE, NEED_MORE or INVALID. */
  #readBody(): number {
    const head = this.#head;
    const { status } = head;
    if (this.#expectation.headRequest || status < 200 || status === 204 || status === 304) return COMPLETE;
    if (this.#chunks !== null) return this.#readChunks(this.#chunks);
    const wanted = head.contentLength < 0 ? Number.POSITIVE_INFINITY : head.contentLength;
    const end = Math.min(this.#end, head.headEnd + wanted);
    if (end > this.#decoded) {
      this.#payload.push(Buffer.from(this.#bytes.subarray(this.#decoded, end)));
      this.#decoded = end;
    }
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
      if (decoder.payload > before) this.#payload.push(Buffer.of(byte));
      if (result !== NEED_MORE) return result;
    }
    return NEED_MORE;
  }
}
