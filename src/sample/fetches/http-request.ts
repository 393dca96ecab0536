/** Fetches of the request line and what is made of it (manual 7.3.6). */
import type { Http1Head } from '../../http/h1-head.ts';
import { hashName } from '../../http/header-hash.ts';
import { METHOD_NAMES } from '../../http/methods.ts';
import { pathEnd, pathStart } from '../../http/uri.ts';
import { AF_INET, AF_INET6 } from '../../sys/socket-constants.ts';
import type { SampleContext } from '../context.ts';
import type { FetchMaker, Read } from '../fetch.ts';
import { avalanche } from '../hash/hash32.ts';
import { firstLine, firstValue } from '../header-values.ts';
import { requestHead, requestPicker, responsePicker } from '../request-head.ts';
import { BIN, BOOL, METH, type Sample, SINT, STR, takeScratch } from '../sample.ts';
import { Span } from '../span.ts';
import { findUrlAddress } from '../url-address.ts';

const SLASH = 47;
const QUESTION = 63;
const host = new Span();
const HOST_HASH = hashName('host');

type OfHead = (head: Http1Head, sample: Sample) => boolean;

/** A fetch that reads the request's head. */
function ofRequest(type: number, read: OfHead): FetchMaker {
  return (_args, options) => {
    const pick = requestPicker(options);
    return {
      type,
      read: (context, sample) => {
        const head = pick(context, sample);
        return head !== null && read(head, sample);
      },
      next: null,
    };
  };
}

/** The method stays known while the response passes, unless it is none that HAProxy knows. */
function method(): FetchMaker {
  return (_args, { direction }) => {
    const read: Read = (context: SampleContext, sample: Sample) => {
      const head = requestHead(context, sample);
      if (head === null) return context.stream?.isHttp === true && knownMethod(context.stream.method, sample);
      if (direction === 'response' && !KNOWN_METHODS.has(METHOD_NAMES[head.method] ?? '')) return false;
      sample.type = METH;
      sample.integer = head.method;
      sample.set(head.lineBytes, head.methodStart, head.methodEnd);
      return true;
    };
    return { type: METH, read, next: null };
  };
}

/** By its number alone: HAProxy has forgotten the others' names when the response comes. */
function knownMethod(number: number, sample: Sample): boolean {
  const name = METHOD_NAMES[number] ?? '';
  if (!KNOWN_METHODS.has(name)) return false;
  sample.setText(name);
  sample.type = METH;
  sample.integer = number;
  return true;
}

function path(withQuery: boolean): OfHead {
  return (head, sample) => {
    const start = pathStart(head.lineBytes, head.uriStart, head.uriEnd);
    if (start < 0) return false;
    const end = withQuery ? head.uriEnd : pathEnd(head.lineBytes, start, head.uriEnd);
    return sample.setBytes(STR, head.lineBytes, start, end);
  };
}

/** What follows the first question mark, wherever it stands. */
function query(head: Http1Head, sample: Sample): boolean {
  const mark = head.lineBytes.indexOf(QUESTION, head.uriStart);
  return mark >= 0 && mark < head.uriEnd && sample.setBytes(STR, head.lineBytes, mark + 1, head.uriEnd);
}

/** Host and path; without a host the path alone, whatever it begins with. */
function base(withQuery: boolean): OfHead {
  const readPath = path(withQuery);
  return (head, sample) => {
    if (!firstValue(head, HOST_HASH, 'host', host) || host.start === host.end) return readPath(head, sample);
    const hostLength = host.end - host.start;
    const found = readPath(head, sample);
    const pathLength = found && sample.length > 0 && sample.bytes[sample.start] === SLASH ? sample.length : 0;
    const piece = takeScratch(hostLength + pathLength);
    host.bytes.copy(piece, 0, host.start, host.end);
    if (pathLength > 0) sample.bytes.copy(piece, hostLength, sample.start, sample.end);
    return sample.setBytes(STR, piece, 0, hostLength + pathLength);
  };
}

/** sdbm over signed bytes, as C's char is. */
function addHash(hash: number, bytes: Buffer, start: number, end: number): number {
  let value = hash;
  for (let i = start; i < end; i++) {
    value = ((((bytes[i] as number) << 24) >> 24) + (value << 6) + (value << 16) - value) | 0;
  }
  return value;
}

