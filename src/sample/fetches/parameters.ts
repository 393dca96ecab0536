/** Fetches of parameters, of the query and of a form in the body (manual 7.3.6). */
import type { CompiledFetch, FetchMaker, Read } from '../fetch.ts';
import { leadingInt32 } from '../numbers.ts';
import { readBody } from '../request-body.ts';
import { requestPicker } from '../request-head.ts';
import { type Sample, SINT, STR } from '../sample.ts';
import { nextParameter } from '../url-parameters.ts';

const QUESTION = 63;
const AMPERSAND = 38;

/** The byte behind which the parameters begin: a question mark unless the second argument says otherwise. */
function openingOf([, mark]: readonly string[]): number {
  if (mark === undefined) return QUESTION;
  return mark === '' ? 0 : mark.charCodeAt(0);
}

/** Where the list went on after the last value: its bytes are looked up again, a converter may have changed the sample. */
function goOn(sample: Sample, name: Buffer, opening: number): boolean {
  sample.type = STR;
  return sample.position < sample.limit && nextParameter(sample, name, opening);
}

function urlParameter(args: readonly string[], options: Parameters<FetchMaker>[1]): CompiledFetch {
  const name = Buffer.from(args[0] ?? '', 'latin1');
  const opening = openingOf(args);
  const pick = requestPicker(options);
  const read: Read = (context, sample) => {
    const head = pick(context, sample);
    if (head === null) return false;
    const mark = head.lineBytes.indexOf(opening, head.uriStart);
    if (mark < 0 || mark >= head.uriEnd) return false;
    sample.type = STR;
    sample.bytes = head.lineBytes;
    sample.position = mark + 1;
    sample.limit = head.uriEnd;
    return nextParameter(sample, name, opening);
  };
  const next: Read = (context, sample) => {
    const head = pick(context, sample);
    if (head === null) return false;
    sample.bytes = head.lineBytes;
    return goOn(sample, name, opening);
  };
  return { type: STR, read, next: options.iterate ? next : null };
}

function bodyParameter(args: readonly string[], options: Parameters<FetchMaker>[1]): CompiledFetch {
  const name = Buffer.from(args[0] ?? '', 'latin1');
  const load = options.direction === 'response' ? () => false : readBody;
  const read: Read = (context, sample) => {
    if (!load(context, sample, 'request')) return false;
    sample.type = STR;
    sample.position = sample.start;
    sample.limit = sample.end;
    return nextParameter(sample, name, AMPERSAND);
  };
  const next: Read = (context, sample) => {
    // The body may have been put together in scratch memory, which others have used since.
    const { position } = sample;
    if (!load(context, sample, 'request')) return false;
    const moved = sample.start - (sample.limit - sample.length);
    sample.position = position + moved;
    sample.limit = sample.end;
    return goOn(sample, name, AMPERSAND);
  };
  return { type: STR, read, next: options.iterate ? next : null };
}

function asNumber(fetch: CompiledFetch): CompiledFetch {
  const converted = (step: Read): Read => {
    return (context, sample) =>
      step(context, sample) && sample.setInteger(leadingInt32(sample.bytes, sample.start, sample.end));
  };
  return { type: SINT, read: converted(fetch.read), next: fetch.next === null ? null : converted(fetch.next) };
}

export const PARAMETER_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['url_param', urlParameter],
  ['urlp_val', (args, options) => asNumber(urlParameter(args, options))],
  ['req.body_param', bodyParameter],
];
