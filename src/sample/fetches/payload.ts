/** Fetches that look at bytes before anybody has parsed them (manual 7.3.5), those about TLS apart. */
import type { Http1Head } from '../../http/h1-head.ts';
import type { CompileOptions, InputView, SampleContext } from '../context.ts';
import type { FetchMaker, Read } from '../fetch.ts';
import { findRdpCookie, TOO_SHORT } from '../rdp-cookie.ts';
import { bodyLength, bodyOf } from '../request-body.ts';
import { BIN, BOOL, type Sample, SINT, STR } from '../sample.ts';
import type { BodyView } from '../views.ts';

export type PickInput = (context: SampleContext) => InputView | null;

/** The bytes that fetches look at: HAProxy takes the side of the rules, whatever the fetch's name. */
export function inputPicker({ direction }: CompileOptions): PickInput {
  return direction === 'response' ? (context) => context.responseInput : (context) => context.requestInput;
}

/** What `buffer size` is where nothing says so. */
const DEFAULT_SIZE = 16_384;

function bufferSize(options: CompileOptions): number {
  return options.environment.surroundings?.bufferSize ?? DEFAULT_SIZE;
}

function notYet(sample: Sample): false {
  sample.mayChange = true;
  return false;
}

/** What HAProxy keeps of a start line besides its words. */
const START_LINE_SIZE = 20;

/** The size of a parsed message in HAProxy's own form: words and values without what separates them. */
function messageSize(head: Http1Head | null, body: BodyView | null): number {
  if (head === null) return 0;
  let size = START_LINE_SIZE + head.startLineSize + 1;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0) continue;
    size += (head.nameEnd[i] as number) - (head.nameStart[i] as number);
    size += (head.valueEnd[i] as number) - (head.valueStart[i] as number);
  }
  if (body === null) return size;
  return size + bodyLength(body) + (body.chunked && body.ended ? 1 : 0);
}

/** How many bytes have come; there may always be more. */
const length: FetchMaker = (_args, options) => {
  const pick = inputPicker(options);
  const message = options.direction === 'response' ? 'response' : 'request';
  const read: Read = (context, sample) => {
    const input = pick(context);
    sample.mayChange = true;
    if (input !== null) return sample.setInteger(input.end - input.start);
    if (context.stream === null) return false;
    return sample.setInteger(context.stream.isHttp ? messageSize(context[message], bodyOf(context, message)) : 0);
  };
  return { type: SINT, read, next: null };
};

/** (offset, length), length 0: all there is. */
const payload: FetchMaker = ([from = '0', count = '0'], options) => {
  const pick = inputPicker(options);
  const offset = uint32(from);
  const size = uint32(count);
  const read: Read = (context, sample) => {
    const input = pick(context);
    if (input === null) return false;
    const limit = bufferSize(options);
    const last = offset + size;
    if (last > limit) return false;
    const start = input.start + offset;
    if (last > input.end - input.start) return notYet(sample);
    if (size === 0 && !input.ended) sample.mayChange = true;
    return sample.setBytes(BIN, input.bytes, start, size === 0 ? input.end : start + size);
  };
  return { type: BIN, read, next: null };
};

function uint32(text: string): number {
  return Number(BigInt.asUintN(32, BigInt(text)));
}

/**
 * Where the payload begins. HAProxy 2.6 keeps a relative offset with a bit set behind it, and looks for that bit in
 * absolute ones too: even ones are halved, odd ones taken for relative. Configurations that work have learnt to live with it.
 */
function payloadStart(place: string, behind: number): number {
  const number = BigInt(place.replace(/^\+/, '').replace(/^-?$/, '0'));
  const kept = /^[+-]/.test(place) ? (number << 1n) | 1n : number;
  const offset = Number(BigInt.asUintN(32, kept >> 1n));
  return (kept & 1n) === 1n ? (behind + offset) >>> 0 : offset;
}

/** (offset of the length, its size[, offset of the payload; relative to what follows the length with a sign]) */
const lengthValue: FetchMaker = ([from = '0', count = '0', place = ''], options) => {
  const pick = inputPicker(options);
  const offset = uint32(from);
  const size = uint32(count);
  const behind = offset + size;
  const at = place === '' ? behind : payloadStart(place, behind);
  const read: Read = (context, sample) => {
    const input = pick(context);
    if (input === null) return false;
    const { bytes, start, end } = input;
    if (behind > end - start) return notYet(sample);
    let value = 0;
    for (let i = start + offset; i < start + offset + size; i++) value = ((value << 8) | (bytes[i] as number)) >>> 0;
    const limit = bufferSize(options);
    const last = at + value;
    if (value === 0 || last > limit) return false;
    if (last > end - start) return notYet(sample);
    return sample.setBytes(BIN, bytes, start + at, start + at + value);
  };
  return { type: BIN, read, next: null };
};

/** Always the request's bytes; `-1`: there is none, `TOO_SHORT`: not yet. */
function cookie(name: string, sample: Sample, context: SampleContext): number {
  const input = context.requestInput;
  return input === null ? -1 : findRdpCookie(input.bytes, input.start, input.end, name, sample);
}

const rdpCookie: FetchMaker = ([name = '']) => {
  const read: Read = (context, sample) => {
    const found = cookie(name, sample, context);
    sample.type = STR;
    return found === TOO_SHORT ? notYet(sample) : found > 0;
  };
  return { type: STR, read, next: null };
};

const rdpCookieCount: FetchMaker = ([name = '']) => {
  const read: Read = (context, sample) => {
    const found = cookie(name, sample, context);
    return found === TOO_SHORT ? notYet(sample) : sample.setInteger(found > 0 ? 1 : 0);
  };
  return { type: SINT, read, next: null };
};

/** True as soon as there is nothing more to wait for. */
const waitEnd: FetchMaker = () => ({
  type: BOOL,
  read: (context, sample) => (context.mayWait ? notYet(sample) : sample.setBoolean(true)),
  next: null,
});

export const PAYLOAD_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['req.len', length],
  ['req.payload', payload],
  ['req.payload_lv', lengthValue],
  ['res.len', length],
  ['res.payload', payload],
  ['res.payload_lv', lengthValue],
  ['payload', payload],
  ['payload_lv', lengthValue],
  ['req.rdp_cookie', rdpCookie],
  ['req.rdp_cookie_cnt', rdpCookieCount],
  ['wait_end', waitEnd],
];
