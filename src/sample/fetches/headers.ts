/** Fetches of headers, of the request and of the response (manual 7.3.6). */
import { isIPv6 } from 'node:net';
import type { Http1Head } from '../../http/h1-head.ts';
import { hashName } from '../../http/header-hash.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import { SocketAddress } from '../../sys/socket-address.ts';
import { readIpv4 } from '../casts.ts';
import type { CompileOptions } from '../context.ts';
import type { CompiledFetch, FetchMaker, Read } from '../fetch.ts';
import {
  countLines,
  countValues,
  firstLine,
  firstValue,
  lineAt,
  nextLine,
  nextValue,
  valueAt,
} from '../header-values.ts';
import { leadingInt32 } from '../numbers.ts';
import { directedPicker, type PickHead, requestPicker, responsePicker } from '../request-head.ts';
import { ADDR, BIN, type Sample, SINT, STR, takeScratch } from '../sample.ts';
import { Span } from '../span.ts';

type MakePicker = (options: CompileOptions) => PickHead;

const VALUES = { first: firstValue, next: nextValue, at: valueAt };
const LINES = { first: firstLine, next: nextLine, at: lineAt };
/** Where the address begins in sockaddr_in6. */
const IPV6_AT = 8;
const COLON = 58;

const counting = new Span();

/** Null: every header. */
function nameOf([name = '']: readonly string[]): string | null {
  return name === '' ? null : name.toLowerCase();
}

const nothing: CompiledFetch = { type: STR, read: () => false, next: null };

/** Values or lines of a header: all of them for ACLs, else the given or the last one. */
function header(of: typeof VALUES, picker: MakePicker): FetchMaker {
  return (args, options) => {
    // Without parentheses HAProxy finds nothing, with empty ones every header.
    if (args.length === 0) return nothing;
    const name = nameOf(args);
    const hash = hashName(name ?? '');
    const pick = picker(options);
    const occurrence = Number(args[1] ?? 0);
    if (occurrence !== 0 || !options.iterate) {
      const wanted = occurrence === 0 ? -1 : occurrence;
      const read: Read = (context, sample) => {
        const head = pick(context, sample);
        sample.type = STR;
        return head !== null && of.at(head, hash, name, wanted, sample);
      };
      return { type: STR, read, next: null };
    }
    return {
      type: STR,
      read: (context, sample) => {
        const head = pick(context, sample);
        sample.type = STR;
        return head !== null && of.first(head, hash, name, sample);
      },
      next: (context, sample) => {
        const head = pick(context, sample);
        sample.type = STR;
        return head !== null && of.next(head, hash, name, sample);
      },
    };
  };
}

function counted(count: typeof countValues, picker: MakePicker): FetchMaker {
  return (args, options) => {
    const name = nameOf(args);
    const hash = hashName(name ?? '');
    const pick = picker(options);
    const read: Read = (context, sample) => {
      const head = pick(context, sample);
      return head !== null && sample.setInteger(count(head, hash, name, counting));
    };
    return { type: SINT, read, next: null };
  };
}

/** Each value as a number. */
function asNumber(maker: FetchMaker): FetchMaker {
  return (args, options) => {
    const { read, next } = maker(args, options);
    const converted = (step: Read): Read => {
      return (context, sample) =>
        step(context, sample) && sample.setInteger(leadingInt32(sample.bytes, sample.start, sample.end));
    };
    return { type: SINT, read: converted(read), next: next === null ? null : converted(next) };
  };
}

/** `1.2.3.4`, `1.2.3.4:80` or `::1`, with nothing around it. */
function toAddress(sample: Sample): boolean {
  const { bytes, start, end } = sample;
  const value = readIpv4(bytes, start, end);
  if (value >= 0) {
    let at = start;
    while (at < end && (bytes[at] === 46 || ((bytes[at] as number) >= 48 && (bytes[at] as number) <= 57))) at++;
    if (at === end || (bytes[at] === COLON && isPort(latin1Text(bytes, at + 1, end)))) return sample.setIpv4(value);
    return false;
  }
  const text = latin1Text(bytes, start, end);
  if (text.includes('%') || !isIPv6(text)) return false;
  return sample.setIpv6(SocketAddress.ipv6(text, 0).bytes, IPV6_AT);
}

function isPort(text: string): boolean {
  return /^(?:\d+|-0+)$/.test(text) && Number(text) <= 65535;
}