/** A hash of the host header's first value (or its whole line) and the path with or without the query. */
function baseHash(head: Http1Head, whole: boolean): number {
  let hash = 0;
  const found = whole ? firstLine(head, HOST_HASH, 'host', host) : firstValue(head, HOST_HASH, 'host', host);
  if (found) hash = addHash(hash, host.bytes, host.start, host.end);
  const bytes = head.lineBytes;
  const start = pathStart(bytes, head.uriStart, head.uriEnd);
  if (start >= 0) hash = addHash(hash, bytes, start, whole ? head.uriEnd : pathEnd(bytes, start, head.uriEnd));
  return avalanche(hash);
}

/** The hash, then the client's address. */
function withSource(whole: boolean): FetchMaker {
  return (_args, options) => {
    const pick = requestPicker(options);
    const read: Read = (context, sample) => {
      const address = context.clientAddress;
      const head = pick(context, sample);
      if (address === null || head === null) return false;
      const length = address.family === AF_INET ? 4 : address.family === AF_INET6 ? 16 : 0;
      if (length === 0) return false;
      const from = length === 4 ? 4 : 8;
      const piece = takeScratch(4 + length);
      piece.writeUInt32BE(baseHash(head, whole), 0);
      address.bytes.copy(piece, 4, from, from + length);
      return sample.setBytes(BIN, piece, 0, 4 + length);
    };
    return { type: BIN, read, next: null };
  };
}

/** What follows the slash of "HTTP/1.1". */
function readVersion(head: Http1Head, sample: Sample): boolean {
  const bytes = head.lineBytes;
  const slash = bytes.indexOf(SLASH, head.versionStart);
  if (slash < 0 || slash >= head.versionEnd) return head.isRequest && sample.setText('1.0');
  return sample.setBytes(STR, bytes, slash + 1, head.versionEnd);
}

function urlPart(pick: (found: NonNullable<ReturnType<typeof findUrlAddress>>, sample: Sample) => boolean): OfHead {
  return (head, sample) => {
    const found = findUrlAddress(head.lineBytes, head.uriStart, head.uriEnd);
    return found !== null && pick(found, sample);
  };
}

/** The methods HAProxy knows by number: patterns naming them ignore `-i`. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(
  METHOD_NAMES.filter((name) => name !== '' && name !== 'PATCH'),
);

export const HTTP_REQUEST_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['method', method()],
  ['path', ofRequest(STR, path(false))],
  ['pathq', ofRequest(STR, path(true))],
  ['query', ofRequest(STR, query)],
  ['base', ofRequest(STR, base(false))],
  ['baseq', ofRequest(STR, base(true))],
  ['base32', ofRequest(SINT, (head, sample) => sample.setInteger(baseHash(head, false)))],
  ['base32+src', withSource(false)],
  ['url', ofRequest(STR, (head, sample) => sample.setBytes(STR, head.lineBytes, head.uriStart, head.uriEnd))],
  ['url32', ofRequest(SINT, (head, sample) => sample.setInteger(baseHash(head, true)))],
  ['url32+src', withSource(true)],
  [
    'url_ip',
    ofRequest(
      SINT,
      urlPart(({ ipv4 }, sample) => sample.setIpv4(ipv4)),
    ),
  ],
  [
    'url_port',
    ofRequest(
      SINT,
      urlPart(({ port }, sample) => sample.setInteger(port)),
    ),
  ],
  ['req.ver', ofRequest(STR, readVersion)],
  ['req.proto_http', ofRequest(BOOL, (_head, sample) => sample.setBoolean(true))],
  [
    'res.ver',
    (_args, options) => {
      const pick = responsePicker(options);
      const read: Read = (context, sample) => {
        const head = pick(context, sample);
        return head !== null && readVersion(head, sample);
      };
      return { type: STR, read, next: null };
    },
  ],
  [
    'status',
    (_args, options) => {
      const pick = responsePicker(options);
      const read: Read = (context, sample) => {
        const head = pick(context, sample);
        return head !== null && sample.setInteger(head.status);
      };
      return { type: SINT, read, next: null };
    },
  ],
];
