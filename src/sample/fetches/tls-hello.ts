/** Fetches about TLS as seen in the raw bytes, without taking part in it (manual 7.3.5). */
import {
  extensionLength,
  findExtension,
  findServerName,
  handshakeType,
  lacksExtension,
  protocolVersion,
  TOO_SHORT,
} from '../client-hello.ts';
import type { InputView } from '../context.ts';
import type { FetchMaker, Read } from '../fetch.ts';
import { BOOL, type Sample, SINT, STR } from '../sample.ts';
import { inputPicker } from './payload.ts';

const ELLIPTIC_CURVES = 10;
const PROTOCOLS = 16;
const SESSION_TICKET = 35;

/** A fetch over the bytes; a result below 0 stands for no sample, TOO_SHORT for "not yet". */
function ofBytes(
  type: number,
  find: (input: InputView) => number,
  set: (input: InputView, found: number, sample: Sample) => boolean,
): FetchMaker {
  return (_args, options) => {
    const pick = inputPicker(options);
    const read: Read = (context, sample) => {
      const input = pick(context);
      if (input === null) return false;
      const found = find(input);
      if (found === TOO_SHORT) sample.mayChange = true;
      return found >= 0 && set(input, found, sample);
    };
    return { type, read, next: null };
  };
}

const helloType = ofBytes(
  SINT,
  ({ bytes, start, end }) => handshakeType(bytes, start, end),
  (_input, found, sample) => sample.setInteger(found),
);

const serverName = ofBytes(
  STR,
  ({ bytes, start, end }) => findServerName(bytes, start, end),
  ({ bytes }, at, sample) => sample.setBytes(STR, bytes, at, at + bytes.readUInt16BE(at - 2)),
);

const curves = ofBytes(
  BOOL,
  ({ bytes, start, end }) => findExtension(bytes, start, end, ELLIPTIC_CURVES),
  (_input, _found, sample) => sample.setBoolean(true),
);

/** 0: no such extension, 1: an empty one, 2: one with a ticket. */
const ticket = ofBytes(
  SINT,
  ({ bytes, start, end }) => {
    const at = findExtension(bytes, start, end, SESSION_TICKET);
    if (at >= 0) return extensionLength(bytes, at) > 0 ? 2 : 1;
    return at !== TOO_SHORT && lacksExtension(bytes, start, end, SESSION_TICKET) ? 0 : at;
  },
  (_input, found, sample) => sample.setInteger(found),
);

/** Always of the request. */
const version: FetchMaker = (_args, options) => {
  const read: Read = (context, sample) => {
    const input = context.requestInput;
    if (input === null) return false;
    const limit = options.environment.surroundings?.headLimit ?? Number.POSITIVE_INFINITY;
    const found = protocolVersion(input.bytes, input.start, input.end, limit);
    if (found === TOO_SHORT) sample.mayChange = true;
    return found >= 0 && sample.setInteger(found);
  };
  return { type: SINT, read, next: null };
};

/** The protocol names of the ALPN extension, each with its length before it; ACLs look at all of them. */
const protocols: FetchMaker = (_args, options) => {
  const pick = inputPicker(options);
  const take = (bytes: Buffer, sample: Sample): boolean => {
    const at = sample.position;
    if (at >= sample.limit) return false;
    const end = at + 1 + (bytes[at] as number);
    if (end > sample.limit) return false;
    sample.position = end;
    return sample.setBytes(STR, bytes, at + 1, end);
  };
  const read: Read = (context, sample) => {
    const input = pick(context);
    if (input === null) return false;
    const at = findExtension(input.bytes, input.start, input.end, PROTOCOLS);
    if (at === TOO_SHORT) sample.mayChange = true;
    if (at < 0 || extensionLength(input.bytes, at) < 3) return false;
    // The length of the list stands before the first name.
    sample.position = at + 6;
    sample.limit = at + 4 + extensionLength(input.bytes, at);
    return take(input.bytes, sample);
  };
  const next: Read = (context, sample) => {
    const input = pick(context);
    return input !== null && take(input.bytes, sample);
  };
  return { type: STR, read, next: options.iterate ? next : null };
};

export const TLS_HELLO_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['req.ssl_hello_type', helloType],
  ['res.ssl_hello_type', helloType],
  ['req.ssl_sni', serverName],
  ['req.ssl_alpn', protocols],
  ['req.ssl_ec_ext', curves],
  ['req.ssl_st_ext', ticket],
  ['req.ssl_ver', version],
];
