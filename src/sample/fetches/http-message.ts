/** Fetches that read the heads of HTTP messages (manual 7.3.6): request line, headers, status. */
import type { Http1Head } from '../../http/h1-head.ts';
import { hashName } from '../../http/header-hash.ts';
import { METHOD_NAMES } from '../../http/methods.ts';
import { pathEnd, pathStart } from '../../http/uri.ts';
import type { CompileOptions, Direction, SampleContext } from '../context.ts';
import { type CompiledFetch, type FetchMaker, simple } from '../fetch.ts';
import { countValues, firstValue, nextValue, valueAt } from '../header-values.ts';
import { BOOL, METH, type Sample, SINT, STR } from '../sample.ts';
import { Span } from '../span.ts';

type PickHead = (context: SampleContext) => Http1Head | null;

const counting = new Span();

function headPicker(direction: Direction): PickHead {
  if (direction === 'request') return (context) => context.request;
  if (direction === 'response') return (context) => context.response;
  return (context) => context.request ?? context.response;
}

function header(args: readonly string[], direction: Direction, iterate: boolean): CompiledFetch {
  const name = (args[0] ?? '').toLowerCase();
  if (name === '') throw new Error("'hdr' without a header name is not implemented yet");
  const hash = hashName(name);
  const pick = headPicker(direction);
  const occurrence = Number(args[1] ?? 0);
  if (occurrence !== 0 || !iterate) {
    const wanted = occurrence === 0 ? -1 : occurrence;
    const read = (context: SampleContext, sample: Sample): boolean => {
      const head = pick(context);
      sample.type = STR;
      return head !== null && valueAt(head, hash, name, wanted, sample);
    };
    return { type: STR, read, next: null };
  }
  return {
    type: STR,
    read: (context, sample) => {
      const head = pick(context);
      sample.type = STR;
      return head !== null && firstValue(head, hash, name, sample);
    },
    next: (context, sample) => {
      const head = pick(context);
      sample.type = STR;
      return head !== null && nextValue(head, hash, name, sample);
    },
  };
}

function headerOf(direction?: Direction): FetchMaker {
  return (args, options) => header(args, direction ?? options.direction, options.iterate);
}

function headerCount(direction: Direction): FetchMaker {
  return (args: readonly string[], _options: CompileOptions) => {
    const name = (args[0] ?? '').toLowerCase();
    const hash = hashName(name);
    const pick = headPicker(direction);
    const read = (context: SampleContext, sample: Sample): boolean => {
      const head = pick(context);
      if (head === null) return false;
      return sample.setInteger(name === '' ? countAllValues(head) : countValues(head, hash, name, counting));
    };
    return { type: SINT, read, next: null };
  };
}

/** Without a name: the values of all headers. */
function countAllValues(head: Http1Head): number {
  let count = 0;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0) continue;
    const name = head.nameString(i).toLowerCase();
    counting.header = i - 1;
    counting.offset = -1;
    while (nextValue(head, head.nameHash[i] as number, name, counting) && counting.header === i) count++;
  }
  return count;
}

function readMethod(context: SampleContext, sample: Sample): boolean {
  const head = context.request;
  if (head === null) return false;
  sample.type = METH;
  sample.integer = head.method;
  sample.set(head.lineBytes, head.methodStart, head.methodEnd);
  return true;
}

function readUrl(context: SampleContext, sample: Sample): boolean {
  const head = context.request;
  if (head === null) return false;
  return sample.setBytes(STR, head.lineBytes, head.uriStart, head.uriEnd);
}

function readPath(context: SampleContext, sample: Sample): boolean {
  const head = context.request;
  if (head === null) return false;
  const start = pathStart(head.lineBytes, head.uriStart, head.uriEnd);
  return start >= 0 && sample.setBytes(STR, head.lineBytes, start, pathEnd(head.lineBytes, start, head.uriEnd));
}

const VERSION_1_0 = Buffer.from('1.0');
const SLASH = 47;

/** What follows the slash. */
function readVersion(context: SampleContext, sample: Sample): boolean {
  const head = context.request;
  if (head === null) return false;
  const slash = head.lineBytes.indexOf(SLASH, head.versionStart);
  if (slash < 0 || slash >= head.versionEnd) return sample.setBytes(STR, VERSION_1_0, 0, VERSION_1_0.length);
  return sample.setBytes(STR, head.lineBytes, slash + 1, head.versionEnd);
}

/** The methods HAProxy knows by number: patterns naming them ignore `-i`. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(
  METHOD_NAMES.filter((name) => name !== '' && name !== 'PATCH'),
);

export const HTTP_MESSAGE_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['method', simple(METH, readMethod)],
  ['path', simple(STR, readPath)],
  ['url', simple(STR, readUrl)],
  ['req.ver', simple(STR, readVersion)],
  ['req.proto_http', simple(BOOL, (context, sample) => context.request !== null && sample.setBoolean(true))],
  ['hdr', headerOf()],
  ['req.hdr', headerOf('request')],
  ['res.hdr', headerOf('response')],
  ['req.hdr_cnt', headerCount('request')],
  ['res.hdr_cnt', headerCount('response')],
  [
    'status',
    simple(SINT, (context, sample) => context.response !== null && sample.setInteger(context.response.status)),
  ],
];