/** The values that are addresses. */
function asAddress(maker: FetchMaker): FetchMaker {
  return (args, options) => {
    const { read, next } = maker(args, options);
    if (next === null) {
      return { type: ADDR, read: (context, sample) => read(context, sample) && toAddress(sample), next: null };
    }
    const search = (first: Read): Read => {
      return (context, sample) => {
        for (let found = first(context, sample); found; found = next(context, sample)) {
          if (toAddress(sample)) return true;
        }
        return false;
      };
    };
    return { type: ADDR, read: search(read), next: search(next) };
  };
}

/** A fetch that makes one value of all headers. */
function ofAll(
  type: number,
  picker: MakePicker,
  make: (head: Http1Head, sample: Sample, args: readonly string[]) => boolean,
): FetchMaker {
  return (args, options) => {
    const pick = picker(options);
    const read: Read = (context, sample) => {
      const head = pick(context, sample);
      return head !== null && make(head, sample, args);
    };
    return { type, read, next: null };
  };
}

/** A bound for the text of all headers. */
function room(head: Http1Head): number {
  let size = 2;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0) continue;
    size += (head.nameEnd[i] as number) - (head.nameStart[i] as number) + 8;
    size += (head.valueEnd[i] as number) - (head.valueStart[i] as number) + 8;
  }
  return size;
}

/** HAProxy has names in lower case. */
function copyName(head: Http1Head, index: number, into: Buffer, at: number): number {
  return at + into.write(head.nameString(index).toLowerCase(), at, 'latin1');
}

function copyValue(head: Http1Head, index: number, into: Buffer, at: number): number {
  return at + head.source(index).copy(into, at, head.valueStart[index] as number, head.valueEnd[index] as number);
}

function names(head: Http1Head, sample: Sample, [delimiter = ',']: readonly string[]): boolean {
  const piece = takeScratch(room(head));
  const mark = delimiter === '' ? 0 : delimiter.charCodeAt(0);
  let at = 0;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0) continue;
    if (at > 0) piece[at++] = mark;
    at = copyName(head, i, piece, at);
  }
  return sample.setBytes(STR, piece, 0, at);
}

function text(head: Http1Head, sample: Sample): boolean {
  const piece = takeScratch(room(head));
  let at = 0;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0) continue;
    at = copyName(head, i, piece, at);
    at += piece.write(': ', at, 'latin1');
    at = copyValue(head, i, piece, at);
    at += piece.write('\r\n', at, 'latin1');
  }
  at += piece.write('\r\n', at, 'latin1');
  return sample.setBytes(STR, piece, 0, at);
}

/** HAProxy's variable-length integers: up to 239 in a byte, then 4 and 7 bits at a time. */
function writeVarint(value: number, into: Buffer, at: number): number {
  if (value < 240) {
    into[at] = value;
    return at + 1;
  }
  into[at] = value | 240;
  let rest = (value - 240) >> 4;
  let end = at + 1;
  while (rest >= 128) {
    into[end++] = rest | 128;
    rest = (rest - 128) >> 7;
  }
  into[end++] = rest;
  return end;
}

function binary(head: Http1Head, sample: Sample): boolean {
  const piece = takeScratch(room(head));
  let at = 0;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0) continue;
    at = writeVarint((head.nameEnd[i] as number) - (head.nameStart[i] as number), piece, at);
    at = copyName(head, i, piece, at);
    at = writeVarint((head.valueEnd[i] as number) - (head.valueStart[i] as number), piece, at);
    at = copyValue(head, i, piece, at);
  }
  piece[at++] = 0;
  piece[at++] = 0;
  return sample.setBytes(BIN, piece, 0, at);
}

function family(prefix: string, picker: MakePicker): readonly (readonly [string, FetchMaker])[] {
  const values = header(VALUES, picker);
  return [
    [`${prefix}.hdr`, values],
    [`${prefix}.hdr_cnt`, counted(countValues, picker)],
    [`${prefix}.hdr_ip`, asAddress(values)],
    [`${prefix}.hdr_val`, asNumber(values)],
    [`${prefix}.hdr_names`, ofAll(STR, picker, names)],
    [`${prefix}.fhdr`, header(LINES, picker)],
    [`${prefix}.fhdr_cnt`, counted(countLines, picker)],
    [`${prefix}.hdrs`, ofAll(STR, picker, text)],
    [`${prefix}.hdrs_bin`, ofAll(BIN, picker, binary)],
  ];
}

export const HEADER_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ...family('req', requestPicker),
  ...family('res', responsePicker),
  ['hdr', header(VALUES, directedPicker)],
];
