/** Fetches of cookies, of the request and of the response (manual 7.3.6). */
import { hashName } from '../../http/header-hash.ts';
import type { CompileOptions } from '../context.ts';
import { type CookieSearch, firstCookie, nextCookie } from '../cookie-values.ts';
import type { CompiledFetch, FetchMaker, Read } from '../fetch.ts';
import { leadingInt32 } from '../numbers.ts';
import { type PickHead, requestPicker, responsePicker } from '../request-head.ts';
import { SINT, STR } from '../sample.ts';
import { Span } from '../span.ts';

const counting = new Span();

type Side = 'request' | 'response';

function searchFor([name = '']: readonly string[], side: Side): CookieSearch {
  const header = side === 'request' ? 'cookie' : 'set-cookie';
  return { header, hash: hashName(header), name: Buffer.from(name, 'latin1'), list: side === 'request' };
}

function picker(side: Side, options: CompileOptions): PickHead {
  return side === 'request' ? requestPicker(options) : responsePicker(options);
}

/** All cookies of the name for ACLs, else the last one; without a name the first of all. */
function cookie(args: readonly string[], options: CompileOptions, side: Side): CompiledFetch {
  const search = searchFor(args, side);
  const pick = picker(side, options);
  const first: Read = (context, sample) => {
    const head = pick(context, sample);
    sample.type = STR;
    return head !== null && firstCookie(head, search, sample);
  };
  if (options.iterate) {
    const next: Read = (context, sample) => {
      const head = pick(context, sample);
      sample.type = STR;
      return head !== null && nextCookie(head, search, sample);
    };
    return { type: STR, read: first, next };
  }
  if (search.name.length === 0) return { type: STR, read: first, next: null };
  const last: Read = (context, sample) => {
    const head = pick(context, sample);
    sample.type = STR;
    if (head === null || !firstCookie(head, search, sample)) return false;
    let { bytes, start, end } = sample;
    while (nextCookie(head, search, sample)) ({ bytes, start, end } = sample);
    sample.set(bytes, start, end);
    return true;
  };
  return { type: STR, read: last, next: null };
}

function cookieOf(side: Side): FetchMaker {
  return (args, options) => cookie(args, options, side);
}

function countOf(side: Side): FetchMaker {
  return (args, options) => {
    const search = searchFor(args, side);
    const pick = picker(side, options);
    const read: Read = (context, sample) => {
      const head = pick(context, sample);
      if (head === null) return false;
      let count = 0;
      for (let found = firstCookie(head, search, counting); found; found = nextCookie(head, search, counting)) count++;
      return sample.setInteger(count);
    };
    return { type: SINT, read, next: null };
  };
}

function numberOf(side: Side): FetchMaker {
  return (args, options) => {
    const { read, next } = cookie(args, options, side);
    const converted = (step: Read): Read => {
      return (context, sample) =>
        step(context, sample) && sample.setInteger(leadingInt32(sample.bytes, sample.start, sample.end));
    };
    return { type: SINT, read: converted(read), next: next === null ? null : converted(next) };
  };
}

export const COOKIE_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['req.cook', cookieOf('request')],
  ['req.cook_cnt', countOf('request')],
  ['req.cook_val', numberOf('request')],
  ['res.cook', cookieOf('response')],
  ['res.cook_cnt', countOf('response')],
  ['res.cook_val', numberOf('response')],
  ['cookie', (args, options) => cookie(args, options, options.direction === 'response' ? 'response' : 'request')],
];
