/**
 * Sample fetches (manual 7.3), compiled once to functions over the context. Text is handled as bytes where it lies;
 * strings are made only for formats and regular expressions.
 */
import type { ExpressionModel } from '../config/model.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { hashName } from '../http/header-hash.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { METHOD_NAMES } from '../http/methods.ts';
import { pathEnd, pathStart } from '../http/uri.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { SampleContext } from './context.ts';
import { countValues, firstValue, nextValue, valueAt } from './header-values.ts';
import { Span } from './span.ts';

/** Which message `hdr` means where both would do. */
export type Direction = 'request' | 'response' | 'log';

/** Bytes: `first` points the span at a value, `next` at the following one of those with several. */
export interface TextFetch {
  readonly type: 'text';
  first(context: SampleContext, span: Span): boolean;
  next(context: SampleContext, span: Span): boolean;
  /** The one value that stands for all when only one is wanted (for headers the last). */
  single(context: SampleContext, span: Span): boolean;
}

export interface NumberFetch {
  readonly type: 'integer' | 'boolean';
  /** NaN: there is no such sample. */
  read(context: SampleContext): number;
}

export interface AddressFetch {
  readonly type: 'address';
  read(context: SampleContext): SocketAddress | null;
}

export type Fetch = TextFetch | NumberFetch | AddressFetch;

type Maker = (args: readonly string[], direction: Direction) => Fetch;
type PickHead = (context: SampleContext) => Http1Head | null;

const counting = new Span();

const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['always_true', () => ({ type: 'boolean', read: () => 1 })],
  ['always_false', () => ({ type: 'boolean', read: () => 0 })],
  ['src', () => ({ type: 'address', read: (context) => context.clientAddress })],
  ['method', () => singleText(pointAtMethod)],
  ['path', () => singleText(pointAtPath)],
  ['url', () => singleText(pointAtUrl)],
  ['req.ver', () => singleText(pointAtVersion)],
  ['req_ver', () => singleText(pointAtVersion)],
  ['req.proto_http', () => ({ type: 'boolean', read: (context) => (context.request === null ? Number.NaN : 1) })],
  ['hdr', headerMaker],
  ['req.hdr', (args) => headerMaker(args, 'request')],
  ['res.hdr', (args) => headerMaker(args, 'response')],
  ['shdr', (args) => headerMaker(args, 'response')],
  ['hdr_cnt', (args) => headerCount(args, 'request')],
  ['req.hdr_cnt', (args) => headerCount(args, 'request')],
  ['res.hdr_cnt', (args) => headerCount(args, 'response')],
  ['shdr_cnt', (args) => headerCount(args, 'response')],
  ['status', () => ({ type: 'integer', read: (context) => context.response?.status ?? Number.NaN })],
]);

/** The fetches this layer knows; what the configuration's registry offers must be among them. */
export const implementedFetches: ReadonlySet<string> = new Set(MAKERS.keys());
export const implementedConverters: ReadonlySet<string> = new Set(['lower', 'upper']);

/** Compiles an expression's fetch (its converters apart). Throws on what is not implemented. */
export function compileFetch(expression: ExpressionModel, direction: Direction): Fetch {
  const maker = MAKERS.get(expression.fetch);
  if (maker === undefined) throw new Error(`'${expression.fetch}' is not implemented yet`);
  return maker(expression.args, direction);
}

function singleText(point: (context: SampleContext, span: Span) => boolean): TextFetch {
  return { type: 'text', first: point, next: () => false, single: point };
}

function headPicker(direction: Direction): PickHead {
  if (direction === 'request') return (context) => context.request;
  if (direction === 'response') return (context) => context.response;
  return (context) => context.request ?? context.response;
}

function headerMaker(args: readonly string[], direction: Direction): Fetch {
  const name = (args[0] ?? '').toLowerCase();
  if (name === '') throw new Error("'hdr' without a header name is not implemented yet");
  const hash = hashName(name);
  const pick = headPicker(direction);
  const occurrence = Number(args[1] ?? 0);
  const pointAt =
    (wanted: number) =>
    (context: SampleContext, span: Span): boolean => {
      const head = pick(context);
      return head !== null && valueAt(head, hash, name, wanted, span);
    };
  if (occurrence !== 0) return singleText(pointAt(occurrence));
  return {
    type: 'text',
    first: (context, span) => {
      const head = pick(context);
      return head !== null && firstValue(head, hash, name, span);
    },
    next: (context, span) => {
      const head = pick(context);
      return head !== null && nextValue(head, hash, name, span);
    },
    single: pointAt(-1),
  };
}

function headerCount(args: readonly string[], direction: Direction): NumberFetch {
  const name = (args[0] ?? '').toLowerCase();
  const hash = hashName(name);
  const pick = headPicker(direction);
  return {
    type: 'integer',
    read: (context) => {
      const head = pick(context);
      if (head === null) return Number.NaN;
      return name === '' ? countAllValues(head) : countValues(head, hash, name, counting);
    },
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

function pointAtMethod(context: SampleContext, span: Span): boolean {
  const head = context.request;
  if (head === null) return false;
  span.set(head.lineBytes, head.methodStart, head.methodEnd);
  return true;
}

function pointAtUrl(context: SampleContext, span: Span): boolean {
  const head = context.request;
  if (head === null) return false;
  span.set(head.lineBytes, head.uriStart, head.uriEnd);
  return true;
}

function pointAtPath(context: SampleContext, span: Span): boolean {
  const head = context.request;
  if (head === null) return false;
  const start = pathStart(head.lineBytes, head.uriStart, head.uriEnd);
  if (start < 0) return false;
  span.set(head.lineBytes, start, pathEnd(head.lineBytes, start, head.uriEnd));
  return true;
}

const VERSION_1_0 = Buffer.from('1.0');

/** What follows the slash. */
function pointAtVersion(context: SampleContext, span: Span): boolean {
  const head = context.request;
  if (head === null) return false;
  const slash = head.lineBytes.indexOf(47, head.versionStart);
  if (slash < 0 || slash >= head.versionEnd) span.set(VERSION_1_0, 0, 3);
  else span.set(head.lineBytes, slash + 1, head.versionEnd);
  return true;
}

/** The methods HAProxy knows by number: patterns naming them ignore `-i`. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(
  METHOD_NAMES.filter((name) => name !== '' && name !== 'PATCH'),
);

const reading = new Span();

/** Compiles an expression, converters included, to its text; '' stands for no sample (HAProxy's formats do not differ). */
export function compileText(expression: ExpressionModel, direction: Direction): (context: SampleContext) => string {
  const fetch = compileFetch(expression, direction);
  let read: (context: SampleContext) => string;
  if (fetch.type === 'text') {
    read = (context) => (fetch.single(context, reading) ? latin1Text(reading.bytes, reading.start, reading.end) : '');
  } else if (fetch.type === 'address') read = (context) => fetch.read(context)?.host ?? '';
  else {
    read = (context) => {
      const value = fetch.read(context);
      return Number.isNaN(value) ? '' : String(value);
    };
  }
  for (const converter of expression.converters) {
    const before = read;
    if (converter.name === 'lower') read = (context) => lowerAscii(before(context));
    else if (converter.name === 'upper') read = (context) => upperAscii(before(context));
    else throw new Error(`'${converter.name}' is not implemented yet`);
  }
  return read;
}

/** Only ASCII letters have two cases here: text is bytes. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
